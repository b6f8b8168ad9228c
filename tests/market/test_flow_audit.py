"""The audit from levels alone: it must see what does not balance."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.market.audit import flow_gaps, permit_overruns

A = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])


def test_what_balances_has_no_residual() -> None:
    assert flow_gaps(A, np.ones(2), np.array([[3.0, 3.0, 3.0]])) == pytest.approx(0.0, abs=1e-15)


def test_a_missing_tonne_is_seen_in_its_period() -> None:
    found = flow_gaps(A, np.ones(2), np.array([[3.0, 3.0, 3.0], [3.0, 3.0, 2.0]]))
    assert np.abs(found[0]).max() < 1e-15
    assert found[1] == pytest.approx([0.0, 1.0 / 5.001])


def test_a_permit_overrun_is_seen_and_no_cap_is_none() -> None:
    use = np.array([[1.0, 0.0, 0.0]])
    level = np.array([[3.0, 3.0, 3.0], [3.0, 3.0, 3.0], [3.0, 3.0, 3.0]])
    found = permit_overruns(use, np.array([[2.0], [3.0], [np.inf]]), level)
    assert found[:, 0] == pytest.approx([0.5, 0.0, 0.0])
