"""Assembly: from numbers to drafts of activities, one function a stage.

Pure: reads no file, so a draw of the numbers assembles its own drafts. Keys are `table/id/attribute`; the identifiers
inside them (deposits, zones, goods) are data.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earthprice.world.draft import Draft, Drafts, Values
from earthprice.world.links import feed_trade, laundering, smuggling, trade
from earthprice.world.mines import mine_drafts
from earthprice.world.outline import Outline
from earthprice.world.plants import magnet, metal, recycling, separation
from earthprice.world.sinks import disposal, final_use, leftovers, stock_drafts

STAGES = (
    mine_drafts,
    separation,
    feed_trade,
    metal,
    magnet,
    recycling,
    trade,
    smuggling,
    laundering,
    final_use,
    stock_drafts,
)


def assemble(values: Values, outline: Outline) -> Drafts:
    """All drafts of the world at the given numbers, within its outline."""
    drafts = [d for stage in STAGES for d in stage(values, outline)]
    return Drafts([*drafts, *disposal(values, drafts), *leftovers(values, drafts)])


def node_ids(drafts: Sequence[Draft]) -> list[str]:
    """Nodes in order of first appearance."""
    return list(dict.fromkeys(node for d in drafts for node, _ in d.entries))


def coefficients(drafts: Sequence[Draft], nodes: Sequence[str]) -> np.ndarray:
    """Coefficients of the drafts as a dense array [nodes, activities]."""
    at = {n: i for i, n in enumerate(nodes)}
    a = np.zeros((len(nodes), len(drafts)))
    for j, d in enumerate(drafts):
        for node, coefficient in d.entries:
            a[at[node], j] += coefficient
    return a
