"""A demonstration as a picture, a table of claims, and files."""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.demos.demonstration import RECORDED, Demonstration, Panel
from earthprice.measures.rounding import alone
from earthprice.report import theme
from earthprice.report.later import alt
from earthprice.report.plain import json_text

COLUMNS, WIDTH, HEIGHT = 2, 268, 190
BASES = {"fact": "sourced", "derived": "derived from sources", "assumption": "assumptions"}
LONG = 9
"""Longest name [characters] that stands level under an axis."""


def picture(demo: Demonstration) -> str:
    """The panels as one SVG."""
    charts = [chart(p) for p in demo.panels]
    apart: Any = {"color": "independent", "xOffset": "independent"}
    rows = [alt.hconcat(*charts[i : i + COLUMNS]).resolve_scale(**apart) for i in range(0, len(charts), COLUMNS)]
    whole = alt.vconcat(*rows).resolve_scale(**apart) if len(rows) > 1 else rows[0]
    return theme.svg(whole.to_dict(validate=False))


def chart(panel: Panel) -> alt.LayerChart:
    """One panel as an Altair chart."""
    rows = panel.rows.assign(order=range(len(panel.rows)))
    names = list(dict.fromkeys(rows["series"]))
    names = [n for n in names if not n.startswith(f"{RECORDED} ") or n.removeprefix(f"{RECORDED} ") not in names]
    key = alt.Legend(orient="bottom", columns=1, labelLimit=WIDTH) if len(names) > 1 else None
    scale = alt.Scale(domain=names, range=[theme.KINDS[i % len(theme.KINDS)] for i in range(len(names))])
    colour = alt.Color("series:N", sort=names, title=None, scale=scale, legend=key)
    y = alt.Y("y:Q", title=panel.y, scale=alt.Scale(type="log" if panel.log else "linear", zero=panel.mark == "bar"))
    if panel.mark == "bar":
        layers = _bars(rows, panel, names, colour, y)
    else:
        layers = _lines(rows, panel, colour, y)
    title = alt.TitleParams(panel.title, limit=WIDTH + 40)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=title)


def _bars(rows: pd.DataFrame, panel: Panel, names: list[str], colour: alt.Color, y: alt.Y) -> list[alt.Chart]:
    order = list(dict.fromkeys(rows["x"]))
    tilt = -35 if any(len(str(name)) > LONG for name in order) else 0
    x = alt.X("x:N", sort=order, title=panel.x, axis=alt.Axis(labelAngle=tilt, labelLimit=150))
    offset = alt.XOffset("series:N", sort=names)
    return [alt.Chart(rows).mark_bar().encode(x=x, y=y, color=colour, xOffset=offset)]


def _lines(rows: pd.DataFrame, panel: Panel, colour: alt.Color, y: alt.Y) -> list[alt.Chart]:
    year = panel.x == "year"
    x = alt.X(
        "x:Q",
        title=panel.x,
        scale=alt.Scale(zero=False, nice=not year),
        axis=alt.Axis(format="d", tickMinStep=1) if year else alt.Axis(),
    )
    base = alt.Chart(rows).encode(x=x, y=y, color=colour)
    if panel.mark == "point":
        return [base.mark_point(filled=True, size=30)]
    seen = rows["series"].str.startswith(RECORDED)
    drawn = alt.Chart(rows[~seen]).encode(x=x, y=y, color=colour)
    layers = [drawn.mark_line(strokeWidth=1.8).encode(order="order:Q")]
    if seen.any():
        dots = rows[seen].assign(series=_alike(rows[seen], rows[~seen]))
        layers.append(alt.Chart(dots).encode(x=x, y=y, color=colour).mark_point(filled=True, size=34))
    if panel.mark == "loop":
        ends = rows.groupby("series", sort=False).agg(["first"]).droplevel(1, axis=1).reset_index()
        layers.append(base.mark_point(filled=True, size=22))
        layers.append(alt.Chart(ends).mark_text(dy=-8).encode(x=x, y=y, text=alt.value("start"), color=colour))
    return layers


