"""The workbook: a sheet to read first, the ten figures, then one sheet a figure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from earthprice.report.charts.figure import NumberedFigure
from earthprice.report.later import openpyxl
from earthprice.report.page_one import range_words
from earthprice.report.plain import plain
from earthprice.report.printed import file_alone
from earthprice.results.cells import csv_text, put_row
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet


def write_workbook(a: Assessment, figures: list[NumberedFigure], path: Path) -> None:
    """Writes the workbook: plain values, no formulas; units and interval ends in columns of their own."""
    book = openpyxl.Workbook()
    front = book.active
    assert front is not None, "a new workbook has a sheet"
    front.title = "read me"
    fill_front(front, a, figures)
    fill(book.create_sheet("ten figures"), a.figures)
    for figure in figures:
        fill(book.create_sheet(f"figure {figure.number}"), figure.data)
    book.save(path)


def fill_front(sheet: Worksheet, a: Assessment, figures: list[NumberedFigure]) -> None:
    """What the result is, what it rests on, and the hash of each sheet's table."""
    names = (
        "title",
        "rulebook",
        "baseline",
        "reading",
        "as_of",
        "money",
        "discount",
        "seed",
        "draws",
        "cleared",
        "facts_hash",
    )
    rows: list[tuple[Any, ...]] = [(name, plain(getattr(a.meta, name))) for name in names]
    rows[names.index("rulebook")] = ("rulebook", file_alone(a.meta.rulebook))
    rows += [(f"version of {name}", str(version)) for name, version in a.meta.versions.items()]
    rows += [("intervals", f"p05 to p95: {range_words(a)} lie between the two; p50: the median. {HOLDS}")]
    rows += [("", ""), ("sheet", "what it shows", "SHA-256 of its table as CSV")]
    rows += [("ten figures", "the ten figures of page one", digest(a.figures))]
    rows += [(f"figure {f.number}", f.title, digest(f.data)) for f in figures]
    for row in rows:
        put_row(sheet, row)
    _embolden(sheet["A"])
    for letter, width in (("A", 22), ("B", 70), ("C", 66)):
        sheet.column_dimensions[letter].width = width


def fill(sheet: Worksheet, table: pd.DataFrame) -> None:
    """A table, its heading bold and kept in sight."""
    put_row(sheet, [str(c) for c in table.columns])
    for row in table.itertuples(index=False):
        put_row(sheet, [plain(v) for v in row])
    _embolden(sheet[1])
    sheet.freeze_panes = "A2"
    for i, name in enumerate(table.columns, start=1):
        longest = max([len(str(name)), *[len(str(v)) for v in table[name].head(60)]])
        sheet.column_dimensions[openpyxl.utils.get_column_letter(i)].width = min(48, max(9, math.ceil(1.1 * longest)))


def _embolden(cells: Iterable[Cell]) -> None:
    for cell in cells:
        cell.font = openpyxl.styles.Font(bold=True)


def digest(table: pd.DataFrame) -> str:
    """SHA-256 of a table's CSV text."""
    return hashlib.sha256(csv_text(table).encode()).hexdigest()
