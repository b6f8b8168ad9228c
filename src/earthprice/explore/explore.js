// The page of `earthprice explore`: moves go to the server on this machine, the newest wins, answers come back a line a step.

import { drawGains, drawLevels, drawLines, forget, told } from './charts.js';
import { pack, token, unpack } from './link.js';

const $ = (id) => document.getElementById(id);
const UNMOVED = { changes: {}, off: [], used: {}, reading: null, answers: [], delay: 0, discount: 0.03, world: {} };
const AGAIN = 2000; // milliseconds after which a server that was gone is asked again
const tab = crypto.randomUUID();
const key = token();
let opening, words, state = structuredClone(UNMOVED), past = [], future = [], lastMove = ['', 0];
let seq = 0, busy = false, wanted = null, control = null, answer = {}, kept = null, exportsOf = 'scarce', note = '', levers = [], explained = '';

const ask = (path, body, signal) => fetch(path, {
  method: body ? 'POST' : 'GET', signal, body: body && JSON.stringify(body),
  headers: { ...(body && { 'content-type': 'application/json' }), ...(key && { authorization: `Bearer ${key}` }) },
});
const w = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, k) => values[k] ?? '');

const unit = (name) => words[`unit.${name}`] ?? name;
const verdict = (said) => said.replace(/^(yes|no|not scored)(?= |$)/, (found) => w(`verdict.${found}`));
const titleOf = (l) => w(`parameter.${l.name.split('.').at(-1)}`);
// An uncertain factor by its name; the own part of a place, as `own/mine/weishan`, is named by its family and its place.
function factor(name) {
  const [own, family, whose] = name.split('/');
  return own === 'own' && whose ? w('own_part', { family: w(`family.${family}`), whose: words[`zone.${whose}`] ?? whose.replaceAll('_', ' ') }) : w(`factor.${name}`);
}

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== 'string') made[name] = value;
    else made.setAttribute(name === 'className' ? 'class' : name, value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return made;
}

// ---- what is moved

function move(change, name) {
  const now = performance.now();
  if (lastMove[0] !== name || now - lastMove[1] > 900) past.push(structuredClone(state));
  lastMove = [name, now];
  future = [];
  change(state);
  moved();
}

function moved() {
  wanted = structuredClone(state);
  if (!busy) send();
  showMoved();
}

async function send() {
  busy = true;
  const mine = ++seq, asked = wanted, began = performance.now();
  wanted = null;
  control?.abort();
  control = new AbortController();
  const free = () => { if (busy && mine === seq) { busy = false; if (wanted) send(); } };
  try {
    const response = await ask('/state', { tab, seq: mine, state: asked, language: opening.language }, control.signal).catch(gone);
    if (!response.ok) throw new Error(await response.text());
    let last = null;
    for await (last of lines(response)) {
      if (mine !== seq) return;
      await take(last, began);
      if (mine !== seq) return;
      if (last.step === 'central' || last.step === 'refused') free();
    }
    if (!['end', 'refused'].includes(last?.step)) throw new Gone();
  } catch (error) {
    if (error.name === 'AbortError') return;
    say(error instanceof Gone ? w('server_gone') : error.message);
    if (error instanceof Gone) setTimeout(() => { if (mine === seq) moved(); }, AGAIN);
  } finally { free(); }
}

// The server cannot be reached, or its answer broke off: the program has ended, or the machine has slept.
class Gone extends Error {}
const gone = (error) => { throw error.name === 'AbortError' ? error : new Gone(); };

async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read().catch(gone);
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

