"""The tables of an assessment, Shapley values, and the words and numbers for uncertainty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earthprice import load_rulebook
from earthprice.report.summary import summary_text
from earthprice.study import assessment as nouns
from earthprice.study.assessment import Assessment
from earthprice.study.ensemble import Pair
from earthprice.study.figures import groups
from earthprice.study.frame import Frame
from earthprice.study.standing import standing
from earthprice.study.tables import FLOW_KINDS, money, not_claimed


def test_a_report_says_of_the_numbers_of_its_own_articles_alone_that_they_are_uncertain() -> None:
    """It said of every text, also of a plan of Japan's for stocks, what is so of one Chinese draft."""
    told = {name: " ".join(not_claimed(load_rulebook(name))) for name in ("china-2021-draft", "japan-stock")}
    assert "our words, and 14 of their 19 numbers are uncertain (?)." in told["china-2021-draft"]
    assert "texts of the articles are our words." in told["japan-stock"] and "uncertain" not in told["japan-stock"]


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("figures", nouns.FIGURE_COLUMNS),
        ("series", nouns.SERIES_COLUMNS),
        ("exports", nouns.EXPORT_COLUMNS),
        ("licences", nouns.LICENCE_COLUMNS),
        ("groups", nouns.GROUP_COLUMNS),
        ("articles", nouns.ARTICLE_COLUMNS),
        ("drivers", nouns.DRIVER_COLUMNS),
        ("reconciliation", nouns.RECONCILIATION_COLUMNS),
        ("rare", nouns.RARE_COLUMNS),
        ("standing", nouns.STANDING_COLUMNS),
        ("assumptions", (*nouns.ASSUMPTION_COLUMNS, "factor", "own", "grade")),
        ("flows", ("scenario", "year", "activity", *FLOW_KINDS, "level")),
    ],
)
def test_tables_have_their_columns(table: str, columns: tuple[str, ...], assessment: Assessment) -> None:
    assert tuple(getattr(assessment, table).columns) == columns


def test_the_first_page_stands_before_what_it_does_not_tell(pages: tuple[Assessment, Assessment]) -> None:
    early, last = pages
    for table in ("articles", "options", "rare"):
        assert getattr(early, table).empty and not getattr(last, table).empty, table
    (found,) = [q for q in last.questions if q["question"] == "better"]
    audited = replace(last.meta, money_audit=early.meta.money_audit)  # which counts the options too, once they are run
    alike = replace(last, questions=[q for q in last.questions if q != found], meta=audited)
    assert summary_text(early, colour=False) == summary_text(alike, colour=False)


def test_ten_figures_within_their_ranges(assessment: Assessment) -> None:
    f = assessment.figures
    assert set(f["number"]) == set(range(1, 11))
    for side in ("base", "reform", "diff"):
        assert (f[f"{side}_p05"] <= f[f"{side}_p50"]).all() and (f[f"{side}_p50"] <= f[f"{side}_p95"]).all()
    assert assessment.meta.statuses["not_cleared"] + round(assessment.meta.cleared * 6) <= 6


def test_standing_adds_up_over_zones_and_groups(assessment: Assessment, done: list[Pair], small: Frame) -> None:
    one = standing(small.plan, done[:1], small.first).set_index(["zone", "discount", "unlicensed"])["p50"]
    zones = list(small.plan.engine.names.zones)
    for rate in (0.0, 0.03, 0.07):
        for counted in (True, False):
            total = sum(one[z, rate, counted] for z in zones)
            assert one["world", rate, counted] == pytest.approx(total, rel=1e-9, abs=1e-9)
    listed = groups(small.plan, done[:1], small.first, 0.03)
    hidden = listed[listed["unlicensed"]]["p50"].sum()
    assert one["world", 0.03, True] - one["world", 0.03, False] == pytest.approx(hidden, abs=1e-3)
    assert set(assessment.standing["zone"]) == {"world", *zones}


def test_the_words_of_the_audit_say_where_money_is_missed_if_it_is_missed(done: list[Pair]) -> None:
    pair = done[0]
    lost = replace(pair, reform=replace(pair.reform, miss=0.1, missed="charges of somebody in 2030"))
    assert "of a year's turnover." in money(done).words
    assert "1.0e-01 of a year's turnover, charges of somebody in 2030; left out" in money([lost, *done[1:]]).words
