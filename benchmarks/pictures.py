"""The curves of `docs/speed.md`: measured points, and the line that the arithmetic promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

INK, LINE = "#1f4e79", "#b0b0b0"


def draw(scale: dict[str, Any], path: Path) -> None:
    """Cost of a step by size of the market, of a path by periods and by draws, side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    alt.hconcat(
        _steps(scale["size"]),
        _straight(scale["periods"], "periods", "path_s"),
        _straight(scale["draws"], "draws", "seconds"),
    ).configure_view(stroke=None).configure_axis(labelFontSize=11, titleFontSize=11).save(path)


def promise(points: list[dict[str, Any]]) -> list[float]:
    """What a step would cost at each size if it grew as its arithmetic does, from the shipped world's cost [ms]."""
    work = [p["products"] for p in points]
    at = next(i for i, p in enumerate(points) if p["detail"] == "as shipped")
    return [points[at]["ms_per_step"] * w / work[at] for w in work]


def _steps(points: list[dict[str, Any]]) -> alt.LayerChart:
    table = pd.DataFrame(points).assign(promised=promise(points))
    x = alt.X("nodes:Q", title="goods and permits", scale=alt.Scale(type="log", nice=False, padding=12))
    y = alt.Y("ms_per_step:Q", title="ms a Newton step", scale=alt.Scale(type="log", padding=12))
    base = alt.Chart(table, title="by size (line: the arithmetic)", width=200, height=180).encode(x=x)
    line = base.mark_line(color=LINE).encode(y=alt.Y("promised:Q", title="ms a Newton step"))
    words = base.mark_text(align="left", dx=7, dy=8, fontSize=11, color=INK).encode(y=y, text="detail:N")
    return line + base.mark_point(color=INK, filled=True, size=50).encode(y=y) + words


def _straight(points: list[dict[str, Any]], by: str, cost: str) -> alt.LayerChart:
    table = pd.DataFrame(points)
    table = table.assign(promised=table[by] * table[cost].iloc[-1] / table[by].iloc[-1])
    base = alt.Chart(table, title=f"by {by} (line: in proportion)", width=150, height=180)
    base = base.encode(x=alt.X(f"{by}:Q", scale=alt.Scale(zero=True)))
    line = base.mark_line(color=LINE).encode(y=alt.Y("promised:Q", title="seconds"))
    return line + base.mark_point(color=INK, filled=True, size=50).encode(y=alt.Y(f"{cost}:Q", title="seconds"))
