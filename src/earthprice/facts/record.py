"""New rows for the record of a world of one's own: read, checked against what is recorded, amounts at a yearly rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from earthprice.errors import FactsError
from earthprice.facts.schema import load_schema, period_bounds
from earthprice.facts.table import read_lines, read_table

RECORD = "observed.csv"
AMOUNTS = ("kt", "MUSD")
"""Beginnings of the units of what adds up over a year; of a part of one it is carried to a yearly rate."""
CARRIED = "; "
"""Between a source and what was done to its figure."""
OVERLAP = "a period that no row of the series from this source covers; to mend a row, edit the record itself"


def new_rows(path: Path, world: Path, today: str) -> pd.DataFrame:
    """Rows of a file for the record of a world, each checked; what adds up is carried to a yearly rate.

    Args:
        path: a CSV file with the columns of the record (`observed.csv`); `date` is a year or a part of one.
        world: the folder of the world's tables.
        today: the day (YYYY-MM-DD); nothing is public later.

    Returns:
        The rows with the columns of the record, in their order.

    Raises:
        FactsError: the file or the record is not as the schema says, or a row has a series, zone, unit, period or day
            that does not fit; all such rows are named.
    """
    columns = load_schema(world, "world")["observed"]
    record, rows = (read_table(p, columns, 0) for p in (world / RECORD, path))
    lines = [line for line, _ in read_lines(path)[1:]]
    FactsError.refuse(_faults(record, rows, [f"{path}, line {line}" for line in lines], today))
    return pd.DataFrame([_yearly(row) for _, row in rows.iterrows()], columns=rows.columns)


def _faults(record: pd.DataFrame, rows: pd.DataFrame, where: list[str], today: str) -> Iterator[FactsError]:
    known = record
    for at, (_, row) in zip(where, rows.iterrows(), strict=True):
        if fault := _named(record, row, at) or _dated(row, at, today) or _repeated(known, row, at):
            yield fault
        known = pd.concat([known, row.to_frame().T])


def _named(record: pd.DataFrame, row: pd.Series, where: str) -> FactsError | None:
    """A series, zone or unit that the record does not have, or a figure of nothing."""
    series = tuple(dict.fromkeys(record["series"]))
    mine = record[record["series"] == row["series"]]
    for column, known in (("series", series), ("zone", tuple(set(mine["zone"]))), ("unit", tuple(set(mine["unit"])))):
        if row[column] not in known:
            said = f"the record has no {column} '{row[column]}'" + (
                f" of {row['series']}" if column != "series" else ""
            )
            return FactsError(said, where=f"{where}, column {column}", accepted=known, given=str(row[column]))
    if not row["value"] > 0:
        return FactsError(f"{row['value']:g} is no level", where=f"{where}, column value", accepted="above 0")
    return None


def _dated(row: pd.Series, where: str, today: str) -> FactsError | None:
    """A period that is not of its year, or a day of print before its end or after today."""
    first, last = _period(row)
    if not first.year == last.year == row["year"]:
        accepted = f"{row['year']} or a part of it, such as {row['year']}-03 or {row['year']}-01/{row['year']}-03"
        return FactsError(f"'{row['date']}' is not of {row['year']}", where=f"{where}, column date", accepted=accepted)
    if _is_amount(row) and not _whole_months(first, last):
        what = f"'{row['date']}' is no whole number of months, and {row['unit']} adds up"
        return FactsError(what, where=f"{where}, column date", accepted="months or a year")
    if not last.isoformat() <= row["published"] <= today:
        accepted = f"a day from the end of the period, {last}, to today, {today}"
        return FactsError(f"published {row['published']}", where=f"{where}, column published", accepted=accepted)
    return None


def _repeated(record: pd.DataFrame, row: pd.Series, where: str) -> FactsError | None:
    """A period that the same source has told, or a part of a year that is told as a whole (and the reverse)."""
    same = record[
        (record["series"] == row["series"]) & (record["zone"] == row["zone"]) & (record["year"] == row["year"])
    ]
    whole = row["date"] == str(row["year"])
    for _, other in same.iterrows():
        if whole != (other["date"] == str(other["year"])):
            what = f"{row['series']} of {row['year']} is told {'in parts' if whole else 'as a whole year'} already"
            return FactsError(what, where=f"{where}, column date", accepted="a year as a whole or in parts, not both")
        (first, last), (start, end) = _period(row), _period(other)
        from_it = other["source"] == row["source"] or other["source"].startswith(f"{row['source']}{CARRIED}")
        if from_it and first <= end and start <= last:
            what = f"{row['series']} of {row['date']} from this source stands already"
            return FactsError(what, where=f"{where}, column date", accepted=OVERLAP)
    return None


def _period(row: pd.Series) -> tuple[date, date]:
    found = period_bounds(row["date"])
    assert found, "the schema holds dates"
    return found


def _is_amount(row: pd.Series) -> bool:
    return row["unit"].startswith(AMOUNTS)


def _whole_months(first: date, last: date) -> bool:
    return first.day == 1 and date.fromordinal(last.toordinal() + 1).day == 1


def _yearly(row: pd.Series) -> pd.Series:
    """The row with an amount of some months carried to a yearly rate, which its source says."""
    first, last = _period(row)
    months = last.month - first.month + 1
    if not _is_amount(row) or months == 12:
        return row
    out, times = row.copy(), 12.0 / months
    out["value"], out["value_nominal"] = row["value"] * times, row["value_nominal"] * times
    out["source"] = f"{row['source']}{CARRIED}{row['value']:g} in {months} month{'s' * (months > 1)}, at a yearly rate"
    return out
