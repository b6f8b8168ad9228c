"""Places: `gather`, `scatter` and `scatter_add` are NumPy's own reading, putting and summing, whatever the places."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earthprice.arithmetic import settled
from earthprice.market.places import gather, scatter, scatter_add


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20), st.integers(0, 2**31))
@settled()
def test_places_read_put_and_add_as_numpy_does(place: list[int], seed: int) -> None:
    rng, at = np.random.default_rng(seed), np.array(place, np.int32)
    x, value = rng.normal(size=7), rng.normal(size=len(at))
    np.testing.assert_array_equal(gather(jnp.asarray(x), at), x[at])
    summed = x.copy()
    np.add.at(summed, at, value)
    np.testing.assert_allclose(scatter_add(x, at, jnp.asarray(value)), summed, rtol=1e-12, atol=1e-14)
    once, first = np.unique(at, return_index=True)
    changed = x.copy()
    changed[once] = value[first]
    np.testing.assert_array_equal(scatter(x, once, jnp.asarray(value[first])), changed)
    np.testing.assert_array_equal(
        scatter_add(x, once, jnp.asarray(changed[once] - x[once]), unique=True)[at], (x + (changed - x))[at]
    )


def test_places_of_a_matrix_are_a_row_and_a_column_each() -> None:
    with settled():
        x, row, column = np.arange(12.0).reshape(3, 4), np.array([0, 2, 2]), np.array([3, 0, 0])
        np.testing.assert_array_equal(gather(x, (row, column)), x[row, column])
        np.testing.assert_array_equal(scatter_add(x, (row, column), jnp.ones(3))[2], [10.0, 9.0, 10.0, 11.0])
