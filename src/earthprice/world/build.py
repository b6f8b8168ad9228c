"""Building: from the tables' numbers to the network of a balanced base year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from earthprice.world.assembly import assemble, coefficients, node_ids
from earthprice.world.balance import balance
from earthprice.world.burdens import abatement, burdens_per_kg
from earthprice.world.draft import Draft, Drafts, Values, element_of
from earthprice.world.network import ACTIVITY_COLUMNS, NODE_COLUMNS, Network
from earthprice.world.outline import Outline

STAGES = {"conc": "mining", "mill": "milling", "magnet": "magnet", "swarf": "recycling", "metal": "metal"}
"""Stage that makes a good, by the first word of its id, or its last; oxides and the rest come of separation."""
UNITS = {"mill": "kt ore", "magnet": "kt product", "metal": "kt metal"}
UNMOVED = ("stock", "disposal", "milling")
"""Stages whose levels are no record: what balancing makes of them is not shown."""


class Built(NamedTuple):
    """A base year that closes.

    Attributes:
        network: nodes, activities, coefficients at the balanced levels.
        moves: what balancing moved, largest first (columns of `study.assessment.RECONCILIATION_COLUMNS`).
    """

    network: Network
    moves: pd.DataFrame


def lay_out(values: Values, outline: Outline, zones: tuple[str, ...]) -> Built:
    """Draft the activities, balance the base year, and lay out the network.

    Args:
        values: the world's numbers.
        outline: places and goods between which activities are drafted.
        zones: zones in the order of the world's table.

    Raises:
        FactsError: a number is missing, or no flows close the base year.
    """
    drafts = assemble(values, outline)
    nodes = node_ids(drafts)
    level = balance(coefficients(drafts, nodes), drafts.said["level"], drafts.said["trust"], nodes)
    activities = _activities(drafts, level)
    entries = pd.DataFrame(
        [(d.id, n, c) for d in drafts for n, c in d.entries], columns=["activity", "node", "coefficient"]
    )
    size, reo = burdens_per_kg(activities, values), _reo(drafts, activities, values)
    cleaner = abatement(activities, size.columns, values)
    return Built(Network(_nodes(nodes, values), activities, entries, size, reo, cleaner, zones), _moves(drafts, level))


def _activities(drafts: Drafts, level: np.ndarray) -> pd.DataFrame:
    columns: dict[str, list[object]] = {c: [] for c in ACTIVITY_COLUMNS}
    for x, use, d in zip(level, drafts.said.used(level), drafts, strict=True):
        known = {"doing": d.doing, "stage": d.stage, "zone": d.zone, "level": x, "capacity": x / use}
        row = {**dict(d.attributes), **known}
        for c in ACTIVITY_COLUMNS:
            columns[c].append(row.get(c, ""))
    return pd.DataFrame(columns, index=pd.Index([d.id for d in drafts], name="activity"))


def _nodes(nodes: list[str], v: Values) -> pd.DataFrame:
    rows = []
    for node in nodes:
        good, zone = node.split("@")
        words = good.split("_")
        kind = words[0] if words[0] in STAGES else words[-1]
        tier = words[1] if kind in ("magnet", "swarf") else ""
        stage, unit = STAGES.get(kind, "separation"), UNITS.get(kind, "kt REO")
        rows.append((good, zone, stage, element_of(good), tier, unit, v.get(f"price/{node}/price", np.nan)))
    return pd.DataFrame(rows, columns=list(NODE_COLUMNS), index=pd.Index(nodes, name="node"))


def _reo(drafts: list[Draft], activities: pd.DataFrame, v: Mapping[str, float]) -> pd.Series:
    """REO per unit of level: 1 for ore, concentrate and oxides; of metal by its oxide; of magnets by recipe."""
    content = {k.split("/")[1]: v[k] for k in v if k.startswith("metal/") and k.endswith("/world/reo_per_metal")}
    recipe: dict[str, float] = {}
    for d in drafts:
        if d.stage == "magnet":
            metals = sum(-c * content[n.split("@")[0]] for n, c in d.entries if n.split("@")[0] in content)
            swarf = sum(c for n, c in d.entries if n.startswith("swarf"))
            recipe.setdefault(dict(d.attributes)["good"], metals - swarf)
    per = {**content, **recipe}
    return activities["good"].map(lambda g: per.get(g, 1.0)).astype(float).rename("reo")


def _moves(drafts: list[Draft], level: np.ndarray) -> pd.DataFrame:
    rows = []
    for d, x in zip(drafts, level, strict=True):
        if d.level > 0 and d.stage not in UNMOVED:
            unit = "kt product/yr" if d.stage == "magnet" else "kt/yr"
            rows.append((d.id, unit, d.level, x, 100.0 * (x / d.level - 1.0), f"trust {d.trust:g}", ""))
    columns = ["item", "unit", "reported", "balanced", "moved_pct", "confidence", "source"]
    out = pd.DataFrame(rows, columns=columns)
    order = (out["balanced"] - out["reported"]).abs().sort_values(ascending=False).index
    return out.loc[order].reset_index(drop=True)
