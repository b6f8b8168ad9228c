"""The noun that charts hand to the page: a figure with the data it draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from threading import Lock
from typing import Any

import pandas as pd

from earthprice.report.later import alt
from earthprice.report.theme import svg

DRAWS = Lock()
"""Held while Altair's checks are off, since they are off for the whole process."""


@dataclass(frozen=True)
class NumberedFigure:
    """One figure.

    Attributes:
        number: its number in the report.
        name: stem of its files.
        title: what it shows.
        caption: how to read it.
        data: exactly what is drawn, one row a mark.
        draw: makes the drawing; None where the assessment holds nothing to draw, then `caption` says so.
        draw_narrow: makes the same for a narrow screen, at most about `theme.PHONE_WIDTH` wide.
    """

    number: int
    name: str
    title: str
    caption: str
    data: pd.DataFrame
    draw: Callable[[], dict[str, Any]] | None
    draw_narrow: Callable[[], dict[str, Any]] | None = None

    @property
    def spec(self) -> dict[str, Any] | None:
        """The drawing as Vega-Lite; None if there is nothing to draw. Made when it is asked for: it takes a while."""
        return _made(self.draw)

    @property
    def narrow_name(self) -> str:
        """The name of its drawing for a narrow screen."""
        return f"{self.name}-narrow"

    @property
    def narrow_spec(self) -> dict[str, Any] | None:
        """The drawing for a narrow screen as Vega-Lite; None if there is none."""
        return _made(self.draw_narrow)

    @property
    def chart(self) -> alt.TopLevelMixin | None:
        """The drawing as an Altair chart, for a notebook."""
        spec = self.spec
        return None if spec is None else alt.Chart.from_dict(spec, validate=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: the picture with its title and caption; words alone where nothing is drawn."""
        words = f"<figcaption><b>{escape(self.title)}</b> {escape(self.caption)}</figcaption>"
        spec = self.spec
        return f"<figure>{'' if spec is None else svg(spec)}{words}</figure>"


def _made(draw: Callable[[], dict[str, Any]] | None) -> dict[str, Any] | None:
    """A drawing made without Altair's checks: it would check each part again with each that is put to it."""
    if draw is None:
        return None
    with DRAWS, alt.utils.schemapi.debug_mode(False):
        return draw()


def nothing_to_draw(number: int, name: str, title: str, columns: tuple[str, ...]) -> NumberedFigure:
    """A figure without data: it keeps its number and its files, and says that it is empty."""
    words = "This assessment holds no figures to draw here."
    return NumberedFigure(number, name, title, words, pd.DataFrame(columns=list(columns)), None)
