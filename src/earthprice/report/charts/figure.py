"""The noun that charts hand to the page: a figure with the data it draws."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from earthprice.report.theme import svg


@dataclass(frozen=True)
class NumberedFigure:
    """One figure.

    Attributes:
        number: its number in the report.
        name: stem of its files.
        title: what it shows.
        caption: how to read it.
        data: exactly what is drawn, one row a mark.
        spec: the drawing as Vega-Lite; None where the assessment holds nothing to draw, then `caption` says so.
    """

    number: int
    name: str
    title: str
    caption: str
    data: pd.DataFrame
    spec: dict[str, Any] | None

    @property
    def chart(self) -> alt.TopLevelMixin | None:
        """The drawing as an Altair chart, for a notebook."""
        return None if self.spec is None else alt.Chart.from_dict(self.spec, validate=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: the picture with its title and caption; words alone where nothing is drawn."""
        words = f"<figcaption><b>{escape(self.title)}</b> {escape(self.caption)}</figcaption>"
        return f"<figure>{'' if self.spec is None else svg(self.spec)}{words}</figure>"


def nothing_to_draw(number: int, name: str, title: str, columns: tuple[str, ...]) -> NumberedFigure:
    """A figure without data: it keeps its number and its files, and says that it is empty."""
    words = "This assessment holds no figures to draw here."
    return NumberedFigure(number, name, title, words, pd.DataFrame(columns=list(columns)), None)
