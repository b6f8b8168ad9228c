"""All figures of the report, in order."""

from __future__ import annotations

from dataclasses import dataclass

from earthprice.report import theme
from earthprice.report.charts.articles import draw_articles
from earthprice.report.charts.exports import draw_exports
from earthprice.report.charts.feed import draw_feed
from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.charts.groups import draw_groups
from earthprice.report.charts.options import draw_options
from earthprice.report.charts.paths import draw_burdens, draw_chain, draw_gap, draw_loop, draw_ore
from earthprice.report.charts.price import draw_prices
from earthprice.report.words import named, words
from earthprice.study.assessment import Assessment

DRAWN = (
    draw_prices,
    draw_exports,
    draw_feed,
    draw_gap,
    draw_burdens,
    draw_ore,
    draw_chain,
    draw_groups,
    draw_articles,
    draw_options,
    draw_loop,
)


LATE = (draw_articles, draw_options)
"""Those of what the first page does not tell."""


@dataclass(frozen=True)
class Drawing:
    """A figure with its pictures.

    Attributes:
        figure: the figure.
        svg: the picture; None if there is nothing to draw.
        png: the same as a PNG; None unless asked for.
        narrow: the picture for a narrow screen; None if there is none.
    """

    figure: NumberedFigure
    svg: str | None
    png: bytes | None
    narrow: str | None = None


def drawing(a: Assessment, language: str, wants_png: bool, number: int) -> Drawing:
    """Figure `number` of `DRAWN`, drawn: a job by itself, since drawing costs seconds."""
    figure = DRAWN[number](a, named(words(language), a.meta))
    svg, narrow = (None if spec is None else theme.svg(spec) for spec in (figure.spec, figure.narrow_spec))
    return Drawing(figure, svg, theme.png(svg) if svg and wants_png else None, narrow)
