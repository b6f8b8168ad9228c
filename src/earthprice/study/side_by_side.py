"""Readings side by side: the text in each of its readings on the same draws, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from earthprice.runs.crew import each
from earthprice.runs.runner import Progress, Runner
from earthprice.runs.sample import Sample
from earthprice.study.assessment import SIDE_COLUMNS
from earthprice.study.bands import Bands
from earthprice.study.draws import DrawResults
from earthprice.study.ensemble import Pair, Plan, Summary, laws_and_point, solved
from earthprice.study.figures import catalogue, table
from earthprice.study.frame import Frame

READING_DRAWS = 24
"""Draws on which every reading is run."""
YEARS = 5
"""Years that are told, from that of the ten figures on."""


def side_by_side(f: Frame, d: DrawResults, crew: Runner, tell: Progress) -> pd.DataFrame:
    """The text under each reading over draws (columns `SIDE_COLUMNS`), the reading assessed first.

    They are run where all readings are asked for (`reading="all"`), or where the text has readings of its own and not
    the figures alone are asked for. Draws in which a reading does not clear are left out of all.
    """
    others = [r for r in f.texts.readings if r != f.texts.reading]
    own = bool(f.texts.book.readings) and not f.options.only
    if not others or not (own or f.options.reading == "all"):
        return pd.DataFrame(columns=list(SIDE_COLUMNS))
    kept = d.cleared[:READING_DRAWS]
    jobs = [(r, p.draw) for r in others for p in kept]
    found = iter(each(jobs, partial(_read, f.plan, d.sample), partial(tell, "readings side by side"), crew))
    cases = {f.texts.reading: [p.reform for p in kept]} | {r: [next(found) for _ in kept] for r in others}
    good = [i for i in range(len(kept)) if all(mine[i].good for mine in cases.values())]
    on = [kept[i] for i in good]
    return levels_by_reading(f, on, {r: [mine[i] for i in good] for r, mine in cases.items()}, d.bands)


def _read(plan: Plan, draws: Sample, job: tuple[str, int]) -> Summary:
    """The reform in one reading and draw, over all years that are run."""
    reading, draw = job
    base, read = (replace(plan, texts=replace(plan.texts, reading=r)) for r in (plan.texts.reading, reading))
    point = laws_and_point(base.whole, draws, draw).point
    return solved(read, point, read.whole.reform(read.use(draws.of_law(draw))))


def levels_by_reading(
    f: Frame, kept: Sequence[Pair], cases: Mapping[str, Sequence[Summary]], bands: Bands
) -> pd.DataFrame:
    """Level of every figure by reading and year, and its change against the first reading, over the draws.

    Args:
        f: the frame.
        kept: the draws, as they were run in the reading assessed.
        cases: the text in each reading on these draws; the first is the one that the others are held against.
        bands: what is left out of levels.
    """
    own, rows = next(iter(cases.values())), []
    years = range(f.year, min(f.year + YEARS - 1, f.plan.engine.last) + 1) if kept else ()
    for year in years:
        every = catalogue(f.plan, year, f.first, f.options.discount)
        shown = [g for g in every if not g.rare and (year == f.year or not g.gain)]
        for reading, mine in cases.items():
            level = table(shown, [replace(p, reform=c) for p, c in zip(kept, mine, strict=True)], year, {}, bands)
            beside = [Pair(p.draw, was, now) for p, was, now in zip(kept, own, mine, strict=True)]
            change = table(shown, beside, year, {})
            rows.append(
                change.assign(
                    reading=reading, **{q: level[f"reform_{q}"] for q in ("p05", "p50", "p95")}, draws=len(kept)
                )
            )
    return pd.concat(rows)[list(SIDE_COLUMNS)] if rows else pd.DataFrame(columns=list(SIDE_COLUMNS))
