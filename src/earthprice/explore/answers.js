// What is shown: how far the answer is, sentences, six charts, the ten figures.

import { drawGains, drawLevels, drawLines, forget, told } from './charts.js';
import { $, el, page, patch, put, unit, verdict, w } from './page.js';
import { again, focusFigure, why } from './why.js';

let exportsOf = 'scarce';

function showStatus(central, draws) {
  $('status').className = draws?.whole ? 'whole' : draws ? 'draws' : 'central';
  put($('status'), central.status === 'not_cleared' ? w('not_cleared', { why: central.worst })
    : draws?.whole ? w('whole', { n: draws.draws, lost: draws.lost })
    : draws ? w('some_draws', { n: draws.draws, all: page.opening.draws }) : w('central_run', { ms: told(central.ms) }));
}

// What the rule kept beside is told by: its draws where both rules have theirs, which are the same draws; else its central run.
const besideOf = (draws) => page.kept && (draws?.whole && page.kept.draws?.whole ? page.kept.draws : page.kept.central);
// A rule that says nothing new until later has figures of a later year: the other's year is said where it is another.
const keptYear = () => (page.kept.central.year === page.opening.year ? '' : `, ${page.kept.central.year}`);
const keptName = (draws) => `${w('kept')} (${besideOf(draws) === page.kept.central ? w('central') : whose(page.kept.draws)}${keptYear()})`;

// Whose numbers a table and a sentence hold: the median of all draws where these stand, else the central run.
const whose = (draws) => (draws ? w('median_of', { n: draws.draws - draws.lost }) : w('central'));
const spread = (low, high) => `${told(low)} – ${told(high)}`;

// Sentences, figures and the command.
export function showWords() {
  const { central, draws, matters } = page.answer, whole = draws?.whole;
  showSentences(central, whole ? draws : null, matters);
  $('sentences').classList.toggle('stale', page.answer.stale);
  showFigures(central, draws, whole);
  $('line').querySelector('pre').textContent = central.command;
  again();
}

