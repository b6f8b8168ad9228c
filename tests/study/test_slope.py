"""Slopes along a line of draws: exact ones agree with differences of runs, and nothing moves what no factor moves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from earthprice.study.assess import Frame
from earthprice.study.engine import Outcome, Point, point, run
from earthprice.study.ensemble import Plan
from earthprice.study.slope import STEP, slope
from earthprice.world.terms import Terms


def read(outcome: Outcome) -> np.ndarray:
    n = outcome.point.bench.a.shape[0]
    return np.concatenate([np.log(np.maximum(outcome.record.price[:, :n], 1e-3)).mean(1), outcome.record.level.sum(1)])


def line(plan: Plan, factor: str):
    terms = plan.baseline(plan.use())

    def at(x: float) -> tuple[Point, Terms]:
        return point(plan.engine, plan.values({factor: float(ndtr(x))}), terms), terms

    return at


@pytest.mark.parametrize("factor", ["entry", "elasticity_other", "licensed_cost"])
def test_exact_slopes_agree_with_differences_of_runs(small: Frame, factor: str) -> None:
    at, e = line(small.plan, factor), small.plan.engine
    exact = slope(e, at, read)
    ends = [read(run(e, *at(s * STEP))) for s in (1.0, -1.0)]
    rough = (ends[0] - ends[1]) / (2 * STEP)
    assert np.abs(exact).max() > 1e-3
    assert exact == pytest.approx(rough, abs=0.02 * np.abs(rough).max())


def test_a_factor_of_damages_moves_no_market(small: Frame) -> None:
    assert np.abs(slope(small.plan.engine, line(small.plan, "damage_carbon"), read)).max() < 1e-9
