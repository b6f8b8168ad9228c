"""Prices looked for near those of a run beside: the same answer, in fewer steps."""

from __future__ import annotations

import numpy as np

from earthprice.runs.engine import Outcome, Point, run
from earthprice.runs.guide import Guide
from earthprice.study.frame import Frame


def steps(found: Outcome) -> int:
    return int(np.asarray(found.record.steps).sum())


def test_near_the_baseline_the_reform_is_the_same_and_found_in_fewer_steps(small: Frame, central: Point) -> None:
    plan = small.plan
    base, reform = (run(plan.engine, central, t) for t in (plan.baseline(plan.use()), plan.reform(plan.use())))
    near = run(plan.engine, central.near(base.guide), plan.reform(plan.use()))
    scale = np.maximum(np.abs(reform.record.price).max(0), 0.1)
    assert np.abs((near.record.price - reform.record.price) / scale).max() < 1e-6
    assert np.abs(near.record.level - reform.record.level).max() < 1e-6 * np.abs(reform.record.level).max()
    assert float(near.record.residual.max()) < 1e-8
    assert steps(near) < 0.9 * steps(reform)


def test_the_law_itself_is_found_to_the_bit_without_a_step(small: Frame, central: Point) -> None:
    """So a text that changes nothing changes nothing at all, and none does before it begins."""
    plan = small.plan
    base = run(plan.engine, central, plan.baseline(plan.use()))
    again = run(plan.engine, central.near(base.guide), plan.baseline(plan.use()))
    assert np.array_equal(again.record.price, base.record.price) and np.array_equal(
        again.record.level, base.record.level
    )
    assert steps(again) == 0


def test_a_guide_says_nothing_of_other_years_or_permits() -> None:
    years, price = np.array([2024.0, 2025.0, 2026.0]), np.array([[1.0, 5.0, 9.0], [2.0, 6.0, 8.0], [4.0, 7.0, 7.0]])
    guide = Guide(years, ("total", "licence"), price)
    start = np.array([3.0, 4.0, 5.0])
    found = guide.moves(years, ("licence", "other"), start)
    assert np.array_equal(found[0], [start, [1.0, 9.0, 5.0]])
    assert np.array_equal(found[1], [[1.0, 9.0, 0.0], [2.0, 8.0, 0.0]])
    assert np.array_equal(found[2], [[2.0, 8.0, 0.0], [4.0, 7.0, 0.0]])
    assert np.array_equal(guide.moves(years[:2], ("licence", "other"), start), found[:2])
    assert not guide.moves(years + 0.5, ("licence", "other"), start).any()
