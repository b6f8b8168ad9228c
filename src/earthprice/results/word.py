"""Documents for Word: real headings, tables and pictures, which the reader can edit."""

from __future__ import annotations

import io
from typing import Any

from earthprice.errors import OptionError
from earthprice.report.document import Block, Document, Heading, Paragraph, Picture
from earthprice.report.printed import printable
from earthprice.report.word_table import Table

try:
    import docx
except ImportError:  # an extra of the package
    docx = None

PAGE, MARGIN = (21.0, 29.7), 1.8
"""A4 and its margins [cm]."""
LETTERS = {"Normal": 10.0, "Title": 18.0, "Heading 1": 13.0, "Heading 2": 11.0}
"""Size of letters by style [pt]."""
SMALL, TABLE = 8.5, 8.0
"""Letters of small print and of tables [pt]."""
FONT = "Arial"
"""On every desk, or with another of the same widths in its place."""
LETTER, PADDING = 0.16, 0.42
"""Width of a letter of a table, and what a cell keeps free on both sides [cm]."""
WIDE = 42
"""Letters beside each other that the widest column of a table is made for."""
TAGS = {"en": "en-GB", "zh": "zh-CN", "ja": "ja-JP"}
"""Language of the text, as Word names it."""


def must_have_word(where: str) -> None:
    """Refuse before any work where documents for Word cannot be written.

    Args:
        where: the option that asks for one.

    Raises:
        OptionError: python-docx is not installed.
    """
    if docx is None:
        raise OptionError("python-docx is not installed", where=where, accepted="after pip install 'earthprice[word]'")


def word(document: Document) -> bytes:
    """The document as the bytes of a .docx file on A4.

    Raises:
        OptionError: python-docx is not installed.
    """
    must_have_word(".docx")
    made = _blank(document)
    made.add_paragraph(printable(document.title), style="Title")
    for block in document.blocks:
        _put(made, block)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _kit() -> Any:
    """The package python-docx."""
    assert docx is not None
    return docx


def _cm(x: float) -> Any:
    return _kit().shared.Cm(x)


def _pt(x: float) -> Any:
    return _kit().shared.Pt(x)


def _element(name: str, **attributes: str) -> Any:
    """An element of Word's XML that python-docx has no word for."""
    made = _kit().oxml.OxmlElement(name)
    for key, value in attributes.items():
        made.set(_kit().oxml.ns.qn(f"w:{key}"), value)
    return made


def _blank(document: Document) -> Any:
    made = _kit().Document()
    properties = made.core_properties
    properties.title, properties.author = printable(document.title)[:255], "earthprice"
    properties.language = TAGS[document.language]
    page = made.sections[0]
    page.page_width, page.page_height = (_cm(x) for x in PAGE)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _cm(MARGIN)
    for name, size in LETTERS.items():
        letters = made.styles[name].font
        letters.size, letters.name = _pt(size), FONT
        fonts = letters.element.rPr.rFonts.attrib
        for of in [key for key in fonts if key.endswith("Theme") and "eastAsia" not in key]:
            del fonts[of]  # the theme's letters would go before ours
    made.styles["Normal"].paragraph_format.space_after = _pt(4)
    caption = made.styles["Caption"].font
    caption.bold, caption.color.rgb = False, made.styles["Normal"].font.color.rgb
    return made


def _put(made: Any, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading(printable(block.text), block.level)
    elif isinstance(block, Paragraph):
        _write(made.add_paragraph(), block)
    elif isinstance(block, Picture):
        _show(made, block)
    else:
        _tabulate(made, block)


def _write(paragraph: Any, block: Paragraph) -> None:
    if block.lead:
        paragraph.add_run(f"{printable(block.lead)} ").bold = True
    run = paragraph.add_run(printable(block.text))
    if block.small:
        run.font.size = _pt(SMALL)


def _show(made: Any, block: Picture) -> None:
    """A picture as wide as the text, with words for who cannot see it, and its caption kept on its page."""
    there = made.add_paragraph()
    there.paragraph_format.keep_with_next = True
    picture = there.add_run().add_picture(io.BytesIO(block.png), width=_cm(PAGE[0] - 2 * MARGIN))
    most = _cm(PAGE[1] - 2 * MARGIN - 4)
    if picture.height > most:
        picture.width, picture.height = int(picture.width * most / picture.height), most
    picture._inline.docPr.set("descr", printable(block.caption))
    _write(made.add_paragraph(style="Caption"), Paragraph(block.caption, small=True))


def _tabulate(made: Any, block: Table) -> None:
    """A table whose heading is said again on every page; a row is not torn apart."""
    table = made.add_table(rows=0, cols=len(block.heads), style="Table Grid")
    table.autofit = False
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = _cm(width)
    for number, cells in enumerate([list(block.heads), *block.rows]):
        row = table.add_row()
        marks = row._tr.get_or_add_trPr()
        marks.append(_element("w:cantSplit"))
        if number == 0:
            marks.append(_element("w:tblHeader"))
        for i, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
            cell.width = _cm(width)
            _fill(cell, text, bold=number == 0, right=i in block.numbers)
    between = made.add_paragraph().paragraph_format
    between.space_after, between.line_spacing = _pt(0), _pt(6)


def _fill(cell: Any, text: str, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = _pt(0)
    run = paragraph.add_run(printable(text))
    run.bold, run.font.size = bold, _pt(TABLE)
    if right:
        paragraph.alignment = _kit().enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    if bold:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", fill="EDEDED"))


def _widths(block: Table) -> list[float]:
    """Widths of the columns [cm] that share the width of the text: first room for the longest words, then for texts."""
    columns = [[str(c) for c in column] for column in zip(*[list(block.heads), *block.rows], strict=True)]
    least = [PADDING + LETTER * max(len(w) for c in column for w in (c.split() or [""])) for column in columns]
    wants = [PADDING + LETTER * max(map(_long, column)) for column in columns]
    more = [max(want - low, 0.0) for want, low in zip(wants, least, strict=True)]
    room = PAGE[0] - 2 * MARGIN
    spare = room - sum(least)
    if spare <= 0 or not sum(more):
        return [room * low / sum(least) for low in least]
    return [low + spare * x / sum(more) for low, x in zip(least, more, strict=True)]


def _long(text: str) -> float:
    """Letters that a cell wants beside each other: a short text whole, of a long one its root, so that it is broken."""
    return min(len(text) if len(text) <= 12 else 3.0 * len(text) ** 0.5, WIDE)
