"""A move on the page of `earthprice explore`: lever to answer, lever to painted charts, first draws, first page.

The server runs as a user starts it; a headless Chromium moves one lever and waits for the paint after each answer. Both
share the cores with whatever else the machine does: the load is noted beside.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.clock import once
from benchmarks.figures import say
from earthprice.arithmetic import settled
from earthprice.explore import page as answers
from earthprice.explore.opened import opened, opening
from earthprice.explore.session import STREAMED, Session
from earthprice.explore.state import State
from earthprice.study.options import Options

WORK = {
    "china-2021-draft": ((2021, 2035), "more_checks.caught"),
    "china-2026": ((2025, 2030), "japan_review.refused"),
}
"""What is explored: years, and the lever that is moved."""
MOVES = 40
"""Moves that are timed; memory is watched over 25 times as many."""
IN_PAGE = """
  const range = document.getElementById(id + '-range'), [least, most] = [+range.min, +range.max];
  const wait = (ms) => new Promise(done => setTimeout(done, ms));
  const to = (part) => {
    const now = performance.now();
    range.value = least + (most - least) * part;
    range.dispatchEvent(new Event('input'));
    return now;
  };
  const since = async (moved) => {
    for (;;) {
      const seen = performance.getEntriesByName('painted').find(e => e.startTime >= moved);
      if (seen) return seen.startTime + seen.duration - moved;
      await wait(1);
    }
  };
"""
PAINTS = f"""async ([id, moves]) => {{{IN_PAGE}
  const out = [];
  for (let i = 0; i < moves; i++) {{
    performance.clearMeasures();
    out.push(await since(to(0.2 + 0.6 * ((i * 7) % moves) / moves)));
    await wait(700);
  }}
  return out;
}}"""
"""Milliseconds from an input to painted charts, move by move, with time for the draws to begin between them."""
DRAG = f"""async ([id, moves]) => {{{IN_PAGE}
  let last = 0;
  for (let i = 0; i < 10 * moves; i++) {{ last = to(0.2 + 0.6 * ((i * 7) % 50) / 50); await wait(8); }}
  const painted = await since(last);
  const status = document.getElementById('status');
  while (!['draws', 'whole'].includes(status.className)) await wait(5);
  return [painted, performance.now() - last];
}}"""
"""Milliseconds from the last input of a fast drag to its painted charts, and to its first draws on screen."""


def of_session(book: str, moves: int) -> dict[str, float]:
    """Seconds of a move without server and browser, of the first draws when their starts are kept, one core; memory."""
    years, lever = WORK[book]
    with settled():
        session, turn = Session(opened(opening(book, Options(years=years)))), count()
        page = answers.Page(session)

        def move() -> None:
            page.central(State(changes={lever: f"x{1 + 0.01 * next(turn)}"}), "en")

        move()
        each = [once(move)[0] for _ in range(moves)]
        for draw in range(STREAMED):
            session.run(State(), draw)
        moved = State(changes={lever: "x0.9"})
        draws = once(lambda: [session.run(moved, draw) for draw in range(STREAMED)])[0]
        before = held()
        for _ in range(25 * moves):
            move()
    spread = {"p50_s": float(np.median(each)), "p95_s": float(np.percentile(each, 95))}
    return {**spread, "draws_s": draws, "moves": 25 * moves, "grown_mb": held() - before}


def held() -> float:
    """Memory that this process holds now [MB]."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def of_page(book: str, moves: int) -> dict[str, float]:
    """Seconds from a lever to painted charts, to the first draws on screen, and to a first page, in a browser."""
    years, lever = WORK[book]
    command = [sys.executable, "-m", "earthprice", "explore", book, "--years", f"{years[0]}-{years[1]}", "--port", "0"]
    with subprocess.Popen([*command, "--no-open"], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = next(found[0] for line in server.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        try:
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                return of_window(browser.new_page(viewport={"width": 1360, "height": 900}), address, lever, moves)
        finally:
            server.terminate()


def of_window(window: Page, address: str, lever: str, moves: int) -> dict[str, float]:
    """The same in an open window."""

    def opened_page() -> None:
        window.goto(address)
        window.wait_for_selector("body[data-painted]", timeout=120_000)

    opened_page()
    window.wait_for_selector("#status.draws, #status.whole", timeout=300_000)
    first = once(opened_page)[0]
    window.wait_for_selector("#status.draws, #status.whole", timeout=300_000)
    paints = window.evaluate(PAINTS, [lever, moves])
    drag, draws = window.evaluate(DRAG, [lever, moves])
    return {
        "least_s": min(paints) / 1e3,
        "p50_s": float(np.median(paints)) / 1e3,
        "p95_s": float(np.percentile(paints, 95)) / 1e3,
        "drag_s": drag / 1e3,
        "draws_s": draws / 1e3,
        "first_s": first,
    }


def measure(quick: bool = False) -> dict[str, Any]:
    """Both rulebooks, without and with the browser; the load of the machine before and after."""
    moves = 4 if quick else MOVES
    before = os.getloadavg()[0]
    found: dict[str, Any] = {b: {"session": of_session(b, moves), "page": of_page(b, moves)} for b in WORK}
    return {**found, "load": [before, os.getloadavg()[0]]}


if __name__ == "__main__":
    say(measure)
