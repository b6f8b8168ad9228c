// Charts of the page: lines through time with bands, levels without and with the text, gains and losses.
// Plain SVG: colours are the style sheet's, so that a theme needs no drawing anew, and nothing is evaluated.

const NS = 'http://www.w3.org/2000/svg';
const EDGE = { left: 44, right: 12, top: 22, bottom: 20 };
// Making a format costs more than drawing a line; asking the browser for a width lays out the whole page.
const FORMATS = Array.from({ length: 7 }, (_, n) => new Intl.NumberFormat('en', { maximumFractionDigits: n }));
const widths = new Map(), sizes = new Map(), pen = document.createElement('canvas').getContext('2d');

// The next part of a picture: what stands in its place from the drawing before is kept, and only what differs is changed.
function put(parent, tag, attributes, text) {
  const at = parent.filled++, there = parent.childNodes[at];
  const made = there?.localName === tag ? there : document.createElementNS(NS, tag);
  if (made !== there) there ? there.replaceWith(made) : parent.append(made);
  made.filled = 0;
  for (const name of made.getAttributeNames()) if (!(name in attributes)) made.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) if (made.getAttribute(name) !== String(value)) made.setAttribute(name, value);
  if (text !== undefined && made.textContent !== text) made.textContent = text;
  return made;
}

// What is left of the drawing before is taken away.
function trim(parent) {
  while (parent.childNodes.length > parent.filled) parent.lastChild.remove();
  for (const child of parent.children) if (child.localName !== 'text') trim(child);
}

export function told(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–';
  const size = Math.abs(x);
  const digits = size === 0 ? 0 : Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(size))));
  return FORMATS[digits].format(x).replace('-', '−');
}

function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const found = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) found.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return found;
}

function extent(values) {
  const known = values.filter((v) => v !== null && Number.isFinite(v));
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
}

// Bands are shown as far as three times the span of the lines: one draw in twenty that runs away would press them flat.
function shown(lines, bands) {
  const [low, high] = extent(lines), [least, most] = extent([...lines, ...bands]);
  const room = Math.max(3 * (high - low), 0.5 * Math.abs(high));
  const ends = [Math.max(least, low - room), Math.min(most, high + room)];
  const pad = Math.max(0.06 * (ends[1] - ends[0]), 1e-3 * Math.abs(ends[1]), 1e-9);
  return [ends[0] >= 0 ? Math.max(0, ends[0] - pad) : ends[0] - pad, ends[1] + pad];
}

const path = (points) => points.filter(([, y]) => y !== null).map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('');

// Widths are asked for once, until the page is laid out anew (`forget`).
export const forget = () => widths.clear();

function widthOf(svg) {
  if (!widths.has(svg.id)) widths.set(svg.id, Math.max(260, svg.clientWidth || 340));
  return widths.get(svg.id);
}

function sheet(svg, high) {
  const width = widthOf(svg);
  svg.filled = 0;
  svg.setAttribute('viewBox', `0 0 ${width} ${high}`);
  svg.setAttribute('height', high);
  return width;
}

function sizeOf(text) {
  if (!sizes.size) pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  if (!sizes.has(text)) sizes.set(text, pen.measureText(text).width);
  return sizes.get(text);
}

// A label cut to the room that it has.
function cut(text, room) {
  let said = text;
  while (said.length > 8 && sizeOf(said) > room) said = `${said.slice(0, -2).trimEnd()}…`;
  return said;
}

// A name in one line, or in two broken at a space where it is longer than its room; the second is cut if it must be.
function broken(text, room) {
  if (sizeOf(text) <= room) return [text];
  const words = text.split(' '), fits = words.findLastIndex((_, i) => i > 0 && sizeOf(words.slice(0, i).join(' ')) <= room);
  return fits < 1 ? [cut(text, room)] : [words.slice(0, fits).join(' '), cut(words.slice(fits).join(' '), room)];
}

// The name of a row, its lines around the row's middle.
function putName(svg, lines, x, y) {
  lines.forEach((line, i) => put(svg, 'text', { x, y: y + 4 + 12 * (i - (lines.length - 1) / 2), 'text-anchor': 'end' }, line));
}

