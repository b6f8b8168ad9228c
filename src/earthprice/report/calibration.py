"""A calibration as files: the fitted draws, their recipe, what each factor learned, and a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from earthprice.past.posterior import INFORMED, learned
from earthprice.report import theme
from earthprice.report.later import alt
from earthprice.world.world import Fit

COLUMNS = ("cutoff", "factor", "words", "mean", "spread", "learned", "best", "sharp", "verdict")
"""Table `learned`: score of each fitted factor (prior: mean 0, spread 1), share of variance taken, in words;
`best`, `sharp`: its most probable score and the spread around it."""


def learned_table(fits: Mapping[int, Fit], said: Mapping[str, str]) -> pd.DataFrame:
    """What each cut-off's record says of each factor (columns `COLUMNS`)."""
    rows = []
    for cutoff, fit in sorted(fits.items()):
        for r in learned(fit).itertuples():
            verdict = "informed" if r.learned >= INFORMED else "remains the prior"
            score = (r.mean, r.spread, r.learned, r.best, r.sharp)
            rows.append((cutoff, r.Index, said.get(str(r.Index), ""), *score, verdict))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def picture(table: pd.DataFrame) -> str:
    """Scores by factor: the prior's 9-in-10 range behind, the fit's in front, a cross at the most probable."""
    shown = table.assign(
        low=table["mean"] - 1.645 * table["spread"],
        high=table["mean"] + 1.645 * table["spread"],
        prior_low=-1.645,
        prior_high=1.645,
    )
    order = list(dict.fromkeys(shown.sort_values(["cutoff", "learned"], ascending=[False, False])["words"]))
    panels = []
    for cutoff in dict.fromkeys(shown["cutoff"]):
        base = alt.Chart(shown[shown["cutoff"] == cutoff]).encode(
            y=alt.Y("words:N", sort=order, title=None, axis=alt.Axis(labels=not panels, labelLimit=230, ticks=False))
        )
        x = alt.X("prior_low:Q", title="score", scale=alt.Scale(domain=[-3, 3]))
        prior = base.mark_rule(color=theme.BASELINE, opacity=0.35, strokeWidth=8).encode(x=x, x2="prior_high:Q")
        fit = base.mark_rule(color=theme.REFORM, strokeWidth=2.5).encode(x="low:Q", x2="high:Q")
        dot = base.mark_point(color=theme.REFORM, filled=True, size=36).encode(x="mean:Q")
        best = base.mark_point(color=theme.OBSERVED, shape="cross", filled=True, size=40).encode(x="best:Q")
        layers = alt.layer(prior, fit, dot, best)
        panels.append(layers.properties(width=130, height=16 * len(order), title=f"to {cutoff}"))
    return theme.svg(alt.hconcat(*panels, spacing=14).to_dict(validate=False))


def write_calibration(fits: Mapping[int, Fit], said: Mapping[str, str], folder: Path) -> list[Path]:
    """Write fitted.csv and fitted.json (read by `facts.made`), learned.csv and learned.svg; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in ("fitted.csv", "fitted.json", "learned.csv", "learned.svg")]
    draws = [f.scores.round(4).assign(cutoff=c, draw=range(len(f.scores))) for c, f in sorted(fits.items())]
    table, first = pd.concat(draws, ignore_index=True), ["cutoff", "draw"]
    table[[*first, *(c for c in table.columns if c not in first)]].to_csv(files[0], index=False, lineterminator="\n")
    recipes = {str(c): fits[c].recipe for c in sorted(fits)}
    files[1].write_text(json.dumps(recipes, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    learnt = learned_table(fits, said)
    learnt.round(4).to_csv(files[2], index=False, lineterminator="\n")
    files[3].write_text(picture(learnt), encoding="utf-8")
    return files
