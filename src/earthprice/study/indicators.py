"""Indicators: the bands in which recorded series are expected, kept so that facts printed later can be held to them.

A band of the assessment is the range of a level over the draws with what the model leaves out (`bands`), under the text
and without it, in the terms of the record: where the two are counted otherwise, the record's figure of the base year
times the model's growth since. A band of a review is that of the text's own rule, its ratios times the base year's
figure; `late` says how many years later the review looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from earthprice.law.reviews import RATIO, IndicatorRow
from earthprice.measures.spread import ranged
from earthprice.past.matching import Match, matches, recorded
from earthprice.study.assessment import INDICATOR_COLUMNS
from earthprice.study.bands import Bands, followed
from earthprice.study.ensemble import Pair, Plan

TEXT, WITHOUT, REVIEW = "text", "no text", "review"
"""Whose band it is: the assessment's under the text, the same without it, a review's (`review R1`)."""
UNLICENSED = "unlicensed_share"
LOOKED_AT = {"price_real": "price_home/{of}", "unlicensed_share": UNLICENSED, "exports": "exports"}
"""Recorded series of what a review looks at; of other indicators nothing is recorded."""

Paths = dict[str, tuple[Match, np.ndarray]]


def indicators(plan: Plan, cases: Sequence[Pair], years: Sequence[int], bands: Bands, day: str) -> pd.DataFrame:
    """Bands by recorded series, zone and year (columns `INDICATOR_COLUMNS`).

    Args:
        plan: the plan.
        cases: draws that cleared.
        years: years of the table.
        bands: what is left out of levels.
        day: records published later are not seen (YYYY-MM-DD).
    """
    rows: list[tuple[object, ...]] = []
    observed = plan.engine.world.observed
    known = observed[observed["published"] <= day]
    units = dict(zip(observed["series"], observed["unit"], strict=True))
    base = plan.engine.world.base_year
    asked = [y for y in years if y != base]
    sides = {TEXT: [p.reform for p in cases], WITHOUT: [p.baseline for p in cases]}
    draws = [p.draw for p in cases]
    for band, side in sides.items():
        for match, paths in _told(plan, side, draws, bands, known).values():
            levels = np.array([plan.engine.of_year(paths.T, y) for y in asked]).reshape(len(asked), len(paths))
            ends = list(zip(asked, ranged(levels, axis=1).T, strict=True))
            for series, zone in match.observed:
                rows += [(series, zone, band, y, units.get(series, match.unit), *e, 0) for y, e in ends]
    at = {
        n: (m, float(np.median(plan.engine.of_year(x.T, base))))
        for n, (m, x) in _told(plan, sides[WITHOUT], draws, bands, known).items()
    }
    rows += _reviews(plan, at, years, units)
    return pd.DataFrame(rows, columns=list(INDICATOR_COLUMNS))


def _told(plan: Plan, side: Sequence, draws: Sequence[int], bands: Bands, known: pd.DataFrame) -> Paths:
    """Paths of the series that are recorded, in the record's terms [draws, T]."""
    found, told = {}, matches(plan.lens)
    for name, measures in followed(plan.lens, side[0]).items():
        match = told.get(name)
        if not measures or match is None or match.range:
            continue
        paths = np.sum([bands.paths(m, side, draws) for m in measures], axis=0)
        if match.scaled:
            base = plan.engine.world.base_year
            now = np.asarray(plan.engine.of_year(paths.T, base))[:, None]
            then = recorded(known, match).get(base)
            if then is None or not np.all(now > 0):
                continue
            paths = paths * (then / now)
        found[name] = match, paths
    share = Match(
        ((UNLICENSED, plan.lens.home),), "share", "unlicensed output of all that is mined", _none, scaled=False
    )
    return found | {UNLICENSED: (share, bands.paths(UNLICENSED, side, draws) / 100.0)}


def _none(*_: object) -> np.ndarray:
    raise AssertionError("the share is read off its measure")


def _reviews(
    plan: Plan, at: Mapping[str, tuple[Match, float]], years: Sequence[int], units: Mapping[str, str]
) -> Iterator[tuple[object, ...]]:
    """Bands of the reviews in the text and what lies below it."""
    for _, rule in plan.texts.reform.stack.reviews:
        for row in rule.rows:
            name = LOOKED_AT.get(row.look_at, "").format(of=row.of)
            if name not in at or row.zone != plan.lens.home:
                continue
            match, base = at[name]
            low, high = (x * (base if row.unit == RATIO else 1.0) for x in row.band)
            for series, zone in match.observed:
                unit = units.get(series, match.unit)
                late = int(row.seen_late.value)
                for year in (y for y in years if y + late >= rule.first):
                    yield series, zone, f"{REVIEW} {rule.id}", year, unit, *_open(row, low, high), late


def _open(row: IndicatorRow, low: float, high: float) -> tuple[float, float, float]:
    """A review's band; an end past which the rule does nothing is open (NaN)."""
    return (low if row.below else np.nan), np.nan, (high if row.above else np.nan)
