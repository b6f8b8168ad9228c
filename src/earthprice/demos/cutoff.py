"""S5, the cut-off grade: when mill hours are short, lean ore is left, the more the dearer an hour of the mill is."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Change, Lab
from earthprice.demos.shocks import less_room, more_use, together
from earthprice.demos.tiny import FLAT, Activity, Book
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.runs.engine import Outcome

MILLING, PERIOD, HOURS, REFINING, YIELD = 4.0, 20.0, 10.0, 10.0, 0.8
"""Lane's mill: cost per tonne h, cost per year f, tonnes a year H, cost per unit refined r, yield y."""
PRICE, HIGH = 50.0, 80.0
RICHEST, ORE, CLASSES = 0.5625, 20.0, 9
"""Grades are uniform from nil to the richest; ore laid bare [t/yr]; grade classes."""
WIDE = 3.0
"""Size of a mill that is never full, in mills of `HOURS`."""
FROM, UNTIL, CUT, BOOM = 2022, 2027, 0.7, 1.3
"""Years of the shocks to the world; mill hours left; final use beyond its path."""


class LaneMine(NamedTuple):
    """What a mine does: the poorest grade milled, by tonnes; price of a mill hour; what mill time is worth a year."""

    cutoff: float
    hour: float
    worth: float


def lane(mill: float = 1.0, price: float = PRICE) -> LaneMine:
    """A mine with classes of grade and a mill, cleared by the market.

    A class of grades g0 to g1 consumes a mill hour a tonne and yields metal; sites of grade g break even at the hour's
    price (price - r) y g - h. The mill sells hours at f/H each until it is full; metal fetches a fixed price.

    Args:
        mill: hours a year, in `HOURS`.
        price: price of the metal.
    """
    book = Book().good("metal", price).good("hour", PERIOD / HOURS)
    book.lines["mill"] = Activity({"hour": 1.0}, mill * HOURS, PERIOD / HOURS, FLAT)
    book.lines["sell"] = Activity({"metal": -1.0}, 2.0 * ORE, -price, FLAT)
    width, net = RICHEST / CLASSES, (price - REFINING) * YIELD
    for k in range(CLASSES):
        middle = (k + 0.5) * width
        cost = MILLING + REFINING * YIELD * middle - 0.5 * net * width
        book.lines[f"class {k}"] = Activity({"hour": -1.0, "metal": YIELD * middle}, ORE / CLASSES, cost, net * width)
    found = book.found()
    milled = sum(level for name, level in found.level.items() if name.startswith("class"))
    hour = found.price["hour"]
    return LaneMine(RICHEST * (1.0 - milled / ORE), hour, hour * HOURS - PERIOD)


def formula(worth: float, price: float = PRICE) -> float:
    """Lane's mill-limited cut-off (h + (f + F)/H) / ((s - r) y), F what a year of mill time is worth (Lane 1964)."""
    return (MILLING + (PERIOD + worth) / HOURS) / ((price - REFINING) * YIELD)


def cutoff(lab: Lab) -> Demonstration:
    """Lane's mine through the market, then mill hours cut and a boom at the world's mines without a quota."""
    short, wide = lane(), lane(WIDE)
    mines = _mines(lab)
    cut = less_room(lab, lab.lens.mask(stage="milling", deposit=mines), CUT, FROM, UNTIL)
    boom = more_use(lab, BOOM, FROM, UNTIL)
    same = _same_hours(lab)
    runs = {"mill hours cut by 30 %": cut, "use 30 % above its path": boom, "both": together(cut, boom)}
    paths = {"law in force": lab.baseline, **{name: lab.run(change=c) for name, c in runs.items()}}
    equal = [lab.run(change=c) for c in (same, together(same, cut), together(same, runs["both"]))]
    chain = [paths[name] for name in ("law in force", "mill hours cut by 30 %", "both")]

    def more(words: str, i: int) -> Claim:
        why = "theory: a kg from lean ore needs more mill hours, dearer hours push it out first; at most the lean fifth"
        rise, without = (_rise(lab, mines, *runs[i : i + 2]) for runs in (chain, equal))
        return Claim(words, "percentage points", rise, 0.5, 20.0, why, without)

    return Demonstration(
        title="Only the richest ore: a short mill raises the cut-off grade",
        words="First Lane's mine: ore of all grades, one mill, a fixed price. The market sells mill hours; ore that "
              "does not pay for its hour stays behind. Then the mines abroad that dig rare earths for themselves: "
              f"from {FROM} to {UNTIL - 1} three tenths of their mill hours are lost, or all final use is three tenths "
              "above its path, or both. A high price alone makes poorer ore pay; it raises the grade only "
              "where the mill cannot follow.",
        removed="The mill is three times as large (Lane's mine); lean ore needs no more mill hours a kg than rich ore "
                "(the world).",
        claims=(
            Claim("poorest ore milled when the mill is full", "grade", short.cutoff, 0.2807, 0.2818,
                  "theory: Lane's formula with F = 30 gives 0.28125", wide.cutoff),
            Claim("what a year of the full mill's time is worth, F", "money", short.worth, 29.9, 30.1,
                  "theory: the ore left out is worth nothing, the ore let in pays 3 more an hour", wide.worth),
            Claim("what the full mill adds to the cut-off when the price rises from 50 to 80", "grade", _added(1.0),
                  _added() - 0.0005, _added() + 0.0005,
                  "theory: Lane's formula at both prices: a high price makes the mill's hours dearer", _added(WIDE)),
            more("rich ore in output: more of it when mill hours are cut", 0),
            more("and more still when use booms on top", 1),
        ),
        panels=(
            Panel("Lane's mine: poorest ore milled by the metal's price", "price", "grade", _curve()),
            Panel("Grade mined at the mines outside China", "year", "% REO",
                  lab.paths({k: _grade(lab, mines, r) for k, r in paths.items()})),
            Panel("Rich ore in their output", "year", "%",
                  lab.paths({k: _rich(lab, mines, r) for k, r in paths.items()})),
        ),
        rests_on=("model/mining/rich_share", "model/mining/mill_share", "model/milling/spread", "deposit/*/grade_*"),
        scenario="The shocks are made up; grades of the two classes are recorded for few mines.",
    )  # fmt: skip