// A line of the answer: charts are drawn and painted first, words follow.
async function take(step, began) {
  if (step.step === 'refused') { $('status').className = ''; return say(step.words); }
  if (step.step === 'end') return;
  say(note);
  if (step.step === 'central') {
    opening.year = step.year;
    answer = { central: joined({ ...step, figures: answer.central?.figures ?? [] }, answer.money), money: answer.money, stale: true };
    showCharts();
    answer.painted = painted(began);
    return;
  }
  if (step.step === 'figures') {
    answer.central = joined({ ...answer.central, ...step }, answer.money);
    await answer.painted;
    if (step.seq !== seq) return;
    showWords();
    document.body.dataset.painted = String(step.seq);
    return;
  }
  if (step.step === 'money') Object.assign(answer, { central: { ...joined(answer.central, step), status: step.status, worst: step.worst }, money: step, stale: false });
  if (step.step === 'draws') answer.draws = step;
  if (step.step === 'matters') { answer.matters = step; showMost(); }
  if (step.numbers && !levers.length) showUncertain(step.numbers.levers);
  if (step.numbers) answer.numbers = step.numbers;
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

function say(text) { $('message').textContent = text; $('message').hidden = !text; }

// ---- what is shown

function showStatus(central, draws) {
  $('status').className = draws?.whole ? 'whole' : draws ? 'draws' : 'central';
  $('status').textContent = central.status === 'not_cleared' ? w('not_cleared', { why: central.worst })
    : draws?.whole ? w('whole', { n: draws.draws, lost: draws.lost })
    : draws ? w('some_draws', { n: draws.draws, all: opening.draws }) : w('central_run', { ms: told(central.ms) });
}

// What the rule kept beside is told by: its draws where both rules have theirs, which are the same draws; else its central run.
const besideOf = (draws) => kept && (draws?.whole && kept.draws?.whole ? kept.draws : kept.central);
const keptName = (draws) => `${w('kept')} (${besideOf(draws) === kept.central ? w('central') : w('median_of', { n: kept.draws.draws - kept.draws.lost })})`;

// Sentences, figures and the command.
function showWords() {
  const { central, draws, matters } = answer, whole = draws?.whole;
  showSentences(central, whole ? draws : null, matters);
  $('sentences').classList.toggle('stale', answer.stale);
  showFigures(central, draws, whole);
  $('line').querySelector('pre').textContent = central.command;
  if ($('why').open) why(explained);
}

function showSentences(central, whole, matters) {
  const late = matters?.sentences ?? [], said = (whole ?? central).sentences;
  const rows = ['fall', 'hit', 'now'].map((name) => {
    const found = said.find((s) => s.question === name) ?? late.find((s) => s.question === name);
    const from = whole && said.includes(found) ? w('median_of', { n: whole.draws - whole.lost }) : w('central');
    if (found) return [found.asked, found.answer, from];
    return [w('why_now'), opening.kind === 'law' ? w('not_asked_of_law') : w('coming'), ''];
  });
  if (central.same) rows.unshift([w('no_change'), w('no_change_note'), '']);
  $('sentences').querySelector('dl').replaceChildren(...rows.flatMap(([asked, said, from]) => [
    el('dt', {}, asked, el('small', {}, from)), el('dd', {}, said.replaceAll(' %', '\u00a0%'))]));
}

function card(id, title, unit) {
  const there = $(`card-${id}`);
  if (there) { there.querySelector('.unit').textContent = unit; return there; }
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.id = `chart-${id}`;
  svg.setAttribute('role', 'img');
  const made = el('figure', { className: 'card', id: `card-${id}` },
    el('figcaption', {}, el('h3', {}, title), el('span', { className: 'unit' }, unit)), svg,
    el('details', {}, el('summary', {}, w('as_table')), el('div', { className: 'wide', tabindex: '0', role: 'region', 'aria-label': title }, el('table'))));
  made.querySelector('details').addEventListener('toggle', showCharts);
  $('charts').append(made);
  return made;
}

function showCharts() {
  const { central, draws } = answer, aside = besideOf(draws), first = !$('card-groups');
  showStatus(central, draws);
  legend(draws);
  const paths = (chart) => {
    const panels = new Map();
    central.lines.forEach((line, i) => {
      if (line.chart !== chart) return;
      const over = draws?.lines[i], panel = panels.get(line.panel) ?? { title: w(`panel.${line.panel}`), unit: line.unit, lines: [], dots: [] };
      if (!words[`panel.${line.panel}`]) panel.title = line.panel;
      panel.lines.push({ kind: line.kind, base: line.base, reform: line.reform, kept: aside && (aside === kept.central ? aside.lines[i].reform : aside.lines[i].reform[1]),
        band: over && { base: [over.base[0], over.base[2]], reform: [over.reform[0], over.reform[2]] },
        middle: draws?.whole ? { base: over.base[1], reform: over.reform[1] } : null });
      if (line.kind === 'home') panel.dots.push(...(opening.observed[line.measure] ?? []));
      panels.set(line.panel, panel);
    });
    return [...panels.values()];
  };
  for (const chart of ['price', 'digging', 'ore']) {
    const panels = paths(chart), units = [...new Set(panels.map((p) => unit(p.unit)))].join(', ');
    const made = card(chart, w(`chart.${chart}`), units), svg = made.querySelector('svg');
    svg.setAttribute('aria-label', `${w(`chart.${chart}`)} [${units}]. ${panels.map((p) => `${p.title}: ${ends(p, central)}`).join('; ')}`);
    drawLines(svg, central.years, panels, words, opening.year);
    table(made, [w('year'), ...panels.flatMap((p) => p.lines.flatMap((l) => [`${p.title} ${w(l.kind)}, ${opening.beside}`, `${p.title} ${w(l.kind)}, ${w('text')}`]))],
      central.years.map((y, i) => [String(y), ...panels.flatMap((p) => p.lines.flatMap((l) => [told(l.base[i]), told(l.reform[i])]))]));
  }
  const bars = (draws?.whole ? draws : central).bars, over = Boolean(draws);
  const exported = (from) => from.bars.exports.filter((r) => r.of === exportsOf && !r.all);
  const made = card('exports', w('chart.exports'), `${unit('t REO/yr')}, ${opening.year}`);
  if (!made.querySelector('.choices')) made.querySelector('figcaption').after(el('div', { className: 'choices', role: 'group', 'aria-label': w('which_good') },
    ...['scarce', 'lead', 'magnets'].map((k) => el('button', { type: 'button', 'data-of': k, onclick: () => { exportsOf = k; showCharts(); } }, w(`exports.${k}`)))));
  made.querySelectorAll('.choices button').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.of === exportsOf)));
  levels(made, w('chart.exports'), exported({ bars }), aside && exported(aside));
  levels(card('damage', w('chart.damage'), `${w('million_usd_year')}, ${opening.year}`), w('chart.damage'), bars.damage,
    aside && bars.damage.map((r) => aside.bars.damage.find((k) => k.label === r.label)));
  const gains = card('groups', w('chart.groups'), w('billion_usd')), rows = over ? draws.groups : central.bars.groups;
  gains.querySelector('svg').setAttribute('aria-label', `${w('chart.groups')}: ${rows.map((r) => `${r.label} ${told(r.change)}`).join('; ')}`);
  drawGains(gains.querySelector('svg'), rows, over);
  table(gains, [w('group'), w('change'), w('range'), w('sign')], rows.map((r) => [r.label, told(r.change), over ? `${told(r.low)} – ${told(r.high)}` : '', r.sign]));
  document.querySelectorAll('.card').forEach((c) => c.classList.toggle('waiting', !over));
  gains.classList.toggle('stale', answer.stale);
  if (first) { forget(); showCharts(); } // widths are known when all cards stand
}

