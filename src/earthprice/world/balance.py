"""Balancing the base year: the smallest weighted move of the recorded flows that closes every node.

Recorded flows do not close. The balanced flows solve

    minimise  sum_a w_a [x_a log(x_a / r_a) - x_a + r_a]    subject to  A x = 0

with recorded flows r and trust w (generalised RAS, cross-entropy). Flows stay positive, x = r exp(-(A' y) / w), and
the multipliers y are found by Newton's method on the convex dual. Source of the method: Golan, Judge & Robinson (1994),
"Recovering information from incomplete or partial multisectoral economic data", REStat 76.
"""

from __future__ import annotations

import numpy as np

from earthprice.errors import FactsError


def balance(a: np.ndarray, recorded: np.ndarray, trust: np.ndarray, nodes: list[str]) -> np.ndarray:
    """Balanced flows [kt/yr; M].

    Args:
        a: coefficients [K, M].
        recorded: recorded flows [M], zero where an activity does not run.
        trust: weights [M], larger moves less.
        nodes: node ids, for the error.

    Raises:
        FactsError: a node has only sources or only sinks among the running activities, or no flows close the balances.
    """
    runs = recorded > 0
    part, r, w = a[:, runs], recorded[runs], trust[runs]
    used = np.abs(part).sum(1) > 0
    _both_sides(part, used, nodes)
    part = part[used]
    pairs = _pairs(part)
    y = np.zeros(len(part))
    gap = scale = np.ones(len(part))
    for _ in range(200):
        x = r * np.exp(np.clip(-(part.T @ y) / w, -30, 30))
        gap, scale = part @ x, np.abs(part) @ x
        if np.max(np.abs(gap) / scale) < 1e-13:
            out = np.zeros_like(recorded)
            out[runs] = x
            return out
        hessian = _hessian(pairs, x / w, len(part))
        hessian[np.diag_indices_from(hessian)] *= 1 + 1e-12
        y = y + _damped(part, r, w, y, np.linalg.solve(hessian, gap))
    worst = int(np.argmax(np.abs(gap) / scale))
    name = [n for n, u in zip(nodes, used, strict=True) if u][worst]
    raise FactsError(
        f"no positive flows close the base year; the largest gap is {gap[worst]:.3g} kt at '{name}'",
        where="world tables", accepted="recorded flows that can be reconciled",
    )  # fmt: skip


def _pairs(part: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pair of nodes that an activity joins: activity, position in the matrix of nodes, product of coefficients.

    An activity joins few nodes, so that the matrix is summed over pairs far sooner than multiplied out.
    """
    of, node = np.nonzero(part.T)
    joined = np.bincount(of, minlength=part.shape[1])
    first = np.cumsum(joined) - joined
    one = np.repeat(np.arange(len(of)), joined[of])
    before = np.repeat(np.cumsum(joined[of]) - joined[of], joined[of])
    flow = of[one]
    two = first[flow] + np.arange(len(one)) - before
    one, two = node[one], node[two]
    return flow, one * len(part) + two, part[one, flow] * part[two, flow]


def _hessian(pairs: tuple[np.ndarray, np.ndarray, np.ndarray], weight: np.ndarray, size: int) -> np.ndarray:
    """A diag(weight) A'."""
    flow, position, product = pairs
    return np.bincount(position, product * weight[flow], size * size).reshape(size, size)


def _damped(part: np.ndarray, r: np.ndarray, w: np.ndarray, y: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The Newton step, halved until the dual falls and no flow moves by more than e^2."""

    def dual(v: np.ndarray) -> float:
        return float(np.sum(w * r * np.exp(np.clip(-(part.T @ v) / w, -60, 60))))

    largest = np.max(np.abs(part.T @ step) / w)
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
            where="world tables", accepted="at least one running source and one running use for each good and zone",
        )  # fmt: skip
