"""Figure 2: what leaves home, by good, partner and year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from earthprice.measures.rounding import alone, rounded, signed
from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.later import alt
from earthprice.report.page_one import range_words
from earthprice.report.words import Words
from earthprice.study.assessment import EXPORT_COLUMNS, Assessment
from earthprice.study.figures import PART

NARROW, WIDE, TALL, LEFT, HEAD, SPARE = 72, 12, 40, 66, 34, 6
"""Measures of the grid [px]: least column of a year, gap between partners, row, names at the left, head, right edge."""

ROWS = ("ndpr", "ndpr_raw", "dy", "dy_raw", "tb", "tb_raw", "sm", "y", "la+ce", "magnets")
"""Rows of the grid, in their order; all others are in tables/exports.csv."""

FEW = 5
"""Level below which a change in % says nothing [t]."""

PARTNERS, TOGETHER = 3, ("others", "all")
"""Single partners shown, the largest first; then those together."""


def draw_exports(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 2: level with the draft [t] and change against no reform in the same year [%] with its interval."""
    name, title = "figure-02-exports", words("figure_2", home=words.name("zone", a.meta.home))
    if a.exports.empty:
        return nothing_to_draw(2, name, title, EXPORT_COLUMNS)
    data = export_cells(grid_rows(a.exports), words)
    caption = (
        "An element in all forms together, from concentrate to magnets, and in oxides and metals alone. Change "
        f"against {words('no_reform')} in the same year, %, median and (below) {range_words(a)}; level with "
        f"{words('text')}, t REO, below that. Flows "
        f"under {PART:g} % of all exports of the good: change in t. Blue: more; orange: "
        "less; grey: the interval holds zero. By element and partner inferred, not recorded."
    )
    wide, phone = (column_width(data, page) for page in (theme.PAGE_WIDTH, theme.PHONE_WIDTH))
    narrow = partial(export_grid, data.assign(**cell_places(data, theme.PHONE_WIDTH)), phone)
    return NumberedFigure(2, name, title, caption, data, partial(export_grid, data, wide), narrow)


def grid_rows(exports: pd.DataFrame) -> pd.DataFrame:
    """The rows and columns of the grid: `ROWS` where the table holds them, the largest partners, then all together."""
    goods = [g for g in ROWS if (exports["row"] == g).any()] or list(dict.fromkeys(exports["row"]))[: len(ROWS)]
    kept = exports[exports["row"].isin(goods)]
    singles = kept[~kept["partner"].isin(TOGETHER)].groupby("partner")["base_p50"].sum()
    largest = list(singles.sort_values(ascending=False, kind="stable").index[:PARTNERS])
    together = [p for p in TOGETHER if (kept["partner"] == p).any()]
    partners = largest + (together or list(singles.sort_values(ascending=False, kind="stable").index[PARTNERS:][:1]))
    order = {p: i for i, p in enumerate(partners)}
    kept = kept[kept["partner"].isin(partners)]
    place = kept["row"].map({g: i for i, g in enumerate(goods)}) * len(order) + kept["partner"].map(order)
    return kept.assign(place=place).sort_values(["place", "year"]).drop(columns="place").reset_index(drop=True)


def export_cells(exports: pd.DataFrame, words: Words) -> pd.DataFrame:
    """One row a cell: the table's own columns, then where the cell stands and what is written in it."""
    cells = exports[list(EXPORT_COLUMNS)].reset_index(drop=True).copy()
    cells["name"] = [words.name("good", g) for g in cells["row"]]
    cells["partner_name"] = [words.name("zone", p) for p in cells["partner"]]
    cells = cells.assign(**cell_places(cells, theme.PAGE_WIDTH))
    cells["clear"] = (cells["change_p05"] > 0) | (cells["change_p95"] < 0)
    few = (cells["base_p50"] < FEW) & (cells["reform_p50"] < FEW)
    cells["clear"] = cells["clear"] & ~few
    written = [cell_words(row, FEW) for row in cells.to_dict("records")]
    for i, name in enumerate(("change", "range", "level")):
        cells[name] = [w[i] for w in written]
    cells["colour"] = [
        cell_colour(c, bool(clear)) for c, clear in zip(cells["change_p50"].astype(float), cells["clear"])
    ]
    return cells


