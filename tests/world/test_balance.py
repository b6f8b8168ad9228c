"""Balancing: closes every node, moves nothing that closes already, and moves most what is trusted least."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earthprice.errors import FactsError
from earthprice.facts.world import load_world
from earthprice.world.balance import balance, closed

CHAIN = np.array([[1.0, 1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 0.8, -1.0, -1.0]])
"""Two mines, a plant that recovers 0.8, a use and disposal."""
NODES = ["ore@HERE", "oxide@HERE"]


def test_what_closes_already_is_returned() -> None:
    recorded = np.array([6.0, 4.0, 10.0, 7.0, 1.0])
    assert balance(CHAIN, recorded, np.ones(5), NODES) == pytest.approx(recorded, rel=1e-12)


@settings(max_examples=60)
@given(st.lists(st.floats(0.05, 50.0), min_size=5, max_size=5), st.lists(st.floats(0.1, 50.0), min_size=5, max_size=5))
def test_balanced_flows_close_and_stay_positive(recorded: list[float], trust: list[float]) -> None:
    flows = balance(CHAIN, np.array(recorded), np.array(trust), NODES)
    assert (flows > 0).all()
    assert np.abs(CHAIN @ flows).max() <= 1e-12 * (np.abs(CHAIN) @ np.array(recorded)).max()


@settings(max_examples=30)
@given(st.floats(0.2, 5.0), st.floats(1.5, 20.0))
def test_the_untrusted_flow_moves_more(size: float, times: float) -> None:
    recorded, trust = np.array([size, size, 10.0, 7.0, 1.0]), np.array([times, 1.0, 1.0, 1.0, 1.0])
    moved = np.abs(np.log(balance(CHAIN, recorded, trust, NODES) / recorded))
    assert moved[1] == pytest.approx(times * moved[0], rel=1e-8), "moves in logs go as one over trust"


def test_the_solution_is_the_least_weighted_move() -> None:
    recorded, trust = np.array([3.0, 4.0, 10.0, 7.0, 1.0]), np.array([4.0, 0.6, 2.0, 1.0, 0.15])
    best = balance(CHAIN, recorded, trust, NODES)

    def moved(x: np.ndarray) -> float:
        return float(np.sum(trust * (x * np.log(x / recorded) - x + recorded)))

    _, _, rows = np.linalg.svd(CHAIN)
    for way in rows[2:]:
        assert moved(best + 1e-3 * way) > moved(best) < moved(best - 1e-3 * way)


def test_what_does_not_run_stays_at_nil() -> None:
    a = np.hstack([CHAIN, [[1.0], [0.0]]])
    assert balance(a, np.array([6.0, 4.0, 9.0, 7.0, 1.0, 0.0]), np.ones(6), NODES)[5] == 0.0


def test_a_node_with_one_side_is_refused_by_name() -> None:
    with pytest.raises(FactsError, match=r"1 goods have a source without a use.*oxide@HERE.*Accepted"):
        balance(CHAIN[:, :3], np.array([6.0, 4.0, 10.0]), np.ones(3), NODES)


def test_a_world_that_cannot_close_is_refused() -> None:
    a = np.array([[1.0, -1.0], [1.0, -2.0]])
    with pytest.raises(FactsError, match=r"no positive flows close the base year.*kt at"):
        balance(a, np.ones(2), np.ones(2), NODES)


def test_the_shipped_base_year_closes() -> None:
    n = load_world().network
    level = n.activities["level"].to_numpy(float)
    through = np.abs(n.matrix) @ level
    assert np.abs(n.matrix @ level)[through > 0].max() < 1e-12 * through.max()
    assert (np.abs(n.matrix @ level) <= 1e-12 * through).all()


@settings(max_examples=30)
@given(st.lists(st.floats(0.2, 20.0), min_size=5, max_size=5), st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=2))
def test_where_it_starts_does_not_matter(recorded: list[float], start: list[float]) -> None:
    flows, multipliers = closed(CHAIN, np.array(recorded), np.ones(5), NODES)
    assert balance(CHAIN, np.array(recorded), np.ones(5), NODES, np.array(start)) == pytest.approx(flows, rel=1e-11)
    assert np.array(recorded) * np.exp(-CHAIN.T @ multipliers) == pytest.approx(flows, rel=1e-12)


def test_joints_are_kept_for_draws_in_which_the_same_runs() -> None:
    n = load_world().network
    runs = n.activities["level"].to_numpy(float) > 0
    one = n.joints(runs)
    assert n.joints(runs.copy()) is one
    fewer = runs.copy()
    fewer[n.activities["stage"] == "stock"] = False
    assert n.joints(fewer).size[1] < one.size[1] == runs.sum()
    again = n.joints(runs)
    assert again is not one and all(np.array_equal(a, b) for a, b in zip(again.pairs, one.pairs, strict=True))
