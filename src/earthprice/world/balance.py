"""Balancing the base year: the smallest weighted move of the recorded flows that closes every node.

Recorded flows do not close. The balanced flows solve

    minimise  sum_a w_a [x_a log(x_a / r_a) - x_a + r_a]    subject to  A x = 0

with recorded flows r and trust w (generalised RAS, cross-entropy). Flows stay positive, x = r exp(-(A' y) / w), and
the multipliers y are found by Newton's method on the convex dual. Source of the method: Golan, Judge & Robinson (1994),
"Recovering information from incomplete or partial multisectoral economic data", REStat 76.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earthprice.errors import FactsError

CLOSED = 1e-13
"""Largest imbalance of a node, as a share of its gross flow, at which the flows are balanced."""


def balance(
    a: np.ndarray, recorded: np.ndarray, trust: np.ndarray, nodes: list[str], start: np.ndarray | None = None
) -> np.ndarray:
    """Balanced flows [kt/yr; M].

    Args:
        a: coefficients [K, M].
        recorded: recorded flows [M], zero where an activity does not run.
        trust: weights [M], larger moves less.
        nodes: node ids, for the error.
        start: multipliers to start from [K], such as `closed` gives for flows much like these; nil if None. The flows
            found differ by no more than the 1e-13 to which every node closes.

    Raises:
        FactsError: a node has only sources or only sinks among the running activities, or no flows close the balances.
    """
    return closed(a, recorded, trust, nodes, start)[0]


def closed(
    a: np.ndarray, recorded: np.ndarray, trust: np.ndarray, nodes: list[str], start: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Balanced flows [M], and the multipliers of the nodes that make them [K]; arguments as of `balance`."""
    runs = recorded > 0
    part, w = a[:, runs], trust[runs]
    used = (part != 0.0).any(1)
    _both_sides(part, used, nodes)
    ties = _ties(part[used], recorded[runs], w)
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
class Ties:
    """What joins running activities to nodes, entry by entry: an activity joins few nodes.

    Attributes:
        size: nodes, activities.
        flow, node, coefficient: of every entry of A.
        pairs: every pair of nodes that an activity joins: activity, position in the matrix of nodes, product of
            coefficients; the matrix is summed over pairs far sooner than multiplied out.
        recorded, trust: r and w [M].
    """

    size: tuple[int, int]
    flow: np.ndarray
    node: np.ndarray
    coefficient: np.ndarray
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray]
    recorded: np.ndarray
    trust: np.ndarray

    def sums(self, x: np.ndarray) -> np.ndarray:
        """A x."""
        return np.bincount(self.node, self.coefficient * x[self.flow], self.size[0])

    def gross(self, x: np.ndarray) -> np.ndarray:
        """|A| x."""
        return np.bincount(self.node, np.abs(self.coefficient) * x[self.flow], self.size[0])

    def margins(self, y: np.ndarray) -> np.ndarray:
        """A' y."""
        return np.bincount(self.flow, self.coefficient * y[self.node], self.size[1])

    def flows(self, y: np.ndarray, most: float) -> np.ndarray:
        """Flows at some multipliers, r exp(-(A' y) / w), moved by no more than a factor e^most."""
        return self.recorded * np.exp(np.clip(-self.margins(y) / self.trust, -most, most))

    def hessian(self, weight: np.ndarray) -> np.ndarray:
        """A diag(weight) A', its diagonal a trace larger, so that it can be inverted."""
        (flow, position, product), size = self.pairs, self.size[0]
        out = np.bincount(position, product * weight[flow], size * size).reshape(size, size)
        out[np.diag_indices(size)] *= 1 + 1e-12
        return out


def _ties(part: np.ndarray, recorded: np.ndarray, trust: np.ndarray) -> Ties:
    of, node = np.nonzero(part.T)
    joined = np.bincount(of, minlength=part.shape[1])
    first = np.cumsum(joined) - joined
    one = np.repeat(np.arange(len(of)), joined[of])
    before = np.repeat(np.cumsum(joined[of]) - joined[of], joined[of])
    flow = of[one]
    two = node[first[flow] + np.arange(len(one)) - before]
    one = node[one]
    pairs = flow, one * len(part) + two, part[one, flow] * part[two, flow]
    return Ties(part.shape, of, node, part[node, of], pairs, recorded, trust)  # pyright: ignore[reportArgumentType]


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
