// What is shown: how far the answer is, sentences, six charts, the ten figures.

import { drawGains, drawLevels, drawLines, forget, told } from './charts.js';
import { $, el, page, unit, verdict, w } from './page.js';
import { again, focusFigure, why } from './why.js';

let exportsOf = 'scarce';

function showStatus(central, draws) {
  $('status').className = draws?.whole ? 'whole' : draws?.groups ? 'draws' : draws ? 'shown' : 'central';
  $('status').textContent = central.status === 'not_cleared' ? w('not_cleared', { why: central.worst })
    : draws?.whole ? w('whole', { n: draws.draws, lost: draws.lost })
    : draws ? w(draws.groups ? 'some_draws' : 'shown_draws', { n: draws.draws, all: page.opening.draws }) : w('central_run', { ms: told(central.ms) });
}

// What the rule kept beside is told by: its draws where both rules have theirs, which are the same draws; else its central run.
const besideOf = (draws) => page.kept && (draws?.whole && page.kept.draws?.whole ? page.kept.draws : page.kept.central);
const keptName = (draws) => `${w('kept')} (${besideOf(draws) === page.kept.central ? w('central') : w('median_of', { n: page.kept.draws.draws - page.kept.draws.lost })})`;

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
    const from = whole && said.includes(found) ? w('median_of', { n: whole.draws - whole.lost }) : w('central');
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
    el('details', {}, el('summary', {}, w('as_table')), el('div', { className: 'wide', tabindex: '0', role: 'region', 'aria-label': title }, el('table'))));
  made.querySelector('details').addEventListener('toggle', showCharts);
  $('charts').append(made);
  return made;
}

export function showCharts() {
  const { central, draws } = page.answer, aside = besideOf(draws), first = !$('card-groups');
  showStatus(central, draws);
  legend(draws);
  const paths = (chart) => {
    const panels = new Map();
    central.lines.forEach((line, i) => {
      if (line.chart !== chart) return;
      const over = draws?.lines[i], panel = panels.get(line.panel) ?? { title: w(`panel.${line.panel}`), unit: line.unit, lines: [], dots: [] };
      if (!page.words[`panel.${line.panel}`]) panel.title = line.panel;
      panel.lines.push({ kind: line.kind, base: line.base, reform: line.reform, kept: aside && (aside === page.kept.central ? aside.lines[i].reform : aside.lines[i].reform[1]),
        band: over && { base: [over.base[0], over.base[2]], reform: [over.reform[0], over.reform[2]] },
        middle: draws?.whole ? { base: over.base[1], reform: over.reform[1] } : null });
      if (line.kind === 'home') panel.dots.push(...(page.opening.observed[line.measure] ?? []));
      panels.set(line.panel, panel);
    });
    return [...panels.values()];
  };
  for (const chart of ['price', 'digging', 'ore']) {
    const panels = paths(chart), units = [...new Set(panels.map((p) => unit(p.unit)))].join(', ');
    const made = card(chart, w(`chart.${chart}`), units), svg = made.querySelector('svg');
    svg.setAttribute('aria-label', `${w(`chart.${chart}`)} [${units}]. ${panels.map((p) => `${p.title}: ${ends(p, central)}`).join('; ')}`);
    drawLines(svg, central.years, panels, page.words, page.opening.year);
    table(made, [w('year'), ...panels.flatMap((p) => p.lines.flatMap((l) => [`${p.title} ${w(l.kind)}, ${page.opening.beside}`, `${p.title} ${w(l.kind)}, ${w('text')}`]))],
      central.years.map((y, i) => [String(y), ...panels.flatMap((p) => p.lines.flatMap((l) => [told(l.base[i]), told(l.reform[i])]))]));
  }
  const bars = (draws?.whole ? draws : central).bars, over = Boolean(draws?.groups);
  const exported = (from) => from.bars.exports.filter((r) => r.of === exportsOf && !r.all);
  const made = card('exports', w('chart.exports'), `${unit(page.opening.units.exports)}, ${page.opening.year}`);
  if (!made.querySelector('.choices')) made.querySelector('figcaption').after(el('div', { className: 'choices', role: 'group', 'aria-label': w('which_good') },
    ...['scarce', 'lead', 'magnets'].map((k) => el('button', { type: 'button', 'data-of': k, onclick: () => { exportsOf = k; showCharts(); } }, w(`exports.${k}`)))));
  made.querySelectorAll('.choices button').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.of === exportsOf)));
  levels(made, w('chart.exports'), exported({ bars }), aside && exported(aside));
  levels(card('damage', w('chart.damage'), `${unit(page.opening.units.damage)}, ${page.opening.year}`), w('chart.damage'), bars.damage,
    aside && bars.damage.map((r) => aside.bars.damage.find((k) => k.label === r.label)));
  const gains = card('groups', w('chart.groups'), `${unit(page.opening.units.groups)}, ${w('present_value')}${draws && !over ? `, ${w('waits')}` : ''}`), rows = over ? draws.groups : central.bars.groups;
  gains.querySelector('svg').setAttribute('aria-label', `${w('chart.groups')}: ${rows.map((r) => `${r.label} ${told(r.change)}`).join('; ')}`);
  drawGains(gains.querySelector('svg'), rows, over);
  table(gains, [w('group'), w('change'), w('range'), w('sign')], rows.map((r) => [r.label, told(r.change), over ? `${told(r.low)} – ${told(r.high)}` : '', r.sign]));
  document.querySelectorAll('.card').forEach((c) => c.classList.toggle('waiting', !draws));
  gains.classList.toggle('stale', page.answer.stale);
  if (first) { forget(); showCharts(); } // widths are known when all cards stand
}

