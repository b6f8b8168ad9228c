"""Small multiples of paths through time: grey no reform, blue draft, bands from 5 to 95 % of draws."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from earthprice.report import theme
from earthprice.report.later import alt

PANEL_COLUMNS = ("panel", "unit", "scenario", "year", "p05", "p50", "p95")
"""Columns of the data behind every figure of paths."""


EDGE = 36
"""Room for the labels of a y axis, up to "9,999" and "−100" in every panel, so that plots stand in columns [px]."""

KEY_MARKS = {"rare": "- -", "observed": "●"}
"""Strokes of the key; of all other scenarios a dash."""

NOTHING = 1e-9
"""Values below this are drawn as a line at nil on an axis to one."""


@dataclass(frozen=True)
class Shape:
    """Measures of a figure of panels.

    Attributes:
        columns: panels a row.
        width: of one plot [px].
        height: of one plot [px].
        log: logarithmic y axis.
        by_ending: a new row for every new ending of a heading, such as ": residue".
        letters: in a line of a heading, which then takes as many lines as it needs; 0: one line.
        page: width of the whole figure, for its key [px].
    """

    columns: int
    width: int
    height: int
    log: bool = False
    by_ending: bool = False
    letters: int = 0
    page: int = theme.PAGE_WIDTH

    def narrowed(self) -> Shape:
        """The same panels for a narrow screen: two beside each other, or one."""
        beside = min(2, self.columns)
        width = 286 if beside == 1 else 125
        return replace(self, columns=beside, width=width, letters=25, page=theme.PHONE_WIDTH - EDGE)


@dataclass(frozen=True)
class Layers:
    """Charts one on top of the other, Altair's or specifications, in a plot of a width and height."""

    charts: Sequence[alt.Chart | dict[str, Any]]
    width: int
    height: int


def panels(
    data: pd.DataFrame, shape: Shape, key: dict[str, str], notes: dict[str, str] | None = None, unit: str = ""
) -> dict[str, Any]:
    """A grid of panels, in the order in which they stand in the table, under a key of colours.

    Args:
        data: columns `PANEL_COLUMNS`.
        shape: measures.
        key: words for the scenarios, in the order of the key.
        notes: a line under the heading of a panel; its unit where there is none.
        unit: what the y axes of all panels show, written behind the key.
    """
    made = []
    for title in dict.fromkeys(data["panel"]):
        part = data[data["panel"] == title]
        years = (float(part["year"].min()), float(part["year"].max()))
        note = (notes or {}).get(title, str(part["unit"].iloc[0]))
        lines = heading_lines(title, shape.letters)
        heads = [panel_heading(line, 24 + 13 * i, theme.INK, True) for i, line in enumerate(reversed(lines))]
        layers = [*path_layers(part, shape, years), *heads, panel_heading(note, 10, theme.QUIET)]
        made.append(Layers(layers, shape.width, shape.height))
    parts = [made]
    if shape.by_ending:
        ends = [title.rpartition(":")[2] for title in dict.fromkeys(data["panel"])]
        parts = [[chart for chart, end in zip(made, ends) if end == one] for one in dict.fromkeys(ends)]
    rows = [part[i : i + shape.columns] for part in parts for i in range(0, len(part), shape.columns)]
    present = {name: word for name, word in key.items() if (data["scenario"] == name).any()}
    between = 14 if shape.page == theme.PAGE_WIDTH else 6
    return stacked(data, [[colour_key(present, unit, shape.page)], *rows], between=between)


def stacked(data: pd.DataFrame, rows: list[list[Any]], spacing: int = 8, between: int = 14) -> dict[str, Any]:
    """Rows of charts, one below the other, all drawn from one table.

    Put together as a specification: Altair's own operators copy every chart at each step, which takes seconds here.
    """
    frame = alt.Chart(data).mark_point().to_dict(validate=False)
    datasets: dict[str, Any] = dict(frame["datasets"])
    parts = [{"hconcat": [bare(chart, datasets) for chart in row], "spacing": between} for row in rows]
    spec = {"data": frame["data"], "datasets": datasets, "vconcat": parts, "spacing": spacing}
    return spec


def bare(chart: alt.TopLevelMixin | Layers | dict[str, Any], datasets: dict[str, Any]) -> dict[str, Any]:
    """A chart's specification without what only the outermost may hold; its data go to `datasets`."""
    if isinstance(chart, dict):
        return chart
    if isinstance(chart, Layers):
        parts = [bare(part, datasets) for part in chart.charts]
        return {"layer": parts, "width": chart.width, "height": chart.height}
    made = chart.to_dict(validate=False)
    datasets.update({name: rows for name, rows in made.pop("datasets", {}).items() if name != "empty"})
    for part in [made, *made.get("layer", [])]:
        if part.get("data") == {"name": "empty"}:
            del part["data"]
    return {k: v for k, v in made.items() if k not in ("$schema", "config")}