def _alike(dots: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Series of the dots: the line of the same name, in whose colour they are drawn, or their own."""
    bare = dots["series"].str.removeprefix(f"{RECORDED} ")
    return bare.where(bare.isin(lines["series"]), dots["series"])


def claims_frame(demo: Demonstration) -> pd.DataFrame:
    """The claims as words, rounded to three figures."""
    rows = [
        (
            c.words,
            figure(c.value),
            "" if math.isnan(c.without) else figure(c.without),
            band(c.low, c.high),
            c.unit,
            c.because,
            "yes" if c.holds and c.needs_it else "NO",
        )
        for c in demo.claims
    ]
    return pd.DataFrame(rows, columns=["claim", "with", "without", "where it must lie", "unit", "because", "shown"])


def claims_markdown(demo: Demonstration) -> str:
    """The claims as a table of Markdown."""
    frame = claims_frame(demo).drop(columns="shown")
    rows = [f"| {' | '.join(row)} |" for row in (list(frame.columns), *frame.to_numpy().tolist())]
    return "\n".join([rows[0], "| --- | ---: | ---: | --- | --- | --- |", *rows[1:]])


def rests_markdown(demo: Demonstration, numbers: pd.DataFrame) -> str:
    """One sentence: how many of the numbers behind the size of the effect are assumptions.

    Args:
        demo: the demonstration.
        numbers: the world's numbers, indexed by key, with a column `basis`.
    """
    found = numbers[[any(fnmatchcase(str(key), p) for p in demo.rests_on) for key in numbers.index]]
    if found.empty:
        return "The size rests on no number of the world's tables."
    count = found["basis"].value_counts()
    parts = [f"{count.get(b, 0)} {words}" for b, words in BASES.items() if count.get(b, 0)]
    names = ", ".join(f"`{p}`" for p in demo.rests_on)
    return f"The size rests on {names}: {', '.join(parts)}."


def figure(value: float) -> str:
    """A number at three significant figures; next to nothing as 0."""
    return "0" if abs(value) < 5e-4 else alone(value, 3)


def band(low: float, high: float) -> str:
    """A band in words; ends far out are left out."""
    if low <= -1e3 or not math.isfinite(low):
        return f"at most {figure(high)}"
    if high >= 1e3 or not math.isfinite(high):
        return f"at least {figure(low)}"
    return f"from {figure(low)} to {figure(high)}"


def as_dict(demo: Demonstration) -> dict[str, Any]:
    """The demonstration without its panels, for JSON."""
    rows = [
        {
            "claim": c.words,
            "value": c.value,
            "without": c.without,
            "low": c.low,
            "high": c.high,
            "unit": c.unit,
            "because": c.because,
            "holds": c.holds,
            "needs_it": c.needs_it,
        }
        for c in demo.claims
    ]
    own = ("name", "row", "title", "words", "removed", "scenario", "rests_on", "holds")
    return {**{key: getattr(demo, key) for key in own}, "claims": rows}


def write_demonstration(demo: Demonstration, folder: Path) -> list[Path]:
    """Write NAME.svg, NAME.png, NAME.csv (what is drawn) and NAME.json (the claims).

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = picture(demo)
    rows = pd.concat([p.rows.assign(panel=p.title, x_is=p.x, y_is=p.y) for p in demo.panels])
    files = [folder / f"{demo.name}.{end}" for end in ("svg", "png", "csv", "json")]
    files[0].write_text(drawn, encoding="utf-8")
    files[1].write_bytes(theme.png(drawn))
    rows[["panel", "series", "x_is", "x", "y_is", "y"]].to_csv(files[2], index=False, encoding="utf-8-sig")
    files[3].write_text(json_text(as_dict(demo)), encoding="utf-8")
    return files
