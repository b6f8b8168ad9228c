"""Stress: what a stop of exports costs those who import, month by month of cover, and who fills the gap.

The stop is a licence that refuses all from its first day to its last: of what would have left in a half year, permits
for the share of its days outside the stop. Half-year periods, central draw; the peak of the prices of a stop shorter
than a year also in years and in quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError
from earthprice.law import load_rulebook, prepare, stack
from earthprice.law.experiment import day
from earthprice.law.texts import placed
from earthprice.market.audit import ALMOST_AT
from earthprice.measures.answers import ANSWERS, filled
from earthprice.measures.lens import Lens
from earthprice.measures.spread import ranged
from earthprice.measures.trade import exports
from earthprice.measures.welfare import RunAccounts, worth
from earthprice.past.posterior import central_values, posterior
from earthprice.runs.audit import worst
from earthprice.runs.engine import Outcome, engine, point, run
from earthprice.runs.sample import sample
from earthprice.runs.size import PERIODS, PLURALS
from earthprice.study.stop import Stop, in_table_names, stop_order
from earthprice.world.world import World

HALF = PERIODS["half"]
"""Length of a period [years]."""
AFTER = 3
"""Years that are followed after the end of the stop."""
DISCOUNT = 0.03
"""Social discount rate of the welfare shown [share/yr]."""
SEED = 1
"""Seed of the draws."""
WITHOUT = ("recipes with less", "used less")
"""Answers that are no supply: the gap is not filled but done without."""
RANGES = ("what", "of", "unit", "low", "median", "high", "n")
LITTLE = 0.5
"""Tonnes below which nothing is said to be lost, or to have been taken."""
WITHIN = (
    "Periods are half years. What happens inside one is averaged: a stop of less than six months counts as the part of "
    "the half year that it lasts, so that its peak is lower here than it would be."
)


@dataclass(frozen=True)
class Stress:
    """What a stop does.

    Attributes:
        words: what was done, in one sentence.
        why: why it costs so little or so much, in a sentence.
        within: what half-year periods cannot see.
        cover: by element: use and what the stop takes [t REO/yr], stock [t], months for which the stock replaces what
            the stop takes, NaN where it takes none.
        path: by element and half year: price without and with the stop [USD2020/kg], change [%], lost and gone unfilled
            [t REO in the half year], stock left [t].
        filled: by element: what filled the gap while the stop lasted [t REO] and its share [%].
        cost: by zone and group: present value of gains and losses to the end of the run [MUSD2020].
        lengths: by element and length of period: how much dearer it gets at most [%]; of a stop shorter than a year.
        ranges: over draws: how much dearer each element gets at most [%], what each zone gains [MUSD2020]; number n.
    """

    words: str
    why: str
    within: str
    cover: pd.DataFrame
    path: pd.DataFrame
    filled: pd.DataFrame
    cost: pd.DataFrame
    lengths: pd.DataFrame
    ranges: pd.DataFrame


@dataclass(frozen=True)
class Runs:
    """The run without the stop, and with it."""

    lens: Lens
    before: Outcome
    after: Outcome


@settled()
def stress(world: World, asked: Stop) -> Stress:
    """Run the law in force with and without a stop.

    Args:
        world: the world.
        asked: the stop.

    Raises:
        OptionError: a zone, element, length or date that is not there.
        NotClearedError: no price clears the market under the stop.
    """
    stop = in_table_names(world, asked)
    runs = _runs(world, stop)
    lengths = _lengths(world, stop, runs)
    gaps = {e: filled(runs.lens, runs.before, runs.after, e, stop.to) for e in stop.elements}
    cover, answered, cost = _cover(runs, stop), _filled(runs, stop, gaps), _cost(runs, stop)
    return Stress(
        _words(world, runs.lens, stop),
        _why(stop, cover, answered, cost),
        f"{WITHIN}{_said(world, lengths)}",
        cover,
        _path(runs, stop, gaps),
        answered,
        cost,
        lengths,
        _ranges(world, stop),
    )


def _why(stop: Stop, cover: pd.DataFrame, answered: pd.DataFrame, cost: pd.DataFrame) -> str:
    """Why it costs so little or so much: what it costs, how much of the gap is filled, and by whom."""
    gain = float(cost.loc[(cost["group"] == "all") & cost["zone"].isin(stop.to), "MUSD2020"].sum())
    lost = float(answered["tonnes"].sum())
    by = answered.groupby("answer", sort=False)["tonnes"].sum().sort_values(ascending=False)
    without = float(by.reindex(WITHOUT).sum())
    if lost <= LITTLE:
        return "Nothing arrives less than before, so that it costs nothing."
    most = [f"{100 * x / lost:.0f} % {name}" for name, x in by.items() if x > 0.05 * lost][:3]
    stocks = ", ".join(f"{m:.0f}" if m >= 1.0 else f"{m:.1f}" for m in cover["months_of_cover"].dropna())
    moved = f"{'gain' if gain > 0 else 'lose'} {abs(gain):.0f} MUSD" if abs(gain) >= 0.5 else "lose next to nothing"
    cover_words = f"Stocks would replace what is stopped for {stocks} months, the" if stocks else "The"
    size, why = ("little", "most of the gap is filled") if without < 0.5 * lost else ("much", "most is done without")
    return (
        f"Those who get none {moved}. It costs so {size} because {why}: "
        f"of {lost:.0f} t that do not arrive, {', '.join(most)}; {100 * without / lost:.0f} % is done without. "
        f"{cover_words} stop lasts {stop.months:g}."
    )


def _ranges(world: World, stop: Stop) -> pd.DataFrame:
    """Over draws: how much dearer each element gets at most, and what each zone gains."""
    found: dict[tuple[str, str, str], list[float]] = {}
    if not stop.draws:
        return pd.DataFrame(columns=list(RANGES))
    drawn = posterior(sample(tuple(world.numbers.members), (), stop.draws, SEED), world.fit(stop.as_of))
    for i in range(stop.draws):
        try:
            runs = _runs(world, stop, values=_values(world, stop, world.numbers.draw(drawn.of_world(i))))
        except NotClearedError:
            continue  # counted: n says how many are left
        for e in stop.elements:
            plain, dear = _prices(runs, stop, e)
            found.setdefault(("dearer at most", e, "%"), []).append(float((100.0 * dear / plain - 100.0).max()))
        cost = _cost(runs, stop)
        for row in cost[cost["group"] == "all"].itertuples():
            found.setdefault(("gains", str(row.zone), "MUSD2020"), []).append(float(row.MUSD2020))
    rows = [(*key, *(float(x) for x in ranged(values)), len(values)) for key, values in found.items()]
    return pd.DataFrame(rows, columns=list(RANGES))


def _values(world: World, stop: Stop, values: Mapping[str, float]) -> dict[str, float]:
    """Numbers of the world as the stop has them otherwise."""
    return world.numbers.changed(values, {k: world.numbers.checked(k, v) for k, v in stop.changes.items()})


def _lengths(world: World, stop: Stop, half: Runs) -> pd.DataFrame:
    """How much dearer each element gets at most, in years, halves and quarters."""
    short = stop.months < 12
    runs = {name: half if dt == HALF else _runs(world, stop, dt) for name, dt in PERIODS.items()} if short else {}
    rows = [
        (e, name, float((100.0 * dear / plain - 100.0).max()))
        for e in stop.elements
        for name, r in runs.items()
        for plain, dear in [_prices(r, stop, e)]
    ]
    return pd.DataFrame(rows, columns=["element", "period", "dearer_pct"])


def _said(world: World, lengths: pd.DataFrame) -> str:
    """What the length of a period does to the peak, in a sentence."""
    table = world.structure["elements"]
    members = dict(zip(table["id"], table["members"], strict=True))
    parts = [
        f"{members[e].replace(';', '-')} is at most "
        + ", ".join(
            f"{x:.0f} % dearer in {PLURALS[name]}" for name, x in zip(rows["period"], rows["dearer_pct"], strict=True)
        )
        for e, rows in lengths.groupby("element", sort=False)
    ]
    return f" The shorter the period, the more of it is seen: {'; '.join(parts)}." if parts else ""


def _words(world: World, lens: Lens, stop: Stop) -> str:
    zones, table = world.countries, world.structure["elements"]
    members = dict(zip(table["id"], table["members"], strict=True))
    what = " and ".join(members[e].replace(";", "-") for e in stop.elements)
    form = "oxide, metal and magnets" if stop.magnets else "oxide and metal"
    return (
        f"From {day(stop.begin)} for {stop.months:g} months no {what} goes from {zones[lens.home]} to "
        f"{', '.join(zones[z] for z in stop.to)} as {form}; against {stop.law}"
        f"{''.join(f' with {a}' for a in stop.answers)} continued, central draw."
    )


def _runs(world: World, stop: Stop, dt: float = HALF, values: Mapping[str, float] | None = None) -> Runs:
    last = ceil(stop.begin + stop.months / 12) + AFTER
    e = engine(world.seen(stop.as_of), last, dt, drivers=True)
    base, book = load_rulebook(stop.law), stop_order(world, stop)
    answers = [load_rulebook(a) for a in stop.answers]
    below = placed(base, f"{world.base_year}-12-31", stop.as_of).books
    sides = [stack(*books, *answers, top=books[-1].rulebook) for books in (below, (*below, book))]
    law, orders = (prepare(side, world.network).terms(e.years, as_of=stop.as_of) for side in sides)
    p = point(e, values or _values(world, stop, central_values(world, stop.as_of)), law)
    before, after = run(e, p, law), run(e, p, orders)
    found = max((worst(o, world.network) for o in (before, after)), key=lambda w: w.size)
    if not np.isfinite(after.record.price).all() or found.size > ALMOST_AT:
        raise NotClearedError(
            f"no price clears the market under this stop: {found.words}; fewer elements, fewer zones or a shorter stop "
            "may clear"
        )
    return Runs(Lens(e, base.jurisdiction), before, after)


def _during(runs: Runs, stop: Stop) -> np.ndarray:
    years = runs.lens.engine.years
    return (years >= stop.begin - 1e-9) & (years < stop.begin + stop.months / 12 - 1e-9)


def _stock(runs: Runs, run: Outcome, element: str, zones: Sequence[str]) -> np.ndarray:
    """Private and state stocks of an element's oxide in some zones at the start of each period [t; T]."""
    names = runs.lens.engine.names.stocks
    mine = [i for i, n in enumerate(names) if n.split("@")[0] == f"{element}_oxide" and n.split("@")[1] in zones]
    return 1e3 * (run.record.stock + run.record.reserve)[:, mine].sum(1)


