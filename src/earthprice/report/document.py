"""A document to be sent: headings, paragraphs, tables and pictures, as Markdown or (`results.word`) for Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.page import questions_answered, tied
from earthprice.report.page_one import head_lines, how_sure, ten_columns, ten_rows
from earthprice.report.printed import for_markdown
from earthprice.report.word_table import Table
from earthprice.report.words import Words, named
from earthprice.study.assessment import Assessment

PICTURED = 2
"""Figures that stand beside the first page."""


@dataclass(frozen=True)
class Heading:
    """A heading below the title; level 1 is the highest."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `lead` stands before it in bold, `small` is small print."""

    text: str
    lead: str = ""
    small: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture (PNG) with its caption, which also stands for it where it cannot be seen."""

    png: bytes
    caption: str


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Document:
    """A title and what stands below it.

    Attributes:
        title: the title.
        blocks: in their order.
        language: of the text, for the reader's spelling checker: en, zh, ja.
    """

    title: str
    blocks: tuple[Block, ...]
    language: str = "en"


def markdown(document: Document) -> str:
    """The document as Markdown; pictures are left out, their captions stay."""
    return "\n\n".join([f"# {for_markdown(document.title)}", *map(_marked, document.blocks)]) + "\n"


def _marked(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {for_markdown(block.text)}"
    if isinstance(block, Paragraph):
        return f"{f'**{for_markdown(block.lead)}** ' if block.lead else ''}{for_markdown(block.text)}"
    if isinstance(block, Picture):
        return f"*{for_markdown(block.caption)}*"
    marks = ["---:" if i in block.numbers else "---" for i in range(len(block.heads))]
    return "\n".join(
        f"| {' | '.join(row)} |" for row in [[*map(_cell, block.heads)], marks, *([*map(_cell, r)] for r in block.rows)]
    )


def _cell(text: str) -> str:
    return for_markdown(text).replace("\n", "<br>")


def first_page(
    a: Assessment, words: Words, figures: Sequence[NumberedFigure], pictures: Mapping[str, bytes]
) -> Document:
    """The first page of the report: the questions, the ten figures, how sure they are, and figures 1 and 2.

    Args:
        a: the assessment.
        words: labels of one language.
        figures: the report's figures.
        pictures: PNG by name of figure; a figure without one is left out.
    """
    w = named(words, a.meta)
    title = w("title", title=a.meta.title)
    return Document(title, tuple(_first_page(a, w, figures, pictures)), w.language)


def _first_page(
    a: Assessment, w: Words, figures: Sequence[NumberedFigure], pictures: Mapping[str, bytes]
) -> Iterator[Block]:
    for line in head_lines(a, w):
        yield Paragraph(line, small=True)
    for flag in a.meta.flags:
        yield Paragraph(flag, lead=f"{w('flags')}.")
    yield Heading(w("questions"))
    rows = [[q["asked"], tied(q["answer"]), tied(q["because"])] for q in questions_answered(a, w)]
    yield Table((w("asked"), w("answer"), w("because")), rows)
    yield Heading(w("ten_figures", year=a.meta.figure_year))
    yield Paragraph(w("ten_figures_note"), small=True)
    columns = ten_columns(a, w)
    told = [[row[c["key"]] for c in columns] for row in ten_rows(a, w)]
    right = tuple(i for i, c in enumerate(columns) if c["style"].startswith("n"))
    yield Table(tuple(c["head"] for c in columns), told, right)
    yield Paragraph(tied(" ".join(how_sure(a))), lead=f"{w('how_sure')}.")
    yield Paragraph(" ".join(a.not_claimed), lead=f"{w('not_claimed')}.")
    for f in figures[:PICTURED]:
        if f.name in pictures:
            yield Picture(pictures[f.name], f"{w('figure_n', n=f.number)}. {f.title}. {f.caption}")
