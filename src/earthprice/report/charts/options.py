"""Figure 10: the options side by side, all ten figures."""

from __future__ import annotations

import math
import textwrap
from functools import partial
from typing import Any

import pandas as pd

from earthprice.report import theme
from earthprice.report.charts.articles import full_label
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import Layers, column_heading, few_ticks, names_width, room_for_names, stacked
from earthprice.report.later import alt
from earthprice.report.page_one import range_words
from earthprice.report.words import Words
from earthprice.study.alternatives import DO_NOTHING, TEXT
from earthprice.study.assessment import Assessment

OPTION_COLUMNS = ("option", "number", "key", "label", "unit", "p05", "p50", "p95", "clear", "row")
ROW = 15
"""Height of an option's row [px]."""
LINE_APART = 13
"""From one line of an option's name to the next [px]."""
NAME_LETTERS, PHONE_NAME_LETTERS = 50, 32
"""Letters in a line of an option's name, on the page and on a narrow screen."""
BESIDE = 4
"""Panels beside each other, at most."""
NOT_RECKONED = "it is reckoned for the laws compared, and for no other option"


def draw_options(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 10: difference of each option against no reform, one panel for each of the ten figures."""
    name, title = "figure-10-options", "Options"
    data = option_rows(a)
    missing = sorted({*a.figures["number"]} - {*data["number"]})
    if data.empty:
        return nothing_to_draw(10, name, title, OPTION_COLUMNS)
    caption = (
        f"Difference against {a.meta.held_against}; dots: medians, lines: {range_words(a)}; filled where the interval "
        "does not hold zero. "
        "One row of each of the ten figures; the others, and which of these options is best for home, for the world, "
        "and for the world with nobody worse off, are in the table below and in tables/options.csv. No search was "
        "made; what is best rests on the model's assumptions of information and obedience."
    )
    if missing:
        several, kept = len(missing) > 1, ", ".join(map(str, missing))
        caption += f" Figure{'s' if several else ''} {kept} {'have' if several else 'has'} no panel: {NOT_RECKONED}."
    wide = partial(option_grid, in_lines(data, NAME_LETTERS), *beside_each_other(data))
    narrow = partial(option_grid, in_lines(data, PHONE_NAME_LETTERS), 1, 150)
    return NumberedFigure(10, name, title, caption, data, wide, narrow)


def beside_each_other(data: pd.DataFrame) -> tuple[int, int]:
    """How many panels stand in a row, so that all rows are as full as they can be, and the width of each [px]."""
    panels = data["key"].nunique()
    beside = math.ceil(panels / math.ceil(panels / BESIDE))
    longest = min(NAME_LETTERS, int(data["option"].str.len().max()))
    room = theme.PAGE_WIDTH - 16 - names_width(longest) - 10 * (beside - 1)
    return beside, min(200, room // beside)


def in_lines(data: pd.DataFrame, letters: int) -> pd.DataFrame:
    """The rows with options' names in lines of at most so many letters, as far apart as their lines need.

    `row` is then the middle of an option's lines and `name_row` that of its first line, in heights of a row.
    """
    names = data.drop_duplicates("row").sort_values("row").set_index("row")["option"]
    lines = names.map(lambda name: textwrap.wrap(name, letters) or [name])
    more = (lines.str.len() - 1) * LINE_APART / ROW
    middle = (1 + more).cumsum() - (1 + more) / 2 - 0.5
    row = data["row"].map(middle)
    name_row = row - data["row"].map(more) / 2
    return data.assign(option=data["row"].map(lines.str.join("\n")), row=row, name_row=name_row)


def option_grid(data: pd.DataFrame, beside: int, width: int) -> dict[str, Any]:
    """A panel a figure, so many in a row, of that width [px]."""
    keys = list(dict.fromkeys(data["key"]))
    made = [option_panel(data[data["key"] == key], i % beside == 0, width) for i, key in enumerate(keys)]
    rows = [made[i : i + beside] for i in range(0, len(made), beside)]
    return stacked(data, rows, spacing=10, between=10)


def option_rows(a: Assessment) -> pd.DataFrame:
    """One row an option and figure: of each number the first key that page one holds and some option has."""
    others = a.options[~a.options["option"].isin((DO_NOTHING, TEXT)) & a.options["p50"].notna()]
    known = a.figures[a.figures["key"].isin(others["key"])]
    first = known.drop_duplicates("number").sort_values("number")
    unit = dict(zip(first["key"], first["unit"]))
    rows = a.options[a.options["key"].isin(list(unit))].copy()
    order = {option: i for i, option in enumerate(dict.fromkeys(a.options["option"]))}
    rows["row"] = rows["option"].map(order)
    rows["label"] = [full_label(a, str(key)) for key in rows["key"]]
    rows["unit"] = rows["key"].map(unit)
    rows["clear"] = (rows["p05"] > 0) | (rows["p95"] < 0)
    return rows.sort_values(["number", "row"])[list(OPTION_COLUMNS)].reset_index(drop=True)


def option_panel(part: pd.DataFrame, first: bool, width: int) -> Layers:
    """One figure: a dot and a line an option; the options' names before the first panel of a row."""
    last = float(part["row"].max())
    rows = alt.Scale(domain=[-0.7, last + 0.7], reverse=True, nice=False)
    y = alt.Y("row:Q", scale=rows, axis=None)
    ends = part[["p05", "p50", "p95"]].stack()
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    room = 0.06 * (high - low) or 1.0
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    axis = alt.Axis(title=str(part["unit"].iloc[0]), values=few_ticks(low - room, high + room), format=",~f")
    base = alt.Chart().transform_filter(alt.datum.key == str(part["key"].iloc[0]))
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=theme.RULE, strokeWidth=1)
    span = base.transform_filter("isValid(datum.p05) && isValid(datum.p95)").mark_rule(color=theme.REFORM)
    dot = base.mark_circle(size=34, opacity=1, stroke=theme.REFORM, strokeWidth=1.2)
    fill = alt.ColorValue("white", condition={"test": "datum.clear", "value": theme.REFORM})
    layers = [
        zero.encode(x=alt.X("zero:Q", scale=scale, axis=axis)),
        span.encode(alt.X("p05:Q", scale=scale), y, x2=alt.X2("p95:Q")),
        dot.encode(alt.X("p50:Q", scale=scale), y, color=fill),
        base.transform_filter("!isValid(datum.p50)")
        .mark_text(align="left", color=theme.QUIET)
        .encode(alt.XValue(2), y, text=alt.TextValue("not reckoned")),
        *column_heading(str(part["label"].iloc[0]), 8, max(19, width // 7)),
    ]
    if first:
        names = base.mark_text(align="right", dx=-8, lineBreak="\n", lineHeight=LINE_APART)
        at = alt.Y("name_row:Q", scale=rows, axis=None)
        longest = max(len(line) for name in part["option"] for line in name.split("\n"))
        layers += [room_for_names(longest), names.encode(alt.XValue(0), at, alt.Text("option:N"))]
    return Layers(layers, width, int(ROW * (last + 1.4)))
