"""Figure 9: article by article, what each does to the figures."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from earthprice.law.prose import act_name
from earthprice.measures.rounding import with_range
from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import Layers, column_heading, few_ticks, room_for_names, stacked
from earthprice.report.later import alt
from earthprice.report.page_one import CLEAR
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment

WORTH_COLUMNS = (
    "article",
    "figure",
    "label",
    "unit",
    "shapley",
    "alone",
    "taken_out",
    "total",
    "total_p05",
    "total_p95",
    "clear",
    "sign",
    "share",
    "row",
)
"""`taken_out`: what goes missing when it alone is struck out; `share` [%] only where the total has a clear sign."""

COLUMNS_AT_MOST = 6
COLUMN = 92
"""Width of a column [px]."""
PHONE_COLUMN = 115
"""Least width of a column on a narrow screen [px]."""

SHORT = {
    "neodymium and praseodymium": "NdPr",
    "terbium and dysprosium": "Tb and Dy",
    "dysprosium": "Dy",
    "terbium": "Tb",
    "cerium": "Ce",
    "lanthanum": "La",
    "as a share of the rare price": "in % of rare price",
}
"""Short words for the headings of narrow columns."""


def draw_articles(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 9: rows are articles that change something, columns figures; Shapley value with "alone" and "without"."""
    name, title = "figure-09-articles", "Article by article"
    data = article_worth(a)
    if data.empty:
        return nothing_to_draw(9, name, title, WORTH_COLUMNS)
    caption = (
        "At the central draw. Bars: the article's part of the difference by Shapley value, in the figure's own unit; "
        "circle: the article alone; stroke: what is missing when it alone is struck out. Above stands the total of "
        "the central draw, which is not the median of page one, with the range over draws; percentages stand only "
        "where that has a clear sign. “art. 8?”: the article's number is uncertain."
    )
    figures = list(dict.fromkeys(data["figure"]))[:COLUMNS_AT_MOST]
    drawn = data[data["figure"].isin(figures)].reset_index(drop=True)
    shapes = ((len(figures), COLUMN), phone_columns(drawn["article"]))
    made = [partial(figure_columns, drawn, figures, *shape) for shape in shapes]
    return NumberedFigure(9, name, title, caption, drawn, *made)


