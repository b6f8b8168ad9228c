"""Diggers move between fields of the same ore: none is lost, none moves in the base year, the better field draws."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.building import MOST_MOVED, resettled


def drive(s, gain: np.ndarray) -> np.ndarray:
    return np.asarray(s.fields.pit).T @ gain


@pytest.fixture(scope="module")
def s(base):
    found = base.setting
    assert np.asarray(found.fields.pit).shape[0] > 1
    return found


def test_ways_are_shares_of_the_same_ore(s) -> None:
    way = np.asarray(s.fields.way)
    assert way.sum(1) == pytest.approx(np.ones(len(way))) and (way >= 0).all()


def test_nobody_moves_when_all_gain_alike(s) -> None:
    k, everywhere = np.asarray(s.base.capacity), jnp.ones(len(s.base.capacity))
    come, go = resettled(s.fields, drive(s, np.full(len(s.fields.pit), 0.7)), k, everywhere)
    assert not np.asarray(come).any() and not np.asarray(go).any()


def test_what_goes_comes_and_no_field_loses_more_than_the_most(s) -> None:
    gain = np.random.default_rng(1).normal(size=len(s.fields.pit))
    k, everywhere = np.asarray(s.base.capacity), jnp.ones(len(s.base.capacity))
    come, go = (np.asarray(x) for x in resettled(s.fields, drive(s, gain), k, everywhere))
    assert come.sum() == pytest.approx(go.sum()) and come.sum() > 0
    assert (go <= MOST_MOVED * k + 1e-12).all()
    best = int(gain.argmax())
    assert np.asarray(s.fields.pit)[best] @ go == pytest.approx(0.0)


def test_a_closed_field_draws_nobody(s) -> None:
    gain = np.random.default_rng(1).normal(size=len(s.fields.pit))
    come, go = resettled(s.fields, drive(s, gain), np.asarray(s.base.capacity), jnp.zeros(len(s.base.capacity)))
    assert not np.asarray(come).any() and not np.asarray(go).any()