function ends(panel, central) {
  const at = central.years.findIndex((y) => Math.floor(y) === opening.year), l = panel.lines[0];
  return at < 0 ? '' : `${opening.year}: ${told(l.base[at])} → ${told(l.reform[at])}`;
}

function levels(made, title, rows, beside) {
  const svg = made.querySelector('svg');
  svg.setAttribute('aria-label', `${title}: ${rows.map((r) => `${r.label} ${told(r.base)} → ${told(r.reform)}`).join('; ')}`);
  drawLevels(svg, rows, beside);
  table(made, [w('where'), opening.beside, w('text'), w('change'), w('range'), w('sign')],
    rows.map((r) => [r.label, told(r.base), told(r.reform), told(r.change), r.sign ? `${told(r.low)} – ${told(r.high)}` : '', r.sign]));
}

function table(made, head, rows) {
  if (!made.querySelector('details').open) return;
  made.querySelector('table').replaceChildren(
    el('thead', {}, el('tr', {}, ...head.map((h) => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, ...rows.map(([first, ...rest]) => el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((c) => el('td', {}, c))))));
}

function showFigures(central, draws, whole) {
  const over = new Map((draws?.figures ?? []).map((r) => [r.key, r])), old = new Map((besideOf(draws)?.figures ?? []).map((r) => [r.key, r]));
  const answered = state.answers.length > 0;
  const head = [w('figure'), opening.beside, w('text'), w('change'), ...(whole ? [w('change_median')] : []), w('range'), w('sign'),
    ...(answered ? [w('with_answers')] : []), ...(kept ? [keptName(draws)] : []), w('hindcast')];
  let before = null;
  const rows = central.figures.map((r) => {
    const d = over.get(r.key), first = r.number !== before;
    before = r.number;
    const cells = [r.base, r.reform, r.difference, ...(whole ? [d?.difference ?? '–'] : []),
      d ? d.interval : '', d ? `${d.mark} ${d.sign}` : w('waits'), ...(answered ? [r.answered] : []),
      ...(kept ? [old.get(r.key)?.difference ?? '–'] : []), verdict(r.hindcast)];
    return el('tr', { className: `${first ? 'first' : ''}${answer.stale && r.number === 9 ? ' stale' : ''}` },
      el('th', { scope: 'row' }, el('button', { type: 'button', title: w('explain'), 'data-key': r.key, onclick: () => why(r.key) }, r.label), el('small', {}, unit(r.unit))),
      ...cells.map((c, i) => el('td', { className: i === (whole ? 5 : 4) || i === cells.length - 1 ? 'words' : r.raw.diff === 0 ? 'same' : i === (whole ? 4 : 3) ? 'range' : '', 'data-head': head[i + 1] }, String(c))));
  });
  const at = document.activeElement?.dataset?.key;
  $('figures').querySelector('table').replaceChildren(el('thead', {}, el('tr', {}, ...head.map((h) => el('th', { scope: 'col' }, h)))), el('tbody', {}, ...rows));
  $('figures-head').textContent = w('ten_figures', { year: opening.year });
  if (at) focusFigure(at);
}

// The table is made anew with every answer: who stands on a figure with the keyboard stays there.
const focusFigure = (name) => document.querySelector(`#figures button[data-key="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });

// ---- why this number

function why(name) {
  const row = answer.central.figures.find((r) => r.key === name), over = answer.draws?.figures.find((r) => r.key === name);
  const without = answer.matters?.articles.without[name], shares = answer.numbers?.shares[name];
  const most = Math.max(...(without ?? []).map((a) => Math.abs(a.change)), 1e-12);
  const parts = [
    el('p', {}, w('why_central', { beside: opening.beside, base: row.base, text: row.reform, change: row.difference, unit: unit(row.unit) })),
    over ? el('p', {}, w('why_draws', { n: over.draws, change: over.difference, range: over.interval || '–', sign: over.sign || '–' })) : el('p', {}, w('waits')),
    el('p', {}, w('why_hindcast', { verdict: verdict(row.hindcast) })),
    el('h3', {}, w('why_articles')),
  ];
  if (!without) parts.push(el('p', {}, w('coming')));
  else if (!without.length) parts.push(el('p', {}, w('why_no_article')));
  else parts.push(el('div', { className: 'bars' }, ...without.flatMap((a) => [el('span', {}, article(a.article)),
    el('meter', { min: 0, max: most, value: Math.abs(a.change), 'aria-label': article(a.article) }), el('span', {}, `${a.change > 0 ? '+' : ''}${told(a.change)} ${unit(row.unit)}`)])));
  const based = (without ?? []).slice(0, 4).flatMap((a) => opening.chapters.find((c) => c.number === a.article)?.measures ?? []);
  if (based.length) parts.push(el('h3', {}, w('why_rests')), el('ul', {}, ...based.flatMap((m) => m.levers.map((l) => el('li', {}, `${leverName(m, l)}: ${restsOn(l)}`)))));
  if (shares) parts.push(el('h3', {}, w('why_numbers')), el('ul', {}, ...shares.map((s) => el('li', {}, `${factor(s.name)}: ${told(100 * s.share)} %`))));
  parts.push(el('p', { className: 'says' }, w('why_more')));
  $('why-head').textContent = row.label;
  $('why').querySelector('div').replaceChildren(...parts);
  $('why').onclose = () => focusFigure(name);
  explained = name;
  if (!$('why').open) $('why').showModal();
}

const article = (number) => { const c = opening.chapters.find((x) => x.number === number); return `${act(c)} ${c.heading}`; };
const act = (c) => { const said = `${c.name}${c.number_sure ? '' : '?'}`; return /^\d/.test(c.number) ? w('art', { number: said }) : said; };
const leverName = (m, l) => `${m.name.replaceAll('_', ' ')}, ${titleOf(l).toLowerCase()}`;
const restsOn = (l) => l.dated.map((d) => `${d.start}: ${told(d.value)}${d.low === null ? '' : ` (${told(d.low)} – ${told(d.high)})`}, ${w(`basis.${d.basis}`)}${d.source ? `, ${d.source}` : ''}${d.why ? `. ${d.why}` : ''}`).join(' · ');

// ---- levers

const at = (l) => { const c = state.changes[l.name]; return c === undefined ? l.value : typeof c === 'string' ? l.value * Number(c.slice(1)) : c; };
const put = (l, v) => (s) => { if (Math.abs(v - l.value) <= 1e-12 * Math.max(1, Math.abs(l.value))) delete s.changes[l.name]; else s.changes[l.name] = l.times ? `x${Number((v / l.value).toPrecision(6))}` : Number(v.toPrecision(8)); };
const round = (v) => Number(v.toPrecision(4));

function slider({ id, name, unit, value, least, most, step, low, high, set, quick = [], more = null }) {
  const range = el('input', { type: 'range', id: `${id}-range`, min: String(least), max: String(most), step: String(step), 'aria-label': `${name} [${unit}]` });
  const box = el('input', { type: 'number', id, min: String(least), step: 'any', autocomplete: 'off' });
  const made = el('div', { className: 'lever', 'data-lever': id }, el('label', { className: 'name', for: id }, name, ' ', el('span', { className: 'unit' }, unit)), box, range,
    el('div', { className: 'ends' }, el('span', {}, low ?? told(least)), el('span', {}, high ?? told(most))));
  if (quick.length) made.append(el('div', { className: 'quick' }, ...quick.map(([label, to]) => el('button', { type: 'button', onclick: () => set(to()) }, label))));
  if (more) made.append(more);
  range.addEventListener('input', () => set(round(Number(range.value))));
  box.addEventListener('change', () => { const v = Number(box.value); if (box.value !== '' && Number.isFinite(v)) set(v); else box.value = told(value()); });
  made.refresh = () => {
    const v = value();
    if (document.activeElement !== range || Math.abs(Number(range.value) - v) > 1.5 * step) range.value = String(v);
    if (document.activeElement !== box || Number(box.value) !== v) box.value = String(round(v));
    range.setAttribute('aria-valuetext', `${told(v)} ${unit}`);
  };
  return made;
}

function lever(m, l) {
  const set = (v) => move(put(l, v), l.name), name = titleOf(l);
  const made = slider({ id: l.name, name, unit: l.unit === 'times' ? w('times') : unit(l.unit), value: () => at(l), least: l.least, most: l.most, step: l.step, set,
    quick: [[w('half'), () => l.value / 2], [w('as_written'), () => l.value], [w('double'), () => l.value * 2]].filter(() => l.value > 0),
    more: el('details', {}, el('summary', {}, w('rests_on', { basis: [...new Set(l.dated.map((d) => w(`basis.${d.basis}`)))].join(', ') })), ...l.dated.map((d) => el('p', {}, restsOn({ dated: [d] }))))});
  made.moved = () => l.name in state.changes;
  return made;
}

function showLevers() {
  const open = opening.chapters.filter((c) => c.switch), rest = opening.chapters.filter((c) => !c.switch);
  $('chapters').replaceChildren(...open.map((c) => {
    const body = el('div', { className: 'body' }, el('p', { className: 'says' }, c.says), c.why_not ? el('p', { className: 'says' }, `${w('left_out')}: ${c.why_not}`) : '',
      check(w('in_force'), () => !state.off.includes(c.number), (on) => move((s) => { s.off = on ? s.off.filter((n) => n !== c.number) : [...s.off, c.number]; }, `off ${c.number}`)));
    for (const m of c.measures) {
      if (m.says) body.append(el('p', { className: 'says' }, m.says));
      if (m.power) body.append(check(w('power_used', { name: m.name.replaceAll('_', ' ') }), () => state.used[m.name] ?? m.used, (on) => move((s) => { if (on === m.used) delete s.used[m.name]; else s.used[m.name] = on; }, `used ${m.name}`)));
      body.append(...m.levers.map((l) => lever(m, l)));
    }
    const made = el('details', { className: 'chapter', 'data-article': c.number }, el('summary', {}, el('span', { className: 'no' }, act(c)), el('span', { className: 'head' }, c.heading)), body);
    made.refresh = () => {
      made.classList.toggle('off', state.off.includes(c.number));
      made.classList.toggle('moved', c.measures.some((m) => m.name in state.used || m.levers.some((l) => l.name in state.changes)) || state.off.includes(c.number));
    };
    return made;
  }), el('details', { className: 'rest' }, el('summary', {}, w('not_levers', { n: rest.length })), el('ul', {}, ...rest.map((c) => el('li', {}, `${article(c.number)}. ${c.why_not || c.says}`)))));
  const readings = Object.entries(opening.readings), part = $('reading-part');
  part.replaceChildren();
  if (readings.length) {
    const choose = el('select', { id: 'choose-reading', onchange: () => move((s) => { s.reading = choose.value === opening.reading ? null : choose.value; }, 'reading') }, ...readings.map(([name]) => el('option', { value: name }, name.replaceAll('_', ' '))));
    const note = el('p', { className: 'says' });
    const made = el('div', { className: 'field' }, el('label', { for: 'choose-reading' }, w('reading')), choose, note);
    made.refresh = () => { choose.value = state.reading ?? opening.reading; note.textContent = opening.readings[choose.value]; };
    part.append(made);
  }
  for (const name of opening.answers) part.append(check(w('answer', { name: name.replaceAll('-', ' ') }), () => state.answers.includes(name), (on) => move((s) => { s.answers = on ? [...s.answers, name] : s.answers.filter((n) => n !== name); }, `answer ${name}`)));
  part.append(slider({ id: 'delay', name: w('delay'), unit: w('years'), value: () => state.delay, least: 0, most: 5, step: 0.5, set: (v) => move((s) => { s.delay = v; }, 'delay') }),
    slider({ id: 'discount', name: w('discount'), unit: w('percent_year'), value: () => 100 * state.discount, least: 0, most: 10, step: 0.5, set: (v) => move((s) => { s.discount = Number((v / 100).toPrecision(6)); }, 'discount') }));
}

function check(name, is, set) {
  const box = el('input', { type: 'checkbox' }), made = el('label', { className: 'check' }, box, name);
  box.addEventListener('change', () => set(box.checked));
  made.refresh = () => { box.checked = is(); };
  return made;
}

function showUncertain(numbers) {
  levers = numbers;
  const part = $('uncertain');
  part.hidden = false;
  part.replaceChildren(el('h3', {}, w('uncertain')), el('p', { className: 'says' }, w('uncertain_note')),
    ...numbers.map((n) => slider({ id: `world ${n.name}`, name: factor(n.name), unit: w('percentile'), value: () => 100 * (state.world[n.name] ?? n.at), least: 2, most: 98, step: 1, low: w('low'), high: w('high'),
      set: (v) => move((s) => { s.world[n.name] = Math.min(0.98, Math.max(0.02, v / 100)); }, `world ${n.name}`), quick: [[w('as_estimated'), () => 100 * n.at]] })));
  showMoved();
}

function showMost() {
  const most = answer.matters.articles.most;
  document.querySelectorAll('.chapter').forEach((c) => {
    const is = c.dataset.article === most;
    c.classList.toggle('most', is);
    c.querySelector('.badge')?.remove();
    if (is) c.querySelector('summary').append(el('span', { className: 'badge' }, w('matters_most')));
  });
}

// ---- what have I changed

function changed() {
  const found = [], undo = (name, label, back) => found.push([label, () => move(back, name)]);
  for (const [name, to] of Object.entries(state.changes)) { const [m, p] = name.split('.'), l = lever_(name); undo(name, `${m.replaceAll('_', ' ')}, ${l ? titleOf(l).toLowerCase() : p}: ${l ? `${told(l.value)} → ${told(at(l))} ${l.unit === 'times' ? w('times') : unit(l.unit)}` : to}`, (s) => { delete s.changes[name]; }); }
  for (const n of state.off) undo(`off ${n}`, `${article(n)}: ${w('off')}`, (s) => { s.off = s.off.filter((x) => x !== n); });
  for (const [name, on] of Object.entries(state.used)) undo(`used ${name}`, `${name.replaceAll('_', ' ')}: ${w(on ? 'used' : 'not_used')}`, (s) => { delete s.used[name]; });
  if (state.reading) undo('reading', `${w('reading')}: ${state.reading.replaceAll('_', ' ')}`, (s) => { s.reading = null; });
  for (const n of state.answers) undo(`answer ${n}`, w('answer', { name: n.replaceAll('-', ' ') }), (s) => { s.answers = s.answers.filter((x) => x !== n); });
  if (state.delay) undo('delay', `${w('delay')}: ${told(state.delay)} ${w('years')}`, (s) => { s.delay = 0; });
  if (state.discount !== opening.discount) undo('discount', `${w('discount')}: ${told(100 * state.discount)} ${w('percent_year')}`, (s) => { s.discount = opening.discount; });
  for (const [name, q] of Object.entries(state.world)) undo(`world ${name}`, `${factor(name)}: ${told(100 * q)} ${w('percentile')}`, (s) => { delete s.world[name]; });
  return found;
}
const lever_ = (name) => opening.chapters.flatMap((c) => c.measures.flatMap((m) => m.levers)).find((l) => l.name === name);

function showMoved() {
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

function fold(button, part) { $(button).addEventListener('click', () => { const open = $(part).hidden; $(part).hidden = !open; $(button).setAttribute('aria-expanded', String(open)); }); }

async function copied(button, text, name) {
  try { await navigator.clipboard.writeText(text); } catch { $('line').hidden = false; $('line').querySelector('pre').textContent = text; return; }
  button.textContent = w('copied');
  setTimeout(() => { button.textContent = w(name); }, 1600);
}

const bound = () => ({ version: opening.version, facts: opening.facts, rulebook: opening.rulebook, own: opening.own, years: opening.years, seed: opening.seed, draws: opening.draws, as_of: opening.as_of, state });

async function save() {
  const response = await ask('/saved', { state });
  if (!response.ok) return say(await response.text());
  const { name, text, command } = await response.json();
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  $('line').hidden = false;
  $('line').querySelector('pre').textContent = command;
}

// ---- the beginning

function wire() {
  const swap = (from, to) => { if (!from.length) return; to.push(structuredClone(state)); state = from.pop(); lastMove = ['', 0]; moved(); };
  $('undo').onclick = () => swap(past, future);
  $('redo').onclick = () => swap(future, past);
  $('reset').onclick = () => move((s) => Object.assign(s, structuredClone(UNMOVED), { discount: opening.discount }), 'reset');
  $('beside').onclick = () => { kept = kept || answer.stale ? null : answer; $('beside').textContent = w(kept ? 'stop_beside' : 'keep_beside'); showCharts(); showWords(); };
  $('link').onclick = async (event) => copied(event.currentTarget ?? $('link'), `${location.origin}/#${await pack(bound())}`, 'copy_link');
  $('save').onclick = save;
  $('line').querySelector('button').onclick = (event) => copied(event.currentTarget, $('line').querySelector('pre').textContent, 'copy_command');
  fold('changed', 'changes');
  fold('command', 'line');
  $('theme').onclick = () => { document.documentElement.dataset.theme = theme() === 'dark' ? 'light' : 'dark'; nameTheme(); };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', nameTheme);
  $('language').onchange = () => open($('language').value);
  addEventListener('keydown', (e) => { if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !(e.target.matches?.('input[type=number]'))) { e.preventDefault(); (e.shiftKey ? $('redo') : $('undo')).click(); } });
  let wide = 0;
  new ResizeObserver(([seen]) => {
    if (seen.contentRect.width === wide) return;
    wide = seen.contentRect.width;
    forget();
    if (answer.central) showCharts();
  }).observe($('charts'));
}

