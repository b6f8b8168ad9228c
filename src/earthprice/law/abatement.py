"""Abatement as a choice: how much of a burden a firm removes when each unit of it is billed, and what that costs.

Ways to remove a burden differ in cost. They are taken cheapest first, and their unit cost rises evenly from nil to k
for the last share b that can be removed at all. A firm billed an expected t per unit removes what costs it less than t:

    a(t) = b min(1, t/k),        C(a) = k a^2 / (2 b)   per unit of burden before abatement.

With the bill on what is left, the firm pays t (1 − a) + C(a), never more than t. A standard makes those who obey
remove at least its cut, at the same cost. Linear marginal cost: Weitzman 1974, Review of Economic Studies 41.
"""

from __future__ import annotations

import numpy as np

NEVER = 1e-12
"""Best share below which a burden cannot be removed."""


def abated(bill: np.ndarray, cost: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Share of a burden that is removed, a(t) = b min(1, t/k).

    Args:
        bill: expected charge per unit of burden t; a subsidy (negative) removes nothing [USD/unit].
        cost: cost of removing the last unit that can be removed, k > 0 [USD/unit].
        best: largest share that can be removed, b in [0, 1).
    """
    return best * np.clip(bill / np.maximum(cost, NEVER), 0.0, 1.0)


def abatement_cost(share: np.ndarray, cost: np.ndarray, best: np.ndarray) -> np.ndarray:
    """What removing a share costs per unit of burden before abatement, C(a) = k a^2 / (2 b) [USD/unit].

    Args:
        share: share removed, at most `best`.
        cost: cost of removing the last unit that can be removed [USD/unit].
        best: largest share that can be removed.
    """
    return np.where(best > NEVER, 0.5 * cost * share**2 / np.maximum(best, NEVER), 0.0)