// One panel a name; lines of a panel: {kind, base, reform, low/high of both, kept with years of its own}, dots of the record.
export function drawLines(svg, years, panels, words, year) {
  const high = 190, each = sheet(svg, high) / panels.length;
  panels.forEach((panel, i) => drawPanel(put(svg, 'g', { transform: `translate(${i * each} 0)` }), panel, { years, words, year, width: each, high, number: i, name: svg.id }));
  trim(svg);
}

function drawPanel(g, panel, at) {
  const { years, width, high } = at;
  const inner = { x: EDGE.left, y: EDGE.top, w: width - EDGE.left - EDGE.right, h: high - EDGE.top - EDGE.bottom };
  const all = panel.lines.flatMap((l) => [...l.base, ...l.reform, ...(l.kept?.reform || []), ...(l.middle ? [...l.middle.base, ...l.middle.reform] : [])]);
  const bands = panel.lines.flatMap((l) => (l.band ? [...l.band.base[0], ...l.band.base[1], ...l.band.reform[0], ...l.band.reform[1]] : []));
  const dots = (panel.dots || []).filter(([y]) => y >= years[0] - 8);
  const [bottom, top] = shown([...all, ...dots.map((d) => d[1])], bands);
  const first = Math.min(years[0], ...dots.map((d) => d[0])), last = years.at(-1);
  const x = (t) => inner.x + ((t - first) / (last - first)) * inner.w;
  const y = (v) => (v === null ? null : inner.y + inner.h - ((v - bottom) / (top - bottom)) * inner.h);
  put(g, 'text', { x: 4, y: 12, class: 'panel' }, cut(panel.title, (width - 8) / 1.2));
  for (const t of ticks(bottom, top, 4)) {
    put(g, 'line', { x1: inner.x, x2: inner.x + inner.w, y1: y(t), y2: y(t), class: 'grid' });
    put(g, 'text', { x: inner.x - 6, y: y(t) + 4, 'text-anchor': 'end' }, told(t));
  }
  const step = last - first <= 6 ? 2 : inner.w < 150 && last - first > 12 ? 10 : 5;
  for (let t = Math.ceil(first / step) * step; t <= last; t += step) put(g, 'text', { x: x(t), y: high - 4, 'text-anchor': 'middle' }, String(t));
  if (at.year >= first && at.year <= last) put(g, 'line', { x1: x(at.year), x2: x(at.year), y1: inner.y, y2: inner.y + inner.h, class: 'year' });
  const clip = `clip-${at.name}-${at.number}`;
  put(put(g, 'clipPath', { id: clip }), 'rect', { x: inner.x, y: inner.y - 2, width: inner.w + 4, height: inner.h + 4 });
  const plot = put(g, 'g', { 'clip-path': `url(#${clip})` });
  const line = (values, kind, when = years) => put(plot, 'path', { d: path(values.map((v, i) => [x(when[i]), y(v)])), class: `line ${kind}` });
  for (const l of panel.lines) {
    if (!l.band || l.kind === 'abroad') continue;
    for (const side of ['base', 'reform']) {
      const up = l.band[side][1].map((v, i) => [x(years[i]), y(v)]), down = l.band[side][0].map((v, i) => [x(years[i]), y(v)]).reverse();
      put(plot, 'path', { d: `${path([...up, ...down])}Z`, class: `band ${side}` });
    }
  }
  for (const l of panel.lines) {
    const kind = l.kind === 'abroad' ? ' abroad' : '';
    line(l.base, `base${kind}${l.middle ? ' thin' : ''}`);
    line(l.reform, `reform${kind}${l.middle ? ' thin' : ''}`);
    if (l.middle) { line(l.middle.base, `base${kind}`); line(l.middle.reform, `reform${kind}`); }
    if (l.kept) line(l.kept.reform, `kept${kind}`, l.kept.years);
  }
  for (const [t, v] of dots) put(plot, 'circle', { cx: x(t), cy: y(v), r: 2.2, class: 'dot' });
}

