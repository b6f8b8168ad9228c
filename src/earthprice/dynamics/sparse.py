"""Sparse matrices of a setting: an activity has one place, one body, a stock or none, of many that there are.

As dense matrices they take most of the time of the laws of motion: to read one takes longer than what is done with it.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.market.places import gather, scatter_add


class Sparse(NamedTuple):
    """A matrix [R, C] by the E entries that are not nil.

    `s @ x` and `s.T @ y` are products with vectors [C] and [R]; NumPy takes it for the matrix, `np.asarray(s)`.

    Attributes:
        row, column: where each entry stands [int; E].
        value: the entries [E].
        rows, columns: nil for each row and each column, which tell how many there are [R], [C].
    """

    row: Array
    column: Array
    value: Array
    rows: Array
    columns: Array

    @property
    def T(self) -> Sparse:
        """The transposed matrix [C, R]."""
        return Sparse(self.column, self.row, self.value, self.columns, self.rows)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.columns)

    @property
    def pattern(self) -> Sparse:
        """1 where the matrix is above nil, and nil elsewhere."""
        return self._replace(value=(self.value > 0).astype(self.rows.dtype))

    def __matmul__(self, x: Array) -> Array:
        return scatter_add(jnp.zeros_like(self.rows), self.row, self.value * gather(x, self.column))

    def __array__(self, dtype: type | None = None, copy: bool | None = None) -> np.ndarray:
        out = np.zeros(self.shape, dtype or np.float64)
        out[np.asarray(self.row), np.asarray(self.column)] = np.asarray(self.value)
        return out


def sparse(matrix: np.ndarray, among: tuple[np.ndarray, ...] | None = None) -> Sparse:
    """The entries of a matrix [R, C] that are not nil, looked for among some of its places where these are given."""
    row, column = (x.astype(np.int32) for x in among or np.nonzero(matrix))
    value = matrix[row, column].astype(float)
    some = value != 0.0
    return Sparse(row[some], column[some], value[some], *(np.zeros(n) for n in matrix.shape))