function showSentences(central, whole, matters) {
  const late = matters?.sentences ?? [], said = (whole ?? central).sentences;
  const rows = ['fall', 'hit', 'now'].map((name) => {
    const found = said.find((s) => s.question === name) ?? late.find((s) => s.question === name);
    const from = whose(whole && said.includes(found) ? whole : null);
    if (found) return [found.asked, found.answer, from];
    return [w(`question.${name}`), name === 'now' && page.opening.kind === 'law' ? w('not_asked_of_law') : w('coming'), ''];
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
    el('details', { open: page.tables.has(`card-${id}`) }, el('summary', {}, w('as_table')), el('div', { className: 'wide', tabindex: '0', role: 'region', 'aria-label': title }, el('table'))));
  made.querySelector('details').addEventListener('toggle', showCharts);
  $('charts').append(made);
  return made;
}

export function showCharts() {
  const { central, draws } = page.answer, aside = besideOf(draws), first = !$('card-groups'), whole = draws?.whole ? draws : null;
  showStatus(central, draws);
  $('beside').disabled = !page.kept && page.answer.stale;  // until its money is known, a rule cannot be kept
  legend(draws);
  const paths = (chart) => {
    const panels = new Map();
    central.lines.forEach((line, i) => {
      if (line.chart !== chart) return;
      const over = draws?.lines[i], panel = panels.get(line.panel) ?? { title: w(`panel.${line.panel}`), unit: line.unit, lines: [], dots: [] };
      if (!page.words[`panel.${line.panel}`]) panel.title = line.panel;
      panel.lines.push({ kind: line.kind, base: line.base, reform: line.reform, kept: aside && { years: page.kept.central.years, reform: aside === page.kept.central ? aside.lines[i].reform : aside.lines[i].reform[1] },
        band: over && { base: [over.base[0], over.base[2]], reform: [over.reform[0], over.reform[2]] },
        middle: whole ? { base: over.base[1], reform: over.reform[1] } : null });
      if (line.kind === 'home') panel.dots.push(...(page.opening.observed[line.measure] ?? []));
      panels.set(line.panel, panel);
    });
    return [...panels.values()];
  };
  for (const chart of ['price', 'digging', 'ore']) {
    const panels = paths(chart), units = [...new Set(panels.map((p) => unit(p.unit)))].join(', ');
    const made = card(chart, w(`chart.${chart}`), units), svg = made.querySelector('svg');
    svg.setAttribute('aria-label', `${w(`chart.${chart}`)} [${units}], ${whose(whole)}. ${panels.map((p) => `${p.title}: ${ends(p, central)}`).join('; ')}`);
    drawLines(svg, central.years, panels, page.words, page.opening.year);
    const cell = (l, side, i) => `${told((l.middle ?? l)[side][i])}${l.band ? ` (${spread(l.band[side][0][i], l.band[side][1][i])})` : ''}`;
    table(made, draws ? w('with_band', { whose: whose(whole) }) : whose(null), [w('year'), ...panels.flatMap((p) => p.lines.flatMap((l) => [`${p.title} ${w(l.kind)}, ${page.opening.beside}`, `${p.title} ${w(l.kind)}, ${w('text')}`]))],
      central.years.map((y, i) => [String(y), ...panels.flatMap((p) => p.lines.flatMap((l) => [cell(l, 'base', i), cell(l, 'reform', i)]))]));
  }
  const bars = (whole ?? central).bars, over = Boolean(draws);
  const exported = (from) => from.bars.exports.filter((r) => r.of === exportsOf && !r.all);
  const made = card('exports', w('chart.exports'), `${unit(page.opening.units.exports)}, ${page.opening.year}`);
  if (!made.querySelector('.choices')) made.querySelector('figcaption').after(el('div', { className: 'choices', role: 'group', 'aria-label': w('which_good') },
    ...['scarce', 'lead', 'magnets'].map((k) => el('button', { type: 'button', 'data-of': k, onclick: () => { exportsOf = k; showCharts(); } }, w(`exports.${k}`)))));
  made.querySelectorAll('.choices button').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.of === exportsOf)));
  levels(made, w('chart.exports'), whose(whole), exported({ bars }), aside && exported(aside));
  levels(card('damage', w('chart.damage'), `${unit(page.opening.units.damage)}, ${page.opening.year}`), w('chart.damage'), whose(whole), bars.damage,
    aside && bars.damage.map((r) => aside.bars.damage.find((k) => k.place === r.place)));
  const gains = card('groups', w('chart.groups'), `${unit(page.opening.units.groups)}, ${w('present_value')}`), rows = over ? draws.groups : central.bars.groups;
  gains.querySelector('svg').setAttribute('aria-label', `${w('chart.groups')}, ${whose(over ? draws : null)}: ${rows.map((r) => `${r.label} ${told(r.change)}`).join('; ')}`);
  drawGains(gains.querySelector('svg'), rows, over);
  table(gains, whose(over ? draws : null), [w('group'), w('change'), w('range'), w('sign')], rows.map((r) => [r.label, told(r.change), over ? spread(r.low, r.high) : '', r.sign]));
  document.querySelectorAll('.card').forEach((c) => c.classList.toggle('waiting', !draws));
  gains.classList.toggle('stale', page.answer.stale);
  if (first) { forget(); showCharts(); } // widths are known when all cards stand
}

// A year is the mean of its periods, which are of one length.
function ends(panel, central) {
  const mine = central.years.flatMap((y, i) => (Math.floor(y) === page.opening.year ? [i] : [])), l = panel.lines[0].middle ?? panel.lines[0];
  const mean = (path) => told(mine.reduce((sum, i) => sum + path[i], 0) / mine.length);
  return mine.length ? `${page.opening.year}: ${mean(l.base)} → ${mean(l.reform)}` : '';
}

function levels(made, title, from, rows, beside) {
  const svg = made.querySelector('svg');
  svg.setAttribute('aria-label', `${title}, ${from}: ${rows.map((r) => `${r.label} ${told(r.base)} → ${told(r.reform)}`).join('; ')}`);
  drawLevels(svg, rows, beside);
  table(made, from, [w('where'), page.opening.beside, w('text'), w('change'), w('range'), w('sign')],
    rows.map((r) => [r.label, told(r.base), told(r.reform), told(r.change), r.sign ? spread(r.low, r.high) : '', r.sign]));
}

