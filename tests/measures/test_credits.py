"""Credits of a share in the whole world: held exactly, paid from one side to the other, and gone when switched off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earthprice.measures.money_audit import BOOKED_AT, Users, missed
from earthprice.measures.welfare import NEIGHBOURS, ledger
from earthprice.runs.engine import run
from earthprice.world.world import World
from tests.small import central_runs, framed, proposal

MEASURE = """\
one_source:
  instrument: share
  kind: duty
  acts_on: {doing: ship, partner: EUR, good: "magnet_*"}
  each: [zone]
  counts: t product
  at_most: {unit: share, values: [{from: 2022, value: 0.8, basis: assumption, why: Test.}]}
"""


def test_a_share_holds_exactly_its_money_adds_up_and_off_it_leaves_every_bit(world: World, tmp_path: Path) -> None:
    """Who ships from the one source pays, users in Europe get it, and nobody keeps any of it."""
    path = proposal(tmp_path, MEASURE, "one-source", "EUR", "2022-01-01")
    plan = framed(world, path, years=(2021, 2024), period="year").plan
    was, now = central_runs(plan)
    row = now.terms.permits.index("one_source/CHN")
    use, years = np.asarray(now.setting.permits.use)[row], plan.engine.years
    credit, late = now.record.price[:, now.goods + row], years >= 2022
    assert (was.record.level[late] @ use > 1.0).all() and now.record.level[late] @ use == pytest.approx(0, abs=1e-6)
    assert (credit[late] > 1.0).all() and (credit[~late] == 0).all()
    paid = credit[:, None] * use * now.record.level
    assert paid[late].sum(1) == pytest.approx(0, abs=1e-3 * np.abs(paid).max()) and (paid[late] < 0).any()
    assert not np.asarray(now.setting.permits.held)[row].any(), "a credit is nobody's rent"
    assert missed(plan.lens, Users(now), ledger(plan.lens, now), NEIGHBOURS).size <= BOOKED_AT
    off = run(plan.engine, was.point, plan.reform(plan.use(without=("1",))))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(was.record, off.record, strict=True))
