"""Licences to ship: home and abroad as two markets. Prices, the permit's worth, who is served first, stocks abroad.

What needs a permit is told apart as the law does it: an element in oxide and metal, or a good that is no element's. Of
what a licence lets through, the permits go to who pays most for them: the model has no ministry that picks its buyers,
unless the text names the partner. A permit's price is a rent of whoever holds the licence: who ships.

    abroad = sum_p f0[p] price[p] / sum_p f0[p],            f0: shipments if every licence were granted
    worth  = sum_a w[a] f[a] / sum_a f[a] of the good,      f: shipments,   w[a] = sum_permits price use[a]
    rent   = sum_a w[a] f[a] in all forms
    served = 100 f[p] / f0[p],   stock = 12 (stocks abroad at the end of a period) / (use there in a year)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from earthprice.dynamics.laws import NO_CAP
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio
from earthprice.runs.engine import Outcome

QUANTITIES = {
    "home": "USD2020/kg",
    "abroad": "USD2020/kg",
    "gap": "USD2020/kg",
    "worth": "USD2020/kg",
    "rent": "MUSD2020/yr",
    "wanted": "t REO/yr",
    "served": "%",
    "stock": "months",
}
"""Measures of a licence by name, with their units."""


@dataclass(frozen=True)
class Listed:
    """What needs a licence.

    Attributes:
        name: the element, or the good that is none's.
        good: what its price is of.
        ships: shipments that need the permit [A]; hidden: smuggled ones of the same [B].
        permits: positions of the permits [P].
    """

    name: str
    good: str
    ships: np.ndarray
    hidden: np.ndarray
    permits: np.ndarray


def licences(lens: Lens, run: Outcome) -> Series:
    """By listed element or good, in the periods in which its licence refuses or delays; nothing without one.

    Keys `licence/<quantity>/<item>/<partner>` (`QUANTITIES`; partner `all` together); unknown (NaN) without a licence
    at work, where nothing would go there, and for stocks of what nobody stores.
    """
    out: Series = {}
    if run.free is None:
        return out
    for x in under_licence(lens, run):
        at_work = (run.terms.permit_granted[:, x.permits] < 1.0).any(1)
        found = _prices(lens, run, run.free, x) | _served(lens, run, run.free, x) | {"stock/all": _stock(lens, run, x)}
        names = (f"licence/{quantity}/{x.name}/{partner}" for quantity, partner in (name.split("/") for name in found))
        out |= zip(names, np.where(at_work, np.array([*found.values()]), np.nan), strict=True)
    return out


def under_licence(lens: Lens, run: Outcome) -> list[Listed]:
    """What needs a licence that refuses or delays in some period, in the order of the permits."""
    names, use = lens.engine.world.network.items, run.terms.permit_use > 0
    at_work = np.flatnonzero((run.terms.permit_granted < 1.0).any(0) & use.any(1))
    named = {p: dict.fromkeys(names[use[p]].tolist()) for p in at_work.tolist()}
    home, smuggled = lens.mask(zone=lens.home), lens.hidden[0]
    out = []
    for name in dict.fromkeys(n for of in named.values() for n in of):
        mine = np.array([p for p, of in named.items() if name in of])
        ships = np.flatnonzero(use[mine].any(0) & home)
        if len(ships):
            good = f"{name}_oxide" if name in lens.elements else name
            out.append(Listed(name, good, ships, smuggled[names[smuggled] == name], mine))
    return out


def _prices(lens: Lens, run: Outcome, free: np.ndarray, x: Listed) -> Series:
    """Price at home and abroad, the gap, the permit's worth a kg of the good and in all; price by partner."""
    price, leads = run.record.price, lens.good_of[x.ships] == x.good
    chief, here = x.ships[leads], lens.node_at.get(f"{x.good}@{lens.home}")
    arrive, wanted = lens.arrives[chief], free[:, chief]  # concentrate from abroad has a node of its own
    level, home = run.record.level[:, x.ships], np.full(len(price), np.nan) if here is None else price[:, here]
    rent, abroad = _worth(run, x) * level, ratio((wanted * price[:, arrive]).sum(1), wanted.sum(1))
    return {f"abroad/{lens.partner_of[j]}": price[:, i] for j, i in zip(chief, arrive, strict=True)} | {
        "home/all": home,
        "abroad/all": abroad,
        "gap/all": abroad - home,
        "worth/all": ratio(rent[:, leads].sum(1), level[:, leads].sum(1)),
        "rent/all": rent.sum(1),
    }


def _worth(run: Outcome, x: Listed) -> np.ndarray:
    """What the permits of a licence are worth for a unit of each shipment that needs them [USD/kg; T, A]."""
    in_force, use = run.record.permit_amount[:, x.permits] <= NO_CAP, run.terms.permit_use[np.ix_(x.permits, x.ships)]
    return np.where(in_force, run.record.price[:, run.goods + x.permits], 0.0) @ use


def _served(lens: Lens, run: Outcome, free: np.ndarray, x: Listed) -> Series:
    """What would come from home, smuggled or not, if every licence were granted, and the share that does."""
    at = np.concatenate([x.ships, x.hidden])
    now, asked = (level[:, at] * lens.reo[at] for level in (run.record.level, free))
    to = lens.partner_of[at]
    by = {p: mine for p in lens.partners if (mine := to == p).any()} | {"all": np.ones(len(at), bool)}
    sent, wanted = (np.array([flow[:, mine].sum(1) for mine in by.values()]) for flow in (now, asked))
    served = {f"served/{p}": share for p, share in zip(by, 100.0 * ratio(sent, wanted), strict=True)}
    return served | {f"wanted/{p}": path for p, path in zip(by, 1e3 * wanted, strict=True)}


def months(lens: Lens, run: Outcome, good: str, zones: Collection[str], held: np.ndarray) -> np.ndarray:
    """Months for which stocks of a good in some zones are its use there, `12 held / use` [T]; NaN where none stores it.

    Args:
        lens: names of the network.
        run: a run; `use` is what its plants and users of those zones take in the period, a year's worth.
        good: id of the good.
        zones: zones whose stocks and whose use are summed.
        held: private and state stocks [kt; T, S].
    """
    there = [f"{good}@{zone}" for zone in zones]
    stocks = [i for i, s in enumerate(lens.engine.names.stocks) if s in there]
    if not stocks:
        return np.full(len(run.record.level), np.nan)
    nodes = sorted(lens.node_at[n] for n in there if n in lens.node_at)
    takes = run.point.bench.takes[nodes].sum(0) * lens.mask(doing=("run", "use"))
    return 12.0 * ratio(held[:, stocks].sum(1), run.record.level @ takes)


def _stock(lens: Lens, run: Outcome, x: Listed) -> np.ndarray:
    """Months of use that stocks of the good abroad hold at the end of each period [T]."""
    held = run.record.stock + run.record.reserve  # a record holds what there is at the start of a period
    left = np.vstack([held[1:], np.full_like(held[:1], np.nan)])
    return months(lens, run, x.good, [z for z in lens.engine.names.zones if z != lens.home], left)