def path_layers(part: pd.DataFrame, shape: Shape, years: tuple[float, float]) -> list[dict[str, Any]]:
    """One panel: band and line of each scenario, observed values as dots, the rare price dashed.

    Written as specifications: made with Altair, so many small charts take as long as it takes to draw them.
    """
    span = [years[0] - 0.5, years[1] + 0.5]
    ticks = year_axis(*years, shape.width).to_dict(validate=False)
    x = {
        "field": "year",
        "type": "quantitative",
        "title": None,
        "axis": ticks,
        "scale": {"domain": span, "nice": False},
    }
    scale, axis = (side.to_dict(validate=False) for side in value_axis(part, shape))

    def layer(name: str, mark: dict[str, Any], value: str, **other_end: dict[str, str]) -> dict[str, Any]:
        mine = {"panel": str(part["panel"].iloc[0]), "scenario": name}
        y = {"field": value, "type": "quantitative", "scale": scale, "axis": axis}
        return {
            "transform": [{"filter": {"field": field, "equal": one}} for field, one in mine.items()],
            "mark": mark,
            "encoding": {"x": x, "y": y, **other_end},
        }

    laws, dashes = theme.SCENARIOS, {"baseline": [1, 0], "reform": [1, 0], "rare": [4, 3]}
    band = {"type": "area", "opacity": 0.18, "clip": True}
    line = {"type": "line", "strokeWidth": 1.6, "clip": True}
    dots = {"type": "circle", "color": theme.OBSERVED, "size": 14, "opacity": 1}
    return [
        *[layer(name, {**band, "color": laws[name]}, "p05", y2={"field": "p95"}) for name in ("baseline", "reform")],
        *[layer(name, {**line, "color": laws[name], "strokeDash": dash}, "p50") for name, dash in dashes.items()],
        layer("observed", dots, "p50"),
    ]


def panel_heading(words: str, above: float, colour: str, bold: bool = False) -> dict[str, Any]:
    """A line of words above a panel's left edge: a mark, so that the headings of a row stand level."""
    style = {"align": "left", "baseline": "middle", "color": colour, "fontWeight": "bold" if bold else "normal"}
    where = {"x": {"value": -EDGE + 4}, "y": {"value": -above}}
    said = {"text": {"field": "words", "type": "nominal"}}
    return {"data": {"values": [{"words": words}]}, "mark": {"type": "text", **style}, "encoding": where | said}


