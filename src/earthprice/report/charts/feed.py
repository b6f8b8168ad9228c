"""Figure 3: where the feed comes from, stacked, without and with the reform."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import year_axis
from earthprice.report.later import alt
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment

FEED_COLUMNS = ("feed", "unit", "scenario", "year", "from", "to", "p50")

FEEDS = {
    "licensed_light": ("licensed, light", "#0b5fa5"),
    "licensed_heavy": ("licensed, heavy", "#3a93cf"),
    "recycled": ("recycled", "#009e73"),
    "imported": ("imported", "#c79200"),
    "unlicensed": ("panel.unlicensed", theme.RARE),
}
"""Kinds of feed from the bottom of the stack up: name, or its key in `labels.csv`, and colour."""


def draw_feed(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 3: feed by origin [kt REO/yr], medians stacked; left no reform, right the draft."""
    name, title = "figure-03-feed", "Where the feed comes from"
    data = feed_data(a)
    if data.empty:
        return nothing_to_draw(3, name, title, FEED_COLUMNS)
    caption = "Medians, stacked from below: licensed light and heavy, recycled, imported, unlicensed."
    return NumberedFigure(3, name, title, caption, data, partial(stacks, data, words), partial(piled, data, words))


def piled(data: pd.DataFrame, words: Words) -> dict[str, Any]:
    """Both scenarios one below the other, each with the names of its slices: for a narrow screen."""
    unit, top = str(data["unit"].iloc[0]), float(data["to"].max()) * 1.03
    rows = [
        alt.hconcat(
            slices(data, scenario, top, 206).properties(title=alt.TitleParams(words(name), subtitle=unit)),
            end_names(data, top, words, scenario),
            spacing=6,
        )
        for scenario, name in (("baseline", "no_reform"), ("reform", "text"))
    ]
    return alt.vconcat(*rows, spacing=12).to_dict(validate=False)


def stacks(data: pd.DataFrame, words: Words) -> dict[str, Any]:
    """Both scenarios beside each other under their names, and the names of the slices."""
    unit, top = str(data["unit"].iloc[0]), float(data["to"].max()) * 1.03
    left = slices(data, "baseline", top).properties(title=alt.TitleParams(words("no_reform"), subtitle=unit))
    right = slices(data, "reform", top).properties(title=alt.TitleParams(words("text"), subtitle=unit))
    return alt.hconcat(left, right, end_names(data, top, words), spacing=10).to_dict(validate=False)


def feed_data(a: Assessment) -> pd.DataFrame:
    """Rows of the stack: for each feed and year where its slice begins and ends."""
    rows = a.series[(a.series["variable"] == "feed") & a.series["scenario"].isin(["baseline", "reform"])].copy()
    order = {item: i for i, item in enumerate(FEEDS)}
    rows["order"] = rows["item"].map(order).fillna(len(order))
    rows = rows.sort_values(["scenario", "year", "order"])
    rows["to"] = rows.groupby(["scenario", "year"])["p50"].cumsum()
    rows["from"] = rows["to"] - rows["p50"]
    rows["feed"] = rows["item"]
    return rows[list(FEED_COLUMNS)].reset_index(drop=True)


def feed_colours(data: pd.DataFrame) -> alt.Color:
    """Colour of each feed, without a legend."""
    known = list(dict.fromkeys(data["feed"]))
    shades = [FEEDS[f][1] if f in FEEDS else theme.QUIET for f in known]
    return alt.Color("feed:N", scale=alt.Scale(domain=known, range=shades), legend=None)


def slices(data: pd.DataFrame, scenario: str, top: float, width: int = 270) -> alt.Chart:
    """The slices of one scenario in a plot of that width [px]."""
    years = year_axis(data["year"].min(), data["year"].max(), width)
    chart = alt.Chart(data).transform_filter(alt.datum.scenario == scenario)
    return (
        chart.mark_area(opacity=0.9, stroke="white", strokeWidth=0.6)
        .encode(
            alt.X("year:Q", title=None, axis=years, scale=alt.Scale(nice=False)),
            alt.Y("from:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(title=None, tickCount=5)),
            alt.Y2("to:Q"),
            feed_colours(data),
        )
        .properties(width=width, height=130)
    )


def end_names(data: pd.DataFrame, top: float, words: Words, scenario: str = "reform") -> alt.Chart:
    """Names of the slices beside the end of a scenario's panel, moved apart where slices are thin."""
    last = data[(data["year"] == data["year"].max()) & (data["scenario"] == scenario)]
    rows, below = [], -1.0
    for feed, start, end in zip(last["feed"], last["from"].astype(float), last["to"].astype(float)):
        name = FEEDS.get(feed, (feed, ""))[0]
        y = max((start + end) / 2, below + top * 13 / 130)
        below = y
        rows.append({"feed": feed, "name": words.labels.get(name, name), "y": y})
    text = alt.Chart(alt.Data(values=rows)).mark_text(align="left", fontWeight="bold")
    return text.encode(
        alt.XValue(0),
        alt.Y("y:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None),
        alt.Text("name:N"),
        color=feed_colours(data),
    ).properties(width=90, height=130)