def _added(mill: float | None = None) -> float:
    """How much more a mill adds to the break-even grade of free mill time at `HIGH` than at `PRICE`.

    By the market, or by the formula: the mill is full at the grade above which `HOURS` of the ore lie.
    """
    full = RICHEST * (1.0 - HOURS / ORE)
    found = [full if mill is None else lane(mill, s).cutoff for s in (HIGH, PRICE)]
    free = [formula(0.0, s) for s in (HIGH, PRICE)]
    return (found[0] - free[0]) - (found[1] - free[1])


def _curve() -> pd.DataFrame:
    return marks(
        (name, s, lane(mill, float(s)).cutoff)
        for name, mill in (("mill of 10 hours", 1.0), ("wide mill", WIDE))
        for s in range(25, 105, 5)
    )


def _mines(lab: Lab) -> tuple[str, ...]:
    """Deposits that run in the base year, abroad, dug for their rare earths."""
    table = lab.world.structure["deposits"]
    return lab.running(~table["by_product"].astype(bool) & table["zone"].ne(lab.home))


def _same_hours(lab: Lab) -> Change:
    """Lean ore takes the mill hours of rich ore; what that saves in the base year goes to its rent."""
    lean = np.flatnonzero(lab.lens.mask(stage="mining", status="licensed", grade_class="lean"))
    rich = lab.lens.act.index.get_indexer([i.replace("/lean/", "/rich/") for i in lab.lens.act.index[lean]])
    hours = lab.world.network.nodes["good"].str.startswith("mill_").to_numpy()[:, None]

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        a = np.asarray(s.base.a).copy()
        saved = np.where(hours, a[:, rich] - a[:, lean], 0.0)
        a[:, lean] += saved
        rent = np.asarray(s.base.rent).copy()
        rent[lean] += np.asarray(s.base.price) @ saved
        return s._replace(base=s.base._replace(a=jnp.asarray(a), rent=jnp.asarray(rent))), schedule

    return change


def _rich(lab: Lab, mines: tuple[str, ...], run: Outcome) -> np.ndarray:
    """Output from rich ore [% of the mines' output; T]."""
    rich = lab.level(run, stage="mining", deposit=mines, grade_class="rich")
    return 100.0 * rich / lab.level(run, stage="mining", deposit=mines)


def _grade(lab: Lab, mines: tuple[str, ...], run: Outcome) -> np.ndarray:
    """REO in the ore dug [% REO; T]."""
    reo, ore = np.zeros(len(lab.years)), np.zeros(len(lab.years))
    for i, body in enumerate(lab.engine.names.bodies):
        deposit, grade = body.split("/")
        if deposit in mines:
            reo += run.record.dug[:, i]
            ore += run.record.dug[:, i] / run.point.values[f"deposit/{deposit}/grade_{grade}"]
    return reo / ore


def _rise(lab: Lab, mines: tuple[str, ...], before: Outcome, after: Outcome) -> float:
    """Rise of the share of rich ore between two runs, mean of the shocks' years [percentage points]."""
    when = slice(lab.at(FROM), lab.at(UNTIL))
    return float((_rich(lab, mines, after) - _rich(lab, mines, before))[when].mean())
