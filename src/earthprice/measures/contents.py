"""Inside: how much of each element is in a unit of every good. Inferred for what no table records: magnets and swarf.

Concentrates, oxides and metals have what the tables say. Swarf of a grade has what its recyclers get out of it. A
magnet has what went into it less what left as swarf; where magnets of several recipes or origins meet, they mix: with
g the flow into a node and c the content of what it brings,

    c[n] sum_j g[j, n] = sum_makes (inputs less swarf) + sum_arrivals g[j, n] c[origin of j]

which is linear in c.
"""

from __future__ import annotations

import numpy as np

from earthprice.measures.holding import Making, Recycling
from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome


def raw(lens: Lens, element: str) -> np.ndarray:
    """Element in a unit of oxide and of metal [kg REO of the element per kg of node; N]; nil in all else."""
    return lens.nodes.raw[:, lens.elements.index(element)]


def contents(lens: Lens, run: Outcome) -> np.ndarray:
    """Elements in a unit of every good [kg REO of the element per kg of good; T, N, E].

    Args:
        lens: names of the network; elements in its order.
        run: a run.
    """
    known, level = lens.nodes.raw.copy(), run.record.level
    at, of, names = lens.nodes.ores
    shares = np.array([run.point.values.get(name, 0.0) for name in names]) / 100
    known[at] += shares.reshape(-1, known.shape[1])[of]
    out = np.broadcast_to(known, (len(level), *known.shape)).copy()
    for swarf in lens.nodes.swarf.values():
        out[:, swarf.nodes] = _recycled(swarf, level[:, swarf.at], known)[:, None]
    magnets = lens.nodes.magnets
    out[:, magnets.nodes] = _mixed(magnets, level, out)
    return out


def _recycled(swarf: Recycling, level: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Elements in a unit of a grade's swarf [T, E]: the oxides that recyclers make of it over what they take."""
    made, taken = level @ (swarf.makes @ known), level @ swarf.takes
    return made / np.maximum(taken, 1e-12)[:, None]


def _mixed(magnets: Making, level: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Elements in a unit of magnet at the nodes of magnets [T, W, E]; nil where none arrive."""
    makes = level[:, magnets.makes]
    inside = np.maximum(magnets.needs @ known.take(magnets.parts, 1), 0.0)
    made = (magnets.made > 0).astype(float) @ (makes[:, :, None] * inside)
    moved = np.tensordot(level[:, magnets.ships], magnets.moved, 1)
    total = makes @ magnets.made.T + moved.sum(2)
    balance = np.eye(len(magnets.nodes)) * np.maximum(total, 1e-12)[:, :, None] - moved
    return np.where(total[:, :, None] > 1e-9, np.linalg.solve(balance, made), 0.0)
