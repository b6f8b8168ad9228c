"""Origin inside a good: what share of its rare earths went through listed zones, by mass, in the base year.

Goods that meet mix. With g[n, j] the oxide that activity j brings to node n and k[m, j] what it takes of m,

    f[j] = 1 where a listed stage is done in a listed zone, else sum_m k[m, j] s[m] / sum_m k[m, j] (nil without feed),
    s[n] sum_j g[n, j] = sum_j g[n, j] f[j],

which is linear in s. Shares follow a good through every zone that it passes, so a new label changes nothing; they stay
those of the base year, so nobody sorts his feed by origin because a law asks for it. Elements of one good are not told
apart, and what stockholders sell is like what is there.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from earthprice import caps
from earthprice.law.selector import Name
from earthprice.law.strict import Strict
from earthprice.world.network import Network

Step = Literal["mining", "separation", "metal", "magnet"]
ALONE = 1e-12
"""Keeps nodes that only pass goods between themselves, and get none from elsewhere, at nil."""


class Holds(Strict):
    """What a good must hold, by mass of its rare earths: the origin listed, and the stages done there."""

    origin: Annotated[list[Name], Field(min_length=1, max_length=caps.NAMES)]
    stages: Annotated[list[Step], Field(min_length=1)]
    at_least: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="share from which the measure acts; none of a share of use, which counts by it"
    )


def listed_origin(network: Network, content: np.ndarray, holds: Holds) -> np.ndarray:
    """Share of listed origin in what each activity hands on, by mass of rare earths in the base year [M].

    Args:
        network: the network.
        content: REO in a unit of each good [kg/kg; N].
        holds: zones and stages that are listed.
    """
    act = network.activities
    listed = (act["stage"].isin(holds.stages) & act["zone"].isin(holds.origin)).to_numpy()
    f = base_flows(network, content)
    return np.where(listed, 1.0, f.mix(listed).T @ through(f, listed))


class Flows(NamedTuple):
    """Rare earths that activities bring and take in the base year, without what is put in stock [kt/yr; N, M]."""

    gives: np.ndarray
    takes: np.ndarray

    def mix(self, listed: np.ndarray) -> np.ndarray:
        """Shares of each good in what each activity takes, nil for those listed [N, M]."""
        fed = self.takes.sum(0)
        return np.where(listed, 0.0, self.takes / np.where(fed > 0, fed, 1.0))


def base_flows(network: Network, content: np.ndarray) -> Flows:
    """The flows of the base year; arguments as of `listed_origin`."""
    act = network.activities
    flow = content[:, None] * network.matrix * act["level"].to_numpy(float)
    moves = ~act["doing"].isin(("hold", "dispose")).to_numpy()
    return Flows(np.maximum(flow, 0.0) * moves, np.maximum(-flow, 0.0) * moves)


def through(f: Flows, listed: np.ndarray) -> np.ndarray:
    """Share of each good that went through activities listed, by mass: s of the module's head [N]."""
    come = f.gives.sum(1)
    part = f.gives / np.where(come > 0, come, 1.0)[:, None]
    return np.linalg.solve(np.eye(len(come)) * (1.0 + ALONE) - part @ f.mix(listed).T, part @ listed.astype(float))
