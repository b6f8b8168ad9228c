"""A stock in days of use in the shipped world: built up evenly, filled again, sold when the good is short."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.dynamics.state import Record
from earthprice.law.effects import BUYS_UNDER

GOOD = "dy_oxide@JPN"


def law(base, days: float, pace: float, sold: float = 0.0, above: float = 1e4) -> dict[str, np.ndarray]:
    """A stock from the second year on."""
    buy, sell = base.at(f"{GOOD}/reserve_buy"), base.at(f"{GOOD}/reserve_sell")
    out = {k: np.zeros_like(base.schedule.specific) for k in ("stock_days", "stock_pace", "stock_sold")}
    out["stock_days"][1:, buy], out["stock_pace"][1:, buy], out["stock_sold"][1:, sell] = days, pace, sold
    price = np.full_like(out["stock_days"], np.nan)
    price[1:, [buy, sell]] = above
    return out | {"reservation": price}


def used(base, record: Record) -> np.ndarray:
    s = base.names.stocks.index(GOOD)
    return record.level @ np.asarray(base.setting.storage.uses)[s]


def test_use_is_what_plants_and_users_of_the_zone_take(base) -> None:
    node = base.world.network.node(GOOD)
    act = base.world.network.activities
    here = act["doing"].isin(["run", "use"]).to_numpy()
    assert used(base, base.run())[0] == pytest.approx(-np.minimum(base.bench.a[node], 0)[here] @ base.bench.level[here])


def test_who_takes_it_as_metal_or_in_magnets_is_not_counted(base) -> None:
    """Abuse: a new name. Moved from oxide to metal and magnets, imports lower the stock that must be held."""
    uses, metal = np.asarray(base.setting.storage.uses)[base.names.stocks.index(GOOD)], "dy_metal@JPN"
    takes = {good: base.bench.a[base.world.network.node(good)] < 0 for good in (GOOD, metal)}
    assert uses[takes[GOOD] & (uses != 0)].sum() > 0 and takes[metal].any()
    assert not uses[takes[metal] & ~takes[GOOD]].any()


def test_who_stores_ahead_of_an_announced_stock_sells_to_it(base) -> None:
    """Abuse: holders who know of it buy in the year before and sell in the years in which the state buys."""
    rule, store, release = law(base, 0.4, 0.2), base.at(f"{GOOD}/store"), base.at(f"{GOOD}/release")
    rule["stock_days"][1], rule["stock_pace"][1] = 0.0, 0.0
    hoard = np.zeros_like(rule["stock_days"])
    hoard[1, store] = 0.3
    told, untold = base.run(hoard=hoard, **rule), base.run(**rule)
    kept = told.level[:, store] - told.level[:, release] - untold.level[:, store] + untold.level[:, release]
    node = base.world.network.node(GOOD)
    assert kept[1] > 0.01 * used(base, untold)[1] and kept[2] < 0, "put aside before, sold when the state buys"
    assert told.price[1, node] > untold.price[1, node] and told.price[2, node] < untold.price[2, node]
    margin = kept[2] * (untold.price[2, node] - untold.price[1, node])
    assert margin < 0, "what the first of them sells, the state pays dearer than he did"


def test_it_is_built_evenly_and_follows_use(base, still: Record) -> None:
    # A fifth of a year's use within two years: a tenth of last year's use is bought in each, then what use grows by.
    r, s = base.run(**law(base, 0.2, 0.1)), base.names.stocks.index(GOOD)
    u = used(base, r)
    assert r.reserve[:2, s].tolist() == [0, 0]
    assert r.reserve[2, s] == pytest.approx(0.1 * u[0], rel=1e-3)
    assert r.reserve[3, s] == pytest.approx(0.1 * u[0] + min(0.1 * u[1], 0.2 * u[1] - 0.1 * u[0]), rel=1e-3)
    assert r.reserve[-1, s] == pytest.approx(0.2 * u[-2], rel=0.02)
    price = base.world.network.node(GOOD)
    assert (r.price[1:3, price] > still.price[1:3, price]).all(), "who buys for stock pays more, and so do all others"


def test_without_days_the_bits_are_those_without_the_law(base, still: Record) -> None:
    none = base.run(**law(base, 0.0, 0.0))
    assert all(np.array_equal(x, y, equal_nan=True) for x, y in zip(none, still, strict=True))


def test_it_sells_in_a_shortage_and_never_buys_what_it_sells(base) -> None:
    short = np.array(base.schedule.permit_amount)
    short[6, base.terms.permits.index("ship")] = 0.0  # no dysprosium oxide leaves China with a licence
    node, s = base.world.network.node(GOOD), base.names.stocks.index(GOOD)
    buy, sell = base.at(f"{GOOD}/reserve_buy"), base.at(f"{GOOD}/reserve_sell")
    above = 1.01 * float(base.bench.price[node])
    rule = law(base, 0.4, 0.2, sold=1.0)
    rule["stock_sold"][:6], rule["reservation"][6:, buy], rule["reservation"][6:, sell] = 0.0, BUYS_UNDER * above, above
    without, r = base.run(permit_amount=short), base.run(permit_amount=short, **rule)
    assert without.price[6, node] > above, "a shortage"
    assert r.level[6, sell] > 0.05 * r.reserve[6, s] and r.price[6, node] < without.price[6, node]
    assert r.reserve[7, s] == pytest.approx(r.reserve[6, s] - r.level[6, sell] + r.level[6, buy])
    assert np.minimum(r.level[:, buy], r.level[:, sell]).max() < 0.01 * r.level[6, sell]
    assert (r.reserve[:, s] >= -1e-9).all()
