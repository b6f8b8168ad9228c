"""What a text does to one's own purchase, quarter by quarter: cost, bill, what is short and from when.

Cost of the oxides in a kilogram of magnet: c = sum_e r_e p_e, with the recipe r and the prices p where the magnets are
made. What a supplier abroad of the country assessed delivers is taken to be as without the text; of what is bought from
that country a part goes missing, the fall of its exports of the element in oxide and metal to the zone:

    m_e = s max(0, 1 - x'_e / x_e)        share of need, with s the share bought there

It is taken from the stock first, which is not filled again; what is then left is short; the scarcest element decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from earthprice.measures.rounding import rounded
from earthprice.measures.spread import changed, ranged, verdict
from earthprice.study.assessment import PURCHASE_COLUMNS
from earthprice.study.bands import Bands
from earthprice.study.buyer import Buyer
from earthprice.study.ensemble import Pair, Plan, Summary, by_law
from earthprice.study.figures import LEAST, symbols
from earthprice.study.questions import change_in_words

QUARTERS = 4
NOTICED = 1e-3
"""Share of a quarter's need below which nothing is short."""
COST, BILL, SHORT, STOCK = "cost", "bill", "short", "stock"
"""Oxides in a kilogram of magnet; what the whole need of a quarter costs at its prices, arrive or not;
output lost; stock left of the scarcest."""
UNITS = {COST: "USD2020/kg magnet", BILL: "MUSD2020/quarter", SHORT: "% of output", STOCK: "months"}


class Quarters(NamedTuple):
    """Beginnings of the quarters reported [decimal years; Q], and the period that each lies in [Q]."""

    begin: np.ndarray
    period: np.ndarray

    def names(self) -> list[str]:
        """`2025Q2`."""
        return [f"{int(b + 1e-9)}Q{int(round((b % 1) * QUARTERS)) + 1}" for b in self.begin]


def quarters(plan: Plan, first: int) -> Quarters:
    """Quarters from the first year reported to the end of the run."""
    begin = np.arange(first * QUARTERS, (plan.engine.last + 1) * QUARTERS) / QUARTERS
    return Quarters(begin, np.searchsorted(plan.engine.years, begin + 1e-9, side="right") - 1)


def missing(plan: Plan, buyer: Buyer, p: Pair, at: Quarters) -> Mapping[str, np.ndarray]:
    """Share of the need of each element that its supplier no longer sends [Q]."""
    share, out = buyer.suppliers.get(plan.lens.home, 0.0), {}
    for e in buyer.recipe:
        name = f"exports/{e}_raw/{buyer.zone}"
        if buyer.zone == plan.lens.home or name not in p.baseline.series:
            out[e] = np.zeros(len(at.period))
            continue
        was, now = (c.series[name][at.period] for c in (p.baseline, p.reform))
        some = was > LEAST
        out[e] = share * np.maximum(0.0, 1.0 - np.where(some, now / np.where(some, was, 1.0), 1.0))
    return out


def drawn_down(need: np.ndarray, months: float) -> tuple[np.ndarray, np.ndarray]:
    """What stays short when a stock fills the gaps, and the stock left at the end of each quarter.

    Args:
        need: share of a quarter's need that is not delivered [Q].
        months: stock at the beginning [months of need].
    """
    left, short, stock = months * QUARTERS / 12.0, np.zeros(len(need)), np.zeros(len(need))
    for q, gap in enumerate(need):
        taken = min(left, gap)
        left -= taken
        short[q], stock[q] = gap - taken, left * 12.0 / QUARTERS
    return short, stock


