"""The schema of the facts: a table that the loader and the page of documentation both read."""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from earthprice.errors import FactsError

TYPES = ("text", "number", "year", "date", "day", "choice")
SCHEMA_COLUMNS = ("table", "column", "type", "required", "choices", "words")
EVERY_TABLE = "*"
"""Rows of schema.csv under this name hold for all tables; they follow a table's own columns, `id` comes first."""

PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
ACCEPTED = {
    "number": "a number with a dot and no spaces, such as 1250.5",
    "year": "a year, YYYY",
    "date": "YYYY, YYYY-MM, YYYY-MM-DD, or two of them with a slash, such as 2013/2017",
    "day": "one day, YYYY-MM-DD",
}


@dataclass(frozen=True)
class Column:
    """One column of a table of facts.

    Attributes:
        name: as in the header.
        type: text, number, year, date (a period), day, or choice.
        required: whether an empty cell is refused.
        choices: the accepted words where `type` is choice.
        words: what the column holds, for people.
    """

    name: str
    type: str
    required: bool
    choices: tuple[str, ...]
    words: str


Schema = dict[str, tuple[Column, ...]]
"""Columns of each table, in the order of its header."""


def packaged(room: str = "facts") -> Path:
    """Folder of the tables that ship with the package: those of facts, or of the world."""
    return Path(str(resources.files("earthprice").joinpath("data", room)))


def load_schema(folder: Path | None = None, room: str = "facts") -> Schema:
    """Read schema.csv.

    Args:
        folder: where it stands; the packaged tables of the room if None, or if the folder holds none.
        room: whose tables they are, facts or world.

    Raises:
        FactsError: a column of the schema is missing, a type is unknown, or a row is not yes or no.
    """
    own = (folder or packaged(room)) / "schema.csv"
    path = own if own.is_file() else packaged(room) / "schema.csv"
    with path.open(encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        if tuple(reader.fieldnames or ()) != SCHEMA_COLUMNS:
            raise FactsError("not the header of a schema", where=str(path), accepted=", ".join(SCHEMA_COLUMNS))
        rows = [(row["table"], column_of(row, f"{path}, line {reader.line_num}")) for row in reader]
    shared = [c for table, c in rows if table == EVERY_TABLE]
    first, rest = [c for c in shared if c.name == "id"], [c for c in shared if c.name != "id"]
    tables = sorted({table for table, _ in rows} - {EVERY_TABLE})
    return {t: tuple(first + [c for table, c in rows if table == t] + rest) for t in tables}


def column_of(row: dict[str, str], where: str) -> Column:
    """One row of the schema as a `Column`."""
    if row["type"] not in TYPES:
        given = row["type"]
        raise FactsError(f"unknown type '{given}'", where=f"{where}, column type", accepted=TYPES, given=given)
    if row["required"] not in ("yes", "no"):
        raise FactsError(f"'{row['required']}'", where=f"{where}, column required", accepted="yes or no")
    choices = tuple(filter(None, row["choices"].split("|")))
    return Column(row["column"], row["type"], row["required"] == "yes", choices, row["words"])


def period_bounds(period: str) -> tuple[date, date] | None:
    """First and last day of a period, or None where it is not one.

    Args:
        period: YYYY, YYYY-MM, YYYY-MM-DD, or two of them with a slash.
    """
    first, slash, last = period.partition("/")
    start, end = day_at_end(first, closing=False), day_at_end(last if slash else first, closing=True)
    return (start, end) if start and end and start <= end else None


def day_at_end(text: str, *, closing: bool) -> date | None:
    """First or last day of a year, month or day, or None."""
    found = PERIOD.fullmatch(text)
    if not found:
        return None
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or (12 if closing else 1)), 1)
        return first.replace(day=int(day or (monthrange(first.year, first.month)[1] if closing else 1)))
    except ValueError:
        return None


def schema_tables(schema: Schema) -> str:
    """The schema as tables of Markdown, as docs/data.md shows it between its markers."""
    shared = set.intersection(*(set(columns) for columns in schema.values()))
    some = next(iter(schema.values()))
    parts = ["### Every table", "", *listing([c for c in some if c in shared])] if shared else []
    for table, columns in schema.items():
        parts += ["", f"### {table}", "", *listing([c for c in columns if c not in shared])]
    return "\n".join(parts).lstrip("\n")


def listing(columns: list[Column]) -> list[str]:
    """Rows of a Markdown table, one a column."""
    head = ["| column | type | required | meaning |", "| --- | --- | --- | --- |"]
    rows = []
    for c in columns:
        kind = f"choice: {', '.join(c.choices)}" if c.type == "choice" else c.type
        rows.append(f"| `{c.name}` | {kind} | {'yes' if c.required else 'no'} | {c.words} |")
    return head + rows
