"""Fill the tables of docs/study.md on the end of the horizon and on periods: how much of a gain hangs on either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earthprice.arithmetic import settled
from earthprice.facts.world import load_world
from earthprice.measures.welfare import worth
from earthprice.runs.size import PERIODS
from earthprice.study.drawn import central_point, drawing, user_costs
from earthprice.study.ensemble import Pair, Plan, pairs, solved
from earthprice.study.frame import Frame, frame
from earthprice.study.horizon import further, horizon
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
    "| text | for | to 2035, in years, halves, quarters | with all that comes after |",
    "| --- | --- | ---: | ---: |",
)


def main() -> None:
    """Run the shipped books and write the table."""
    world, lines = load_world(), list[str]()
    with settled():
        for book in BOOKS:
            f = frame(book, Options(draws=DRAWS), world)
            lines += rows(book, f, lines == [])
        lengths = [*LENGTHS, *(row for book in BOOKS[:2] for row in by_length(book, world))]
    fill("study.md", {"horizon": "\n".join(lines), "periods": "\n".join(lengths)})


def by_length(book: str, world: World) -> list[str]:
    """For home and the world: the gain at the central draw in periods of each length, to 2035 and with all after it."""
    told: dict[str, list[tuple[float, float]]] = {}
    for period in PERIODS:
        f = frame(book, Options(draws=DRAWS, period=period), world)
        plan, p = f.plan, central_point(f)
        was, now = (
            solved(plan, p, terms) for terms in (plan.whole.baseline(plan.use()), plan.whole.reform(plan.use()))
        )
        value = worth(plan.engine, f.first, f.options.discount, plan.rates)
        for whom, zone in (("home", plan.lens.home), ("world", "")):
            keys = [k for k in was.money if not zone or k[0] == zone]
            seen = sum(float((now.money[k] - was.money[k]) @ value.weight) for k in keys)
            told.setdefault(whom, []).append((seen / 1e3, (value(now, keys) - value(was, keys)) / 1e3))
    return [
        f"| `{book}` | {whom} | {', '.join(f'{x:.2f}' for x, _ in each)} | {', '.join(f'{y:.1f}' for _, y in each)} |"
        for whom, each in told.items()
    ]


def rows(book: str, f: Frame, first: bool) -> list[str]:
    """For home and the world: medians over draws by three ends of the run, typical misses; options at the centre."""
    plans = (replace(f.plan, until=0), f.plan, further(f.plan))
    done = [pairs(p, drawing(f), None, 0, lambda *_: None, 1) for p in plans]
    good = [i for i in range(DRAWS) if all(d[i].good for d in done)]
    table = horizon(f.plan, user_costs(f)[0], f.first, f.options.discount)
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


def gains(plan: Plan, done: Sequence[Pair], f: Frame, zone: str) -> np.ndarray:
    """Net gain of a zone, of the world if none is named, by draw [bn USD2020]."""
    value = worth(plan.engine, f.first, f.options.discount, plan.rates)
    keys = [k for k in done[0].baseline.money if not zone or k[0] == zone]
    return np.array([value(p.reform, keys) - value(p.baseline, keys) for p in done]) / 1e3


def miss(near: np.ndarray, far: np.ndarray) -> float:
    """Median of what is missed, as a share of the gain of the longer run [%]."""
    return 100.0 * float(np.median(np.abs(near - far) / np.maximum(np.abs(far), LEAST)))


if __name__ == "__main__":
    main()
