// Why this number: what the articles bring, what that rests on, which uncertain numbers go along with it.

import { told } from './charts.js';
import { $, article, chapters, coded, el, factor, leverName, page, restsOn, unit, verdict, w } from './page.js';

let explained = '';

// Who stands on a figure with the keyboard comes back to it, though the table is made anew with every answer.
export const focusFigure = (name) => document.querySelector(`#figures button[data-key="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
// What is explained, told anew where more has come.
export const again = () => { if ($('why').open) why(explained); };

// What each article brings to a figure.
function brought(row, without) {
  if (!without?.length) return el('p', {}, w(without ? 'why_no_article' : 'coming'));
  const most = Math.max(...without.map((a) => Math.abs(a.change)), 1e-12);
  return el('div', { className: 'bars' }, ...without.flatMap((a) => [el('span', {}, article(a.article)),
    el('meter', { min: 0, max: most, value: Math.abs(a.change), 'aria-label': article(a.article) }), el('span', {}, `${a.change > 0 ? '+' : ''}${told(a.change)} ${unit(row.unit)}`)]));
}

export function why(name) {
  const row = page.answer.central.figures.find((r) => r.key === name), over = page.answer.draws?.figures.find((r) => r.key === name);
  const without = page.answer.matters?.articles.without[name], shares = page.answer.numbers?.shares[name];
  // Figure 1 has no draws here, and no run without each article.
  const rare = row.number === 1, parts = rare && row.raw.reform === null ? [el('p', {}, w('rare_note'))] : [
    el('p', {}, w('why_central', { beside: page.opening.beside, base: row.base, text: row.reform, change: row.difference, unit: unit(row.unit) })),
    over ? el('p', {}, w('why_draws', { n: over.draws, change: over.difference, range: over.interval || '–', sign: over.sign || '–' })) : el('p', {}, w(rare ? 'rare_note' : 'waits')),
    el('p', {}, w('why_hindcast', { verdict: verdict(row.hindcast) })),
  ];
  if (!rare) parts.push(el('h3', {}, w('why_articles')), brought(row, without));
  const based = (without ?? []).slice(0, 4).flatMap((a) => chapters().find((c) => c.number === a.article)?.measures ?? []);
  if (based.length) parts.push(el('h3', {}, w('why_rests')), el('ul', {}, ...based.flatMap((m) => m.levers.map((l) => el('li', {}, `${leverName(m, l)}: ${restsOn(l)}`)))));
  if (shares) parts.push(el('h3', {}, w('why_numbers')), el('ul', {}, ...shares.map((s) => el('li', {}, `${factor(s.name)}: ${told(100 * s.share)} %`))));
  parts.push(el('p', { className: 'says' }, ...coded(w('why_more'))));
  $('why-head').textContent = row.label;
  $('why').querySelector('div').replaceChildren(...parts);
  $('why').onclose = () => focusFigure(name);
  explained = name;
  if (!$('why').open) $('why').showModal();
}
