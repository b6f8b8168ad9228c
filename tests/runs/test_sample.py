"""Draws: one in every part of each range, and the same for a seed."""

from __future__ import annotations

import numpy as np

from earthprice.runs.sample import sample


def test_a_sample_is_a_latin_hypercube_and_the_same_for_a_seed() -> None:
    a, b = (sample(["x", "y"], ["z"], 10, 7) for _ in range(2))
    assert np.array_equal(a.quantiles, b.quantiles)
    assert sorted((a.quantiles[:, 0] * 10).astype(int)) == list(range(10))