def _cover(runs: Runs, stop: Stop) -> pd.DataFrame:
    """How long stocks replace what the stop takes."""
    at, rows, shipped = int(np.flatnonzero(_during(runs, stop))[0]), [], exports(runs.lens, runs.before)
    forms = ("raw", "magnets") if stop.magnets else ("raw",)
    for e in stop.elements:
        lanes = [f"exports/{e}_{form}/{z}" for form in forms for z in stop.to]
        usual = sum(float(shipped[lane][at]) for lane in lanes if lane in shipped)
        stock = float(_stock(runs, runs.before, e, stop.to)[at])
        rows.append((e, usual, stock, 12 * stock / usual if usual > LITTLE else np.nan))
    return pd.DataFrame(rows, columns=["element", "taken_t_per_year", "stock_t", "months_of_cover"])


def _prices(runs: Runs, stop: Stop, element: str) -> tuple[np.ndarray, np.ndarray]:
    """Price of the oxide in the zones stopped, without and with the stop [USD2020/kg; T]."""
    network = runs.lens.engine.world.network
    at = [network.node(f"{element}_oxide@{z}") for z in stop.to if f"{element}_oxide@{z}" in network.nodes.index]
    return np.mean(runs.before.record.price[:, at], axis=1), np.mean(runs.after.record.price[:, at], axis=1)


