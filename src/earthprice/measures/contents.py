"""Inside: how much of each element is in a unit of every good. Inferred for what no table records: magnets and swarf.

Concentrates, oxides and metals have what the tables say. Swarf of a grade has what its recyclers get out of it. A
magnet has what went into it less what left as swarf; where magnets of several recipes or origins meet, they mix: with
g the flow into a node and c the content of what it brings,

    c[n] sum_j g[j, n] = sum_makes (inputs less swarf) + sum_arrivals g[j, n] c[origin of j]

which is linear in c.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome


def raw(lens: Lens, run: Outcome, element: str) -> np.ndarray:
    """Element in a unit of oxide and of metal [kg REO of the element per kg of node; N]; nil in all else."""
    out = lens.nodes.oxides[:, lens.elements.index(element)].copy()
    a = run.point.bench.a
    for j, made in lens.nodes.metals[element]:
        out[made] = -a[:, j][a[:, j] < 0].sum()
    return out


def contents(lens: Lens, run: Outcome) -> np.ndarray:
    """Elements in a unit of every good [kg REO of the element per kg of good; T, N, E].

    Args:
        lens: names of the network; elements in its order.
        run: a run.
    """
    known, nodes = np.stack([raw(lens, run, e) for e in lens.elements], axis=1), lens.nodes
    for ore, at in nodes.ores.items():
        known[at] += _shares(run.point.values, ore, lens.elements)
    out = np.broadcast_to(known, (len(run.record.level), *known.shape)).copy()
    for tier, at in nodes.swarf.items():
        out[:, at] = _swarf(lens, run, known, tier)[:, None]
    out[:, nodes.magnets] = _mixed(lens, run, out, nodes.magnets)
    return out


def _shares(values: Mapping[str, float], ore: str, elements: tuple[str, ...]) -> np.ndarray:
    """Elements in a concentrate [kg/kg; E]."""
    return np.array([values.get(f"concentrate/{ore}/share_{e}", 0.0) / 100 for e in elements])


def _swarf(lens: Lens, run: Outcome, known: np.ndarray, tier: str) -> np.ndarray:
    """Elements in a unit of a grade's swarf [T, E]: the oxides that recyclers make of it over what they take."""
    at = lens.mask(stage="recycling", tier=tier)
    a, level = run.point.bench.a[:, at], run.record.level[:, at]
    made, taken = level @ (np.maximum(a, 0.0).T @ known), level @ np.maximum(-a, 0.0).sum(0)
    return made / np.maximum(taken, 1e-12)[:, None]


def _mixed(lens: Lens, run: Outcome, known: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Elements in a unit of magnet at the nodes of magnets [T, W, E]; nil where none arrive."""
    makes, ships = (np.flatnonzero(lens.mask(stage=stage)) for stage in ("magnet", "trade"))
    a, level = run.point.bench.a, run.record.level
    others = np.setdiff1d(np.arange(len(a)), where)
    inside = np.maximum(-a[np.ix_(others, makes)].T @ known[:, others], 0.0)
    into, out = np.maximum(a[where], 0.0), (a[where] < 0).astype(float)
    made = (into[:, makes] > 0).astype(float) @ (level[:, makes, None] * inside)
    moved = (into[:, ships] * level[:, None, ships]) @ out[:, ships].T
    total = level[:, makes] @ into[:, makes].T + moved.sum(2)
    balance = np.eye(len(where)) * np.maximum(total, 1e-12)[:, :, None] - moved
    return np.where(total[:, :, None] > 1e-9, np.linalg.solve(balance, made), 0.0)
