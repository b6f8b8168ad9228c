// The page of `earthprice explore`: opened, wired, and told line by line what the server on this machine answers.

import { showCharts, showWords } from './answers.js';
import { forget } from './charts.js';
import { showLevers, showMost, showMoved, showUncertain } from './levers.js';
import { pack, unpack } from './link.js';
import { UNMOVED, ask, future, heard, move, moved, newest, past, swap } from './moves.js';
import { $, el, keepSaying, page, say, w } from './page.js';

let note = '';

// A line of the answer: charts are drawn and painted first, words follow.
async function take(step, began) {
  if (step.step === 'end') { document.body.dataset.ended = String(step.seq); return; }
  keepSaying([page.refusal, note].filter(Boolean).join(' '));
  if (step.step === 'central') {
    page.opening.year = step.year;
    page.answer = { central: joined({ ...step, figures: page.answer.central?.figures ?? [] }, page.answer.money), money: page.answer.money, stale: true };
    showCharts();
    page.answer.painted = painted(began);
    return;
  }
  if (step.step === 'figures') {
    page.answer.central = joined({ ...page.answer.central, ...step }, page.answer.money);
    await page.answer.painted;
    if (step.seq !== newest()) return;
    showWords();
    document.body.dataset.painted = String(step.seq);
    return;
  }
  if (step.step === 'money') Object.assign(page.answer, { central: { ...joined(page.answer.central, step), status: step.status, worst: step.worst }, money: step, stale: false });
  if (step.step === 'rare' && step.figures.length) page.answer.central = joined({ ...page.answer.central, figures: [...step.figures, ...page.answer.central.figures.filter((r) => r.number !== 1)] }, page.answer.money);
  if (step.step === 'draws') page.answer.draws = step;
  if (step.step === 'matters') { page.answer.matters = step; showMost(); }
  if (step.numbers) { page.answer.numbers = step.numbers; showUncertain(step.numbers.levers); }
  showCharts();
  showWords();
}

// When what is drawn has been painted; a page that nobody sees paints nothing, and is not waited for.
const painted = (began) => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(() => { performance.measure('painted', { start: began }); done(); }));
  setTimeout(done, 250);
});

// The central run, and what is known of its money: until the whole run is there, that of the move before, greyed.
function joined(central, money) {
  const others = central.figures.filter((r) => r.number !== 9);
  return { ...central, figures: [...others, ...(money?.figures ?? [])].sort((a, b) => a.number - b.number),
    bars: { ...central.bars, groups: money?.groups ?? [] }, sentences: money?.sentences ?? [], same: money?.same ?? false };
}

function fold(button, part) { $(button).addEventListener('click', () => { const open = $(part).hidden; $(part).hidden = !open; $(button).setAttribute('aria-expanded', String(open)); }); }

// Where there is no clipboard to write to, what is selected can still be copied.
function copiedPlainly(button, text) {
  const box = el('textarea', { readOnly: true, 'aria-hidden': 'true' }, text);
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  button.focus({ preventScroll: true });
  return done;
}

async function copied(button, text, name) {
  try { await navigator.clipboard.writeText(text); } catch { if (!copiedPlainly(button, text)) { prompt(w(name), text); return; } }
  button.textContent = w('copied');
  setTimeout(() => { button.textContent = w(name); }, 1600);
}

const bound = () => {
  const { version, facts, rulebook, own, years, seed, draws, as_of, language } = page.opening;
  return { version, facts, rulebook, own, years, seed, draws, as_of, language, state: page.state };
};

// What the server says to a question beside the moves; null where it says nothing, or that it cannot: why, is said until the next move.
async function reply(path, body) {
  const response = await ask(path, body).catch(() => null), text = await response?.text().catch(() => null);
  const told = response?.ok && text && JSON.parse(text), other = response?.status === 409 || (told?.of && page.opening && told.of !== page.opening.of);
  if (told && !other) return told;
  page.refusal = other ? w('other_program') : text || w('no_answer');
  say(page.refusal);
  return null;
}

async function save() {
  const saved = await reply('/saved', { of: page.opening.of, state: page.state });
  if (!saved) return;
  const { name, text, command } = saved;
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  $('line').hidden = false;
  $('command').setAttribute('aria-expanded', 'true');
  $('line').querySelector('pre').textContent = command;
}