// Levels without and with the text, a row each: a hollow and a full dot, and what lies between them.
export function drawLevels(svg, rows, kept) {
  const tall = 25, high = rows.length * tall + 24, width = sheet(svg, high), left = Math.min(130, width * 0.34), right = 64;
  const most = Math.max(...rows.flatMap((r, i) => [r.base, r.reform, kept ? kept[i]?.reform ?? 0 : 0]), 1e-9) * 1.04;
  const x = (v) => left + (v / most) * (width - left - right);
  for (const t of ticks(0, most, width < 330 ? 3 : 4)) {
    put(svg, 'line', { x1: x(t), x2: x(t), y1: 2, y2: high - 20, class: 'grid' });
    put(svg, 'text', { x: x(t), y: high - 5, 'text-anchor': 'middle' }, told(t));
  }
  rows.forEach((r, i) => {
    const y = 14 + i * tall;
    putName(svg, broken(r.label, left - 10), left - 8, y);
    put(svg, 'line', { x1: x(r.base), x2: x(r.reform), y1: y, y2: y, class: 'move' });
    put(svg, 'circle', { cx: x(r.base), cy: y, r: 4.5, class: 'base' });
    put(svg, 'circle', { cx: x(r.reform), cy: y, r: 4.5, class: 'reform' });
    if (kept?.[i]) put(svg, 'circle', { cx: x(kept[i].reform), cy: y, r: 6.5, class: 'kept' });
    const change = r.base > 0 ? (100 * r.change) / r.base : null;
    const said = r.change === 0 ? '=' : change === null || Math.abs(change) > 999 ? told(r.change) : Math.abs(change) < 0.005 ? '≈ 0 %'
      : `${change > 0 ? '+' : ''}${told(Number(change.toFixed(Math.abs(change) < 0.1 ? 2 : 1)))} %`;
    put(svg, 'text', { x: width - 2, y: y + 4, 'text-anchor': 'end', class: 'value' }, said);
  });
  trim(svg);
}

// Gains to the right, losses to the left; a thin line is the range over draws.
export function drawGains(svg, rows, ranged) {
  const left = Math.min(186, widthOf(svg) * 0.46), names = rows.map((r) => broken(r.label, left - 10));
  const tall = names.some((lines) => lines.length > 1) ? 27 : 22, high = rows.length * tall + 24, width = sheet(svg, high);
  const [low, top] = extent([0, ...rows.map((r) => r.change)]);
  const room = Math.max(top - low, 1e-6);
  const ends = [Math.max(Math.min(low, ...(ranged ? rows.map((r) => r.low) : [0])), low - room), Math.min(Math.max(top, ...(ranged ? rows.map((r) => r.high) : [0])), top + room)];
  const pad = 0.05 * Math.max(ends[1] - ends[0], 1e-6);
  const x = (v) => left + ((Math.min(Math.max(v, ends[0] - pad), ends[1] + pad) - ends[0] + pad) / (ends[1] - ends[0] + 2 * pad)) * (width - left - 46);
  for (const t of ticks(ends[0] - pad, ends[1] + pad, width < 330 ? 3 : 4)) {
    put(svg, 'line', { x1: x(t), x2: x(t), y1: 0, y2: high - 20, class: t === 0 ? 'nil' : 'grid' });
    put(svg, 'text', { x: x(t), y: high - 5, 'text-anchor': 'middle' }, told(t));
  }
  rows.forEach((r, i) => {
    const y = tall / 2 + 1 + i * tall;
    putName(svg, names[i], left - 8, y);
    put(svg, 'rect', { x: Math.min(x(0), x(r.change)), y: y - 6, width: Math.max(0.5, Math.abs(x(r.change) - x(0))), height: 12, rx: 2, class: `bar ${r.change < 0 ? 'loss' : 'gain'}` });
    if (ranged) put(svg, 'line', { x1: x(r.low), x2: x(r.high), y1: y, y2: y, class: 'span' });
    put(svg, 'text', { x: width - 2, y: y + 4, 'text-anchor': 'end', class: 'value' }, told(r.change));
  });
  trim(svg);
}
