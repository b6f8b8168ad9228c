"""A run: what the whole does when demand, support, caps or the ore move; what nobody wants."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.run import guessed, initial_state
from earthprice.dynamics.state import Record
from earthprice.market.audit import flow_gaps

from .conftest import blank, case, only


def test_no_growth_and_no_change_is_a_steady_state(base) -> None:
    """Ten years at base prices: what moves is ore running down, learning, and projects that pay already."""
    s = only(base, depreciation=float(base.setting.knowledge.depreciation))
    s = s._replace(plants=s.plants._replace(share=jnp.zeros(())))
    first = base.run(setting=s)
    full = np.tile(first.ore[0] - first.ore[1], (len(first.ore), 1))
    r = base.run(setting=s, gift=full)
    n = len(base.bench.price)
    assert np.abs(r.price[:, :n] / base.bench.price - 1).max() < 2e-3
    big = base.bench.level > 0.1
    assert np.abs(r.level[:, big] / base.bench.level[big] - 1).max() < 0.03, "what is thrown away moves most"
    ore_alone = base.run(setting=s)
    assert np.abs(ore_alone.price[-1, :n] / base.bench.price - 1).max() > 0.01, "ore does run down"


def test_half_years_and_years_agree(base, world) -> None:
    years = np.arange(world.base_year, world.base_year + 10.5, 0.5)
    fine = case(world, blank(world, years), dt=0.5)
    times = 1.03 ** (years - years[0])[:, None]
    halves = fine.run(growth=times * np.ones(fine.schedule.growth.shape))
    whole = base.run(growth=times[::2] * np.ones(base.schedule.growth.shape))
    main = [i for i, n in enumerate(world.network.nodes.index) if n.endswith("@CHN") and base.bench.flow[i] > 0.1]
    gap = np.abs(halves.price[::2][:, main] / whole.price[:, main] - 1)
    assert np.median(gap[-1]) < 0.03 and gap[:6].max() < 0.08


def test_stocks_are_released_when_the_price_rises(base, grown: Record) -> None:
    bought = np.where(base.setting.storage.store, grown.level, 0.0)[1] @ np.asarray(base.setting.storage.private).T
    sold = np.where(base.setting.storage.release, grown.level, 0.0)[1] @ np.asarray(base.setting.storage.private).T
    at = base.names.stocks.index("ndpr_oxide@CHN")
    assert sold[at] > bought[at] and grown.stock[2, at] < grown.stock[0, at]


def test_people_hoard_before_a_rule_bites(base, still: Record) -> None:
    hoard = np.zeros(base.schedule.hoard.shape)
    hoard[2:4] = 0.1
    r = base.run(hoard=hoard)
    at = base.names.stocks.index("dy_oxide@CHN")
    assert r.stock[4, at] > 1.02 * still.stock[4, at]
    price = list(base.world.network.nodes.index).index("dy_oxide@CHN")
    assert r.price[2, price] > still.price[2, price] and r.price[4, price] < still.price[4, price]


def test_the_state_buys_below_its_price_and_keeps_what_it_buys(base) -> None:
    at = base.at("ndpr_oxide@CHN/reserve_buy")
    holding, price = np.zeros(base.schedule.holding.shape), np.full(base.schedule.holding.shape, np.nan)
    holding[1:4, at], price[1:4, at] = 2.0, 60.0
    r = base.run(holding=holding, reservation=price)
    kept = base.names.stocks.index("ndpr_oxide@CHN")
    assert r.level[1:4, at].min() > 1.0 and r.level[5, at] == 0
    assert np.diff(r.reserve[:, kept]) == pytest.approx(r.level[:-1, at])
    node = list(base.world.network.nodes.index).index("ndpr_oxide@CHN")
    assert r.price[1, node] > r.price[0, node]


def test_knowledge_rises_with_support_and_makes_high_grade_cheaper(base, still: Record) -> None:
    research = np.zeros(base.schedule.research.shape)
    china = base.names.zones.index("CHN")
    research[1:, china] = 200.0
    r = base.run(research=research)
    assert r.knowledge[0, china] == still.knowledge[0, china]
    assert (r.knowledge[2:, china] > still.knowledge[2:, china]).all()
    assert r.knowledge.max() <= float(base.setting.knowledge.frontier), "nobody passes the frontier"
    made = base.mask(stage="magnet", tier="high", zone="CHN")
    assert r.level[-1, made].sum() > 1.01 * still.level[-1, made].sum()


def test_complaints_rise_where_digging_rises(base, grown: Record, still: Record) -> None:
    south = base.names.places.index("South")
    assert grown.damage[1, south] > grown.damage[0, south]
    assert grown.complaints[3, south] > still.complaints[3, south] == pytest.approx(1.0, abs=0.05)


def test_unlicensed_digging_rises_within_two_years_of_a_boom(base, grown: Record) -> None:
    wild = base.mask(stage="mining", status="unlicensed")
    node = list(base.world.network.nodes.index).index("conc_clay_medium@CHN")
    assert grown.price[1, node] > 1.1 * grown.price[0, node]
    assert grown.level[2, wild].sum() > 1.15 * grown.level[0, wild].sum()
    assert grown.capacity[3, wild].sum() > grown.capacity[0, wild].sum(), "new pits follow"


def test_half_the_permits_raise_price_and_unlicensed_digging(base, still: Record) -> None:
    use0 = base.terms.permit_use @ base.bench.level
    amount = np.full_like(base.terms.permit_amount, np.inf)
    amount[:, 0] = use0[0]
    amount[2:, 0] = 0.5 * use0[0]
    c = base.under(permit_amount=amount)
    r, n = c.run(), len(c.bench.price)
    assert c.terms.permit_use[0] @ r.level[3] == pytest.approx(0.5 * use0[0], rel=1e-3)
    at = list(c.world.network.nodes.index).index("ndpr_oxide@CHN")
    assert r.price[2, at] > 1.2 * r.price[1, at] and r.price[2, n] > r.price[1, n]
    wild = c.mask(stage="mining", status="unlicensed")
    assert r.level[3, wild].sum() > r.level[2, wild].sum() > r.level[1, wild].sum()


@pytest.mark.parametrize("stage", ["recycling", "milling"])
def test_a_good_whose_users_stop_is_left_over(base, stage: str) -> None:
    """Recyclers close, and mills stand idle on half of their ore: the swarf and the hours go at next to no price."""
    capacity = np.array(base.schedule.capacity)
    if stage == "recycling":
        capacity[3:, base.mask(stage="recycling")] = 0.02
    else:
        capacity[3:, base.mask(stage="mining")] = 0.3
    r = base.run(capacity=capacity)
    assert np.abs(flow_gaps(base.bench.a, np.maximum(base.bench.flow, 0.01), r.level)).max() < 1e-8
    good = "swarf" if stage == "recycling" else "mill"
    idle = [base.at(i) for i in base.ids if i.startswith(f"idle/{good}")]
    assert r.level[3, idle].sum() > 2 * r.level[2, idle].sum()
    nodes = [i for i, n in enumerate(base.world.network.nodes.index) if n.startswith(good)]
    assert (r.price[3, nodes] < r.price[2, nodes]).mean() > 0.9


def test_a_market_is_looked_for_where_no_permit_is_worth_less_than_nothing(base) -> None:
    """Goods move by as much as the guide's, permits in proportion; without a guide all stay where they were."""
    s, n = base.setting, len(base.setting.base.price)
    last = np.asarray(initial_state(s, base.schedule).price) + 0.0
    last[n:] = 0.5
    before, now = last.copy(), last.copy()
    before[n:], now[n:], now[0] = 8.0, 2.0, last[0] - 1.5
    found = np.asarray(guessed(s, last, before, now))
    assert found[0] == pytest.approx(last[0] - 1.5) and found[1:n] == pytest.approx(last[1:n])
    assert found[n:] == pytest.approx(0.5 / 4.0, rel=0.2), "by 6 less it would be far below nil, where no market is"
    assert np.asarray(guessed(s, last, np.zeros(1), np.zeros(1))) == pytest.approx(last)
    before[n:] = 0.0
    assert np.asarray(guessed(s, last, before, now))[n:] == pytest.approx(2.0 + 0.5 * 10.0), "nor much more"
