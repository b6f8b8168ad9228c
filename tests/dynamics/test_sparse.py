"""Sparse: the same products and the same derivatives as of the dense matrix."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.sparse import sparse

MATRIX = np.array([[0.0, 0.5, 0.0, -0.5], [3.0, 0.0, 0.0, 4.0], [0.0, 0.0, 0.0, 0.0]])
DOWN, ACROSS = np.array([1.0, -2.0, 5.0]), np.array([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize(("found", "dense"), [(sparse(MATRIX), MATRIX), (sparse(MATRIX).T, MATRIX.T)])
def test_products_are_those_of_the_matrix(found, dense: np.ndarray) -> None:
    x = ACROSS if dense.shape[1] == 4 else DOWN
    assert np.asarray(found) == pytest.approx(dense)
    assert np.asarray(found @ x) == pytest.approx(dense @ x)
    assert np.asarray(found.pattern) == pytest.approx(1.0 * (dense > 0))


def test_its_derivatives_are_those_of_the_matrix() -> None:
    s = sparse(MATRIX)
    slope = jax.grad(lambda v, x: jnp.sum((s._replace(value=v) @ x) ** 2), (0, 1))(s.value, jnp.asarray(ACROSS))
    bent = 2.0 * (MATRIX @ ACROSS)
    assert np.asarray(slope[0]) == pytest.approx([bent[i] * ACROSS[j] for i, j in zip(s.row, s.column, strict=True)])
    assert np.asarray(slope[1]) == pytest.approx(bent @ MATRIX)


def test_a_matrix_of_nothing_has_its_size() -> None:
    assert np.asarray(sparse(np.zeros((2, 3))) @ np.ones(3)) == pytest.approx([0.0, 0.0])
