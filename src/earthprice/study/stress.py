"""Stress: what a stop of exports costs those who import, month by month of cover, and who fills the gap.

The stop is a licence that refuses all from its first day to its last: of what would have left in a half year, permits
for the share of its days outside the stop. Half-year periods, central draw; the peak of the prices of a stop shorter
than a year also in years and in quarters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError, OptionError
from earthprice.law import Rulebook, load_rulebook, prepare, stack
from earthprice.law.experiment import day, measure, order, values
from earthprice.market.audit import ALMOST_AT
from earthprice.measures.answers import ANSWERS, filled
from earthprice.measures.lens import Lens
from earthprice.measures.welfare import Accounts, worth
from earthprice.runs.audit import worst
from earthprice.runs.engine import Outcome, engine, point, run
from earthprice.runs.size import PERIODS, PLURALS
from earthprice.world.world import World

HALF = PERIODS["half"]
"""Length of a period [years]."""
MOST = 60
"""Longest stop [months]."""
AFTER = 3
"""Years that are followed after the end of the stop."""
DISCOUNT = 0.03
"""Social discount rate of the welfare shown [share/yr]."""
WITHIN = (
    "Periods are half years. What happens inside one is averaged: a stop of less than six months counts as the part of "
    "the half year that it lasts, so that its peak is lower here than it would be."
)


@dataclass(frozen=True)
class Stop:
    """What is asked.

    Attributes:
        to: zones that get nothing.
        elements: elements stopped, by their names in the tables or by symbol (Dy).
        months: how long.
        begin: first half year of the stop, decimal year.
        magnets: whether magnets are stopped too.
        law: rulebook in force, of the zone that stops.
    """

    to: tuple[str, ...]
    elements: tuple[str, ...]
    months: float = 6.0
    begin: float = 2022.0
    magnets: bool = False
    law: str = "china-in-force-2020"


@dataclass(frozen=True)
class Stress:
    """What a stop does.

    Attributes:
        words: what was done, in one sentence.
        within: what half-year periods cannot see.
        cover: by element: use and what the stop takes [t REO/yr], stock [t], months for which the stock replaces what
            the stop takes.
        path: by element and half year: price without and with the stop [USD2020/kg], change [%], lost and gone unfilled
            [t REO in the half year], stock left [t].
        filled: by element: what filled the gap while the stop lasted [t REO] and its share [%].
        cost: by zone and group: present value of gains and losses to the end of the run [MUSD2020].
        lengths: by element and length of period: how much dearer it gets at most [%]; of a stop shorter than a year.
    """

    words: str
    within: str
    cover: pd.DataFrame
    path: pd.DataFrame
    filled: pd.DataFrame
    cost: pd.DataFrame
    lengths: pd.DataFrame


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
    stop = checked(world, asked)
    runs = _runs(world, stop)
    lengths = _lengths(world, stop, runs)
    gaps = {e: filled(runs.lens, runs.before, runs.after, e, stop.to) for e in stop.elements}
    return Stress(
        _words(world, runs.lens, stop),
        f"{WITHIN}{_said(world, lengths)}",
        _cover(runs, stop),
        _path(runs, stop, gaps),
        _filled(runs, stop, gaps),
        _cost(runs, stop),
        lengths,
    )


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
    zones = dict(zip(world.structure["zones"]["id"], world.structure["zones"]["name"], strict=True))
    table = world.structure["elements"]
    members = dict(zip(table["id"], table["members"], strict=True))
    what = " and ".join(members[e].replace(";", "-") for e in stop.elements)
    form = "oxide, metal and magnets" if stop.magnets else "oxide and metal"
    return (
        f"From {day(stop.begin)} for {stop.months:g} months no {what} goes from {zones[lens.home]} to "
        f"{', '.join(zones[z] for z in stop.to)} as {form}; against the law in force continued, central draw."
    )


def checked(world: World, asked: Stop) -> Stop:
    """The stop in the tables' names.

    Raises:
        OptionError: a name or a number does not fit.
    """
    home = load_rulebook(asked.law).jurisdiction
    act = world.network.activities
    buys = set(act.loc[(act["doing"] == "ship") & (act["zone"] == home), "partner"])
    zones = [z for z in world.structure["zones"]["id"] if z in buys]
    to = tuple(zones) if asked.to in ((), ("all",)) else asked.to
    for zone in to:
        if zone not in zones:
            raise OptionError(f"nothing is shipped to '{zone}'.", where="--to", accepted=(*zones, "all"), given=zone)
    names = _elements(world)
    for element in asked.elements:
        if element.lower() not in names:
            raise OptionError(f"no element '{element}'.", where="--elements", accepted=names, given=element)
    if not asked.elements:
        raise OptionError("no element is named.", where="--elements", accepted="such as Dy,Tb")
    if not 0 < asked.months <= MOST:
        raise OptionError(f"{asked.months:g} months", where="--months", accepted=f"more than 0, at most {MOST}")
    if not world.base_year + 1 <= asked.begin <= 2035 or asked.begin * 2 != round(asked.begin * 2):
        raise OptionError(
            f"a stop that begins in {asked.begin:g}",
            where="--begin",
            accepted=f"a half year from {world.base_year + 1}-01 on, such as 2022-07",
        )
    elements = tuple(dict.fromkeys(names[e.lower()] for e in asked.elements))
    return Stop(to, elements, asked.months, asked.begin, asked.magnets, asked.law)


def _elements(world: World) -> dict[str, str]:
    """Element of the tables by its name and by the symbols of its members, in small letters."""
    table = world.structure["elements"]
    both = [(str(e), [str(e), *str(m).split(";")]) for e, m in zip(table["id"], table["members"], strict=True)]
    return {word.strip().lower(): e for e, words in both for word in words}


def _runs(world: World, stop: Stop, dt: float = HALF) -> Runs:
    last = ceil(stop.begin + stop.months / 12) + AFTER
    e = engine(world, last, dt)
    base, book = load_rulebook(stop.law), _order(world, stop)
    law, orders = (prepare(stack(*books), world.network).terms(e.years) for books in ((base,), (base, book)))
    p = point(e, world.numbers.central, law)
    before, after = run(e, p, law), run(e, p, orders)
    found = max((worst(o, world.network) for o in (before, after)), key=lambda w: w.size)
    if not np.isfinite(after.record.price).all() or found.size > ALMOST_AT:
        raise NotClearedError(
            f"no price clears the market under this stop: {found.words}; fewer elements, fewer zones or a shorter stop "
            "may clear"
        )
    return Runs(Lens(e, base.jurisdiction), before, after)


def _order(world: World, stop: Stop) -> Rulebook:
    known = set(world.network.nodes["good"])
    goods = [g for e in stop.elements for g in (f"{e}_oxide", f"{e}_metal") if g in known]
    goods += sorted(g for g in known if str(g).startswith("magnet_")) if stop.magnets else []
    base = load_rulebook(stop.law)
    lanes = {"doing": "ship", "zone": base.jurisdiction, "status": "licensed", "partner": list(stop.to), "good": goods}
    course = values("share", {stop.begin: 1.0, stop.begin + stop.months / 12: 0.0})
    return order(
        "export-stop",
        "Stop of exports",
        day(stop.begin),
        [measure("stop", "licence", lanes, refused=course)],
        builds_on=stop.law,
        jurisdiction=base.jurisdiction,
    )


def _during(runs: Runs, stop: Stop) -> np.ndarray:
    years = runs.lens.engine.years
    return (years >= stop.begin - 1e-9) & (years < stop.begin + stop.months / 12 - 1e-9)


def _stock(runs: Runs, run: Outcome, element: str, zones: Sequence[str]) -> np.ndarray:
    names = runs.lens.engine.names.stocks
    mine = [i for i, n in enumerate(names) if n.split("@")[0] == f"{element}_oxide" and n.split("@")[1] in zones]
    return 1e3 * run.record.stock[:, mine].sum(1)


def _cover(runs: Runs, stop: Stop) -> pd.DataFrame:
    """How long stocks replace what the stop takes."""
    at, rows = int(np.flatnonzero(_during(runs, stop))[0]), []
    reo, lens = runs.lens.engine.world.network.reo.to_numpy(), runs.lens
    for e in stop.elements:
        lanes = lens.mask(doing="ship", zone=lens.home, status="licensed", partner=stop.to, element=e)
        usual = 1e3 * float(runs.before.record.level[at, lanes] @ reo[lanes])
        stock = float(_stock(runs, runs.before, e, stop.to)[at])
        rows.append((e, usual, stock, 12 * stock / max(usual, 1e-9)))
    return pd.DataFrame(rows, columns=["element", "taken_t_per_year", "stock_t", "months_of_cover"])


def _prices(runs: Runs, stop: Stop, element: str) -> tuple[np.ndarray, np.ndarray]:
    """Price of the oxide in the zones stopped, without and with the stop [USD2020/kg; T]."""
    network = runs.lens.engine.world.network
    at = [network.node(f"{element}_oxide@{z}") for z in stop.to if f"{element}_oxide@{z}" in network.nodes.index]
    return np.mean(runs.before.record.price[:, at], axis=1), np.mean(runs.after.record.price[:, at], axis=1)


def _path(runs: Runs, stop: Stop, gaps: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Prices, what is lost, what goes unused for it, and stocks, by half year."""
    years = runs.lens.engine.years
    shown, rows = years >= stop.begin - HALF - 1e-9, []
    for e in stop.elements:
        plain, dear = _prices(runs, stop, e)
        unused = gaps[e][["recipes with less", "used less"]].sum(axis=1).to_numpy()
        left = _stock(runs, runs.after, e, stop.to)
        for t in np.flatnonzero(shown):
            rows.append(
                (
                    e,
                    day(years[t])[:7],
                    plain[t],
                    dear[t],
                    100 * dear[t] / plain[t] - 100,
                    HALF * gaps[e]["lost"].to_numpy()[t],
                    HALF * unused[t],
                    left[t],
                )
            )
    return pd.DataFrame(
        rows,
        columns=[
            "element",
            "half_year",
            "price_without",
            "price_with",
            "dearer_pct",
            "lost_t",
            "done_without_t",
            "stock_t",
        ],
    )


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
    plain, hit = (Accounts.of(runs.lens, run, goes_on=False) for run in (runs.before, runs.after))
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
