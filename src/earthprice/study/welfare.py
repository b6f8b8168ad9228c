"""Welfare: who earns what in a run, by zone and group. Every dollar that one pays, another receives.

Income of an activity's owner = surplus + rent + price of the permits it holds + mark-up kept - investment; a private
stockholder's is the change in value of what it holds. The state
of the activity's zone receives charges (with expected fines and seized goods; tariffs go to the zone of arrival) and
pays for inspection. Neighbours bear
the damage in their zone. Unlicensed diggers, separators and smugglers are groups of their own: welfare can be read
with and without them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from earthprice.study.engine import Engine, Outcome
from earthprice.study.lens import Lens

STATE, NEIGHBOURS = "state", "neighbours (damage)"
UNLICENSED = ("unlicensed digger", "unlicensed separator", "smuggler")

Ledger = dict[tuple[str, str], np.ndarray]


def ledger(lens: Lens, run: Outcome) -> Ledger:
    """Income by (zone, group) and period [MUSD/yr]."""
    e, money, taxes, abroad = lens.engine, incomes(run), charges(run), tariffs(run)
    out: Ledger = {}
    for z, zone in enumerate(e.names.zones):
        here, into = lens.mask(zone=zone), lens.mask(partner=zone)
        out |= {owner: money[:, at].sum(1) for owner, at in lens.owners.items() if owner[0] == zone}
        own = taxes[:, here].sum(1) - abroad[:, here].sum(1) + abroad[:, into].sum(1)
        own = own + from_abroad(run, z, here)
        out[zone, STATE] = own - run.terms.state_cost[:, z] - run.terms.knowledge_support[:, z]
    for p, zone in enumerate(e.place_zones):
        key = (zone, NEIGHBOURS)
        out[key] = out.get(key, 0.0) - run.record.damage[:, p]
    return out


def incomes(run: Outcome) -> np.ndarray:
    """Income of the owners [MUSD/yr; T, M]."""
    r, n = run.record, run.point.bench.a.shape[0]
    permits = r.price[:, n:] @ np.asarray(run.setting.permit_use)
    kept = run.terms.markup * run.sales
    own = r.surplus + (run.point.bench.rent[None] + permits + kept) * r.level - r.invested + run.terms.entry_support
    s = run.setting
    gain = np.diff(r.price[:, :n], axis=0, prepend=r.price[:1, :n]) @ np.maximum(-run.point.bench.a, 0.0)
    held = r.stock @ np.asarray(s.stock_node)
    stocks = np.where(np.asarray(s.store), gain * held, 0.0)
    return np.where(np.asarray(s.store | s.release), stocks, own)


def charges(run: Outcome) -> np.ndarray:
    """Charges paid [MUSD/yr; T, M]."""
    base = np.where(run.point.bench.final[None], run.inputs, run.sales)
    return (run.terms.advalorem * base + run.terms.specific) * run.record.level - run.terms.entry_support


def tariffs(run: Outcome) -> np.ndarray:
    """The part of the charges on shipments that the state of the zone of arrival collects [MUSD/yr; T, M]."""
    return run.terms.tariff * run.sales * run.record.level


def from_abroad(run: Outcome, zone: int, here: np.ndarray) -> np.ndarray:
    """What a state gains by levies across borders: its own abroad, less those of others at home [MUSD/yr; T].

    Charges and money are booked to the state of the activity's zone first; a levy of another state moves them to it.

    Args:
        run: the run.
        zone: position of the state's zone.
        here: mask of the activities of that zone [M].
    """
    base = np.where(run.point.bench.final[None], run.inputs, run.sales)
    gain = np.zeros(base.shape[0])
    for levy in run.terms.foreign:
        taken = (levy.advalorem * base + levy.specific) * run.record.level - levy.entry_support
        if levy.zone == zone:
            gain = gain + taken.sum(1) - levy.knowledge_support.sum(1)
        gain = gain - taken[:, here].sum(1) + levy.knowledge_support[:, zone]
    return gain


def present_value(e: Engine, series: np.ndarray, first: int, discount: float) -> float:
    """Present value at the start of `first` of yearly money from then on [MUSD]."""
    return discounted(e, first, discount)(series)


def discounted(e: Engine, first: int, discount: float) -> Callable[[np.ndarray], float]:
    """What turns yearly money into its present value at the start of `first`, of what is due from then on [MUSD].

    A year's money counts as paid at the year's start, whatever the length of its periods.
    """
    begin = int(np.searchsorted(e.years, first - 1e-9))
    weight = (1.0 + discount) ** -(e.middles[begin:] - first) * e.dt
    return lambda series: float(series[begin:] @ weight)
