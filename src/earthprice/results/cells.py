"""Tables and rows as files for spreadsheets have them: text that is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from earthprice.report.later import openpyxl
from earthprice.report.printed import LIVE, for_csv, printable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Rewrite = Callable[[str], str]


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV with a point for decimals and every digit; its text as `for_csv` has it."""
    return each_text(table, for_csv).to_csv(index=False, lineterminator="\n")


def each_text(table: pd.DataFrame, change: Rewrite) -> pd.DataFrame:
    """A table with every text in it, headings too, changed by a function of text to text; numbers stay."""
    columns = [change(str(c)) for c in table.columns]
    made = {i: _changed(table.iloc[:, i], change) for i in range(len(columns))}
    if all(column is None for column in made.values()) and columns == list(table.columns):
        return table
    parts = [table.iloc[:, i] if column is None else column for i, column in made.items()]
    return pd.concat(parts, axis=1).set_axis(columns, axis=1)


def _changed(column: pd.Series, change: Rewrite) -> pd.Series | None:
    """A column with its texts changed; None if that changes nothing."""
    if pd.api.types.is_numeric_dtype(column):
        return None
    each = column.unique() if isinstance(column.dtype, pd.StringDtype) else column
    texts = {v for v in each if isinstance(v, str)}
    new = {v: said for v in texts if (said := change(v)) != v}
    return column.astype(object).map(lambda v: new.get(v, v) if isinstance(v, str) else v) if new else None


def put_row(sheet: Worksheet, values: Sequence[Any]) -> None:
    """A row of a workbook: text is text, whatever it looks like, and numbers are numbers."""
    sheet.append([_cell(sheet, str(v) if isinstance(v, (list, dict)) else v) for v in values])


def _cell(sheet: Worksheet, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, printable(value))
    cell.data_type = "s"
    if LIVE.match(cell.value):
        cell.quotePrefix = True  # so that it stays text when somebody edits it
    return cell
