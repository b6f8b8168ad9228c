"""The worst imbalance of a run names the good or permit, the place and the year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earthprice.study.engine import Outcome
from earthprice.study.ensemble import case
from earthprice.study.imbalance import worst


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