function wire() {
  $('undo').onclick = () => swap(past, future);
  $('redo').onclick = () => swap(future, past);
  $('reset').onclick = () => move((s) => Object.assign(s, structuredClone(UNMOVED), { discount: page.opening.discount }), 'reset');
  $('beside').onclick = () => { page.kept = page.kept ? null : page.answer; $('beside').textContent = w(page.kept ? 'stop_beside' : 'keep_beside'); showCharts(); showWords(); };
  $('link').onclick = async (event) => copied(event.currentTarget ?? $('link'), `${location.origin}/#${await pack(bound())}`, 'copy_link');
  $('save').onclick = save;
  $('line').querySelector('button').onclick = (event) => copied(event.currentTarget, $('line').querySelector('pre').textContent, 'copy_command');
  fold('changed', 'changes');
  fold('command', 'line');
  $('theme').onclick = () => { document.documentElement.dataset.theme = theme() === 'dark' ? 'light' : 'dark'; nameTheme(); };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', nameTheme);
  $('language').onchange = () => open($('language').value);
  addEventListener('keydown', (e) => { if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !(e.target.matches?.('input[type=number]'))) { e.preventDefault(); (e.shiftKey ? $('redo') : $('undo')).click(); } });
  new ResizeObserver(() => document.documentElement.style.setProperty('--bar', `${$('bar').offsetHeight}px`)).observe($('bar'));
  // A browser brings what is out of sight into sight, but not what shows a little of itself.
  $('bar').addEventListener('focusin', ({ target }) => {
    const button = target.getBoundingClientRect(), bar = $('bar').getBoundingClientRect();
    $('bar').scrollLeft += Math.max(0, button.right - bar.right + 12) + Math.min(0, button.left - bar.left - 12);
  });
  let wide = 0;
  new ResizeObserver(([seen]) => {
    if (seen.contentRect.width === wide) return;
    wide = seen.contentRect.width;
    forget();
    if (page.answer.central) showCharts();
  }).observe($('charts'));
}

const theme = () => document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
function nameTheme() { $('theme').textContent = w(theme() === 'dark' ? 'light' : 'dark'); }

let asked = 0;
async function open(language) {
  const mine = ++asked, opening = await reply(`/opening?language=${encodeURIComponent(language)}`);
  if (mine !== asked) return;
  if (!opening) return page.opening ? void ($('language').value = page.opening.language) : document.body.replaceChildren($('message'));
  page.refusal = '';
  page.opening = { ...opening, language };
  page.words = page.opening.words;
  document.documentElement.lang = language;
  document.querySelectorAll('[data-name]').forEach((node) => { node.setAttribute('aria-label', w(node.dataset.name)); });
  document.querySelectorAll('[data-word]').forEach((node) => { node.textContent = w(node.dataset.word); });
  $('language').replaceChildren(...page.opening.languages.map((l) => el('option', { value: l }, w(`language.${l}`))));
  $('language').value = language;
  document.title = `${page.opening.title} · earthprice explore`;
  $('title').textContent = page.opening.title;
  $('against').textContent = w('held_against', { law: page.opening.law, beside: page.opening.beside, first: page.opening.years[0], last: page.opening.years[1], day: page.opening.as_of });
  $('foot').textContent = [w('foot', { version: page.opening.version, facts: page.opening.facts.slice(0, 12), seed: page.opening.seed, draws: page.opening.draws }), w('translated'), ...page.opening.notes].join(' · ');
  page.tables = new Set([...document.querySelectorAll('.card details[open]')].map((d) => d.closest('.card').id)); // what was open stays open
  $('charts').replaceChildren();
  showLevers();
  if (page.numbers) showUncertain(page.numbers);
  nameTheme();
  page.state.discount ??= page.opening.discount;
  if (page.kept) $('beside').textContent = w('stop_beside');
  moved();
}

// What stands behind the # of the address: a link is taken out of it and followed, a part of the page is left alone.
async function follow(linked, broken) {
  if (linked || broken) history.replaceState(null, '', location.pathname);
  if (linked && page.opening.languages.includes(linked.language) && linked.language !== page.opening.language) await open(linked.language);
  if (broken) return say(note = w('broken_link'));
  if (!linked) return;
  note = '';
  const held = (o) => JSON.stringify([o.rulebook, o.years, o.own, o.seed, o.draws, o.as_of]);
  if (held(linked) !== held(page.opening)) return say(note = w('other_link', { rulebook: linked.rulebook, version: linked.version, day: linked.as_of }));
  move((s) => Object.assign(s, structuredClone(UNMOVED), linked.state), 'link');
  if (linked.version !== page.opening.version || linked.facts !== page.opening.facts) say(note = w('older_link', { version: linked.version, facts: linked.facts, own: page.opening.version }));
}

// A link, or the address with another token, that is put into the address of a page that stands.
async function readdressed() {
  if (location.hash.startsWith('#token=')) return location.reload();
  const given = location.hash, linked = await unpack(given);
  if (given === location.hash) await follow(linked, given.startsWith('#e1=') && !linked);
}

const linked = await unpack(location.hash), part = document.getElementById(location.hash.slice(1));
Object.assign(heard, { take, moved: showMoved });
await open(linked?.language ?? 'en');
if (page.opening) {
  wire();
  await follow(linked, location.hash.length > 1 && !linked && !part);
  addEventListener('hashchange', readdressed);
}
