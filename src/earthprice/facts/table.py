"""Read one table of facts or of the world, and refuse what its schema does not allow, with file, line and column."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from earthprice.errors import FactsError
from earthprice.facts.schema import ACCEPTED, Column, period_bounds

FIGURE = ("value", "text", "low", "high")
"""A row must say something in one of these."""


def read_table(path: Path, columns: tuple[Column, ...], key: int = 1) -> pd.DataFrame:
    """Read and check one CSV file.

    Args:
        path: the file, UTF-8 with a header.
        columns: what its header must hold, in any order.
        key: how many of the first columns name a row; 0 where rows have no name.

    Returns:
        One row a record in the file's order and the schema's columns, indexed by its key, joined by `/`: text and
        choices as str ("" where empty), numbers as float (NaN where empty), years as int, days and periods as str, and
        `year`, the year in which the period ends [int], where there is a `date` and no year of its own.

    Raises:
        FactsError: file missing, empty or not UTF-8; a column missing, unknown or named twice; a row too long or too
            short; a required cell empty; a bad number, date or choice; a value outside its range; a key named twice.
    """
    names = [c.name for c in columns]
    records = dict(check_rows(path, columns, names[:key]))
    if not records:
        raise FactsError("the file holds no rows", where=str(path), accepted="a header and at least one row")
    frame = pd.DataFrame.from_records(list(records.values()), columns=names, index=list(records) if key else None)
    if "date" in names and "year" not in names:
        frame["year"] = [last_year(period) for period in frame["date"]]
    return frame


def last_year(period: str) -> int:
    """The year in which a checked period ends."""
    return int(period.rpartition("/")[2][:4])


def check_rows(
    path: Path, columns: tuple[Column, ...], key: Sequence[str]
) -> Iterator[tuple[str, tuple[str | float, ...]]]:
    """Yield the name of each row, its line where the key is empty, and its checked cells in the order of `columns`."""
    seen: dict[str, int] = {}
    lines = iter(read_lines(path))
    header = next(lines, (0, []))[1]
    check_header(header, [c.name for c in columns], path)
    ordered = [(c, header.index(c.name)) for c in columns]
    for line, cells in lines:
        where = f"{path}, line {line}"
        if len(cells) != len(header):
            raise FactsError(f"{len(cells)} cells", where=where, accepted=f"{len(header)} cells, as in the header")
        row = {c.name: check_cell(cells[at].strip(), c, where) for c, at in ordered}
        check_row(row, where)
        name = "/".join(str(row[column]) for column in key) or str(line)
        if name in seen:
            spot = f"{where}, column {' '.join(key)}"
            raise FactsError(f"{'/'.join(key)} '{name}' stands already in line {seen[name]}", where=spot)
        seen[name] = line
        yield name, tuple(row.values())


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Lines of a CSV file with their numbers, empty lines left out."""
    if not path.is_file():
        raise FactsError("no such file", where=str(path), accepted="a CSV file in UTF-8")
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            reader = csv.reader(f, strict=True)
            lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except UnicodeDecodeError as e:
        raise FactsError(f"not UTF-8 at byte {e.start}", where=str(path), accepted="a CSV file in UTF-8") from e
    except csv.Error as e:
        raise FactsError(f"not CSV: {e}", where=str(path), accepted="a CSV file with closed quotes") from e
    if not lines:
        raise FactsError("the file is empty", where=str(path), accepted="a header and at least one row")
    return lines


def check_header(header: list[str], names: list[str], path: Path) -> None:
    """Refuse a header that lacks a column, has an unknown one, or names one twice."""
    where = f"{path}, line 1"
    for name in header:
        if name not in names:
            raise FactsError(f"unknown column '{name}'", where=where, accepted=names, given=name)
        if header.count(name) > 1:
            raise FactsError(f"column '{name}' stands twice", where=where, accepted="each column once")
    for name in names:
        if name not in header:
            raise FactsError(f"column '{name}' is missing", where=where, accepted=", ".join(names))


def check_cell(cell: str, column: Column, where: str) -> str | float:
    """A cell as its column's type, or the refusal that says where it stands and what is accepted."""
    spot = f"{where}, column {column.name}"
    if not cell:
        if column.required:
            raise FactsError("the cell is empty", where=spot, accepted=ACCEPTED.get(column.type, column.words))
        return math.nan if column.type == "number" else ""
    if column.type == "number":
        return finite_number(cell, spot)
    if column.type == "year":
        if not cell.isdigit() or not period_bounds(cell):
            raise FactsError(f"'{cell}' is no year", where=spot, accepted=ACCEPTED["year"])
        return int(cell)
    if column.type == "choice" and cell not in column.choices:
        raise FactsError(f"unknown word '{cell}'", where=spot, accepted=column.choices, given=cell)
    if column.type in ("date", "day"):
        days = period_bounds(cell)
        if not days or column.type == "day" and (days[0] != days[1] or len(cell) != 10):
            raise FactsError(f"'{cell}' is no {column.type}", where=spot, accepted=ACCEPTED[column.type])
    return cell


def finite_number(cell: str, spot: str) -> float:
    """A cell as a finite number."""
    try:
        x = float(cell)
    except ValueError:
        x = math.nan
    if not math.isfinite(x) or "_" in cell:
        raise FactsError(f"'{cell}' is no number", where=spot, accepted=ACCEPTED["number"])
    return x


def check_row(row: dict[str, str | float], where: str) -> None:
    """Refuse a row that says nothing, whose range does not hold its value, or that was reported after its print."""
    figures = [row[name] for name in FIGURE if name in row]
    if figures and all(x == "" or x != x for x in figures):
        spot = f"{where}, column value"
        raise FactsError("the row holds no figure", where=spot, accepted="a value, text, low or high")
    for small, large in (("low", "value"), ("value", "high"), ("low", "high")):
        if small in row and large in row and float(row[small]) > float(row[large]):
            raise FactsError(
                f"{small} {row[small]} is above {large} {row[large]}",
                where=f"{where}, column {small}",
                accepted="low <= value <= high",
            )
    if str(row.get("reported", "")) > str(row.get("published", "9999")):
        raise FactsError(
            f"reported {row['reported']} is after published {row['published']}",
            where=f"{where}, column reported",
            accepted="a day no later than published",
        )