def phone_columns(articles: pd.Series) -> tuple[int, int]:
    """How many columns a narrow screen holds beside the articles' names, and the width of each [px]."""
    room = theme.PHONE_WIDTH - 26 - int(6.2 * articles.str.len().max())
    beside = 2 if room >= 2 * PHONE_COLUMN + 14 else 1
    return beside, max(PHONE_COLUMN, min(180, (room - 14 * (beside - 1)) // beside))


def figure_columns(drawn: pd.DataFrame, figures: list[str], beside: int, width: int) -> dict[str, Any]:
    """A column a figure, so many beside each other; the articles' names before the first of each row.

    Args:
        drawn: rows of figure and article.
        figures: their keys, in order.
        beside: columns in a row.
        width: of a column [px].
    """
    made = [column(drawn[drawn["figure"] == f], i % beside == 0, width) for i, f in enumerate(figures)]
    return stacked(drawn, [made[i : i + beside] for i in range(0, len(made), beside)])


def article_name(article: str, number_sure: bool) -> str:
    """An article as the report names it, an act by its own name; a question mark where its number is uncertain."""
    name = f"art. {article}" if article[:1].isdigit() else act_name(article)
    return name if number_sure else f"{name}?"


def article_worth(a: Assessment) -> pd.DataFrame:
    """One row an article that changes something and figure, with the figure's total and its interval."""
    table = a.articles[(a.articles["nothing"].fillna("") == "") & a.articles["figure"].isin(one_a_number(a))]
    table = table.reset_index(drop=True)
    ten = a.figures.drop_duplicates("key").set_index("key")
    known = ten.reindex(table["figure"].astype(str))
    worth = pd.DataFrame(
        {
            "article": [article_name(str(n), bool(s)) for n, s in zip(table["article"], table["number_sure"])],
            "figure": table["figure"].astype(str),
            "label": [full_label(a, str(f)) for f in table["figure"]],
            "unit": table["unit"],
            "shapley": table["shapley"].astype(float),
            "alone": table["alone"].astype(float),
            "taken_out": table["without"].astype(float),
            "total": table["total"].astype(float),
            "total_p05": known["diff_p05"].to_numpy(float),
            "total_p95": known["diff_p95"].to_numpy(float),
            "clear": known["sign"].isin(CLEAR).to_numpy(),
            "sign": known["sign"].to_numpy(),
        }
    )
    share = 100 * worth["shapley"] / worth["total"].where(worth["total"] != 0)
    worth["share"] = share.where(worth["clear"])
    order = {name: i for i, name in enumerate(dict.fromkeys(worth["article"]))}
    return worth.assign(row=worth["article"].map(order))[list(WORTH_COLUMNS)]


def one_a_number(a: Assessment) -> list[str]:
    """Of each number of page one the first figure that the articles are held against."""
    held = a.figures[a.figures["key"].isin(set(a.articles["figure"].astype(str)))]
    return list(held.sort_values("number", kind="stable").drop_duplicates("number")["key"])


def full_label(a: Assessment, key: str) -> str:
    """Label of a figure behind its number on page one, without what stands in brackets or behind a second comma."""
    rows = a.figures[a.figures["key"] == key]
    if rows.empty:
        return key
    parts = str(rows["label"].iloc[0]).removeprefix("… ").split(" (")[0].split(",")
    label = ",".join(parts[:2])
    for long, short in SHORT.items():
        label = label.replace(long, short)
    return f"{rows['number'].iloc[0]} {label}"


def column(part: pd.DataFrame, first: bool, width: int) -> Layers:
    """One figure's column: bars, circles and strokes, its heading above, the articles' names before the first."""
    height = 22 * (int(part["row"].max()) + 1)
    ends = part[["shapley", "alone", "taken_out"]].to_numpy(float)
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    room = 0.42 * (high - low) or 1.0
    domain = [low - (room if -low > high else room / 4), high + (room if high >= -low else room / 4)]
    scale = alt.Scale(domain=domain, nice=False)
    y = alt.Y("row:Q", scale=alt.Scale(domain=[-0.6, float(part["row"].max()) + 0.6], reverse=True), axis=None)
    axis = alt.Axis(title=str(part["unit"].iloc[0]), values=few_ticks(*domain), grid=True, format=",~f")
    base = alt.Chart().transform_filter(alt.datum.figure == str(part["figure"].iloc[0]))
    bar = base.mark_bar(orient="horizontal", size=10, color=theme.REFORM, opacity=0.75)
    ring = base.mark_point(filled=False, size=26, color=theme.INK, strokeWidth=1.1)
    tick = base.mark_tick(orient="vertical", size=13, color=theme.RARE, thickness=2)
    layers: list[alt.Chart] = [
        bar.encode(alt.X("shapley:Q", scale=scale, axis=axis), y),
        ring.encode(alt.X("alone:Q", scale=scale), y),
        tick.encode(alt.X("taken_out:Q", scale=scale), y),
        *share_labels(base, scale, y, down=-low > high),
        *headings(part, 16 * width // COLUMN),
    ]
    if first:
        names = base.mark_text(align="right", dx=-8).encode(alt.XValue(0), y, alt.Text("article:N"))
        layers += [room_for_names(int(part["article"].str.len().max())), names]
    return Layers(layers, width, height)


def share_labels(base: alt.Chart, scale: alt.Scale, y: alt.Y, down: bool) -> list[alt.Chart]:
    """The share in % behind the farthest mark of each row, where the total has a clear sign."""
    far = (
        "min(datum.shapley, datum.alone, datum.taken_out, 0)"
        if down
        else "max(datum.shapley, datum.alone, datum.taken_out, 0)"
    )
    known = base.transform_filter("isValid(datum.share)").transform_calculate(
        far=far, words="replace(round(datum.share) + ' %', '-', '\u2212')"
    )
    text = known.mark_text(align="right" if down else "left", dx=-6 if down else 6)
    return [text.encode(x=alt.X("far:Q", scale=scale), y=y, text=alt.Text("words:N"))]


def headings(part: pd.DataFrame, letters: int) -> list[alt.Chart]:
    """Above a column the figure's name, in lines of so many letters, and the total with its interval."""
    row = part.iloc[0]
    total = with_range(row["total"], row["total_p05"], row["total_p95"], sign=True)
    text = alt.Chart(alt.Data(values=[{"words": total}])).mark_text(align="left", baseline="middle", color=theme.QUIET)
    name = column_heading(str(row["label"]), 21, letters)
    return [text.encode(alt.XValue(0), alt.YValue(-8), alt.Text("words:N")), *name]
