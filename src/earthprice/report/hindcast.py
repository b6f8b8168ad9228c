"""The hindcast as a picture, a table and files: history as dots, the model as a band, no change as a dashed line.

A vertical line through a dot spans what was estimated where nobody knows.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.measures.rounding import alone
from earthprice.past.hindcast import Hindcast
from earthprice.past.scores import summed
from earthprice.past.totals import totals
from earthprice.report import theme
from earthprice.report.later import alt
from earthprice.report.plain import json_text

COLUMNS, WIDTH, HEIGHT = 4, 134, 96
FLOOR = 0.01
"""Least share of the middle that a band is drawn down to: a draw in which a good is worth nothing has no logarithm."""
SHOWN = (
    "series",
    "n",
    "log_rmse",
    "ratio_no_change",
    "range",
    "ratio_autoregression",
    "ratio_regression",
    "sign",
    "coverage",
)
WORDS = {
    "series": "series",
    "n": "years",
    "log_rmse": "log-RMSE",
    "ratio_no_change": "to no change",
    "range": "5 to 95 %",
    "ratio_autoregression": "to AR(1)",
    "ratio_regression": "to regression on quotas",
    "sign": "sign right",
    "coverage": "in the 9-in-10 range",
}


def picture(found: Hindcast, past: str) -> str:
    """The paths of a past as one SVG."""
    rows = found.paths[found.paths["past"] == past]
    charts = [_panel(rows[rows["series"] == name], name) for name in dict.fromkeys(rows["series"])]
    lines = [alt.hconcat(*charts[i : i + COLUMNS], spacing=18) for i in range(0, len(charts), COLUMNS)]
    return theme.svg(alt.vconcat(*lines).to_dict(validate=False))


def _panel(rows: pd.DataFrame, name: str) -> alt.LayerChart:
    unit, rows = str(rows["unit"].iloc[0]), rows.assign(p05=rows["p05"].clip(lower=FLOOR * rows["p50"]))
    scale = alt.Scale(type="log", nice=False)
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=5), scale=alt.Scale(nice=False))
    model = alt.Chart(rows.dropna(subset=["p50"])).encode(x=x)
    band = model.mark_area(opacity=0.25, color=theme.REFORM).encode(alt.Y("p05:Q", title=None, scale=scale), y2="p95:Q")
    line = model.mark_line(color=theme.REFORM, strokeWidth=1.6).encode(y="p50:Q")
    rival = model.mark_line(color=theme.BASELINE, strokeDash=[4, 3], strokeWidth=1).encode(y="rival:Q")
    dots = alt.Chart(rows.dropna(subset=["observed"])).encode(x=x, y="observed:Q")
    before = dots.transform_filter("datum.known").mark_point(color=theme.OBSERVED, size=16)
    after = dots.transform_filter("!datum.known").mark_point(color=theme.OBSERVED, filled=True, size=20)
    title = alt.TitleParams(name.replace("_oxide", ""), subtitle=unit)
    span = alt.Chart(rows.dropna(subset=["low"])).mark_rule(color=theme.OBSERVED).encode(x=x, y="low:Q", y2="high:Q")
    return alt.layer(band, line, rival, span, before, after).properties(width=WIDTH, height=HEIGHT, title=title)


def scores_in_words(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores as words: each series, then a typical one and all pooled, by kind and past."""
    rows = [_words(row) for row in scores.to_dict("records")]
    for label, figures in summed(scores).items():
        blank = dict.fromkeys(SHOWN, math.nan)
        typical = {f"ratio_{k}": figures[f"typical_{k}"] for k in ("no_change", "autoregression", "regression")}
        rows += [_words(blank | typical | {"series": f"typical of {label}"}), _words(figures | {"series": label})]
    return pd.DataFrame(rows, columns=[WORDS[c] for c in SHOWN])


def _words(row: dict[str, Any]) -> list[str]:
    def cell(column: str) -> str:
        if column == "range":
            low, high = (row.get(f"{end}_no_change", math.nan) for end in ("low", "high"))
            return f"{alone(low, 2)} to {alone(high, 2)}" if low == low else ""
        value = row[column]
        if column == "series":
            return str(value).replace("_oxide", "")
        if value != value:
            return ""
        if column in ("sign", "coverage"):
            return f"{100 * value:.0f} %"
        return f"{value:.0f}" if column == "n" else alone(float(value), 2)

    return [cell(c) for c in SHOWN]


def losers(found: Hindcast) -> list[str]:
    """Series on which the model does no better than no change."""
    worse = found.scores["ratio_no_change"] >= 1.0
    return [f"{r.series} ({r.past})" for r in found.scores[worse].itertuples()]


def as_dict(found: Hindcast, ranges: pd.DataFrame) -> dict[str, Any]:
    """Scores by series, totals (`past.totals`), pooled figures by kind of series, and ranges from rolling origins."""
    return {
        "draws": found.draws,
        "cleared": found.cleared,
        "series": found.scores,
        "totals": totals(found.scores, ranges),
        "by_kind": summed(found.scores),
        "loses_to_no_change": losers(found),
        "rolling": ranges.to_dict("index"),
    }


def write_hindcast(found: Hindcast, ranges: pd.DataFrame, folder: Path) -> list[Path]:
    """Write scores.csv, paths.csv, replayed.csv, rolling.csv, hindcast.json and one picture a past.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in ("scores.csv", "paths.csv", "replayed.csv", "rolling.csv", "hindcast.json")]
    found.scores.round(4).to_csv(files[0], index=False, encoding="utf-8")
    found.paths.to_csv(files[1], index=False, encoding="utf-8-sig")
    found.replayed.to_csv(files[2], index=False, encoding="utf-8", float_format="%.6g")
    ranges.round(4).to_csv(files[3], encoding="utf-8")
    files[4].write_text(json_text(as_dict(found, ranges)), encoding="utf-8")
    for past in found.totals:
        files.append(folder / f"hindcast-{past}.svg")
        files[-1].write_text(picture(found, past), encoding="utf-8")
    return files
