"""What a browser finds wrong with a page: axe's faults, and what sticks out of a narrow window."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
WIDER = """() => [...document.querySelectorAll('body *')].filter(e => {
  for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return false;
  return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40))"""


def axe_faults(page: Page) -> list[str]:
    """The serious and critical faults that axe finds, each with the first places where it stands."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({len(fault['nodes'])}): {[' '.join(map(str, n['target'])) for n in fault['nodes'][:3]]}"
        for fault in found
        if fault["impact"] in GRAVE
    ]


def sticking_out(page: Page) -> list[str]:
    """What reaches past the right edge of the window, outside a box that scrolls by itself."""
    return page.evaluate(WIDER)


SHOWN_PICTURES = """() => [...document.querySelectorAll('figure')].map(figure => {
  const seen = [...figure.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0), svg = seen[0];
  const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim());
  const out = texts.map(t => [t.textContent, t.getBoundingClientRect()]).filter(([_, b]) =>
    b.left < box.left - 2 || b.right > box.right + 2);
  return {name: figure.id, pictures: seen.length, across: box.width, room: svg.parentElement.clientWidth,
    letters: Math.min(...texts.map(t => parseFloat(getComputedStyle(t).fontSize))) * scale, out: out.map(o => o[0])};
})"""


def shown_pictures(page: Page) -> list[dict[str, Any]]:
    """Of each figure: pictures seen, width and room [px], smallest letters as scaled [px], texts that stick out."""
    return page.evaluate(SHOWN_PICTURES)


LEAST_TYPE = """() => Math.min(...[...document.querySelectorAll('body *')].filter(e =>
  [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getBoundingClientRect().height > 2
).map(e => {
  const box = e.ownerSVGElement?.viewBox.baseVal;
  const scale = box ? e.ownerSVGElement.getBoundingClientRect().width / box.width : 1;
  return parseFloat(getComputedStyle(e).fontSize) * scale * 0.75;
}))"""


def least_type(page: Page) -> float:
    """Size of the smallest letters that are shown [pt], those of pictures as they are scaled."""
    return page.evaluate(LEAST_TYPE)
