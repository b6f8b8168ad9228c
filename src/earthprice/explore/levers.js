// Levers: a slider with its number for each number of the rulebook, switches, uncertain numbers; what has been changed.

import { told } from './charts.js';
import { future, move, past } from './moves.js';
import { $, act, article, chapters, el, factor, page, reading, restsOn, say, titleOf, unit, w } from './page.js';

const at = (l) => { const c = page.state.changes[l.name]; return c === undefined ? l.value : typeof c === 'string' ? l.value * Number(c.slice(1)) : c; };
const put = (l, v) => (s) => { if (Math.abs(v - l.value) <= 1e-12 * Math.max(1, Math.abs(l.value))) delete s.changes[l.name]; else s.changes[l.name] = l.times ? `x${times(l, v)}` : Number(v.toPrecision(8)); };
// How many times the text's number, written short, but never so that it is rounded up beyond what is accepted.
const times = (l, v) => { const x = Number((v / l.value).toPrecision(6)); return x * l.value > l.limit ? Number((x * (1 - 1e-5)).toPrecision(6)) : x; };
const round = (v) => Number(v.toPrecision(4));

const years = (v) => w(v === 1 ? 'one_year' : 'years');

function slider({ id, name, unit, value, least, most, step, low, high, move: to, limit = most, quick = [], more = null, of = () => unit }) {
  const set = (v) => to(Math.max(least, limit === null ? v : Math.min(limit, v)));
  const range = el('input', { type: 'range', id: `${id}-range`, min: String(least), max: String(most), step: String(step), 'aria-label': `${name} [${unit}]` });
  const box = el('input', { type: 'number', id, min: String(least), ...(limit !== null && { max: String(limit) }), step: 'any', autocomplete: 'off' });
  const made = el('div', { className: 'lever', 'data-lever': id }, el('label', { className: 'name', for: id }, name, ' ', el('span', { className: 'unit' }, unit)), box, range,
    el('div', { className: 'ends' }, el('span', {}, low ?? told(least)), el('span', {}, high ?? told(most))));
  if (quick.length) made.append(el('div', { className: 'quick' }, ...quick.map(([label, at]) => el('button', { type: 'button', onclick: () => set(at()) }, label))));
  if (more) made.append(more);
  range.addEventListener('input', () => set(round(Number(range.value))));
  let typing = false; // what is being typed is left alone, whatever comes in
  box.addEventListener('input', () => { typing = true; });
  // A browser leaves a comma out without a word: 1,5 would count as 15.
  box.addEventListener('beforeinput', (e) => {
    if (!e.data?.includes(',')) return;
    e.preventDefault();
    if (e.data === ',') document.execCommand('insertText', false, '.');
    page.refusal = w('no_comma');
    say(page.refusal);
  });
  box.addEventListener('change', () => { const v = Number(box.value); typing = false; if (box.value !== '' && Number.isFinite(v)) set(v); made.refresh(); });
  box.addEventListener('blur', () => { if (document.activeElement === box) return; typing = false; made.refresh(); }); // not where the window alone is left
  made.refresh = () => {
    const v = value();
    // A slider in the hand stands on a step: it is left there while the number is nearer to this step than to another.
    if (document.activeElement !== range || Math.abs(Number(range.value) - v) > 0.51 * step) range.value = String(v);
    if (!typing && (document.activeElement !== box || box.value === '' || Number(box.value) !== v)) box.value = String(round(v));
    range.setAttribute('aria-valuetext', `${told(v)} ${of(v)}`);
  };
  return made;
}

function lever(m, l) {
  const name = titleOf(l);
  const made = slider({ id: l.name, name, unit: l.unit === 'times' ? w('times') : unit(l.unit), value: () => at(l), least: l.least, most: l.most, step: l.step, limit: l.limit, move: (v) => move(put(l, v), l.name),
    quick: [[w('half'), () => l.value / 2], [w('as_written'), () => l.value], [w('double'), () => l.value * 2]].filter(() => l.value > 0),
    more: el('details', {}, el('summary', {}, w('rests_on', { basis: [...new Set(l.dated.map((d) => w(`basis.${d.basis}`)))].join(', ') })), ...l.dated.map((d) => el('p', {}, restsOn({ dated: [d] }))))});
  made.moved = () => l.name in page.state.changes;
  return made;
}