def partners_beside(cells: pd.DataFrame, page: int) -> int:
    """How many partners stand beside each other on a page of some width [px]."""
    return max((page + WIDE - LEFT) // (NARROW * cells["year"].nunique() + WIDE), 1)


def column_width(cells: pd.DataFrame, page: int) -> int:
    """Width of a year's column, so that the partners beside each other fill the page [px]."""
    room = (page - SPARE + WIDE - LEFT) // partners_beside(cells, page) - WIDE
    return max(NARROW, room // cells["year"].nunique())


def cell_places(cells: pd.DataFrame, page: int) -> dict[str, list[int]]:
    """Left and upper edge of each cell [px], with as many partners beside each other as the page is wide for.

    Args:
        cells: with `row`, `partner` and `year`.
        page: width of the grid [px].
    """
    column, beside = column_width(cells, page), partners_beside(cells, page)
    goods = {row: i for i, row in enumerate(dict.fromkeys(cells["row"]))}
    partners = {p: i for i, p in enumerate(sorted(dict.fromkeys(cells["partner"]), key=lambda p: p in TOGETHER))}
    years = {y: i for i, y in enumerate(sorted(set(cells["year"])))}
    block, band = column * len(years) + WIDE, TALL * len(goods) + HEAD
    at = [partners[p] for p in cells["partner"]]
    return {
        # the partners that find no place beside the others stand in a band below
        "x": [LEFT + block * (p % beside) + column * years[y] for p, y in zip(at, cells["year"])],
        "y": [TALL * goods[g] + band * (p // beside) for p, g in zip(at, cells["row"])],
    }


def cell_words(row: dict[Any, Any], few: float) -> tuple[str, str, str]:
    """A cell's change, interval and level: per cent, or tonnes first where the flow is a small part of its good."""
    base, reform = float(row["base_p50"]), float(row["reform_p50"])
    if base < few and reform < few:
        return f"under {few} t", "", ""
    small = float(row["part"]) < PART
    kind, unit = ("diff", "t") if small else ("change", "%")
    low, middle, high = (float(row[f"{kind}_{q}"]) for q in ("p05", "p50", "p95"))
    change, span = change_words(low, middle, high, unit)
    return change, span, f"of {alone(base)} t" if small else f"{alone(reform)} t"


def change_words(low: float, middle: float, high: float, unit: str = "%") -> tuple[str, str]:
    """A change and its interval as a cell writes them; no interval where all draws agree."""
    if not math.isfinite(middle):
        return "none", ""
    if low == middle == high:
        return f"{signed(alone(middle))} {unit}", ""
    mid, below, above = rounded(middle, low, high)
    span = f"{below} to {above}" if math.isfinite(low) and math.isfinite(high) else ""
    return f"{signed(mid)} {unit}", span


def cell_colour(change: float, clear: bool) -> str:
    """Fill of a cell: grey without a clear sign, else deeper with the size of the change."""
    if not clear or not math.isfinite(change):
        return "#ededed"
    steps = ("#d6e6f4", "#a9cce6", "#7fb2d9") if change > 0 else ("#fbe3d3", "#f7c4a0", "#f0a06a")
    return steps[0 if abs(change) < 5 else 1 if abs(change) < 15 else 2]


def export_grid(cells: pd.DataFrame, column: int) -> dict[str, Any]:
    """The grid: a rectangle a cell, three lines of text in it, names of rows, partners and years around it."""
    across, down = float(cells["x"].max()) + column, float(cells["y"].max()) + TALL
    frame = Grid(alt.Chart(cells), alt.Scale(domain=[0, across]), alt.Scale(domain=[down, -HEAD]))
    box = frame.chart.transform_calculate(x2=alt.datum.x + column - 1, y2=alt.datum.y + TALL - 1).mark_rect()
    box = box.encode(
        alt.X("x:Q", scale=frame.x, axis=None),
        alt.X2("x2:Q"),
        alt.Y("y:Q", scale=frame.y, axis=None),
        alt.Y2("y2:Q"),
        color=alt.Color("colour:N", scale=None),
    )
    middle = column / 2
    first_row = alt.datum.y % (TALL * cells["row"].nunique() + HEAD) == 0
    first_column = alt.datum.x == LEFT
    first_year = alt.datum.year == int(cells["year"].min())
    layers = [
        box,
        frame.text("change", middle, 8, fontWeight="bold"),
        frame.text("range", middle, 20),
        frame.text("level", middle, 32),
        frame.text("name", -4, 20, where=first_column, align="right"),
        frame.text("year", middle, -6, where=first_row, color=theme.QUIET),
        frame.text("partner_name", 0, -20, where=first_row & first_year, align="left", fontWeight="bold"),
    ]
    return alt.layer(*layers).properties(width=across, height=down + HEAD).to_dict(validate=False)


@dataclass(frozen=True)
class Grid:
    """The grid's data with its two scales, in px."""

    chart: alt.Chart
    x: alt.Scale
    y: alt.Scale

    def text(
        self, field: str, dx: float, dy: float, where: alt.expr.core.Expression | None = None, **style: Any
    ) -> alt.Chart:
        """The words of a column, written at a distance from each cell's corner."""
        chart = self.chart if where is None else self.chart.transform_filter(where)
        moved = chart.transform_calculate(px=alt.datum.x + dx, py=alt.datum.y + dy)
        return moved.mark_text(baseline="middle", **style).encode(
            alt.X("px:Q", scale=self.x, axis=None), alt.Y("py:Q", scale=self.y, axis=None), alt.Text(f"{field}:N")
        )
