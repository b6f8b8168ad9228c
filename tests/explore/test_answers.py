"""Answers of the page: charts and rows of a run are its own measures, and draws become ranges."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.explore.answers import PLACES, Reader, rounded_number
from earthprice.report.words import words
from earthprice.study.bands import bands
from earthprice.study.ensemble import Pair
from earthprice.study.figures import catalogue
from earthprice.study.frame import Frame


def test_a_number_is_drawn_with_six_digits_and_none_where_there_is_none() -> None:
    assert [rounded_number(x) for x in (1234567.8, -0.00012345678, np.nan, np.inf)] == [
        1234570.0,
        -0.000123457,
        None,
        None,
    ]


def test_a_run_is_read_as_it_is_and_draws_as_ranges(small: Frame, done: list[Pair]) -> None:
    reader = Reader(small, words(), {}, catalogue(small.plan, small.year, small.first, 0.03))
    one, both = reader.central(done[0]), reader.over(done, bands(small.plan.lens, small.texts.as_of, done, 1))
    home = next(x for x in one["lines"] if x["measure"] == f"price/{small.plan.lens.headline[0]}_oxide@CHN")
    assert home["base"] == pytest.approx(done[0].baseline.series[home["measure"]], rel=1e-5)
    assert len(home["base"]) == len(one["years"]) == len(small.plan.engine.years)
    drawn = next(x for x in both["lines"] if x["measure"] == home["measure"])["reform"]
    assert len(drawn) == 3 and (np.diff(drawn, axis=0) >= -1e-9).all(), "low, middle, high"
    damage = [max(r["base"], r["reform"]) for r in one["bars"]["damage"]]
    assert len(damage) == PLACES and damage == sorted(damage, reverse=True)
    shown = {r["key"] for r in [*reader.rows(done[0], None), *reader.money(done[0], None)["figures"]]}
    assert shown == {g.key for g in (*reader.figures, *reader.of_rare)}


def test_a_level_in_a_sentence_is_that_of_the_figures(small: Frame, done: list[Pair]) -> None:
    """Both hold what is left out of levels, which moves a median: 1,550 in the one is not 1,450 in the other."""
    reader = Reader(small, words(), {}, catalogue(small.plan, small.year, small.first, 0.03))
    held = bands(small.plan.lens, small.texts.as_of, done, 1)
    rows = {r["key"]: r["base"] for r in reader.over(done, held)["figures"]}
    levels = [f"level of {rows[key]}," for key in ("exports_scarce", "exports_lead", "exports_magnets")]
    told, bare = (reader.sentences(done, [], h)[0]["answer"] for h in (held, None))
    assert all(level in told for level in levels)
    assert not all(level in bare for level in levels), "what is left out moves them"
