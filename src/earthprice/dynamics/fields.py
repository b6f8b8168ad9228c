"""Fields: where diggers without a licence may move to, as arrays of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from earthprice.dynamics.sparse import sparse
from earthprice.world.draft import Draft
from earthprice.world.numbers import require


def fields(drafts: list[Draft], values: Mapping[str, float]) -> dict[str, Any]:
    """Pits without a licence and the ways between them.

    Args:
        drafts: activities of the network, M of them.
        values: the world's numbers.

    Returns:
        `pit` [U, M] picks the U kinds of pit; `way` [U, U] is, from each to each, what share of all ore of the
        first one's kind lies in the second, and nil between different kinds of ore: a team knows one way to leach.
    """
    at = [j for j, d in enumerate(drafts) if d.motion == "unlicensed" and d.stage == "mining"]
    pit = np.zeros((len(at), len(drafts)))
    pit[np.arange(len(at)), at] = 1.0
    kind = np.array([dict(drafts[j].attributes)["ore"] for j in at])
    bodies = [drafts[j].body.split("/") for j in at]
    ore = np.array([require(values, f"deposit/{deposit}/ore_{grade}") for deposit, grade in bodies])
    way = (kind[:, None] == kind[None, :]) * ore[None, :]
    return {"pit": sparse(pit), "way": way / np.maximum(way.sum(1, keepdims=True), 1e-9)}
