"""What may be said of a number over draws: ranges and sign words."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.measures.spread import (
    FEW,
    SAME,
    UNKNOWN,
    among,
    changed,
    gained,
    least,
    ranged,
    share_above_nil,
    sign_word,
    verdict,
)


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "nearly sure"),
        (0.95, "nearly sure"),
        (0.05, "nearly sure"),
        (0.949, "likely"),
        (0.80, "likely"),
        (0.20, "likely"),
        (0.79, "leaning"),
        (0.61, "leaning"),
        (0.40, "leaning"),
        (0.41, "no clear sign"),
        (0.5, "no clear sign"),
        (float("nan"), UNKNOWN),
    ],
)
def test_sign_words(share: float, word: str) -> None:
    assert sign_word(share) == word


def test_few_draws_have_their_ends_and_no_sign_word() -> None:
    few, many = np.arange(1.0, 9.0), np.arange(1.0, 202.0)
    assert ranged(few).tolist() == [1.0, 4.5, 8.0] and ranged(many).tolist() == [11.0, 101.0, 191.0]
    assert (among(1), among(8), among(200)) == ("1 draw", "8 draws", "9 in 10 draws")
    assert verdict(few) == FEW and verdict(many) == "nearly sure" and verdict(few[:1]) == FEW


def test_nothing_and_the_unknown_have_no_sign() -> None:
    assert verdict(np.zeros(50)) == SAME and np.isnan(share_above_nil(np.zeros(50)))
    assert verdict(np.array([])) == UNKNOWN and np.isnan(ranged([])).all()
    assert share_above_nil(np.array([1.0, 0.0, -1.0, 2.0])) == 0.625
    level = np.array([0.0, 3e4])
    assert not changed(level, level * (1 + 1e-12)).any() and changed(level, level + 1e-3).all()


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([8e-7, -2e-6, 3e-6, 1e-6], False),
        ([1e-5, 2e-5, 9e-5, 9e-4], False),  # a tail of less than a thousandth
        ([1e-5, 2e-5, 9e-5, 2e-3], True),
        ([2e-4, 2e-4, 1.5e-4, 3e-4], True),
    ],
)
def test_a_change_that_nobody_can_use_is_told_as_none(shares: list[float], told: bool) -> None:
    """0.00008 % is no change, whatever the level and the unit; draws are judged together."""
    for level in (1e-6, 1.0, 3e4):
        base = np.full(4, level)
        change = changed(base, base * (1 + np.array(shares)))
        assert change.any() == change.all() == told
        both = changed(np.stack([base, base]), np.stack([base, base * (1 + np.array(shares))]), axis=1)
        assert not both[0].any() and both[1].any() == told
    assert not changed(np.array([]), np.array([])).size


def test_money_without_a_level_is_told_from_a_hundred_thousand_dollars() -> None:
    assert not gained([1e-5, -9e-5]).any() and gained([1e-5, -2e-4]).tolist() == [1e-5, -2e-4]
    assert least(-300.0) == pytest.approx(0.03) and least(300.0, gain=True) == 1e-4


def test_what_is_unknown_in_some_draws_is_left_out_of_them() -> None:
    x = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    assert ranged(x)[:, 0].tolist() == [1.0, 2.0, 3.0] and np.isnan(ranged(x)[:, 1]).all()
