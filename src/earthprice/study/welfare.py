"""Welfare: who earns what in a run, by zone and group. Every dollar that one pays, another receives.

Income of an activity's owner = surplus + rent + price of the permits it holds + mark-up kept - investment; a private
stockholder's is the change in value of what it holds. The state
of the activity's zone receives charges (with expected fines and seized goods; tariffs go to the zone of arrival) and
pays for inspection. Neighbours bear
the damage in their zone. Unlicensed diggers, separators and smugglers are groups of their own: welfare can be read
with and without them.
"""

from __future__ import annotations

import numpy as np

from earthprice.study.engine import Engine, Outcome
from earthprice.study.measures import Lens, place_zones

STATE, NEIGHBOURS = "state", "neighbours (damage)"
UNLICENSED = ("unlicensed digger", "unlicensed separator", "smuggler")

Ledger = dict[tuple[str, str], np.ndarray]


def ledger(lens: Lens, run: Outcome) -> Ledger:
    """Income by (zone, group) and period [MUSD/yr]."""
    e, act = lens.engine, lens.act
    money, taxes, abroad = incomes(run), charges(run), tariffs(run)
    partners = act["partner"].to_numpy()
    out: Ledger = {}
    zones, groups = act["zone"].to_numpy(), act["group"].to_numpy()
    for zone in e.names.zones:
        here = zones == zone
        for group in dict.fromkeys(groups[here]):
            out[zone, str(group)] = money[:, here & (groups == group)].sum(1)
        z = e.names.zones.index(zone)
        own = taxes[:, here].sum(1) - abroad[:, here].sum(1) + abroad[:, partners == zone].sum(1)
        out[zone, STATE] = own - run.terms.state_cost[:, z] - run.terms.knowledge_support[:, z]
    for p, zone in enumerate(place_zones(e)):
        key = (zone, NEIGHBOURS)
        out[key] = out.get(key, 0.0) - run.record.damage[:, p]
    return out


def incomes(run: Outcome) -> np.ndarray:
    """Income of the owners [MUSD/yr; T, M]."""
    r, n = run.record, run.point.bench.a.shape[0]
    permits = r.price[:, n:] @ np.asarray(run.setting.permit_use)
    gross = r.price[:, :n] @ np.where(run.point.bench.a > 0, run.point.bench.a, 0.0)
    kept = run.terms.markup * gross
    own = r.surplus + (run.point.bench.rent[None] + permits + kept) * r.level - r.invested + run.terms.entry_support
    s = run.setting
    gain = np.diff(r.price[:, :n], axis=0, prepend=r.price[:1, :n]) @ np.maximum(-run.point.bench.a, 0.0)
    held = r.stock @ np.asarray(s.stock_node)
    stocks = np.where(np.asarray(s.store), gain * held, 0.0)
    return np.where(np.asarray(s.store | s.release), stocks, own)


def charges(run: Outcome) -> np.ndarray:
    """Charges paid [MUSD/yr; T, M]."""
    n = run.point.bench.a.shape[0]
    price, a = run.record.price[:, :n], run.point.bench.a
    gross, inputs = price @ np.where(a > 0, a, 0.0), price @ np.where(a < 0, -a, 0.0)
    base = np.where(run.point.bench.final[None], inputs, gross)
    return (run.terms.advalorem * base + run.terms.specific) * run.record.level - run.terms.entry_support


def tariffs(run: Outcome) -> np.ndarray:
    """The part of the charges on shipments that the state of the zone of arrival collects [MUSD/yr; T, M]."""
    a = run.point.bench.a
    gross = run.record.price[:, : a.shape[0]] @ np.where(a > 0, a, 0.0)
    return run.terms.tariff * gross * run.record.level


def present_value(e: Engine, series: np.ndarray, first: int, discount: float) -> float:
    """Present value at the start of `first` of yearly money from then on [MUSD]."""
    late = e.years >= first - 1e-9
    weight = (1.0 + discount) ** -(e.years[late] - first) * e.dt
    return float(series[late] @ weight)
