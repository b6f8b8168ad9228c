"""The network: commodities (nodes), activities, and the coefficients that join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from earthprice.world.balance import Joints, joints

NODE_COLUMNS = ("good", "zone", "stage", "element", "tier", "unit", "price")
"""Columns of `Network.nodes`, indexed by node id such as `dy_oxide@CHN`; `price` is the base price [USD/kg]."""

ACTIVITY_COLUMNS = (
    "doing",
    "stage",
    "zone",
    "district",
    "deposit",
    "grade_class",
    "ore",
    "concentrate",
    "feed",
    "good",
    "element",
    "tier",
    "status",
    "partner",
    "use",
    "group",
    "level",
    "capacity",
)
"""Columns of `Network.activities`, indexed by activity id.

`doing`: run, ship, hold, use, dispose. `stage`: mining, milling, separation, metal, magnet, recycling, trade, stock,
use, disposal. `feed`: home, imported, swarf, scrap. `status`: licensed, unlicensed, state. `partner`: zone of arrival
of a shipment. `group`: who earns the surplus. `level`, `capacity`: base year [kt/yr]. An empty string where a column
does not apply.
"""


@dataclass(frozen=True)
class Abatement:
    """What it takes to remove burdens, per activity (index) and burden (columns) as `Network.burdens`.

    Attributes:
        cost: cost of removing the last unit that can be removed [USD2020/unit of burden].
        best: largest share that can be removed of what the base year leaves; 0 where nothing can.
    """

    cost: pd.DataFrame
    best: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes, activities and coefficients (positive produces, negative consumes).

    Attributes:
        nodes: one row a commodity in a zone, columns `NODE_COLUMNS`.
        activities: one row an activity, columns `ACTIVITY_COLUMNS`.
        entries: columns `activity`, `node`, `coefficient` [kt of the node per kt of level].
        burdens: per activity (index) and burden (columns), burden per kg of level.
        reo: REO content of one unit of level, per activity [kg REO / kg].
        abatement: what it takes to remove burdens; None where they are what they are.
        burden_units: what each burden is counted in per kg of level (`kg`, `m3`, `m2`); kg where none is given.
        order: zones in the order of the world's table, which is that of every array by zone; empty: that of the nodes.
    """

    nodes: pd.DataFrame
    activities: pd.DataFrame
    entries: pd.DataFrame
    burdens: pd.DataFrame
    reo: pd.Series = field(repr=False)
    abatement: Abatement | None = field(default=None, repr=False)
    order: tuple[str, ...] = ()
    burden_units: Mapping[str, str] = field(default_factory=dict, repr=False)
    _joints: dict[bytes, Joints] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zones in the order of every array by zone."""
        return self.order or tuple(dict.fromkeys(self.nodes["zone"].astype(str)))

    @cached_property
    def ids(self) -> tuple[list[str], list[str]]:
        """Ids of the nodes and of the activities, as words that are looked up at once [N], [M]."""
        return [str(n) for n in self.nodes.index], [str(a) for a in self.activities.index]

    @cached_property
    def matrix(self) -> np.ndarray:
        """Coefficients as a dense array `A` [nodes, activities]."""
        a = np.zeros((len(self.nodes), len(self.activities)))
        rows = self.nodes.index.get_indexer(self.entries["node"])
        cols = self.activities.index.get_indexer(self.entries["activity"])
        np.add.at(a, (rows, cols), self.entries["coefficient"].to_numpy(float))
        return a

    @cached_property
    def gives(self) -> np.ndarray:
        """What a unit of level makes of each good [N, M]."""
        return np.maximum(self.matrix, 0.0)

    @cached_property
    def takes(self) -> np.ndarray:
        """What a unit of level uses up of each good [N, M]."""
        return np.maximum(-self.matrix, 0.0)

    @cached_property
    def passes(self) -> np.ndarray:
        """What a unit of level makes or uses up of each good [N, M]."""
        return np.abs(self.matrix)

    @cached_property
    def pattern(self) -> np.ndarray:
        """Where the matrix is not nil [bool; N, M]."""
        return self.matrix != 0.0

    @cached_property
    def nonzero(self) -> csr_array:
        """The matrix by its entries that are not nil: of all goods an activity has one or two [N, M]."""
        return csr_array(self.matrix)

    @cached_property
    def outputs(self) -> csr_array:
        """`gives`, turned, by its entries that are not nil [M, N]."""
        return self.nonzero.maximum(0.0).T.tocsr()

    @cached_property
    def inputs(self) -> csr_array:
        """`takes`, turned, by its entries that are not nil [M, N]."""
        return (-self.nonzero).maximum(0.0).T.tocsr()

    @cached_property
    def made(self) -> np.ndarray:
        """Position of the good that each activity makes most of [M]."""
        return self.matrix.argmax(0)

    @cached_property
    def taken(self) -> np.ndarray:
        """Position of the good that each activity uses up most of [M]."""
        return self.matrix.argmin(0)

    @cached_property
    def content(self) -> np.ndarray:
        """REO in a unit of each good [kg/kg; N]; none in mill hours."""
        goods = self.nodes["good"].astype(str)
        of = dict(zip(self.activities["good"], self.reo.reindex(self.activities.index), strict=True))
        return np.array([0.0 if g.startswith("mill_") else of.get(g, 1.0) for g in goods])

    @cached_property
    def items(self) -> np.ndarray:
        """Element of each activity, or its good where that is none's [M]."""
        element, good = (self.activities[c].to_numpy(object) for c in ("element", "good"))
        return np.where(element != "", element, good)

    @cached_property
    def finished(self) -> np.ndarray:
        """Nodes of oxides, metals and magnets [N]."""
        return self.nodes["good"].str.contains("_oxide$|_metal$|^magnet").to_numpy(bool)

    @cached_property
    def places(self) -> list[tuple[str, str, str, str]]:
        """District, zone, stage and status of every activity."""
        return places(self.activities)

    def joints(self, runs: np.ndarray) -> Joints:
        """What joins the activities that run to nodes (`balance.joints`); the last is kept: few draws differ in it."""
        key = runs.tobytes()
        if (found := self._joints.get(key)) is None:
            self._joints.clear()
            found = self._joints[key] = joints(self.matrix, runs, list(self.nodes.index))
        return found

    def node(self, name: str) -> int:
        """Position of a node by its id."""
        return int(self.nodes.index.get_loc(name))  # pyright: ignore[reportArgumentType]


def places(activities: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """District, zone, stage and status of every activity."""
    columns = (activities[c].astype(str).tolist() for c in ("district", "zone", "stage", "status"))
    return list(zip(*columns, strict=True))