def heading_lines(words: str, letters: int) -> list[str]:
    """A heading in lines of so many letters, those of Chinese and Japanese counted twice; in one line at nil."""
    if not letters:
        return [words]
    return textwrap.wrap(words, letters // 2 if any(is_broad(c) for c in words) else letters) or [words]


def is_broad(letter: str) -> bool:
    """Whether a letter is as broad as two: of Chinese or Japanese."""
    return ord(letter) > 0x2E7F


def column_heading(words: str, above: float, letters: int) -> list[alt.Chart]:
    """A bold heading in lines of so many letters, its lowest line `above` the panel's edge [px]."""
    made = []
    for i, part in enumerate(reversed(heading_lines(words, letters))):
        text = alt.Chart(alt.Data(values=[{"words": part}]))
        mark = text.mark_text(align="left", baseline="middle", fontWeight="bold")
        made.append(mark.encode(x=alt.XValue(0), y=alt.YValue(-above - 12 * i), text=alt.Text("words:N")))
    return made


def room_for_names(letters: int) -> alt.Chart:
    """Room on the left of a panel for names of so many letters, which a reader's font may draw wider than Vega's."""
    unseen = alt.Chart(alt.Data(values=[{}])).mark_rule(color=theme.RULE, opacity=0)
    return unseen.encode(x=alt.XValue(-names_width(letters)), x2=alt.X2Value(0), y=alt.YValue(0))


def names_width(letters: int) -> int:
    """Width of names of so many letters with the gap behind them [px]."""
    return 8 + math.ceil(5.4 * letters)


def year_axis(start: float, end: float, width: int) -> alt.Axis:
    """Years as plain numbers, a tick every five years, every ten where the plot is narrow or the time long."""
    first, last = int(start), int(end)
    step = 5 if (last - first) * 7 <= width else 10
    ticks = list(range(-(-first // step) * step, last + 1, step))
    return alt.Axis(format="d", values=ticks, labelFlush=False)


def value_axis(part: pd.DataFrame, shape: Shape) -> tuple[alt.Scale, alt.Axis]:
    """Scale and axis of the values: ticks at 1, 2, 5 on a log axis, about four elsewhere."""
    low, high = value_range(part, shape.log)
    if shape.log:
        ticks = log_ticks(low, high)
        domain = [min(low, ticks[0]) * 0.92, max(high, ticks[-1]) * 1.08]
        return alt.Scale(type="log", domain=domain, nice=False), alt.Axis(
            values=ticks, format=",~g", title=None, minExtent=EDGE - 8
        )
    if max(abs(low), abs(high)) < NOTHING:
        low, high = 0.0, 1.0
    room = max(0.06 * (high - low), 1e-3 * abs(high), 1e-12)
    small = high + room < 10_000
    count = 4 if shape.height >= 100 else 3
    options: dict[str, Any] = {
        "title": None,
        "minExtent": EDGE - 8,
        "tickCount": count,
        "format": ",~f",
    }
    if not small:
        options["labelExpr"] = "datum.value == 0 ? '0' : format(datum.value, '~s')"
    floor = low - room if low < 0 or low - room > 0 else 0.0
    return alt.Scale(domain=[floor, high + room], nice=False, zero=False), alt.Axis(**options)


def value_range(part: pd.DataFrame, log: bool) -> tuple[float, float]:
    """Least and greatest value shown: all medians, and bands as far as three times the medians' own range.

    A band is shown to its ends in half of the years. One draw in twenty that runs away in some years would else press
    every line flat; the band is then cut at the frame.
    """
    shown = part[["p05", "p50", "p95"]].astype(float)
    shown = (np.log(shown.where(shown > 0)) if log else shown).replace([np.inf, -np.inf], np.nan)
    middle = shown["p50"].dropna()
    if middle.empty:
        return (1.0, 10.0) if log else (0.0, 1.0)
    room = max(3 * np.ptp(middle), 0.7 if log else abs(float(middle.median())))
    low = max(shown.min().min(), np.fmin(middle.min() - room, shown["p05"].quantile(0.5, "higher")))
    high = min(shown.max().max(), np.fmax(middle.max() + room, shown["p95"].quantile(0.5, "lower")))
    return (float(np.exp(low)), float(np.exp(high))) if log else (float(low), float(high))


def log_ticks(low: float, high: float) -> list[float]:
    """Ticks of a log axis: 1, 2, 5 of each decade, thinned to 1 of each when there are many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [m * 10.0**d for d in range(first, last + 1) for m in steps if low <= m * 10.0**d <= high]
        if len(ticks) <= 5:
            return ticks or [float(f"{low:.1g}")]
    return ticks


def few_ticks(low: float, high: float) -> list[float]:
    """Three to five ticks at round numbers, nil among them, of an axis that holds nil: one alone would be no scale."""
    top = math.floor(math.log10(high - low))
    steps = [n * m * 10.0**d for d in (top, top - 1) for m in (5, 2, 1) for n in (1, 2, 3)]
    for most in (4, 5):
        for step in steps:
            ticks = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
            if 3 <= len(ticks) <= most:
                return [float(f"{x:.6g}") for x in ticks]
    return [0.0]


def colour_key(names: dict[str, str], unit: str = "", page: int = theme.PAGE_WIDTH) -> alt.Chart:
    """The key as lines of coloured words, each behind a stroke of its own kind, then the unit.

    Args:
        names: words of the scenarios.
        unit: written behind them.
        page: width of the figure [px].
    """
    parts = [(f"{KEY_MARKS.get(name, '—')} ", word, theme.SCENARIOS[name]) for name, word in names.items()]
    parts += [("", unit, theme.QUIET)] if unit else []
    x, y, rows = 0.0, 0, []
    for mark, word, colour in parts:
        across = (12 if mark else 0) + 6.2 * sum(2 if is_broad(c) else 1 for c in word)
        gap = 0 if mark or not x else 6
        if x and x + gap + across > page:
            x, y, gap = 0.0, y + 13, 0
        rows.append({"x": x + gap, "y": y + 6, "word": mark + word, "colour": colour})
        x += gap + across + 14
    height = y + 12
    text = alt.Chart(alt.Data(values=rows)).mark_text(align="left", dx=4 - EDGE)
    return text.encode(
        alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, page])),
        alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0])),
        text=alt.Text("word:N"),
        color=alt.Color("colour:N", scale=None),
    ).properties(width=page - 20, height=height)
