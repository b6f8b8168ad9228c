"""A move on the page of `earthprice explore`: lever to answer, lever to painted charts, first draws, first page.

The server runs as a user starts it; a headless Chromium moves one lever and waits for the paint after each answer. Both
share the cores with whatever else the machine does: the load is noted beside. Every part has a time of its own, all
together four minutes; a part that comes to its end says on how many moves its figures rest, and one that never gets
its answer fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.clock import once
from benchmarks.figures import say
from earthprice.arithmetic import settled
from earthprice.explore import page as answers
from earthprice.explore.opened import opened, opening
from earthprice.explore.session import STREAMED, Session
from earthprice.explore.state import LeverState
from earthprice.study.options import Options

WORK = {
    "china-2021-draft": ((2021, 2035), "more_checks.caught"),
    "china-2026": ((2025, 2030), "japan_review.refused"),
}
"""What is explored: years, and the lever that is moved."""
MOVES, MANY = 40, 1000
"""Moves that are timed, and over which memory is watched, where their time is enough."""
TIMED, WATCHED, PAINTED, FOUND = 8.0, 30.0, 20.0, 60.0
"""Seconds for timed moves, for those over which memory is watched, for painted ones, and for an answer to come."""
APART = 400
"""Moves until a lever comes to a value again, all of them within its bounds."""
LEAST = 2
"""Moves that are made even if their time is over."""
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
    while (performance.now() < moved + 60000) {
      const seen = performance.getEntriesByName('painted').find(e => e.startTime >= moved);
      if (seen) return seen.startTime + seen.duration - moved;
      await wait(1);
    }
    throw new Error('a move was never painted');
  };
"""
PAINTS = f"""async ([id, moves, seconds, fewest]) => {{{IN_PAGE}
  const out = [], end = performance.now() + 1000 * seconds;
  for (let i = 0; i < moves && (i < fewest || performance.now() < end); i++) {{
    performance.clearMeasures();
    out.push(await since(to(0.2 + 0.6 * ((i * 7) % moves) / moves)));
    await wait(400);
  }}
  return out;
}}"""
"""Milliseconds from an input to painted charts, move by move, with time for the draws to begin between them."""
DRAG = f"""async ([id, moves]) => {{{IN_PAGE}
  let last = 0;
  for (let i = 0; i < 5 * moves; i++) {{ last = to(0.2 + 0.6 * ((i * 7) % 50) / 50); await wait(8); }}
  const painted = await since(last);
  const status = document.getElementById('status');
  const until = async (...names) => {{
    while (!names.includes(status.className)) {{
      if (performance.now() > last + 60000) throw new Error('no draws came after a drag');
      await wait(5);
    }}
    return performance.now() - last;
  }};
  return [painted, await until('draws', 'whole')];
}}"""
"""Milliseconds from the last input of a fast drag to its painted charts, and to the bands of its first draws."""


class OfSession(TypedDict):
    """Seconds of a move without server and browser, of the first draws when their starts are kept, one core; memory."""

    p50_s: float
    p95_s: float
    draws_s: float
    moves: int
    grown_mb: float


class OfPage(TypedDict):
    """Seconds from a lever to painted charts; after a fast drag to them, and to the first draws; to a first page."""

    paints: int
    least_s: float
    p50_s: float
    p95_s: float
    drag_s: float
    draws_s: float
    first_s: float


def within(seconds: float, most: int) -> Iterator[int]:
    """Numbers from nil to below `most`, as long as there is time; the first `LEAST` in any case."""
    end = time.monotonic() + seconds
    for i in range(most):
        if i >= LEAST and time.monotonic() > end:
            return
        yield i


def of_session(book: str, moves: int, many: int) -> OfSession:
    """The session of a rulebook, without server and browser."""
    years, lever = WORK[book]
    with settled():
        session, turn = Session(opened(opening(book, Options(years=years)))), count()
        page = answers.Page(session)

        def move() -> None:
            page.central(LeverState(changes={lever: f"x{1 + 0.01 * (next(turn) % APART)}"}), "en")

        move()
        each = [once(move)[0] for _ in within(TIMED, moves)]
        note(book, "draws")
        drawn = list(within(3 * TIMED, STREAMED))
        for draw in drawn:
            session.run(LeverState(), draw)
        moved = LeverState(changes={lever: "x0.9"})
        draws = once(lambda: [session.run(moved, draw) for draw in drawn])[0] * STREAMED / len(drawn)
        note(book, "memory")
        before = held()
        watched = sum(1 for _ in within(WATCHED, many) if not move())
    return {
        "p50_s": float(np.median(each)),
        "p95_s": float(np.percentile(each, 95)),
        "draws_s": draws,
        "moves": watched,
        "grown_mb": held() - before,
    }


def note(*said: str) -> None:
    """Say on stderr what is done now."""
    sys.stderr.write(f"  {time.strftime('%H:%M:%S')} {' '.join(said)}\n")
    sys.stderr.flush()


def held() -> float:
    """Memory that this process holds now [MB]."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def of_page(book: str, moves: int) -> OfPage:
    """The page of a rulebook in a browser."""
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


def of_window(window: Page, address: str, lever: str, moves: int) -> OfPage:
    """The same in an open window."""
    window.set_default_timeout(1e3 * FOUND)

    def opened_page() -> None:
        window.goto(address)
        window.wait_for_selector("body[data-painted]")

    opened_page()
    window.wait_for_selector("#status.draws, #status.whole")
    first = once(opened_page)[0]
    window.wait_for_selector("#status.draws, #status.whole")
    note("painted moves")
    paints = window.evaluate(PAINTS, [lever, moves, PAINTED, LEAST])
    note("a drag")
    drag, draws = window.evaluate(DRAG, [lever, moves])
    return {
        "paints": len(paints),
        "least_s": min(paints) / 1e3,
        "p50_s": float(np.median(paints)) / 1e3,
        "p95_s": float(np.percentile(paints, 95)) / 1e3,
        "drag_s": drag / 1e3,
        "draws_s": draws / 1e3,
        "first_s": first,
    }


def measure(quick: bool = False) -> dict[str, Any]:
    """Both rulebooks, without and with the browser; the load of the machine before and after."""
    moves, many = (4, 8) if quick else (MOVES, MANY)
    before = os.getloadavg()[0]
    found: dict[str, Any] = {}
    for book in WORK:
        note(book, "moves without a browser")
        of_book: dict[str, Any] = {"session": of_session(book, moves, many)}
        note(book, "page")
        found[book] = of_book | {"page": of_page(book, moves)}
    return {**found, "load": [before, os.getloadavg()[0]]}


if __name__ == "__main__":
    say(measure)
