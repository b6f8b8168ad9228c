"""The benchmark of the page: parts that end in time, and a row that reads what they measure."""

from __future__ import annotations

import time

from benchmarks.explore import LEAST, WORK, OfPage, OfSession, within
from benchmarks.rows import rows


def test_a_part_ends_with_its_time_but_not_before_its_least_moves() -> None:
    began, made = time.monotonic(), []
    for move in within(0.05, 1000):
        made.append(move)
        time.sleep(0.02)
    assert LEAST <= len(made) < 10 and time.monotonic() - began < 1.0
    assert list(within(0.0, 1000)) == list(range(LEAST)) and list(within(9.0, 5)) == [0, 1, 2, 3, 4]


def test_the_row_tells_everything_that_is_measured_of_the_page() -> None:
    session, page = dict.fromkeys(OfSession.__annotations__, 0.05), dict.fromkeys(OfPage.__annotations__, 0.05)
    found = {book: {"session": session | {"moves": 640}, "page": page | {"paints": 40}} for book in WORK}
    latest = {"figures": {"explore": found | {"load": [0.5, 2.0]}}, "ratios": {}}
    row = next(r for r in rows(latest) if "`explore`" in r)
    assert "50 / 50 ms" in row and "640 moves" in row and "; 40 moves" in row and "| yes |" in row
    latest["figures"]["explore"]["china-2026"]["page"] = page | {"paints": 40, "p95_s": 0.2}
    assert "| in part |" in next(r for r in rows(latest) if "`explore`" in r)
