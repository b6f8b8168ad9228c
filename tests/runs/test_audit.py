"""The worst imbalance of a run names the good or permit, the place and the year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earthprice.runs.audit import impossible, worst
from earthprice.runs.engine import Outcome, point
from earthprice.runs.engine import run as run_law
from earthprice.study.ensemble import case


def moved(run: Outcome, activity: int, t: int, times: float) -> Outcome:
    """The run with one level changed by hand."""
    level = np.asarray(run.record.level).copy()
    level[t, activity] *= times
    return replace(run, record=run.record._replace(level=level))


def test_a_good_that_is_made_and_not_used_is_named(small, reformed):
    network = small.world.network
    lane = int(np.flatnonzero(small.plan.lens.mask(doing="ship", zone="CHN", partner="JPN", good="dy_oxide"))[0])
    less, more = (worst(moved(reformed, lane, 4, times), network) for times in (0.5, 2.0))
    assert less.what == "too little of dy_oxide in JPN" and less.year == reformed.terms.years[4]
    assert more.what.endswith("dy_oxide in CHN") or more.what.startswith("more than anyone takes of dy_oxide in JPN")
    assert less.words.startswith(f"too little of dy_oxide in JPN, {less.year:g} (imbalance ")


def test_a_case_that_did_not_clear_says_where(small, reformed):
    lane = int(np.flatnonzero(small.plan.lens.mask(doing="ship", zone="CHN", partner="JPN", good="dy_oxide"))[0])
    found = case(small.plan.lens, moved(reformed, lane, 3, 0.5))
    assert found.status == "not_cleared" and "dy_oxide in JPN" in found.worst
    assert case(small.plan.lens, reformed).status == "cleared"


def test_a_permit_that_is_overrun_is_named(small, reformed):
    r = reformed.record
    amount = np.asarray(r.permit_amount).copy()
    p = int(np.flatnonzero([n.startswith("mining_total") for n in reformed.terms.permits])[0])
    amount[2, p] *= 0.5
    found = worst(replace(reformed, record=r._replace(permit_amount=amount)), small.world.network)
    assert found.what == f"more than {reformed.terms.permits[p]} permits" and found.year == reformed.terms.years[2]


def test_what_no_market_can_do_is_named_and_in_no_figure(small, reformed):
    """Less than nothing sold, held or left, and a price far below nil; a cleared run that does it is no good draw."""
    network, names, r = small.world.network, small.plan.engine.names, reformed.record
    tb = network.node("tb_oxide@CHN")

    def with_one(field: str, at: tuple[int, int], value: float) -> Outcome:
        array = np.array(getattr(r, field))
        array[at] = value
        return replace(reformed, record=r._replace(**{field: array}))

    cases = {
        "private stock of": with_one("stock", (3, 0), -0.01),
        "state's stock of": with_one("reserve", (3, 0), -0.01),
        "ore left in": with_one("ore", (2, 1), -1e-3),
        "level of": with_one("level", (2, 0), -1e-3),
        "price of tb_oxide@CHN": with_one("price", (4, tb), -176.0),
    }
    assert impossible(reformed, network, names) == ""
    for words, run in cases.items():
        found = impossible(run, network, names)
        assert found.startswith(words) and "below nil in 20" in found
        assert case(small.plan.lens, run).status == "not_cleared"


def test_no_stock_is_sold_twice_however_fast_its_holders_sell(small):
    """Holders who could sell three years' stock in one sell what there is; once they sold more."""
    plan = small.plan
    values = plan.values({}) | {"storage/world/pace": 3.0, "storage/world/extrapolation": 1.0}
    base = plan.baseline(plan.use())
    run = run_law(plan.engine, point(plan.engine, values, base), plan.reform(plan.use()))
    assert run.record.stock.min() >= 0.0
    assert impossible(run, small.world.network, plan.engine.names) == ""