def _path(runs: Runs, stop: Stop, gaps: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Prices, what is lost, what goes unused for it, and stocks, by half year."""
    years, parts = runs.lens.engine.years, []
    shown = years >= stop.begin - HALF - 1e-9
    for e in stop.elements:
        plain, dear = _prices(runs, stop, e)
        columns = {
            "price_without": plain,
            "price_with": dear,
            "dearer_pct": 100 * dear / plain - 100,
            "lost_t": HALF * gaps[e]["lost"].to_numpy(),
            "done_without_t": HALF * gaps[e][list(WITHOUT)].sum(axis=1).to_numpy(),
            "stock_t": _stock(runs, runs.after, e, stop.to),
        }
        named = {"element": e, "half_year": [day(y)[:7] for y in years[shown]]}
        parts.append(pd.DataFrame({**named, **{name: x[shown] for name, x in columns.items()}}))
    return pd.concat(parts, ignore_index=True)


def _filled(runs: Runs, stop: Stop, gaps: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Who fills the gap while the stop lasts."""
    during, rows = _during(runs, stop), []
    for e in stop.elements:
        lost = HALF * float(gaps[e]["lost"].to_numpy()[during].sum())
        for name in ANSWERS:
            amount = HALF * float(gaps[e][name].to_numpy()[during].sum())
            rows.append((e, name, amount, 100 * amount / lost if lost > 1e-6 else np.nan))
    return pd.DataFrame(rows, columns=["element", "answer", "tonnes", "share_pct"])


def _cost(runs: Runs, stop: Stop) -> pd.DataFrame:
    """Gains and losses of the zones stopped and of the zone that stops, present value at the begin of the stop."""
    e = runs.lens.engine
    plain, hit = (RunAccounts.of(runs.lens, run, goes_on=False) for run in (runs.before, runs.after))
    value = worth(e, stop.begin, DISCOUNT)
    rows = [
        (zone, group, value(hit, [(zone, group)]) - value(plain, [(zone, group)]))
        for zone, group in plain.money
        if zone in (*stop.to, runs.lens.home)
    ]
    table = pd.DataFrame(rows, columns=["zone", "group", "MUSD2020"])
    total = table.groupby("zone", sort=False, as_index=False)["MUSD2020"].sum().assign(group="all")
    large = table[table["MUSD2020"].abs() >= 0.05]
    return pd.concat([total[table.columns], large], ignore_index=True)
