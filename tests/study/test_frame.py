"""The frame of a study: which year its figures are of, and in which years a text says anything."""

from __future__ import annotations

import numpy as np

from earthprice.law import prepare
from earthprice.study.assembled import FIGURE_YEARS
from earthprice.study.assessment import Assessment
from earthprice.study.frame import Frame, acting_years, frame, text_alone, told_year
from earthprice.study.options import Options
from earthprice.study.start import start
from earthprice.world.world import World


def test_a_text_says_nothing_before_it_begins(world: World) -> None:
    """The floor of 2025 begins in October of that year; asked from 2026 on, the law in force says all that it says."""
    f = frame("usa-floor-2025", Options(years=(2026, 2028)), world)
    assert acting_years(text_alone(f).plan)[0] == 2025 and f.year == 2026


def test_the_year_of_the_figures_is_the_first_in_which_the_text_acts(small: Frame) -> None:
    acting = acting_years(small.plan)
    assert told_year(small.plan, acting[0] - 1, acting[-1]) == acting[0]
    assert told_year(small.plan, acting[-1] + 1, acting[-1] + 5) == acting[-1] + 1, "where none acts, the usual one"


def test_the_table_of_exports_holds_the_year_of_the_figures(assessment: Assessment, small: Frame) -> None:
    held = set(assessment.exports["year"])
    assert assessment.meta.figure_year in held
    assert held - {assessment.meta.figure_year} <= set(FIGURE_YEARS) & set(acting_years(small.plan))


def test_a_changed_number_of_the_text_makes_no_law_of_another_country_awaited() -> None:
    """The American floor below has a measure of the same id, and is announced before it is in force."""
    options = Options(years=(2026, 2028), draws=1)
    f = frame("eu-floor", options, start(["eu-floor"], options).world)
    law, years = prepare(f.plan.texts.reform.stack, f.world.network), f.plan.engine.years
    plain, changed = law.terms(years), law.terms(years, overrides={"floor_ndpr.strike": "+20%"})
    assert {b.jurisdiction for b in law.stack.books} == {"CHN", "USA", "EUR"}
    assert np.array_equal(changed.awaited, plain.awaited)
