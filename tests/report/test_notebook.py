"""What a notebook shows of an assessment, a rulebook and a figure: small, well formed, escaped."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from earthprice.law.load import load_rulebook
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.study.assessment import Assessment

EVIL = "<script>alert(1)</script> & more"


def cells(thing: Assessment | object) -> list[list[str]]:
    """Rows of the table that a notebook shows, as text."""
    table = ElementTree.fromstring(thing._repr_html_())  # type: ignore[attr-defined]
    assert table.tag == "table" and {e.tag for e in table.iter()} <= {"table", "caption", "tr", "th", "td"}
    return [["".join(c.itertext()) for c in row] for row in table.iter("tr")]


def test_an_assessment_shows_its_ten_figures(assessment: Assessment) -> None:
    evil = replace(assessment, figures=assessment.figures.assign(label=EVIL))
    assert len(cells(assessment)) == 1 + len(assessment.figures)
    assert [row[0] for row in cells(assessment)[1:]] == assessment.figures["label"].tolist()
    assert cells(evil)[1][0] == EVIL
    assert assessment.meta.title in assessment._repr_html_() and len(assessment._repr_html_()) < 20_000


def test_a_rulebook_shows_its_articles() -> None:
    book = load_rulebook("china-2021-draft")
    rows = cells(book)
    assert len(rows) == 1 + len(book.articles) and rows[1][1] == book.articles[0].heading
    assert (
        cells(book.model_copy(update={"articles": [book.articles[0].model_copy(update={"heading": EVIL})]}))[1][1]
        == EVIL
    )


def test_a_figure_shows_its_picture_or_says_that_there_is_none(figures: list[NumberedFigure]) -> None:
    drawn = next(f for f in figures if f.spec is not None)
    shown = ElementTree.fromstring(drawn._repr_html_())
    assert [e.tag.rpartition("}")[2] for e in shown] == ["svg", "figcaption"]
    empty = ElementTree.fromstring(nothing_to_draw(1, "x", EVIL, ())._repr_html_())
    assert [e.tag for e in empty] == ["figcaption"] and EVIL in "".join(empty.itertext())
