// What all parts of the page share: what is open, moved and answered; words and names; making elements.

import { told } from './charts.js';

// What is said where not even the words have come.
const NO_ANSWER = 'The program behind this page does not answer. Start `earthprice explore` again and load the page anew.';
// opening: what stands before any move; state: what is moved; answer: what has come to it; kept: the rule kept beside; refusal: why the last move was taken back; tables: cards whose table was open.
export const page = { opening: null, words: { no_answer: NO_ANSWER }, state: null, answer: {}, kept: null, refusal: '', tables: new Set() };

let said = '';

export const $ = (id) => document.getElementById(id);
export const w = (name, values = {}) => (page.words[name] ?? name).replace(/\{(\w+)\}/g, (_, k) => values[k] ?? '');
// Words with what is typed or named in them, between backticks, as code.
export const coded = (text) => text.split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));
export const say = (text) => { said = text; $('message').replaceChildren(...coded(text)); $('message').hidden = !text; };
// What stands already is not said again: a screen reader would read it out with every line of an answer.
export const keepSaying = (text) => { if (text !== said) say(text); };
export const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

export const unit = (name) => page.words[`unit.${name}`] ?? name;
export const verdict = (said) => said.replace(/^(yes|no|not scored)(?= |$)/, (found) => w(`verdict.${found}`));
export const titleOf = (l) => w(`parameter.${l.name.split('.').at(-1)}`);
// An uncertain factor by its name; the own part of a place, as `own/mine/weishan`, is named by its family and its place.
export function factor(name) {
  const [own, family, whose] = name.split('/');
  return own === 'own' && whose ? w('own_part', { family: w(`family.${family}`), whose: page.words[`zone.${whose}`] ?? page.words[`whose.${whose.replace(/^conc_/, '')}`] ?? whose.replaceAll('_', ' ') }) : w(`factor.${name}`);
}

// The reading that runs, and the articles as it reads them: a number of another reading is not theirs.
export const reading = () => (page.state.reading in page.opening.chapters ? page.state.reading : page.opening.reading);
export const chapters = () => page.opening.chapters[reading()];
export const article = (number) => { const c = chapters().find((x) => x.number === number); return `${act(c)} ${c.heading}`; };
export const act = (c) => { const said = `${c.name}${c.number_sure ? '' : '?'}`; return /^\d/.test(c.number) ? w('art', { number: said }) : said; };
export const leverName = (m, l) => `${m.name.replaceAll('_', ' ')}, ${titleOf(l).toLowerCase()}`;
export const restsOn = (l) => l.dated.map((d) => `${d.start}: ${told(d.value)}${d.low === null ? '' : ` (${told(d.low)} – ${told(d.high)})`}, ${w(`basis.${d.basis}`)}${d.source ? `, ${d.source}` : ''}${d.why ? `. ${d.why}` : ''}`).join(' · ');

// A part of the page made to look as one made anew, element by element: who presses or stands on one of them keeps it.
// What listens stays with what was there, so that it must go by what stands there.
export function patch(there, made) {
  if (there.nodeName !== made.nodeName) return there.replaceWith(made);
  if (there.nodeType === Node.TEXT_NODE) { if (there.data !== made.data) there.data = made.data; return; }
  for (const name of there.getAttributeNames()) if (!made.hasAttribute(name)) there.removeAttribute(name);
  for (const name of made.getAttributeNames()) if (there.getAttribute(name) !== made.getAttribute(name)) there.setAttribute(name, made.getAttribute(name));
  const children = [...made.childNodes];
  while (there.childNodes.length > children.length) there.lastChild.remove();
  children.forEach((child, i) => { if (there.childNodes[i]) patch(there.childNodes[i], child); else there.append(child); });
}

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== 'string') made[name] = value;
    else made.setAttribute(name === 'className' ? 'class' : name, value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return made;
}
