"""A full assessment, synthetic, and a bare one; its figures and its page."""

from __future__ import annotations

import dataclasses

import pytest

from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.page import render_page
from earthprice.report.words import words
from earthprice.study import assessment as nouns
from tests.report.synthetic import draw_all, draw_pictures, make_assessment


@pytest.fixture(scope="session")
def assessment() -> nouns.Assessment:
    """A full assessment."""
    return make_assessment()


@pytest.fixture(scope="session")
def bare(assessment: nouns.Assessment) -> nouns.Assessment:
    """The same with everything optional empty: no options, articles, drivers, exports; no fines, no hindcast."""
    empty = {
        name: getattr(assessment, name).iloc[:0]
        for name in ("options", "articles", "drivers", "exports", "groups", "readings", "flows", "reconciliation")
    }
    kept = assessment.series["variable"].isin(["price", "feed"])
    meta = dataclasses.replace(assessment.meta, hindcast="", fines=[], caught_prior=None)
    return dataclasses.replace(assessment, meta=meta, series=assessment.series[kept], **empty)


@pytest.fixture(scope="session")
def figures(assessment: nouns.Assessment) -> list[NumberedFigure]:
    """Its figures, in English."""
    return draw_all(assessment)


@pytest.fixture(scope="session")
def page(assessment: nouns.Assessment, figures: list[NumberedFigure]) -> str:
    """Its page, in English."""
    return render_page(assessment, figures, draw_pictures(figures), words())
