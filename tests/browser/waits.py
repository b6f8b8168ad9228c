"""Waits for the page of `explore`: until the newest move is painted, its draws stand, or nothing more comes."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def start(window: Page, address: str) -> None:
    """Open the page and wait for its first central run."""
    window.goto(address)
    window.wait_for_selector("body[data-painted]")


PAINTED = """async () => {
  const moves = await import('/moves.js'), until = performance.now() + 600_000;
  while (moves.waiting() || document.body.dataset.painted !== String(moves.newest())) {
    if (performance.now() > until) throw new Error('not painted');
    await new Promise((done) => setTimeout(done, 20));
  }
}"""
"""`wait_for_function` would take the promise itself for true."""


def painted(window: Page) -> None:
    """Wait until the newest move has been sent and its central run is painted."""
    window.evaluate(PAINTED)


def wait_whole(window: Page) -> None:
    """Wait until all draws of the newest move stand."""
    painted(window)
    window.wait_for_selector("#status.whole", timeout=600_000)


def wait_end(window: Page) -> None:
    """Wait until nothing more comes: rare prices stand too."""
    wait_whole(window)
    newest = window.locator("body").get_attribute("data-painted")
    window.wait_for_selector(f"body[data-ended='{newest}']", timeout=600_000)


def central(window: Page) -> dict[str, list[str]]:
    """By figure but the first, levels and change of the whole central run; medians once all draws stand."""
    painted(window)
    rows = window.locator("#figures tbody tr")
    expect(rows.nth(23)).to_be_attached(timeout=600_000)
    expect(window.locator("#figures .stale")).to_have_count(0, timeout=600_000)
    return {
        str(row.locator("button").get_attribute("data-key")): row.locator("td").all_inner_texts()[:3]
        for row in rows.all()
        if not str(row.locator("button").get_attribute("data-key")).startswith("gap_")
    }
