"""What a demonstration hands to the report: claims with their bands, panels to draw, and what its size rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

RECORDED = "recorded"
"""A series of a panel of lines whose name begins with this is a record: dots, in the colour of the line that
has the rest of the name, if there is one."""


@dataclass(frozen=True)
class Claim:
    """One thing that must be seen, as a number in a band.

    Attributes:
        words: what is claimed.
        unit: unit of the value.
        value: the figure with the mechanism.
        low, high: where it must lie for the claim to hold.
        because: where the band comes from: theory, a record with its source, or an assumption.
        without: the same figure with the mechanism switched off; NaN where nothing can be switched off.
    """

    words: str
    unit: str
    value: float
    low: float
    high: float
    because: str
    without: float = float("nan")

    @property
    def holds(self) -> bool:
        """Whether the figure lies in its band."""
        return self.low <= self.value <= self.high

    @property
    def needs_it(self) -> bool:
        """Whether the claim fails once the mechanism is switched off (True where nothing can be)."""
        return isnan(self.without) or not self.low <= self.without <= self.high


@dataclass(frozen=True)
class Panel:
    """One panel of the picture: long rows, drawn in their order.

    Attributes:
        title: what is shown.
        x, y: words of the axes, with units.
        rows: columns series, x, y; x is a year, a number, or a name (mark `bar`).
        mark: line, bar, loop (a path through the plane, in the rows' order) or point.
        log: whether y is drawn on a logarithmic scale.
    """

    title: str
    x: str
    y: str
    rows: pd.DataFrame
    mark: str = "line"
    log: bool = False


PanelRow = tuple[str, Any, float]


def marks(rows: Iterable[PanelRow]) -> pd.DataFrame:
    """Rows of a panel: series, x and y of each mark."""
    return pd.DataFrame(list(rows), columns=["series", "x", "y"])


def curves(named: Mapping[str, tuple[Sequence[Any] | np.ndarray, Sequence[Any] | np.ndarray]]) -> pd.DataFrame:
    """Rows of a panel: x and y of each curve, under its name."""
    return pd.concat([pd.DataFrame({"series": k, "x": x, "y": y}) for k, (x, y) in named.items()], ignore_index=True)


@dataclass(frozen=True)
class Demonstration:
    """A mechanism shown at work.

    Attributes:
        title: one line.
        words: what is done and what is seen, for a reader who has read nothing else.
        removed: how the mechanism is switched off for the column `without`.
        claims: what must be seen.
        panels: the picture.
        rests_on: keys of the world's numbers (patterns with `*`) on which the size of the effect rests.
        scenario: why this is a scenario and no forecast; empty where data carry it.
        name: as typed, `earthprice demo NAME`; it has one, and a row, by its place in `catalogue.DEMOS`.
        row: the row of the model that it shows, S1 to S8.
    """

    title: str
    words: str
    removed: str
    claims: tuple[Claim, ...]
    panels: tuple[Panel, ...]
    rests_on: tuple[str, ...]
    scenario: str = ""
    name: str = ""
    row: str = ""

    @property
    def holds(self) -> bool:
        """Whether every claim holds and needs the mechanism."""
        return all(c.holds and c.needs_it for c in self.claims)
