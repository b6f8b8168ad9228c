"""Figure 8: who gains, who pays."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import Layers, stacked
from earthprice.report.later import alt
from earthprice.report.page_one import range_words
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment

BAR_COLUMNS = ("zone", "group", "kind", "unit", "p05", "p50", "p95", "row")
QUANTILES = ["p05", "p50", "p95"]
SMALL = 0.04
"""A group whose whole interval is below this share of the longest bar is summed with its like."""

APART = 0.2
"""A country whose longest bar is below this share of the longest of all is drawn on a scale of its own."""

LONG, CUT = 4.0, 1.5
"""A bar more than `LONG` times the next group's is cut at `CUT` times that, with its amount beside the cut."""


def draw_groups(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 8: gain (+) and loss (−) by group within country, present value, bn USD of 2020."""
    name, title = "figure-08-groups", words("chart.groups")
    if a.groups.empty:
        return nothing_to_draw(8, name, title, BAR_COLUMNS)
    counted = a.standing[a.standing["discount"] == a.meta.discount]
    data = group_bars(a.groups, counted, words)
    caption = (
        f"Present value from {a.meta.first_year} on, of all years to come, of the difference against "
        f"{a.meta.held_against}, bn USD of 2020; bars: medians, lines: "
        f"{range_words(a)}. Blue: gain; orange: loss; hollow: unlicensed diggers, shown apart; black: country, "
        "counted with and without them, its median that of its sums by draw and not the sum of the bars. Small groups "
        "together have the sum of their medians and no line. Countries with far shorter bars "
        "stand below, on a scale of their own. A bar far longer than all others ends at the edge, its median beside it."
    )
    return NumberedFigure(8, name, title, caption, data, partial(bars, data), partial(bars, data, True))


def group_bars(groups: pd.DataFrame, counted: pd.DataFrame, words: Words) -> pd.DataFrame:
    """One row a bar: each country's groups, the unlicensed last, then its totals with and without the unlicensed.

    Args:
        groups: as of `Assessment.groups`.
        counted: the totals of `Assessment.standing` at the rate of the groups.
        words: the report's.
    """
    made, totals = [], counted.set_index(["zone", "unlicensed"])
    floor = SMALL * float(groups[["p05", "p50", "p95"]].abs().max().max())
    for zone in dict.fromkeys(groups["zone"]):
        mine = groups[groups["zone"] == zone]
        hidden = mine["unlicensed"].astype(bool)
        where = words.name("zone", zone)
        unit = str(mine["unit"].iloc[0])
        large = mine[["p05", "p50", "p95"]].abs().max(axis=1) >= floor
        large |= (~large).sum() == 1  # one alone keeps its name
        for part, kind in ((mine[~hidden & large], "group"), (mine[hidden & large], "unlicensed")):
            made += [(where, r.group, kind, unit, r.p05, r.p50, r.p95) for r in part.itertuples()]
        rest = mine[~large]
        if len(rest):
            made.append((where, f"{len(rest)} small groups", "group", unit, None, float(rest["p50"].sum()), None))
        for whom, with_all in (("all", True), *([("all but unlicensed", False)] if hidden.any() else [])):
            if (zone, with_all) in totals.index:
                made.append((where, whom, "country", unit, *totals.loc[(zone, with_all), ["p05", "p50", "p95"]]))
    table = pd.DataFrame(made, columns=list(BAR_COLUMNS[:-1])).astype({"p05": float, "p50": float, "p95": float})
    return table.assign(row=range(len(table)))


def scales(data: pd.DataFrame) -> list[list[str]]:
    """Countries that share a scale: those whose bars would be too short beside the longest have one of their own."""
    longest = data.groupby("zone", sort=False)[["p05", "p50", "p95"]].agg(lambda x: x.abs().max()).max(axis=1)
    large = [str(z) for z in longest.index[longest >= APART * longest.max()]]
    return [zones for zones in (large, [str(z) for z in longest.index if str(z) not in large]) if zones]


def bar_reach(data: pd.DataFrame) -> float:
    """Where bars end: beyond all of them, unless the longest group's is `LONG` times the next [unit of the bars]."""
    longest = data.loc[data["kind"] != "country", QUANTILES].abs().max(axis=1).sort_values()
    whole = float(data[QUANTILES].abs().max(axis=None))
    if len(longest) < 3 or longest.iloc[-1] <= LONG * longest.iloc[-2]:
        return whole
    return CUT * float(longest.iloc[-2])


def bars(data: pd.DataFrame, narrow: bool = False) -> dict[str, Any]:
    """Horizontal bars, one row a group, in one panel a scale; the country's name before its first, or above it."""
    placed, panels = data.assign(y=0.0, first=data["zone"] != data["zone"].shift()), []
    for zones in scales(data):
        mine = placed["zone"].isin(zones)
        rank = pd.Series(range(int(mine.sum())), placed.index[mine])
        gaps = placed.loc[mine, "first"].cumsum() - 1
        placed.loc[mine, "y"] = rank + (1.4 * gaps + 0.9 if narrow else 0.5 * gaps)
        panels.append((zones, placed[mine]))
    return stacked(placed, [[country_panel(zones, part, narrow)] for zones, part in panels], spacing=12)


def country_panel(zones: list[str], data: pd.DataFrame, narrow: bool) -> Layers:
    """The bars of some countries on one scale."""
    edge = bar_reach(data)
    room_of_names, ticks, size = (166, 4, theme.LETTERS) if narrow else (250, 7, 9)
    width = (theme.PHONE_WIDTH if narrow else theme.PAGE_WIDTH) - room_of_names
    height = int(15 * (float(data["y"].max()) + 1))
    scale = alt.Scale(domain=[-0.7, float(data["y"].max()) + 0.7], reverse=True, nice=False)
    ends = data[QUANTILES].stack().clip(-edge, edge)
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    room = 0.04 * (high - low) or 1.0
    x_scale = alt.Scale(domain=[low - room, high + room], nice=False, clamp=True)
    y = alt.Y("y:Q", scale=scale, axis=None)
    x = alt.X("p50:Q", scale=x_scale, axis=alt.Axis(title=f"{data['unit'].iloc[0]}, present value", tickCount=ticks))
    base = alt.Chart().transform_filter(alt.FieldOneOfPredicate(field="zone", oneOf=zones))
    loss = alt.ColorValue(theme.REFORM, condition={"test": "datum.p50 < 0", "value": theme.RARE})
    group = (
        base.transform_filter("datum.kind == 'group'").mark_bar(orient="horizontal", size=9).encode(x, y, color=loss)
    )
    hollow = base.transform_filter("datum.kind == 'unlicensed'").mark_bar(
        orient="horizontal", size=8, filled=False, strokeWidth=1.4
    )
    country = (
        base.transform_filter("datum.kind == 'country'")
        .mark_bar(orient="horizontal", size=5, color=theme.INK)
        .encode(x, y)
    )
    spans = base.transform_filter("isValid(datum.p05) && isValid(datum.p95)").mark_rule(color=theme.INK, strokeWidth=1)
    span = spans.encode(alt.X("p05:Q", scale=x_scale), y, x2=alt.X2("p95:Q"))
    zero = alt.Chart(alt.Data(values=[{"p50": 0}])).mark_rule(color=theme.QUIET, strokeWidth=0.8).encode(x)
    names = base.mark_text(align="right", dx=-6).encode(y=y, x=alt.XValue(0), text=alt.Text("group:N"))
    heads = base.transform_filter("datum.first").mark_text(
        align="left", dx=25 - room_of_names, dy=-15 if narrow else 0, fontWeight="bold"
    )
    cut = base.transform_filter(f"abs(datum.p50) > {edge}").mark_text(align="right", dx=-4, dy=-8, fontSize=size)
    layers = [
        cut.encode(y=y, x=alt.XValue(width), text=alt.Text("p50:Q", format="+.3~g")),
        zero,
        group,
        hollow.encode(x, y, color=loss),
        country,
        span,
        names,
        heads.encode(y=y, x=alt.XValue(0), text=alt.Text("zone:N")),
    ]
    return Layers(layers, width, height)
