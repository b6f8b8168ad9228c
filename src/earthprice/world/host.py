"""By-products: how far a mine whose ore comes up with a host mineral can follow the rare-earth price.

What the host brings up is what there is. A plant that already takes all of it has no slack, whatever its own machines
could do; one that lets most of it pass (Bayan Obo) can answer the price by recovering more. The share of the plant's
slack that follows the rare-earth price is `deposit/*/price_follows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from earthprice.world.numbers import require

LEAST_ELASTICITY = 0.08
"""Elasticity below which no share of capacity under 0.99 holds one logistic."""


def follows(v: Mapping[str, float], deposit: str) -> float:
    """Share of a by-product's slack that follows the rare-earth price, 0 (none) to 1."""
    return float(np.clip(v.get(f"deposit/{deposit}/price_follows", 1.0), 0.0, 1.0))


def tied_use(v: Mapping[str, float], deposit: str, use: float) -> float:
    """Share of capacity in use when what the host brings up is counted as capacity.

    Capacity per unit of output is `1/t + f (1/use - 1/t)`, f the share that follows the price and t the use at which
    supply has the elasticity `model/mining/elasticity_by_product`.

    Args:
        v: the world's numbers.
        deposit: its identifier.
        use: share of the plant's own capacity in use.
    """
    tight = tight_use(require(v, "model/mining/elasticity_by_product"))
    slack = max(1.0 / use - 1.0 / tight, 0.0)
    return 1.0 / (1.0 / max(tight, use) + follows(v, deposit) * slack)


@lru_cache(maxsize=16)
def tight_use(elasticity: float) -> float:
    """The share of capacity in use at which one logistic holds a small elasticity.

    Solves `(1 - u) (logit u + 3) = elasticity` (`benchmark`: the least that one logistic holds) by bisection; the left
    side falls from 1.5 at one half to nil at 1.

    Args:
        elasticity: of supply with respect to the price; below `LEAST_ELASTICITY` it is raised to it, above 1.5 the
            answer is one half.
    """
    wanted, low, high = max(elasticity, LEAST_ELASTICITY), 0.5, 1.0 - 1e-9
    for _ in range(60):
        middle = 0.5 * (low + high)
        holds = (1.0 - middle) * (np.log(middle / (1.0 - middle)) + 3.0)
        low, high = (middle, high) if holds > wanted else (low, middle)
    return low