// The articles under the reading that runs; what was open stays open, who stands on a lever stays there.
function showChapters() {
  const open = chapters().filter((c) => c.switch), rest = chapters().filter((c) => !c.switch), stands = document.activeElement?.id;
  const unfolded = new Set([...$('chapters').querySelectorAll('.chapter[open]')].map((c) => c.dataset.article));
  $('chapters').dataset.reading = reading();
  $('chapters').replaceChildren(...open.map((c) => {
    const body = el('div', { className: 'body' }, el('p', { className: 'says' }, c.says), c.why_not ? el('p', { className: 'says' }, `${w('left_out')}: ${c.why_not}`) : '',
      check(w('in_force'), () => !page.state.off.includes(c.number), (on) => move((s) => { s.off = on ? s.off.filter((n) => n !== c.number) : [...s.off, c.number]; }, `off ${c.number}`)));
    for (const m of c.measures) {
      if (m.says) body.append(el('p', { className: 'says' }, m.says));
      if (m.power) body.append(check(w('power_used', { name: m.name.replaceAll('_', ' ') }), () => isUsed(m), (on) => move((s) => { delete s.used[m.name]; if (on !== isUsed(m) || !alike(m)) s.used[m.name] = on; }, `used ${m.name}`)));
      body.append(...m.levers.map((l) => lever(m, l)));
    }
    const made = el('details', { className: 'chapter', 'data-article': c.number, open: unfolded.has(c.number) }, el('summary', {}, el('span', { className: 'no' }, act(c)), el('span', { className: 'head' }, c.heading)), body);
    made.refresh = () => {
      made.classList.toggle('off', page.state.off.includes(c.number));
      made.classList.toggle('moved', c.measures.some((m) => m.name in page.state.used || m.levers.some((l) => l.name in page.state.changes)) || page.state.off.includes(c.number));
    };
    return made;
  }), el('details', { className: 'rest' }, el('summary', {}, w('not_levers', { n: rest.length })), el('ul', {}, ...rest.map((c) => el('li', {}, `${article(c.number)}. ${c.why_not || c.says}`)))));
  if (stands && document.activeElement === document.body) $(stands)?.focus({ preventScroll: true });
  if (page.answer.matters) showMost();
}

// A power is used where somebody says so, else where its reading does or one of its numbers is moved, as `assess --set` has it.
const isUsed = (m) => page.state.used[m.name] ?? (m.used || m.levers.some((l) => l.name in page.state.changes));
// Whether every reading uses a power as this one does: else a switch says so itself, and holds under any.
const alike = (m) => Object.values(page.opening.chapters).every((all) => all.every((c) => c.measures.every((o) => o.name !== m.name || o.used === m.used)));

export function showLevers() {
  showChapters();
  const readings = Object.entries(page.opening.readings), part = $('reading-part');
  part.replaceChildren();
  if (readings.length) {
    const choose = el('select', { id: 'choose-reading', onchange: () => move((s) => { s.reading = choose.value === page.opening.reading ? null : choose.value; }, 'reading') }, ...readings.map(([name]) => el('option', { value: name }, name.replaceAll('_', ' '))));
    const note = el('p', { className: 'says' });
    const made = el('div', { className: 'field' }, el('label', { for: 'choose-reading' }, w('reading')), choose, note);
    made.refresh = () => { choose.value = reading(); note.textContent = page.opening.readings[choose.value]; };
    part.append(made);
  }
  for (const [name, title] of Object.entries(page.opening.answers)) part.append(check(w('answer', { name: title }), () => page.state.answers.includes(name), (on) => move((s) => { s.answers = on ? [...s.answers, name] : s.answers.filter((n) => n !== name); }, `answer ${name}`)));
  part.append(slider({ id: 'delay', name: w('delay'), unit: w('years'), of: years, value: () => page.state.delay, least: 0, most: 5, limit: 100, step: 0.5, move: (v) => move((s) => { s.delay = Number(v.toFixed(4)); }, 'delay') }),
    slider({ id: 'discount', name: w('discount'), unit: w('percent_year'), value: () => 100 * page.state.discount, least: 0, most: 10, limit: 20, step: 0.5, move: (v) => move((s) => { s.discount = Number((v / 100).toPrecision(6)); }, 'discount') }));
}

function check(name, is, set) {
  const box = el('input', { type: 'checkbox' }), made = el('label', { className: 'check' }, box, name);
  box.addEventListener('change', () => set(box.checked));
  made.refresh = () => { box.checked = is(); };
  return made;
}

