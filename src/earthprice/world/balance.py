"""Balancing the base year: the smallest weighted move of the recorded flows that closes every node.

Recorded flows do not close. The balanced flows solve

    minimise  sum_a w_a [x_a log(x_a / r_a) - x_a + r_a]    subject to  A x = 0

with recorded flows r and trust w (generalised RAS, cross-entropy). Flows stay positive, x = r exp(-(A' y) / w), and
the multipliers y are found by Newton's method on the convex dual. Source of the method: Golan, Judge & Robinson (1994),
"Recovering information from incomplete or partial multisectoral economic data", REStat 76.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from earthprice.errors import FactsError

CLOSED = 1e-13
"""Largest imbalance of a node, as a share of its gross flow, at which the flows are balanced."""


def balance(
    a: np.ndarray,
    recorded: np.ndarray,
    trust: np.ndarray,
    nodes: list[str],
    start: np.ndarray | None = None,
    find: Find | None = None,
) -> np.ndarray:
    """Balanced flows [kt/yr; M].

    Args:
        a: coefficients [K, M].
        recorded: recorded flows [M], zero where an activity does not run.
        trust: weights [M], larger moves less.
        nodes: node ids, for the error.
        start: multipliers to start from [K], such as `closed` gives for flows much like these; nil if None. The flows
            found differ by no more than the 1e-13 to which every node closes.
        find: finds `joints` of what runs in `a`, such as one that keeps them for many draws; anew if None.

    Raises:
        FactsError: a node has only sources or only sinks among the running activities, or no flows close the balances.
    """
    return closed(a, recorded, trust, nodes, start, find)[0]


def closed(
    a: np.ndarray,
    recorded: np.ndarray,
    trust: np.ndarray,
    nodes: list[str],
    start: np.ndarray | None = None,
    find: Find | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Balanced flows [M], and the multipliers of the nodes that make them [K]; arguments as of `balance`."""
    runs = recorded > 0
    w, joined = trust[runs], find(runs) if find else joints(a, runs, nodes)
    used, ties = joined.used, Ties(joined, recorded[runs], w)
    y = np.zeros(used.sum()) if start is None else start[used]
    gap = scale = np.ones(len(y))
    for _ in range(200):
        x = ties.flows(y, 30.0)
        gap, scale = ties.sums(x), ties.gross(x)
        if np.max(np.abs(gap) / scale) < CLOSED:
            out, multipliers = np.zeros_like(recorded), np.zeros(len(a))
            out[runs], multipliers[used] = x, y
            return out, multipliers
        y = y + _damped(ties, y, np.linalg.solve(ties.hessian(x / w), gap))
    worst = int(np.argmax(np.abs(gap) / scale))
    name = [n for n, u in zip(nodes, used, strict=True) if u][worst]
    raise FactsError(
        f"no positive flows close the base year; the largest gap is {gap[worst]:.3g} kt at '{name}'",
        where="world tables",
        accepted="recorded flows that can be reconciled",
    )


@dataclass(frozen=True)
class Joints:
    """What joins running activities to nodes, entry by entry: an activity joins few nodes.

    Attributes:
        used: nodes of what runs [K].
        size: how many these are, activities.
        flow, node, coefficient: of every entry of A.
        pairs: every pair of nodes that an activity joins: activity, position in the matrix of nodes, product of
            coefficients; the matrix is summed over pairs far sooner than multiplied out.
    """

    used: np.ndarray
    size: tuple[int, int]
    flow: np.ndarray
    node: np.ndarray
    coefficient: np.ndarray
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray]


Find = Callable[[np.ndarray], Joints]
"""What finds the joints of activities that run, by a mask [M]."""


@dataclass(frozen=True)
class Ties:
    """Running activities with what joins them to nodes; `recorded` and `trust` are their r and w [M]."""

    joints: Joints
    recorded: np.ndarray
    trust: np.ndarray

    def sums(self, x: np.ndarray) -> np.ndarray:
        """A x."""
        j = self.joints
        return np.bincount(j.node, j.coefficient * x[j.flow], j.size[0])

    def gross(self, x: np.ndarray) -> np.ndarray:
        """|A| x."""
        j = self.joints
        return np.bincount(j.node, np.abs(j.coefficient) * x[j.flow], j.size[0])

    def margins(self, y: np.ndarray) -> np.ndarray:
        """A' y."""
        j = self.joints
        return np.bincount(j.flow, j.coefficient * y[j.node], j.size[1])

    def flows(self, y: np.ndarray, most: float) -> np.ndarray:
        """Flows at some multipliers, r exp(-(A' y) / w), moved by no more than a factor e^most."""
        return self.recorded * np.exp(np.clip(-self.margins(y) / self.trust, -most, most))

    def hessian(self, weight: np.ndarray) -> np.ndarray:
        """A diag(weight) A', its diagonal a trace larger, so that it can be inverted."""
        (flow, position, product), size = self.joints.pairs, self.joints.size[0]
        out = np.bincount(position, product * weight[flow], size * size).reshape(size, size)
        out[np.diag_indices(size)] *= 1 + 1e-12
        return out


def joints(a: np.ndarray, runs: np.ndarray, nodes: list[str]) -> Joints:
    """What joins the activities that run to nodes; arguments and errors as of `balance`."""
    part = a[:, runs]
    used = (part != 0.0).any(1)
    _both_sides(part, used, nodes)
    part = part[used]
    of, node = np.nonzero(part.T)
    joined = np.bincount(of, minlength=part.shape[1])
    first = np.cumsum(joined) - joined
    one = np.repeat(np.arange(len(of)), joined[of])
    before = np.repeat(np.cumsum(joined[of]) - joined[of], joined[of])
    flow = of[one]
    two = node[first[flow] + np.arange(len(one)) - before]
    one = node[one]
    pairs = flow, one * len(part) + two, part[one, flow] * part[two, flow]
    return Joints(used, (len(part), part.shape[1]), of, node, part[node, of], pairs)


def _damped(ties: Ties, y: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The Newton step, halved until the dual falls and no flow moves by more than e^2."""

    def dual(v: np.ndarray) -> float:
        return float(ties.trust @ ties.flows(v, 60.0))

    largest = np.max(np.abs(ties.margins(step)) / ties.trust)
    step = step * min(1.0, 2.0 / largest) if largest > 0 else step
    start = dual(y)
    for _ in range(40):
        if dual(y + step) <= start * (1 + 1e-14):
            return step
        step = 0.5 * step
    return step


def _both_sides(part: np.ndarray, used: np.ndarray, nodes: list[str]) -> None:
    one_sided = used & (((part > 0).sum(1) == 0) | ((part < 0).sum(1) == 0))
    if one_sided.any():
        names = [n for n, bad in zip(nodes, one_sided, strict=True) if bad]
        raise FactsError(
            f"{len(names)} goods have a source without a use, or a use without a source: {', '.join(names[:10])}",
            where="world tables",
            accepted="at least one running source and one running use for each good and zone",
        )
