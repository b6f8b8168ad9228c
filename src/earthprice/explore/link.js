// A link is a result: the state and what it was made with, compressed into the fragment, which reaches no log.

const MOST = 1_000_000;

async function through(stream, bytes) {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  const parts = [];
  let size = 0;
  for await (const part of out) {
    size += part.length;
    if (size > MOST) throw new Error('too long');
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

export async function pack(value) {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(value)));
  return `e1=${btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

// What a fragment holds; null where it holds no link, or none that can be read.
export async function unpack(fragment) {
  const found = /^#e1=([A-Za-z0-9_-]+)$/.exec(fragment);
  if (!found) return null;
  try {
    const bytes = Uint8Array.from(atob(found[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes)));
  } catch { return null; }
}

// The token of an address beyond this machine: taken out of the fragment at once, so that it is never copied on; a link
// behind it stays.
export function token() {
  const found = /^#token=([A-Za-z0-9_-]+)(?:&(e1=.*))?$/.exec(location.hash);
  if (found) {
    sessionStorage.setItem('token', found[1]);
    history.replaceState(null, '', `${location.pathname}${found[2] ? `#${found[2]}` : ''}`);
  }
  return sessionStorage.getItem('token') ?? '';
}
