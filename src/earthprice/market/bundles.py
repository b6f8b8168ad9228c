"""Bundles in sparse storage: what an activity makes and takes is a few nodes of many.

A layout lists the entries of the matrix that are not structurally zero, and the pairs of entries of one activity:
excess supply needs the former, its Jacobian `a diag(x') b'` the latter, some thousands of products where the dense form
has millions. Both storages hold the same matrix, and everything below is the same sum in either.

Goods that share no activity do not meet in the Jacobian: a set of them is eliminated at once, by a division and a
product of matrices, which leaves a smaller system to factorise. A layout numbers the nodes in the order of such sets
(`stages`), those of the law last.

Sizes are padded, so that another law, which caps other activities, changes no shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

ROOM = 256
"""Entries beyond those of the goods: one for each activity that each permit caps. More double it."""
PAIRS = 4
"""Room for pairs, in entries."""
WORTH = 0.15
"""Share of the nodes left that a set must hold to be eliminated for itself."""


class Layout(NamedTuple):
    """Where the entries stand; padding has coefficients of nil at the first entry's place.

    Attributes:
        row, column: position of the node in `order`, and activity, of each entry [E], in the order of activities.
        left, right: entries of a pair, both of one activity [Q], in the order of `at`.
        both: the activity of a pair [Q].
        at: place of the pair in the flattened Jacobian, row of the left entry x K + row of the right one [Q].
        real: 1 for an entry, 0 for padding [E].
        stages: nodes in the order of elimination: sets of which no two share an activity, then all others.
    """

    row: Array
    column: Array
    left: Array
    right: Array
    both: Array
    at: Array
    real: Array
    stages: tuple[Array, ...]

    @property
    def order(self) -> Array:
        """Node at each position [K]."""
        return jnp.concatenate(self.stages)


def layout(pattern: np.ndarray, rows: int = 0) -> Layout:
    """The layout of a matrix.

    Args:
        pattern: True where an entry may be other than nil [K, M].
        rows: how many of the last rows belong to the law, and so have room for others.
    """
    return _layout(np.packbits(pattern).tobytes(), pattern.shape, rows)


@lru_cache(maxsize=64)
def _layout(bits: bytes, shape: tuple[int, int], rows: int) -> Layout:
    count = shape[0] * shape[1]
    pattern = np.unpackbits(np.frombuffer(bits, np.uint8), count=count).reshape(shape).astype(bool)
    k = shape[0]
    stages = independent(pattern[: k - rows])
    stages[-1] = np.concatenate([stages[-1], np.arange(k - rows, k)])
    column, row = np.nonzero(pattern[np.concatenate(stages)].T)
    fixed = int(np.count_nonzero(pattern[: k - rows]))
    room = _room(len(row) - fixed) if rows else 0
    size = np.bincount(column, minlength=pattern.shape[1])
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    left = np.repeat(np.arange(len(row)), size[column])
    start = np.repeat(np.cumsum(size[column]) - size[column], size[column])
    right = first[column[left]] + np.arange(len(left)) - start
    at = row[left] * k + row[right]
    order = np.argsort(at, kind="stable")
    entries, pairs = fixed + room, PAIRS * (fixed + room)
    while pairs < len(left):
        pairs *= 2
    spare, more = entries - len(row), pairs - len(left)
    last_pair = np.full(more, at.max(initial=0))
    whole = np.concatenate([np.ones(len(row)), np.zeros(spare)])
    last = int(column.max(initial=0))
    return Layout(
        _padded(row, spare),
        _padded(column, spare, last),
        _padded(left[order], more, entries - 1),
        _padded(right[order], more, entries - 1),
        _padded(column[left[order]], more, last),
        np.concatenate([at[order], last_pair]).astype(np.int32),
        whole,
        tuple(_padded(x, 0) for x in stages),
    )


def independent(pattern: np.ndarray) -> list[np.ndarray]:
    """Nodes in the order of elimination: sets of which no two share an activity, then the rest.

    Each set is chosen greedily, nodes with the fewest neighbours first (Markowitz 1957); what is eliminated ties its
    neighbours to each other. It ends where a set would hold less than `WORTH` of the nodes left.

    Args:
        pattern: True where an entry may be other than nil [K, M].
    """
    tied = (pattern.astype(float) @ pattern.T.astype(float)) > 0
    np.fill_diagonal(tied, False)
    left, out = np.arange(len(tied)), []
    while len(left):
        near = tied[np.ix_(left, left)]
        chosen, barred = [], np.zeros(len(left), bool)
        for i in np.argsort(near.sum(1), kind="stable"):
            if not barred[i]:
                chosen.append(int(i))
                barred |= near[i]
                barred[i] = True
        if len(chosen) < max(2, WORTH * len(left)):
            break
        for i in chosen:
            tied[np.ix_(left[near[i]], left[near[i]])] = True
        np.fill_diagonal(tied, False)
        out.append(left[chosen])
        left = np.delete(left, chosen)
    return [*out, left]


def _room(wanted: int) -> int:
    room = ROOM
    while room <= wanted:  # one entry at least is padding, for pairs that are none
        room *= 2
    return room


def _padded(x: np.ndarray, more: int, value: int = 0) -> np.ndarray:
    return np.concatenate([x, np.full(more, value)]).astype(np.int32)


def entries(matrix: Array, where: Layout) -> Array:
    """The entries of a dense matrix whose rows stand in the order of the nodes [E]."""
    return matrix[where.order[where.row], where.column] * where.real


def dense(a: Array, where: Layout, shape: tuple[int, int]) -> Array:
    """The matrix of which these are the entries, rows in the order of the nodes [K, M]."""
    return jnp.zeros(shape).at[where.order[where.row], where.column].add(a)


def margins(b: Array, where: Layout | None, price: Array, activities: int) -> Array:
    """Margin of every activity at the prices, `b' p` [USD/kg; M]."""
    if where is None:
        return b.T @ price
    put = jnp.zeros(activities).at[where.column]
    return put.add(b * price[where.row], indices_are_sorted=True, mode="promise_in_bounds")


def sums(a: Array, where: Layout | None, level: Array, nodes: int) -> Array:
    """What the activities bring to every node, `a x` [kt/yr; K]."""
    if where is None:
        return a @ level
    return jnp.zeros(nodes).at[where.row].add(a * level[where.column], mode="promise_in_bounds")


def slopes(a: Array, b: Array, where: Layout | None, slope: Array, nodes: int) -> Array:
    """`a diag(slope) b'` [K, K]."""
    if where is None:
        return (a * slope) @ b.T
    value = (a[where.left] * b[where.right]) * slope[where.both]  # the product does not change from step to step
    put = jnp.zeros(nodes * nodes).at[where.at]
    return put.add(value, indices_are_sorted=True, mode="promise_in_bounds").reshape(nodes, nodes)