// Those that move this answer most; made anew only where they are others, so that no slider is taken from who holds it.
export function showUncertain(numbers) {
  const part = $('uncertain'), named = JSON.stringify([numbers, page.opening.language]), stands = document.activeElement?.id;
  page.numbers = numbers;
  part.hidden = !numbers.length;
  if (part.dataset.named === named) return;
  part.dataset.named = named;
  part.replaceChildren(el('h3', {}, w('uncertain')), el('p', { className: 'says' }, w('uncertain_note')),
    ...numbers.map((n) => slider({ id: `world ${n.name}`, name: factor(n.name), unit: w('percentile'), value: () => 100 * (page.state.world[n.name] ?? n.at), least: 2, most: 98, step: 1, low: w('low'), high: w('high'),
      move: (v) => move((s) => { s.world[n.name] = v / 100; }, `world ${n.name}`), quick: [[w('as_estimated'), () => 100 * n.at]] })));
  if (stands && document.activeElement === document.body) $(stands)?.focus({ preventScroll: true });
  showMoved();
}

export function showMost() {
  const most = page.answer.matters.articles.most;
  document.querySelectorAll('.chapter').forEach((c) => {
    const is = c.dataset.article === most;
    c.classList.toggle('most', is);
    c.querySelector('.badge')?.remove();
    if (is) c.querySelector('summary').append(el('span', { className: 'badge' }, w('matters_most')));
  });
}

function changed() {
  const found = [], undo = (name, label, back) => found.push([label, () => move(back, name)]);
  for (const [name, to] of Object.entries(page.state.changes)) { const [m, p] = name.split('.'), l = lever_(name); undo(name, `${m.replaceAll('_', ' ')}, ${l ? titleOf(l).toLowerCase() : p}: ${l ? `${told(l.value)} → ${told(at(l))} ${l.unit === 'times' ? w('times') : unit(l.unit)}` : to}`, (s) => { delete s.changes[name]; }); }
  for (const n of page.state.off) undo(`off ${n}`, `${article(n)}: ${w('off')}`, (s) => { s.off = s.off.filter((x) => x !== n); });
  for (const [name, on] of Object.entries(page.state.used)) undo(`used ${name}`, `${name.replaceAll('_', ' ')}: ${w(on ? 'used' : 'not_used')}`, (s) => { delete s.used[name]; });
  if (page.state.reading) undo('reading', `${w('reading')}: ${page.state.reading.replaceAll('_', ' ')}`, (s) => { s.reading = null; });
  for (const n of page.state.answers) undo(`answer ${n}`, w('answer', { name: page.opening.answers[n] }), (s) => { s.answers = s.answers.filter((x) => x !== n); });
  if (page.state.delay) undo('delay', `${w('delay')}: ${told(page.state.delay)} ${years(page.state.delay)}`, (s) => { s.delay = 0; });
  if (page.state.discount !== page.opening.discount) undo('discount', `${w('discount')}: ${told(100 * page.state.discount)} ${w('percent_year')}`, (s) => { s.discount = page.opening.discount; });
  for (const [name, q] of Object.entries(page.state.world)) undo(`world ${name}`, `${factor(name)}: ${told(100 * q)} ${w('percentile')}`, (s) => { delete s.world[name]; });
  return found;
}
const lever_ = (name) => chapters().flatMap((c) => c.measures.flatMap((m) => m.levers)).find((l) => l.name === name);

export function showMoved() {
  if ($('chapters').dataset.reading !== reading()) showChapters();
  document.querySelectorAll('#levers *').forEach((node) => { node.refresh?.(); if (node.moved) node.classList.toggle('moved', node.moved()); });
  const all = changed();
  $('changed').textContent = w('changed', { n: all.length });
  const inside = $('changes').contains(document.activeElement);
  $('changes').replaceChildren(el('h2', {}, w('what_changed')), all.length ? el('ul', {}, ...all.map(([label, back]) => el('li', {}, el('button', { type: 'button', onclick: back, 'aria-label': `${w('put_back')}: ${label}` }, w('put_back')), label))) : el('p', {}, w('nothing_changed')));
  if (inside) ($('changes').querySelector('button') ?? $('changed')).focus();
  $('undo').disabled = !past.length;
  $('redo').disabled = !future.length;
  $('reset').disabled = !all.length;
}
