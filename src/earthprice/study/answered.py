"""Third step of an assessment: the answers. Figures and readings; what each article does, which no first page tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from earthprice.measures.spread import FEWEST, least
from earthprice.runs.engine import Point
from earthprice.runs.runner import Begun, Progress, Runner, begin
from earthprice.study.attribute import shared_out
from earthprice.study.draws import DrawResults
from earthprice.study.drivers import DriversBegun, begin_drivers
from earthprice.study.ensemble import Plan, Summary, rerun_reform, solved
from earthprice.study.figures import Figure, catalogue, table, verdicts_of
from earthprice.study.frame import Frame
from earthprice.study.side_by_side import side_by_side
from earthprice.study.slopes import slopes

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
        drivers: what the spread of the figures comes from, under way; None where it is not asked, or of too few draws.
    """

    catalogue: list[Figure]
    figures: pd.DataFrame
    readings: pd.DataFrame
    side_by_side: pd.DataFrame
    drivers: DriversBegun | None = None


def answered(f: Frame, d: DrawResults, crew: Runner, tell: Progress) -> Answered:
    """Read the figures off the draws, and ask again under each reading."""
    shown = catalogue(f.plan, f.year, f.first, f.options.discount)
    readings = None if f.options.only else _begin_readings(f, d.central, crew)
    readings_side_by_side = side_by_side(f, d, crew, tell)
    drivers = _begin_drivers(f, d, shown, tell, crew)
    verdicts = verdicts_of(f.world.hindcast, f.plan.lens.headline, f.plan.lens.home)
    over_draws = table(shown, d.cleared, f.year, verdicts, d.bands)
    if readings is None:
        over_draws = over_draws.assign(answered_p50=_with_answers(f, d, shown, tell, crew))
        return Answered(shown, over_draws, pd.DataFrame(columns=list(READING_COLUMNS)), readings_side_by_side)
    by_reading = around(_readings(f, readings, shown, tell), over_draws, f.texts.reading)
    figures = with_readings(over_draws, by_reading)
    figures = figures.assign(answered_p50=_with_answers(f, d, shown, tell, crew))
    return Answered(shown, figures, by_reading, readings_side_by_side, drivers)


def by_article(f: Frame, p: Point, a: Answered, begun: Begun, tell: Progress) -> pd.DataFrame:
    """The figures at a point, the central draw, shared out among articles (columns `ARTICLE_COLUMNS`)."""
    base = solved(f.plan, p, f.plan.whole.baseline(f.plan.use()))
    attributed = [g for g in a.catalogue if g.key.startswith(ATTRIBUTED)]
    return shared_out(f.plan, base, attributed, f.options.seed, begun, tell)


def _begin_drivers(f: Frame, d: DrawResults, shown: list[Figure], tell: Progress, crew: Runner) -> DriversBegun | None:
    """Start what the spread of each figure comes from, led by slopes at the central draw if those were asked for."""
    if f.options.only or len(d.cleared) < FEWEST:
        return None
    factors, told = d.sample.factors, partial(tell, "slopes")
    found = slopes(f.plan, factors, shown, told, crew) if f.options.slopes else {}
    return begin_drivers(f.plan, d.sample, d.cleared, shown, found, f.options.seed, crew)


def _begin_readings(f: Frame, p: Point, crew: Runner) -> Begun:
    """Start both laws under each reading."""
    return begin(f.texts.readings, partial(_read, f.plan, p), crew)


def _readings(f: Frame, begun: Begun, shown: list[Figure], tell: Progress) -> pd.DataFrame:
    """Figures by reading at the central draw, both laws read so; nothing where a reading does not clear or book."""
    rows, found = [], begun.done(partial(tell, "readings"))
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
