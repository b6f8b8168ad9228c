"""The most probable scores given a record, and how sharply it pins them: Gauss-Newton on the log posterior.

    minimise  1/2 |z|^2 + 1/2 (d - g(z))' R^-1 (d - g(z))

with the model's exact slopes. Around the minimum the posterior is taken as normal with the covariance
(1 + J' R^-1 J)^-1 (Laplace's approximation; Tierney & Kadane 1986, JASA 81).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ROUNDS = 5
SMALL = 0.02
"""Change of the objective [log units] below which a further round is not worth its runs."""


@dataclass(frozen=True)
class Maximum:
    """The most probable scores.

    Attributes:
        score: [F].
        covariance: of the scores around it [F, F].
        objective: minus log posterior up to a constant, by round.
    """

    score: np.ndarray
    covariance: np.ndarray
    objective: tuple[float, ...]


def maximum(
    says: Callable[[np.ndarray], np.ndarray],
    slopes: Callable[[np.ndarray], np.ndarray],
    data: np.ndarray,
    error: np.ndarray,
    size: int,
) -> Maximum:
    """Find the most probable scores.

    Args:
        says: scores [F] -> what the model says of the data [N]; NaN where it cannot say.
        slopes: scores [F] -> its Jacobian [N, F].
        data: [N].
        error: covariance of the errors [N, N].
        size: F.

    Raises:
        ValueError: the model cannot say at the prior's median.
    """

    def cost(z: np.ndarray, said: np.ndarray) -> float:
        if not np.isfinite(said).all():
            return float("inf")
        return float(0.5 * z @ z + 0.5 * (data - said) @ np.linalg.solve(error, data - said))

    z = np.zeros(size)
    said = says(z)
    costs = [cost(z, said)]
    if not np.isfinite(costs[0]):
        raise ValueError("the model says nothing at the prior's median")
    j = slopes(z)
    for _ in range(ROUNDS):
        weighed = np.linalg.solve(error, j)
        step = np.linalg.solve(np.eye(size) + j.T @ weighed, weighed.T @ (data - said) - z)
        for length in (1.0, 0.5, 0.25, 0.1):
            new = z + length * step
            found = says(new)
            if cost(new, found) < costs[-1]:
                break
        else:
            break
        z, said = new, found
        costs.append(cost(z, said))
        j = slopes(z)
        if costs[-2] - costs[-1] < SMALL:
            break
    return Maximum(z, np.linalg.inv(np.eye(size) + j.T @ np.linalg.solve(error, j)), tuple(costs))
