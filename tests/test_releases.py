"""The page that compares releases is what its table says, for every text and figure of 0.1.0, with what moved each."""

from __future__ import annotations

from earthprice.law.load import shipped
from earthprice.study.figures import catalogue
from earthprice.study.frame import Frame
from tools.pages.fill import DOCS, filled
from tools.pages.releases import BEFORE, PAGE, TABLE, books, page, rows_of, state

REFUSED = ("china-in-force-2008", "china-in-force-2015", "china-in-force-2020", "japan-answer")
"""What shipped in 0.1.0 and could not be assessed by itself."""


def test_the_page_is_what_the_table_says() -> None:
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    assert filled(text, page(rows_of(TABLE))) == text, "run: make releases"
    assert all(f"`{name}`" in text for name in REFUSED)


def test_it_is_of_this_version_fit_and_texts() -> None:
    assert {row["state"] for row in rows_of(TABLE)} == {state()}, "run: make releases"


def test_every_figure_of_every_text_is_there_with_what_moved_it(small: Frame) -> None:
    assert {*books(), *REFUSED} <= set(shipped())
    keys = {f.key for f in catalogue(small.plan, small.year, small.first, 0.03)}
    before = rows_of(BEFORE)
    assert all(row["why"] and all(row[book] for book in books()) for row in before)
    assert {row["key"] for row in before} <= keys
    for book in books():
        assert {row["key"] for row in rows_of(TABLE) if row["rulebook"] == book} == keys