function ends(panel, central) {
  const at = central.years.findIndex((y) => Math.floor(y) === page.opening.year), l = panel.lines[0];
  return at < 0 ? '' : `${page.opening.year}: ${told(l.base[at])} → ${told(l.reform[at])}`;
}

function levels(made, title, rows, beside) {
  const svg = made.querySelector('svg');
  svg.setAttribute('aria-label', `${title}: ${rows.map((r) => `${r.label} ${told(r.base)} → ${told(r.reform)}`).join('; ')}`);
  drawLevels(svg, rows, beside);
  table(made, [w('where'), page.opening.beside, w('text'), w('change'), w('range'), w('sign')],
    rows.map((r) => [r.label, told(r.base), told(r.reform), told(r.change), r.sign ? `${told(r.low)} – ${told(r.high)}` : '', r.sign]));
}

function table(made, head, rows) {
  if (!made.querySelector('details').open) return;
  made.querySelector('table').replaceChildren(
    el('thead', {}, el('tr', {}, ...head.map((h) => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, ...rows.map(([first, ...rest]) => el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((c) => el('td', {}, c))))));
}

function showFigures(central, draws, whole) {
  const over = new Map((draws?.figures ?? []).map((r) => [r.key, r])), old = new Map([...(page.kept?.central.figures ?? []), ...(besideOf(draws)?.figures ?? [])].map((r) => [r.key, r]));
  const answered = page.state.answers.length > 0;
  const head = [w('figure'), page.opening.beside, w('text'), w('change'), ...(whole ? [w('change_median')] : []), w('range'), w('sign'),
    ...(answered ? [w('with_answers')] : []), ...(page.kept ? [keptName(draws)] : []), w('hindcast')];
  const sign = whole ? 5 : 4, kind = (i) => i === sign || i === head.length - 2 ? 'words' : i === sign - 1 ? 'range' : '';
  let before = null;
  const rows = central.figures.map((r) => {
    const d = over.get(r.key), first = r.number !== before;
    before = r.number;
    const cells = [...(r.raw.reform === null ? ['–', '–', '–'] : [r.base, r.reform, r.difference]), ...(whole ? [d?.difference ?? '–'] : []),
      d ? d.interval : '', d ? `${d.mark} ${d.sign}` : r.number !== 1 ? w('waits') : w(r.raw.reform === null ? 'searched' : 'central'), ...(answered ? [r.answered] : []),
      ...(page.kept ? [old.get(r.key)?.difference ?? '–'] : []), verdict(r.hindcast)];
    return el('tr', { className: `${first ? 'first' : ''}${page.answer.stale && r.number === 9 ? ' stale' : ''}` },
      el('th', { scope: 'row' }, el('button', { type: 'button', title: w('explain'), 'data-key': r.key, onclick: () => why(r.key) }, r.label), el('small', {}, unit(r.unit))),
      ...cells.map((c, i) => el('td', { className: kind(i) === '' && r.raw.diff === 0 ? 'same' : kind(i), 'data-head': head[i + 1] }, String(c))));
  });
  const at = document.activeElement?.dataset?.key;
  $('figures').querySelector('table').replaceChildren(el('thead', {}, el('tr', {}, ...head.map((h, i) => el('th', { scope: 'col', className: kind(i - 1) }, h)))), el('tbody', {}, ...rows));
  $('figures-head').textContent = w('ten_figures', { year: page.opening.year });
  if (at) focusFigure(at);
}

function legend(draws) {
  const keys = [['base', page.opening.beside], ['reform', w('text')], ['abroad', w('abroad_dashed')], ['band', w('band')], ['dots', w('record')], ...(page.kept ? [['kept', keptName(draws)]] : [])];
  $('key').replaceChildren(...keys.map(([kind, label]) => el('span', { className: kind }, el('i'), label)));
}
