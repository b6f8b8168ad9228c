"""Elimination: how a sparse system is solved, planned once for a pattern of nodes that meet.

Nodes that do not meet are eliminated together, in rounds; to eliminate node e adds to what its neighbours i and j have
in common, and lets some meet that did not (fill):

    J[i, j] -= J[i, e] J[e, j] / J[e, e]

Few neighbours come first (Markowitz 1957), so that these products are some ten thousand where a dense factorisation
takes millions. The plan lists them by round as places in a vector that holds the matrix; what is left in the end is
nearly full, and factorised as a dense block with pivoting (LU).

The law's nodes are never eliminated, but meet others: products have room for theirs, so that another law changes no
shape. What fills the room reads the last place of the vector, `blank`, which is always nil, and is added to places that
nobody reads, each to its own as far as they go: to add to one place again and again takes five times as long.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from earthprice.market.places import gather, scatter, scatter_add

FEWEST, WORTH = 6, 0.15
"""Nodes that a round must have to be worth it: so many, or this share of the nodes left, whichever is less."""
NEIGHBOURS = 2
"""A round takes nodes of up to so many neighbours, and as many again as twice the fewest."""
LEAST, ROOM, SPARE = 0.6, 0.6, 32
"""Room for what the law adds, as a share of what there is without it and `SPARE` more: at least, and in what steps."""


class Round(NamedTuple):
    """Nodes eliminated at once: B entries beside them in a row and as many in a column, W products.

    Attributes:
        node: position of the node that an entry belongs to [B].
        beside: position of the neighbour it meets there [B].
        own: place of the node's diagonal [B].
        row, column: places of the entries (node, beside) and (beside, node) [B].
        left: the entry (i, e) of a product, among the B [W].
        right: place of its (e, j) [W].
        target: place of its (i, j) [W].
    """

    node: Array
    beside: Array
    own: Array
    row: Array
    column: Array
    left: Array
    right: Array
    target: Array


class Elimination(NamedTuple):
    """The elimination of K nodes, in the order in which they stand: rounds one after the other, then the R left.

    Attributes:
        rounds: the rounds.
        diagonal: place of each node's diagonal [K].
        rest: places of what is left, row by row [R, R].
        blank: a vector of the matrix's places, all of them nil [N].
    """

    rounds: tuple[Round, ...]
    diagonal: Array
    rest: Array
    blank: Array


class Factored(NamedTuple):
    """A matrix after elimination: what was eliminated, and LU factors of what was left.

    Attributes:
        pivot: diagonal of the nodes eliminated, J[e, e].
        column, row: -J[i, e] / J[e, e] and -J[e, i] / J[e, e] of each round's entries [B].
        lu: LU factors of what was left, its rows and columns scaled [R, R].
        order: row `order[i]` of what was left is row i of what was factored [R].
        scale: what rows and columns were scaled with [R].
    """

    pivot: Array
    column: tuple[Array, ...]
    row: tuple[Array, ...]
    lu: Array
    order: Array
    scale: Array


def meeting(pattern: np.ndarray) -> np.ndarray:
    """Which nodes share an activity with which others [K, K].

    Args:
        pattern: True where an entry of the bundles may be other than nil [K, M].
    """
    used = pattern.astype(np.float32)
    meet = (used @ used.T) > 0
    np.fill_diagonal(meet, False)
    return meet


def rounds(meet: np.ndarray) -> list[np.ndarray]:
    """Nodes in the order of elimination: rounds of nodes of which no two meet, then the rest.

    Each round is chosen greedily, nodes with the fewest neighbours first; what is eliminated lets its neighbours meet.
    It ends where a round would hold too few nodes, or all: something is left to factorise.

    Args:
        meet: which nodes meet which others at first [K, K].
    """
    meet, left, out = meet.copy(), np.arange(len(meet)), []
    while len(left):
        near = meet[np.ix_(left, left)]
        count = near.sum(1)
        chosen, barred = [], count > NEIGHBOURS + 2 * count.min()
        for i in np.argsort(count, kind="stable"):
            if not barred[i]:
                chosen.append(int(i))
                barred |= near[i]
                barred[i] = True
        if len(chosen) < max(2, min(FEWEST, WORTH * len(left))) or len(chosen) == len(left):
            break
        for i in chosen:
            meet[np.ix_(left[near[i]], left[near[i]])] = True
        np.fill_diagonal(meet, False)
        out.append(left[chosen])
        left = np.delete(left, chosen)
    return [*out, left]


class _Met(NamedTuple):
    """Who meets whom in a round: nodes [n], entries (node, neighbour) [B, 2], products (entry, j) [W, 2]."""

    nodes: np.ndarray
    beside: np.ndarray
    products: np.ndarray


def plan(meet: np.ndarray, sizes: list[int], law: int = 0) -> tuple[Elimination, np.ndarray]:
    """The plan of elimination, and the place of every two nodes that meet [K, K].

    Args:
        meet: which nodes meet which others at first, in the order of elimination [K, K].
        sizes: nodes of each round; the rest is left.
        law: how many of the last nodes belong to the law.
    """
    filled, met = _eliminated(meet, sizes)
    goods = np.arange(len(meet)) < len(meet) - law
    bare = meet & goods[:, None] & goods
    places, *room = _rooms(_counts(filled, met), _counts(*_eliminated(bare, sizes)) if law else None)
    at, done = np.full(filled.shape, places - 1), sum(sizes)
    at[filled] = np.arange(filled.sum())
    rooms, unread = zip(room[::2], room[1::2], strict=True), (int(filled.sum()), places)
    out = Elimination(
        tuple(_round(m, at, unread, *two) for m, two in zip(met, rooms, strict=True)),
        np.diag(at).astype(np.int32),
        at[done:, done:].astype(np.int32),
        np.zeros(places),
    )
    return out, at


def _counts(filled: np.ndarray, met: list[_Met]) -> np.ndarray:
    """Entries other than nil, and by round entries beside its nodes and products [1 + 2 rounds]."""
    return np.array([filled.sum(), *(len(x) for m in met for x in m[1:])], float)


def _rooms(wanted: np.ndarray, without: np.ndarray | None) -> list[int]:
    """Sizes with room for the law: what there is without it and the same share of it more everywhere; one is spare."""
    if without is None:
        return [int(n) + 1 for n in wanted]
    needed = np.max((wanted - without) / (without + SPARE))
    more = ROOM * np.ceil(max(needed, LEAST) / ROOM)
    return [int(n) for n in without + np.ceil(more * (without + SPARE)) + 1]


def _eliminated(meet: np.ndarray, sizes: list[int]) -> tuple[np.ndarray, list[_Met]]:
    """Which entries are other than nil at the end, the diagonal among them [K, K], and who meets whom by round."""
    meet, out, first = meet | np.eye(len(meet), dtype=bool), [], 0
    for size in sizes:
        after, near = first + size, []
        for e in range(first, after):
            near.append(after + np.flatnonzero(meet[e, after:]))
            meet[np.ix_(near[-1], near[-1])] = True
        count = np.array([len(x) for x in near])
        entry = np.split(np.arange(count.sum()), np.cumsum(count)[:-1])
        products = [np.stack([np.repeat(i, len(x)), np.tile(x, len(x))], 1) for i, x in zip(entry, near, strict=True)]
        beside = np.stack([np.repeat(np.arange(size), count), np.concatenate(near)], 1)
        out.append(_Met(np.arange(first, after), beside, np.concatenate(products)))
        first = after
    return meet, out


def _round(m: _Met, at: np.ndarray, unread: tuple[int, int], entries: int, products: int) -> Round:
    """A round with its places; what fills the room is nil beside its entries, and products of nothing."""
    (e, i), (of, j) = m.beside.T, m.products.T
    node = m.nodes[e]
    none, spare, blank = products - len(of), entries - len(e), unread[1] - 1
    return Round(
        *(again(x, spare) for x in (node, i, at[node, node])),
        *(with_spare(x, spare, blank) for x in (at[node, i], at[i, node])),
        with_spare(of, none, entries - 1),
        with_spare(at[node[of], j], none, blank),
        with_spare(at[i[of], j], none, scattered_places(*unread, none)),
    )


def with_spare(x: np.ndarray, more: int, value: int | np.ndarray = 0) -> np.ndarray:
    """Places, and room after them that holds one value, or one for each place of it."""
    return np.concatenate([x, np.broadcast_to(value, more)]).astype(np.int32)


def again(x: np.ndarray, more: int) -> np.ndarray:
    """Places, and room after them that holds the same again, from the first on; nil if there are none."""
    return with_spare(x, more, np.resize(x, more) if len(x) else 0)


def scattered_places(first: int, end: int, count: int) -> np.ndarray:
    """So many places from the first until before the end but one, which ascend; the last one if there is no other."""
    return first + np.arange(count) * max(end - 1 - first, 0) // max(count, 1)


def factored(plan: Elimination | None, values: Array) -> Factored:
    """A matrix eliminated round by round, and what is left factored.

    Args:
        plan: the plan; None eliminates nothing.
        values: the matrix in the places of the plan [N]; without a plan dense [K, K].
    """
    if plan is None:
        return _factored(values, jnp.diag(values))
    own, columns, done = gather(values, plan.diagonal[-len(plan.rest) :]), [], len(plan.diagonal) - len(plan.rest)
    for r in plan.rounds:
        columns.append(-gather(values, r.column) / gather(values, r.own))
        values = scatter_add(values, r.target, gather(columns[-1], r.left) * gather(values, r.right))
    pivot = gather(values, plan.diagonal[:done])  # what is eliminated changes no more
    rows = tuple(-gather(values, r.row) / gather(values, r.own) for r in plan.rounds)
    return _factored(gather(values, plan.rest), own)._replace(pivot=pivot, column=tuple(columns), row=rows)


def _factored(rest: Array, own: Array) -> Factored:
    """What is left of a matrix factored, rows and columns scaled by what its diagonal was at first [R].

    A column beside it holds the numbers of the rows, v. Factored with it, P v = L u tells the order of the rows at
    once; to work through the swaps of the pivots one by one takes longer than all the rest.
    """
    scale, rows = 1.0 / jnp.sqrt(jnp.maximum(own, 1e-300)), jnp.arange(len(own))
    lu, _, _ = lax.linalg.lu(jnp.column_stack([rest * scale[:, None] * scale[None, :], rows]))
    order = jnp.rint(lu[:, -1] + jnp.tril(lu[:, :-1], -1) @ lu[:, -1])
    order = jnp.clip(jnp.nan_to_num(order).astype(rows.dtype), 0, len(own) - 1)
    return Factored(own[:0], (), (), lu[:, :-1], order, scale)


def solution(plan: Elimination | None, j: Factored, g: Array, transposed: bool = False) -> Array:
    """The solution d of `J d = g`, or of `J' d = g` [K].

    Forward through the rounds g[i] -= (J[i, e] / J[e, e]) g[e]; what is left by substitution; and backward

        d[e] = g[e] / J[e, e] - sum_i (J[e, i] / J[e, e]) d[i]
    """
    rounds, done = plan.rounds if plan else (), len(j.pivot)
    down, up = (j.row, j.column) if transposed else (j.column, j.row)
    for r, share in zip(rounds, down, strict=True):
        g = scatter_add(g, r.beside, share * gather(g, r.node))
    d = jnp.concatenate([g[:done] / j.pivot, j.scale * _substituted(j, j.scale * g[done:], transposed)])
    for r, share in zip(reversed(rounds), reversed(up), strict=True):
        d = scatter_add(d, r.node, share * gather(d, r.beside))
    return d


def _substituted(j: Factored, g: Array, transposed: bool) -> Array:
    """What is left of the system, solved by substitution in its LU factors."""
    x = (g if transposed else gather(g, j.order))[:, None]
    for lower in (not transposed, transposed):
        x = lax.linalg.triangular_solve(
            j.lu, x, left_side=True, lower=lower, transpose_a=transposed, unit_diagonal=lower
        )
    return scatter(jnp.zeros_like(g), j.order, x[:, 0]) if transposed else x[:, 0]
