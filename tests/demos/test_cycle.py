"""Measures of a loop, against figures whose area is known; shocks that do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.demos.cycle import enclosed, fall
from earthprice.demos.lab import Lab
from earthprice.demos.shocks import held_at_base_use, more_use, together

ROUND = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)


def test_an_ellipse_fills_its_box_by_a_quarter_of_pi_and_a_line_by_nothing() -> None:
    assert enclosed(3.0 * np.cos(ROUND), np.sin(ROUND)) == pytest.approx(np.pi / 4, rel=1e-3)
    assert enclosed(3.0 * np.cos(ROUND), -np.sin(ROUND)) == pytest.approx(-np.pi / 4, rel=1e-3)
    assert enclosed(np.cos(ROUND), np.cos(ROUND)) == pytest.approx(0.0, abs=1e-12)
    assert enclosed(np.ones(5), np.ones(5)) == 0.0


def test_complaints_a_quarter_turn_behind_run_counter_clockwise() -> None:
    assert enclosed(np.cos(ROUND), np.cos(ROUND - 0.5 * np.pi)) > 0.78


def test_a_fall_is_counted_from_the_peak_before_it() -> None:
    assert fall(np.array([1.0, 2.0, 1.5, 3.0, 2.7])) == pytest.approx(25.0)
    assert fall(np.array([1.0, 1.0, 2.0])) == 0.0


def test_activities_held_do_not_answer_and_others_still_do(lab: Lab) -> None:
    wild = lab.lens.mask(stage="mining", status="unlicensed", zone="CHN")
    more = more_use(lab, 1.3, 2021, 2024)
    still = lab.run(change=together(more, held_at_base_use(wild)))
    use = still.record.level[:, wild] / still.record.capacity[:, wild]
    assert np.allclose(use, use[0], rtol=1e-3)
    licensed = lab.lens.mask(stage="mining", status="licensed", zone="AUS")
    assert still.record.level[3, licensed].sum() > lab.baseline.record.level[3, licensed].sum()


def test_nothing_changes_before_the_boom(lab: Lab) -> None:
    run = lab.run(change=more_use(lab, 1.3, 2022, 2024))
    assert np.allclose(run.record.price[:3], lab.baseline.record.price[:3], rtol=1e-9)
