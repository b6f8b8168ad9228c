"""Page one for Word: a file that Word's own format reader opens, with tables and pictures that can be edited."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from earthprice.errors import OptionError
from earthprice.report.document import Document, Heading, Paragraph, first_page, markdown
from earthprice.report.draw import Drawing
from earthprice.report.page_one import ten_rows
from earthprice.report.theme import png, svg
from earthprice.report.word_table import Table
from earthprice.report.words import named, words
from earthprice.results import word as writing
from earthprice.results import write
from earthprice.results.word import word
from earthprice.results.write import write_report

NASTY = Document(
    "Title | with *stars*\x1b",
    (Paragraph("a <b> [link](http://x) | end", lead="Note."), Table(("a|b", "c"), [["one\ntwo", "1"]], (1,))),
)


@pytest.fixture
def page_one(assessment, figures, tmp_path, monkeypatch):
    """Page one as it is written beside a report, with one picture."""
    one = png(svg(figures[0].spec))
    drawn = [Drawing(f, None, one if f.number == 1 else None) for f in figures]
    monkeypatch.setattr(write, "_drawn", lambda *_: lambda: drawn)
    files = write_report(assessment, tmp_path / "r", formats=("docx",))
    assert {f.name for f in files} >= {"page-one.docx"}
    return docx.Document(str(tmp_path / "r" / "page-one.docx"))


def test_page_one_holds_the_answers_the_ten_figures_and_pictures(page_one, assessment) -> None:
    told = "\n".join(p.text for p in page_one.paragraphs)
    assert page_one.paragraphs[0].style.name == "Title" and assessment.meta.title in told
    assert all(line in told for line in assessment.meta.flags)
    asked, ten = page_one.tables
    assert [r.cells[0].text for r in asked.rows][1:] == [q["asked"] for q in assessment.questions]
    rows = ten_rows(assessment, named(words(), assessment.meta))
    assert [[c.text for c in r.cells][:5] for r in ten.rows][1:] == [
        [r[k] for k in ("number", "label", "unit", "base", "reform")] for r in rows
    ]
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in (asked, ten))
    (picture,) = page_one.inline_shapes
    assert (
        picture._inline.docPr.get("descr").startswith("Figure 1.") and picture.width < page_one.sections[0].page_width
    )


def test_no_word_of_a_table_is_torn(page_one) -> None:
    """Every column has room for its longest word in letters of 8 points."""
    for table in page_one.tables:
        for column in table.columns:
            words = [w for cell in column.cells for w in cell.text.split()]
            assert max(map(len, words), default=0) * 0.155 + 0.38 <= column.width.cm


def test_labels_follow_the_language_and_a_page_without_pictures_has_none(assessment, figures) -> None:
    made = docx.Document(io.BytesIO(word(first_page(assessment, words("ja"), figures, {}))))
    assert made.core_properties.language == "ja-JP" and not len(made.inline_shapes)
    assert words("ja")("answer") in [c.text for c in made.tables[0].rows[0].cells]


def test_text_from_anybody_is_text(assessment) -> None:
    made = docx.Document(io.BytesIO(word(NASTY)))
    assert made.paragraphs[0].text == "Title | with *stars*\ufffd"
    assert made.tables[0].rows[1].cells[0].text == "one\ntwo"
    told = markdown(NASTY)
    assert (
        "\\<b\\> \\[link\\](http://x) \\| end" in told and "| a\\|b | c |\n| --- | ---: |\n| one<br>two | 1 |" in told
    )
    assert markdown(replace(NASTY, blocks=(Heading("x", 2),))).endswith("\n\n### x\n")


def test_without_the_package_nothing_is_written(assessment, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(writing, "docx", None)
    with pytest.raises(OptionError, match=r"docx: python-docx is not installed.*earthprice\[word\]"):
        write_report(assessment, tmp_path / "r", formats=("docx",))
    assert not (tmp_path / "r").exists()
