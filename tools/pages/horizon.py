"""Fill the tables of docs/study.md on the end of the horizon and on periods: how much of a gain hangs on either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earthprice.arithmetic import settled
from earthprice.facts.world import load_world
from earthprice.runs.size import AUTO, PERIODS
from earthprice.study.draws import central_point, fitted_sample, user_costs
from earthprice.study.ensemble import Pair, Plan, pairs, solved
from earthprice.study.frame import Frame, frame
from earthprice.study.horizon import further, horizon
from earthprice.study.money import Money
from earthprice.study.options import Options
from earthprice.world.world import World
from tools.pages.fill import fill

LEAST = 1.0
"""Gain [bn USD2020] below which a miss is counted against this instead: a share of next to nothing says nothing."""
DRAWS = 12
"""Draws that are also run to the end of each longer run."""
BOOKS = ("china-2021-draft", "china-2024-regulations", "china-export-control-2025")
HEAD = (
    "| text | for | gain to {0}: by the last years, by a run to {1}, to {2} | miss in a draw | options: miss, order |",
    "| --- | --- | ---: | ---: | ---: |",
)
LENGTHS = (
    "| text | for | to {0}: `auto`, years, halves, quarters | to {1} and on | median of {2} draws | miss of a draw |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
)


def main() -> None:
    """Run the shipped books and write the table."""
    world, lines = load_world(), list[str]()
    with settled():
        for book in BOOKS:
            f = frame(book, Options(draws=DRAWS), world)
            lines += rows(book, f, lines == [])
        lengths = [row for book in BOOKS[:2] for row in by_length(book, world, book == BOOKS[0])]
    fill("study.md", {"horizon": "\n".join(lines), "periods": "\n".join(lengths)})


def by_length(book: str, world: World, first: bool) -> list[str]:
    """For home and the world, the gain in periods by the text and of each length: at the centre, and over draws."""
    frames = [frame(book, Options(draws=DRAWS, period=period), world) for period in (AUTO, *PERIODS)]
    centre = [[central(f)] for f in frames]
    done = [pairs(f.plan, fitted_sample(f), None, 0, lambda *_: None, 1) for f in frames]
    good = [i for i in range(DRAWS) if all(d[i].good for d in done)]
    ends = frames[0].plan.engine.last, frames[0].plan.until, len(good)
    lines = [line.format(*ends) for line in LENGTHS] if first else []

    def each(of: Sequence[Sequence[Pair]], zone: str, *, left: bool = True) -> list[np.ndarray]:
        return [gains(f.plan, some, f, zone, left=left) for f, some in zip(frames, of, strict=True)]

    for whom, zone in (("home", frames[0].plan.lens.home), ("world", "")):
        *coarse, quarters = drawn = each([[d[i] for i in good] for d in done], zone)
        within = ", ".join(f"{x[0]:.2f}" for x in each(centre, zone, left=False))
        whole, middle = (", ".join(f"{np.median(x):.1f}" for x in of) for of in (each(centre, zone), drawn))
        missed = ", ".join(f"{miss(x, quarters):.0f} %" for x in coarse)
        lines.append(f"| `{book}` | {whom} | {within} | {whole} | {middle} | {missed} |")
    return lines


def central(f: Frame) -> Pair:
    """Both laws at the central draw."""
    plan, p = f.plan, central_point(f)
    return Pair(0, *(solved(plan, p, law(plan.use())) for law in (plan.whole.baseline, plan.whole.reform)))


def rows(book: str, f: Frame, first: bool) -> list[str]:
    """For home and the world: medians over draws by three ends of the run, typical misses; options at the centre."""
    plans = (replace(f.plan, until=0), f.plan, further(f.plan))
    done = [pairs(p, fitted_sample(f), None, 0, lambda *_: None, 1) for p in plans]
    good = [i for i in range(DRAWS) if all(d[i].good for d in done)]
    table = horizon(f.plan, user_costs(f, central_point(f))[0], f.first, f.options.discount)
    ends = [int(p.whole.engine.years[-1]) for p in plans]
    lines = [line.format(*ends) for line in HEAD] if first else []
    for whom, zone in (("home", f.plan.lens.home), ("world", "")):
        short, mid, long = (gains(p, [d[i] for i in good], f, zone) for p, d in zip(plans, done, strict=True))
        mine = table[table["whom"] == whom]
        order = mine["rank"].corr(mine["rank_until"])
        middles = ", ".join(f"{np.median(g):.1f}" for g in (short, mid, long))
        option = miss(mine["gain"].to_numpy(), mine["gain_until"].to_numpy())
        lines.append(
            f"| `{book}` | {whom} | {middles} | {miss(short, mid):.0f} %, {miss(mid, long):.0f} % | "
            f"{option:.0f} %, {order:.2f} |"
        )
    return lines


def gains(plan: Plan, done: Sequence[Pair], f: Frame, zone: str, *, left: bool = True) -> np.ndarray:
    """Net gain of a zone, of the world if none is named, by draw [bn USD2020]; `left` as of `Money.gain`."""
    zones = [zone] if zone else plan.engine.names.zones
    return np.array([Money(plan, f.first, f.options.discount).gain(p, zones, left=left) for p in done])


def miss(near: np.ndarray, far: np.ndarray) -> float:
    """Median of what is missed, as a share of the gain of the longer run [%]."""
    return 100.0 * float(np.median(np.abs(near - far) / np.maximum(np.abs(far), LEAST)))


if __name__ == "__main__":
    main()