function table(made, from, head, rows) {
  if (!made.querySelector('details').open) return;
  made.querySelector('table').replaceChildren(el('caption', {}, from),
    el('thead', {}, el('tr', {}, ...head.map((h) => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, ...rows.map(([first, ...rest]) => el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((c) => el('td', {}, c))))));
}

// A column of the figures: its head, its kind, and its cell from the central row and that over draws. Levels and changes are
// medians once all draws stand, as in the sentences; the central run keeps a column that says so. Figure 1 has no draws: it
// stands in that column alone, and says so in that of the rule kept beside.
function columns(draws, whole) {
  const old = new Map((besideOf(draws)?.figures ?? []).map((r) => [r.key, r]));
  const known = (r) => ((r?.raw.diff ?? null) === null ? '–' : r.difference);
  const aside = (r) => (old.has(r.key) ? known(old.get(r.key)) : `${known(page.kept.central.figures.find((k) => k.key === r.key))} (${w('central')})`);
  const level = (name) => (r, d) => { const of = whole ? d : r; return (of?.raw.reform ?? null) === null ? '–' : of[name]; };
  const sign = (r, d) => (d ? `${d.mark} ${d.sign}` : r.number !== 1 ? w('waits') : w(r.raw.reform === null ? 'searched' : 'central'));
  return [[page.opening.beside, '', level('base')], [w('text'), '', level('reform')], [w(whole ? 'change_median' : 'change'), '', level('difference')],
    [w('range'), 'range', (r, d) => d?.interval ?? ''], [w('sign'), 'words', sign],
    ...(whole ? [[w('change_central'), '', (r) => (r.raw.reform === null ? '–' : r.difference)]] : []),
    ...(page.state.answers.length ? [[w('with_answers'), '', (r) => r.answered]] : []),
    ...(page.kept ? [[keptName(draws), '', aside]] : []), [w('hindcast'), 'words', (r) => verdict(r.hindcast)]];
}

// What is let go beside its button has been moved on by the lines above it.
$('figures').addEventListener('click', ({ target }) => { const button = target.closest('th')?.querySelector('[data-key]'); if (button) why(button.dataset.key); });

function showFigures(central, draws, whole) {
  const over = new Map((draws?.figures ?? []).map((r) => [r.key, r])), shown = columns(draws, whole);
  let before = null;
  const rows = central.figures.map((r) => {
    const d = over.get(r.key), first = r.number !== before, still = (whole ? d : r)?.raw.diff === 0;
    before = r.number;
    return el('tr', { className: `${first ? 'first' : ''}${page.answer.stale && r.number === 9 ? ' stale' : ''}` },
      el('th', { scope: 'row' }, el('button', { type: 'button', title: w('explain'), 'data-key': r.key }, r.label), el('small', {}, unit(r.unit))),
      ...shown.map(([head, kind, cell]) => el('td', { className: kind === '' && still ? 'same' : kind, 'data-head': head }, String(cell(r, d)))));
  });
  const at = document.activeElement?.dataset?.key;
  patch($('figures').querySelector('table'), el('table', {}, el('caption', {}, whose(whole ? draws : null)),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, w('figure')), ...shown.map(([head, kind]) => el('th', { scope: 'col', className: kind }, head)))), el('tbody', {}, ...rows)));
  $('figures-head').textContent = w('ten_figures', { year: page.opening.year });
  if (at) focusFigure(at);
}

function legend(draws) {
  const keys = [['base', page.opening.beside], ['reform', w('text')], ['abroad', w('abroad_dashed')], ['band', w('band')], ['dots', w('record')], ...(page.kept ? [['kept', keptName(draws)]] : [])];
  $('key').replaceChildren(...keys.map(([kind, label]) => el('span', { className: kind }, el('i'), label)));
}
