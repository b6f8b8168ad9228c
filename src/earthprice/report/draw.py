"""All figures of the report, in order."""

from __future__ import annotations

from earthprice.report.charts.articles import draw_articles
from earthprice.report.charts.exports import draw_exports
from earthprice.report.charts.feed import draw_feed
from earthprice.report.charts.figure import Figure
from earthprice.report.charts.groups import draw_groups
from earthprice.report.charts.options import draw_options
from earthprice.report.charts.paths import draw_burdens, draw_chain, draw_gap, draw_loop, draw_ore
from earthprice.report.charts.price import draw_prices
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment

DRAWN = (
    draw_prices, draw_exports, draw_feed, draw_gap, draw_burdens, draw_ore, draw_chain, draw_groups, draw_articles,
    draw_options, draw_loop,
)  # fmt: skip


def draw_all(a: Assessment, words: Words) -> list[Figure]:
    """The figures of an assessment, from 1 on; one without data keeps its number and says so."""
    return [draw(a, words) for draw in DRAWN]
