// Moves: what is changed, undone and done again goes to the server on this machine; the newest wins, answers come back
// a line a step.

import { page, say, w } from './page.js';
import { token } from './link.js';

export const UNMOVED = { changes: {}, off: [], used: {}, reading: null, answers: [], delay: 0, discount: null, world: {} };
const AGAIN = 2000; // milliseconds after which a server that was gone, or had too much to do, is asked again
const BUSY = [429, 503]; // what it says then
// An address beyond this machine is no secure context: it has neither `randomUUID` nor a clipboard.
const tab = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join(''), key = token();
let lastMove = ['', 0], seq = 0, busy = false, wanted = null, control = null, answered = null;
page.state = structuredClone(UNMOVED);
const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// States to go back to, and those to go forward to again.
export const past = [], future = [];
// Who is told: take(step, began) of each line that comes back, moved() of each move.
export const heard = { take: null, moved: null };
export const newest = () => seq;
// Whether a move has not been sent yet: one that was sent before it is still without its central run.
export const waiting = () => wanted !== null;

export const ask = (path, body, signal) => fetch(path, {
  method: body ? 'POST' : 'GET', signal, body: body && JSON.stringify(body),
  headers: { ...(body && { 'content-type': 'application/json' }), ...(key && { authorization: `Bearer ${key}` }) },
});

export function move(change, name) {
  const now = performance.now(), before = structuredClone(page.state);
  change(page.state);
  page.refusal = '';
  if (alike(before, page.state)) return alike(before, answered) ? heard.moved() : moved();
  if (lastMove[0] !== name || now - lastMove[1] > 900) past.push(before);
  lastMove = [name, now];
  future.length = 0;
  if (past.length && alike(past.at(-1), page.state)) { past.pop(); lastMove = ['', 0]; } // there and back again
  moved();
}

// A move that is refused is taken back, so that levers, answers, link and command stay of one state; why, is said until the next move.
function takeBack(words, asked) {
  page.refusal = words;
  if (!answered || alike(asked, answered)) return say(words);
  page.refusal = `${words} ${w('taken_back')}`;
  say(page.refusal);
  page.state = structuredClone(answered);
  const known = past.findLastIndex((state) => alike(state, page.state));
  if (known >= 0) past.length = known; // what lies between was refused with it
  lastMove = ['', 0];
  moved();
}

export function moved() {
  wanted = structuredClone(page.state);
  if (!busy) send();
  heard.moved();
}

async function send() {
  busy = true;
  const mine = ++seq, asked = wanted, began = performance.now();
  wanted = null;
  control?.abort();
  control = new AbortController();
  const free = () => { if (busy && mine === seq) { busy = false; if (wanted) send(); } };
  try {
    const response = await ask('/state', { tab, seq: mine, of: page.opening.of, state: asked, language: page.opening.language }, control.signal).catch(gone);
    if (response.status === 422) { const words = await response.text(); if (mine === seq && !wanted) takeBack(words, asked); return; }
    if (BUSY.includes(response.status)) throw Object.assign(new Error(await response.text()), { again: true });
    if (!response.ok) throw new Error(response.status === 409 ? w('other_program') : await response.text());
    let last = null;
    for await (last of lines(response)) {
      if (mine !== seq) return;
      if (last.step === 'refused') { if (!wanted) takeBack(last.words, asked); return; }
      if (last.step === 'central') answered = asked;
      await heard.take(last, began);
      if (mine !== seq) return;
      if (last.step === 'central') free();
    }
    if (last?.step !== 'end') throw new Gone();
  } catch (error) {
    if (error.name === 'AbortError') return;
    say(error instanceof Gone ? w('server_gone') : error.message);
    if (error instanceof Gone || error.again) setTimeout(() => { if (mine === seq) moved(); }, AGAIN);
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

// One step back or forward.
export function swap(from, to) {
  if (!from.length) return;
  to.push(structuredClone(page.state));
  page.state = from.pop();
  page.refusal = '';
  lastMove = ['', 0];
  moved();
}
