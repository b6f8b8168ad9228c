"""Third step of an assessment: the answers. Figures and readings; what each article does, which no first page tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from earthprice.measures.spread import least
from earthprice.runs.crew import each
from earthprice.runs.engine import Point
from earthprice.runs.runner import Progress, Runner
from earthprice.study.attribute import articles
from earthprice.study.draws import DrawResults
from earthprice.study.ensemble import Plan, Summary, rerun_reform, solved
from earthprice.study.figures import Figure, catalogue, table, verdicts_of
from earthprice.study.frame import Frame
from earthprice.study.side_by_side import side_by_side

READING_COLUMNS = ("reading", "number", "key", "base", "reform", "diff_p50")
ATTRIBUTED = ("price_", "exports_", "unlicensed", "damage", "gain_")
"""Beginnings of the keys of the figures that are shared out among articles."""


@dataclass(frozen=True)
class Answered:
    """The answers that need runs of their own.

    Attributes:
        catalogue: the ten figures, as they are read off a case.
        figures: their values (columns `FIGURE_COLUMNS`).
        readings, side_by_side: as of `Assessment`.
    """

    catalogue: list[Figure]
    figures: pd.DataFrame
    readings: pd.DataFrame
    side_by_side: pd.DataFrame


def answered(f: Frame, d: DrawResults, crew: Runner, tell: Progress) -> Answered:
    """Read the figures off the draws, and ask again under each reading."""
    shown = catalogue(f.plan, f.year, f.first, f.options.discount)
    verdicts = verdicts_of(f.world.hindcast, f.plan.lens.headline, f.plan.lens.home)
    over_draws = table(shown, d.cleared, f.year, verdicts, d.bands)
    readings_side_by_side = side_by_side(f, d, crew, tell)
    if f.options.only:
        over_draws = over_draws.assign(answered_p50=_with_answers(f, d, shown, tell, crew))
        return Answered(shown, over_draws, pd.DataFrame(columns=list(READING_COLUMNS)), readings_side_by_side)
    readings = around(_readings(f, d.central, shown, tell, crew), over_draws, f.texts.reading)
    figures = with_readings(over_draws, readings)
    figures = figures.assign(answered_p50=_with_answers(f, d, shown, tell, crew))
    return Answered(shown, figures, readings, readings_side_by_side)


def by_article(f: Frame, p: Point, a: Answered, tell: Progress, crew: Runner) -> pd.DataFrame:
    """The figures at a point, the central draw, shared out among articles (columns `ARTICLE_COLUMNS`)."""
    base = solved(f.plan, p, f.plan.whole.baseline(f.plan.use()))
    attributed = [g for g in a.catalogue if g.key.startswith(ATTRIBUTED)]
    return articles(f.plan, p, base, attributed, tell, f.options.seed, crew)


def _readings(f: Frame, p: Point, shown: list[Figure], tell: Progress, crew: Runner) -> pd.DataFrame:
    """Figures by reading at the central draw, both laws read so; nothing where a reading does not clear or book."""
    rows = []
    found = each(f.texts.readings, partial(_read, f.plan, p), partial(tell, "readings"), crew)
    for reading, (base, reform) in zip(f.texts.readings, found, strict=True):
        stands = 1.0 if base.good and reform.good else np.nan
        each_one = [(g, stands * g.read(base), stands * g.read(reform)) for g in shown]
        rows += [(reading, g.number, g.key, b, r, r - b) for g, b, r in each_one]
    return pd.DataFrame(rows, columns=list(READING_COLUMNS))


def _read(plan: Plan, p: Point, reading: str) -> tuple[Summary, Summary]:
    use = plan.use() | {"reading": reading}
    return solved(plan, p, plan.whole.baseline(use)), solved(plan, p, plan.whole.reform(use))


def around(readings: pd.DataFrame, figures: pd.DataFrame, own: str) -> pd.DataFrame:
    """The readings with the median over draws as the change of the reading assessed, so that one change is one number.

    change of a reading = median over draws + (its change - the own reading's change), both at the central draw; nil
    where it is told as none (`spread.least`).

    Args:
        readings: figures by reading at the central draw; columns `base`, `reform`, `diff_p50` [unit of the figure].
        figures: the figures over draws.
        own: the reading assessed.
    """
    alone = readings[readings["reading"] == own].set_index("key")["diff_p50"]
    middle = figures.set_index("key")["diff_p50"]
    moved = readings["diff_p50"] - readings["key"].map(alone) + readings["key"].map(middle)
    levels = readings[["base", "reform"]].abs().max(axis=1)
    told = [least(x, str(key).startswith("gain_")) for x, key in zip(levels, readings["key"], strict=True)]
    return readings.assign(diff_p50=moved.where(moved.isna() | (moved.abs() > told), 0.0))


def with_readings(figures: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """The figures with the least and the largest change over the readings."""
    span = readings.groupby("key")["diff_p50"].agg(["min", "max"])
    return figures.assign(readings_low=figures["key"].map(span["min"]), readings_high=figures["key"].map(span["max"]))


def _with_answers(f: Frame, d: DrawResults, shown: list[Figure], tell: Progress, crew: Runner) -> list[float]:
    """Medians of the figures under the text and the answers to it, on the same draws; NaN where there are none."""
    if f.answered is None:
        return [np.nan] * len(shown)
    found = rerun_reform(f.answered, d.sample, d.cleared, partial(tell, "with the answers"), crew)
    both = table(shown, [p for p in found if p.good], f.year, {}, d.bands)
    return both["reform_p50"].tolist()
