"""Bundles in sparse storage: what an activity makes and takes is a few nodes of many.

A layout lists the entries of the matrix that are not structurally zero, and the pairs of entries of one activity:
excess supply needs the former, its Jacobian `a diag(x') b'` the latter, some thousands of products where the dense form
has millions. Both storages hold the same matrix, and everything below is the same sum in either.

A layout numbers the nodes in the order in which they are eliminated (`elimination`), those of the law last, and its
Jacobian is a vector of the places that the plan of elimination has.

Sizes are padded, so that another law, which caps other activities, changes no shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.market.elimination import Elimination, again, meeting, plan, rounds, scattered_places, with_spare
from earthprice.market.places import gather, scatter_add

ROOM = 256
"""Entries beyond those of the goods: one for each activity that each permit caps. More double it."""
PAIRS = 4
"""Room for pairs, in entries."""


class Layout(NamedTuple):
    """Where the entries stand; padding has coefficients of nil, at the entries' places again.

    Attributes:
        row, column: position of the node in `order`, and activity, of each entry [E], in the order of activities, and
            again from the first on, since to add to one place again and again takes five times as long.
        left, right: entries of a pair, both of one activity [Q], by activity.
        both: the activity of a pair [Q].
        at: place of the pair in the Jacobian, that of the left entry's node and the right one's [Q].
        real: 1 for an entry, 0 for padding [E].
        order: nodes in the order of elimination, node at each position [K].
        plan: how the Jacobian is eliminated.
    """

    row: Array
    column: Array
    left: Array
    right: Array
    both: Array
    at: Array
    real: Array
    order: Array
    plan: Elimination


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
    meet = meeting(pattern)
    *eliminated, left_over = rounds(meet[: k - rows, : k - rows])
    nodes = np.concatenate([*eliminated, left_over, np.arange(k - rows, k)]).astype(np.int32)
    steps, places = plan(meet[np.ix_(nodes, nodes)], [len(x) for x in eliminated], rows)
    column, row = np.nonzero(pattern[nodes].T)
    fixed = int(np.count_nonzero(pattern[: k - rows]))
    room = _room(len(row) - fixed) if rows else 0
    size = np.bincount(column, minlength=pattern.shape[1])
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    left = np.repeat(np.arange(len(row)), size[column])
    start = np.repeat(np.cumsum(size[column]) - size[column], size[column])
    right = first[column[left]] + np.arange(len(left)) - start
    at = places[row[left], row[right]]
    entries, pairs = fixed + room, PAIRS * (fixed + room)
    while pairs < len(left):
        pairs *= 2
    spare, more = entries - len(row), pairs - len(left)
    end = len(steps.blank) - 1
    whole = np.concatenate([np.ones(len(row)), np.zeros(spare)])
    last = int(column.max(initial=0))
    return Layout(
        again(row, spare),
        again(column, spare),
        with_spare(left, more, entries - 1),
        with_spare(right, more, entries - 1),
        with_spare(column[left], more, last),
        with_spare(at, more, scattered_places(int((places < end).sum()), end + 1, more)),
        whole,
        nodes,
        steps,
    )


def _room(wanted: int) -> int:
    room = ROOM
    while room <= wanted:  # one entry at least is padding, for pairs that are none
        room *= 2
    return room


def entries(matrix: Array, where: Layout) -> Array:
    """The entries of a dense matrix whose rows stand in the order of the nodes [E]."""
    return gather(matrix, (gather(where.order, where.row), where.column)) * where.real


def dense(a: Array, where: Layout, shape: tuple[int, int]) -> Array:
    """The matrix of which these are the entries, rows in the order of the nodes [K, M]."""
    return scatter_add(jnp.zeros(shape), (gather(where.order, where.row), where.column), a)


def margins(b: Array, where: Layout | None, price: Array, activities: int) -> Array:
    """Margin of every activity at the prices, `b' p` [USD/kg; M]."""
    if where is None:
        return b.T @ price
    return scatter_add(jnp.zeros(activities), where.column, b * gather(price, where.row))


def sums(a: Array, where: Layout | None, level: Array, nodes: int) -> Array:
    """What the activities bring to every node, `a x` [kt/yr; K]."""
    if where is None:
        return a @ level
    return scatter_add(jnp.zeros(nodes), where.row, a * gather(level, where.column))


def slope_matrix(a: Array, b: Array, where: Layout | None, slope: Array, own: Array) -> Array:
    """`a diag(slope) b'` with the nodes' own slopes on the diagonal [K, K], of entries in the plan's places [N]."""
    if where is None:
        return (a * slope) @ b.T + jnp.diag(own)
    same = gather(a, where.left) * gather(b, where.right)  # the product does not change from step to step
    summed = scatter_add(jnp.zeros_like(where.plan.blank), where.at, same * gather(slope, where.both))
    return scatter_add(summed, where.plan.diagonal, own, unique=True)