def cost(buyer: Buyer, side: Sequence[Summary], draws: Sequence[int], bands: Bands | None) -> np.ndarray:
    """Cost of the oxides in a kilogram of magnet [draws, T]; with what is left out of prices where `bands` says it."""
    names = {e: f"price/{e}_oxide@{buyer.zone}" for e in buyer.recipe}
    paths = {
        e: bands.paths(n, side, draws) if bands else np.stack([c.series[n] for c in side]) for e, n in names.items()
    }
    most = max(map(len, paths.values()))  # an oxide that no record follows has one path a draw
    return np.sum([buyer.recipe[e] * np.tile(x, (most // len(x), 1)) for e, x in paths.items()], axis=0)


def purchase(plan: Plan, cases: Sequence[Pair], buyer: Buyer | None, first: int, bands: Bands) -> pd.DataFrame:
    """Cost, bill, shortfall and stock by quarter (columns `PURCHASE_COLUMNS`); empty without a purchase.

    Args:
        plan: the plan.
        cases: draws that cleared.
        buyer: the purchase; None: none was given.
        first: first year reported.
        bands: what is left out of prices.
    """
    if buyer is None:
        return pd.DataFrame(columns=list(PURCHASE_COLUMNS))
    at, draws = quarters(plan, first), [p.draw for p in cases]
    sides = by_law(cases)
    levels = [cost(buyer, side, draws, bands)[:, at.period] for side in sides]
    change = changed(*(cost(buyer, side, draws, None)[:, at.period] for side in sides))
    short, stock = _scarcest(plan, buyer, cases, at)
    bill, full = buyer.tonnes / QUARTERS / 1e3, np.full_like(stock, buyer.stock_months)
    told = {
        COST: (*levels, change),
        BILL: (*(x * bill for x in levels), change * bill),
        SHORT: (np.zeros_like(short), 100 * short, 100 * short),
        STOCK: (full, stock, stock - full),
    }
    rows = [
        (name, what, UNITS[what], *(v for x in three for v in ranged(x[:, q])), verdict(three[2][:, q]))
        for q, name in enumerate(at.names())
        for what, three in told.items()
    ]
    return pd.DataFrame(rows, columns=list(PURCHASE_COLUMNS))


def _scarcest(plan: Plan, buyer: Buyer, cases: Sequence[Pair], at: Quarters) -> tuple[np.ndarray, np.ndarray]:
    """Output lost as a share, and stock left of the scarcest element [months], by draw and quarter."""
    short, stock = [], []
    for p in cases:
        each = [drawn_down(x, buyer.stock_months) for x in missing(plan, buyer, p, at).values()]
        short.append(np.max([s for s, _ in each], axis=0))
        stock.append(np.min([left for _, left in each], axis=0))
    return np.array(short), np.array(stock)


def bought(plan: Plan, cases: Sequence[Pair], buyer: Buyer, first: int, year: int, bands: Bands) -> dict[str, str]:
    """What the text does to a purchase, as a question of page one.

    Args:
        plan: the plan.
        cases: draws that cleared.
        buyer: the purchase.
        first: first year reported.
        year: year of the cost.
        bands: what is left out of prices, of which the middle moves a level.
    """
    at, draws = quarters(plan, first), [p.draw for p in cases]

    def costs(known: Bands | None) -> list[np.ndarray]:
        return [np.array(plan.engine.of_year(cost(buyer, side, draws, known).T, year)) for side in by_law(cases)]

    levels = tuple(float(np.median(x)) for x in costs(bands))
    what = f"Oxides in a kilogram of magnet, {year}"
    said = change_in_words(what, *costs(None), unit="USD/kg", levels=(levels[0], levels[1]))
    names, where = symbols(plan.lens), plan.engine.world.countries
    recipe = ", ".join(f"{x:g} kg {names[e]}" for e, x in buyer.recipe.items())
    suppliers = ", ".join(f"{100 * x:g} % from {where[z]}" for z, x in buyer.suppliers.items())
    return {
        "question": "buyer",
        "zone": buyer.zone,
        "asked": "What does it do to this purchase?",
        "answer": f"{said}. {_when(_scarcest(plan, buyer, cases, at)[0], at, buyer)}",
        "because": f"{buyer.tonnes:,.0f} t of magnets a year made in {where[buyer.zone]}, with {recipe} oxide a "
        f"kilogram; {suppliers}. A fall of what {where[plan.lens.home]} sends of an element falls on every buyer there "
        "alike; other suppliers deliver as without the text, and the stock is not filled again.",
    }


def _when(short: np.ndarray, at: Quarters, buyer: Buyer) -> str:
    """From when something is short, in how many draws, and how much at worst."""
    lost = short > NOTICED
    some, stock = lost.any(1), f"{buyer.stock_months:g} months of stock"
    if not some.any():
        return f"With {stock} nothing is short in any of {len(short)} draws."
    begin = np.sort(lost.argmax(1)[some])
    names = at.names()
    first, middle = names[begin[0]], names[begin[len(begin) // 2]]
    low, most, high = (float(x) for x in ranged(100 * short.max(1)[some]))
    said = rounded(most, low, high)[0]
    return (
        f"With {stock} output falls short in {int(some.sum())} of {len(short)} draws, from {middle} in the median of "
        f"those, at the earliest from {first}; in its worst quarter by {said} %."
    )