const theme = () => document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
function nameTheme() { $('theme').textContent = w(theme() === 'dark' ? 'light' : 'dark'); }

function legend(draws) {
  const keys = [['base', opening.beside], ['reform', w('text')], ['abroad', w('abroad_dashed')], ['band', w('band')], ['dots', w('record')], ...(kept ? [['kept', keptName(draws)]] : [])];
  $('key').replaceChildren(...keys.map(([kind, label]) => el('span', { className: kind }, el('i'), label)));
}

async function open(language) {
  const response = await ask(`/opening?language=${encodeURIComponent(language)}`);
  if (!response.ok) { document.body.textContent = await response.text(); return; }
  opening = { ...(await response.json()), language };
  words = opening.words;
  document.documentElement.lang = language;
  document.querySelectorAll('[data-name]').forEach((node) => { node.setAttribute('aria-label', w(node.dataset.name)); });
  document.querySelectorAll('[data-word]').forEach((node) => { node.textContent = w(node.dataset.word); });
  $('language').replaceChildren(...opening.languages.map((l) => el('option', { value: l }, w(`language.${l}`))));
  $('language').value = language;
  document.title = `${opening.title} · earthprice explore`;
  $('title').textContent = opening.title;
  $('against').textContent = w('held_against', { law: opening.law, beside: opening.beside, first: opening.years[0], last: opening.years[1], day: opening.as_of });
  $('foot').textContent = [w('foot', { version: opening.version, facts: opening.facts.slice(0, 12), seed: opening.seed, draws: opening.draws }), w('translated'), ...opening.notes].join(' · ');
  $('charts').replaceChildren();
  showLevers();
  if (levers.length) showUncertain(levers);
  nameTheme();
  if (kept) $('beside').textContent = w('stop_beside');
  moved();
}

const linked = await unpack(location.hash), broken = location.hash.length > 1 && !linked;
state.discount = UNMOVED.discount;
if (linked || broken) history.replaceState(null, '', location.pathname);
await open(linked?.language ?? 'en');
wire();
if (broken) say(note = w('broken_link'));
if (linked) {
  const held = (o) => JSON.stringify([o.rulebook, o.years, o.own, o.seed, o.draws]);
  if (held(linked) !== held(opening)) say(note = w('other_link', { rulebook: linked.rulebook, version: linked.version }));
  else {
    move((s) => Object.assign(s, structuredClone(UNMOVED), linked.state), 'link');
    if (linked.version !== opening.version || linked.facts !== opening.facts) say(note = w('older_link', { version: linked.version, facts: linked.facts, own: opening.version }));
  }
}
