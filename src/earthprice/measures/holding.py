"""Holding: which nodes hold elements, how magnets are made and shipped, swarf recycled; no draw changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from earthprice.world.network import Network

Mask = Callable[..., np.ndarray]
"""Activities whose columns have the wanted values (`Lens.mask`)."""


@dataclass(frozen=True)
class Recycling:
    """How swarf of a grade is recycled.

    Attributes:
        nodes: the nodes of the swarf.
        at: positions of its recyclers [A].
        makes: what they make of a unit [A, N]; takes: what they take [A].
    """

    nodes: np.ndarray
    at: np.ndarray
    makes: np.ndarray
    takes: np.ndarray


@dataclass(frozen=True)
class Making:
    """How magnets are made and shipped.

    Attributes:
        nodes: the nodes of magnets [W].
        makes, ships: positions of the activities that make magnets [A], and of those that ship them [B].
        parts: nodes of what magnets are made of, and of the swarf that is left [F].
        needs: what a unit of each make takes of these, less what it leaves [A, F].
        made: what a unit of each make brings to the nodes of magnets [W, A].
        moved: what a unit of each shipment brings to each of these nodes from each [B, W, W].
    """

    nodes: np.ndarray
    makes: np.ndarray
    ships: np.ndarray
    parts: np.ndarray
    needs: np.ndarray
    made: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True)
class Holding:
    """Which nodes hold elements, and how.

    Attributes:
        raw: element in a unit of oxide and of metal [kg REO of the element per kg of node; N, E]; nil in all else.
        ores: nodes of concentrates, which of them each is of, and the names of their elements' shares in turn.
        swarf: by grade, how swarf is recycled.
        magnets: how magnets are made and shipped.
    """

    raw: np.ndarray
    ores: tuple[np.ndarray, np.ndarray, list[str]]
    swarf: dict[str, Recycling]
    magnets: Making


def holding(
    network: Network, mask: Mask, elements: Sequence[str], concentrates: Sequence[str], tiers: Sequence[str]
) -> Holding:
    """What a network says of it.

    Args:
        network: the network.
        mask: of its activities.
        elements: in the order of the tables.
        concentrates: kinds of ore that are separated.
        tiers: grades of magnets that are made.
    """
    a, good = network.matrix, network.nodes["good"].to_numpy(object)
    raw = np.array([good == f"{e}_oxide" for e in elements], float).T
    for i, e in enumerate(elements):
        for j in np.flatnonzero(mask(stage="metal", element=e)):
            raw[good == good[a[:, j] > 0][0], i] = -a[:, j][a[:, j] < 0].sum()
    ores = network.nodes["good"].str.removeprefix("conc_").str.partition("/")[0].to_numpy(object)
    of = np.array([ores == c for c in concentrates])
    return Holding(
        raw=raw,
        ores=(*np.nonzero(of)[::-1], [f"concentrate/{c}/share_{e}" for c in concentrates for e in elements]),
        swarf={tier: _recycling(a, mask(stage="recycling", tier=tier), good == f"swarf_{tier}") for tier in tiers},
        magnets=_making(a, mask, np.flatnonzero([str(g).startswith("magnet_") for g in good])),
    )


def _recycling(a: np.ndarray, recyclers: np.ndarray, swarf: np.ndarray) -> Recycling:
    at = np.flatnonzero(recyclers)
    return Recycling(np.flatnonzero(swarf), at, np.maximum(a[:, at], 0.0).T, np.maximum(-a[:, at], 0.0).sum(0))


def _making(a: np.ndarray, mask: Mask, nodes: np.ndarray) -> Making:
    makes = np.flatnonzero(mask(stage="magnet"))
    ships = np.flatnonzero(mask(stage="trade") & a[nodes].any(0))
    parts = np.setdiff1d(np.flatnonzero(a[:, makes].any(1)), nodes)
    of_ships = a[np.ix_(nodes, ships)].T
    return Making(
        nodes,
        makes,
        ships,
        parts,
        needs=-a[np.ix_(parts, makes)].T,
        made=np.maximum(a[np.ix_(nodes, makes)], 0.0),
        moved=np.maximum(of_ships, 0.0)[:, :, None] * (of_ships < 0)[:, None],
    )
