"""A result folder as every verb reads it: nothing outside it, sizes bounded, types checked, digests compared.

A file that is not as its manifest says is refused: what a verb shows is what was written. A result of version 0.1.0 has
no manifest; its files are read as they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.errors import ResultError
from earthprice.keep.inside import encodable, listed, read_inside, short
from earthprice.keep.manifest import MANIFEST, Manifest, as_object, differences, read_manifest

RUN = "run.json"
RUN_BYTES, TABLE_BYTES, TABLE_LINES, TABLE_COLUMNS = 4_000_000, 50_000_000, 600_000, 100
"""Greatest run.json and table [bytes], lines and columns of a table: several times the largest that are written."""
HEADING = 4000
"""Most bytes of a table's heading."""
MOST_DRAWS = 100_000
LETTERS = 2000
"""Letters of one text in run.json."""
KINDS = ("draft", "law", "text")
"""What a text can be."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LETTERS and encodable(value)


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _year(value: Any) -> bool:
    return type(value) is int and 1900 <= value <= 2200


def _day(value: Any) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and len(value) <= 200 and all(_text(k) and _text(v) for k, v in value.items())


def _names(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(_text(v) for v in value)


def _book(value: Any) -> bool:
    words = ("rulebook", "given", "file", "sha256")
    return isinstance(value, dict) and all(_text(value.get(k)) for k in words) and _names(value.get("named", []))


FIELDS: Mapping[str, tuple[Check, str]] = {
    "title": (_text, "text"),
    "rulebook": (_text, "text"),
    "baseline": (_text, "text"),
    "reading": (_text, "text"),
    "against": (_text, "text"),
    "book": (_text, "text"),
    "kind": (lambda v: v in KINDS, ", ".join(KINDS)),
    "home": (_text, "text"),
    "facts_hash": (_text, "text"),
    "as_of": (_day, "a day such as 2021-03-01"),
    "first_year": (_year, "a year"),
    "last_year": (_year, "a year"),
    "figure_year": (_year, "a year"),
    "base_year": (_year, "a year"),
    "draws": (_whole(1, MOST_DRAWS), f"a whole number from 1 to {MOST_DRAWS}"),
    "seed": (_whole(0, 2**63), "a whole number"),
    "versions": (_texts, "names and versions"),
    "made_on": (_texts, "names and text"),
    "options": (lambda v: isinstance(v, dict), "the options"),
    "private": (_names, "names"),
    "books": (
        lambda v: isinstance(v, list) and len(v) <= 50 and all(_book(b) for b in v),
        "rulebooks with rulebook, given, file and sha256",
    ),
}
"""What run.json must hold where it holds it."""

OPTIONS: Mapping[str, tuple[Check, str]] = {
    "against": (lambda v: v is None or _text(v), "a rulebook"),
    "reading": (lambda v: v is None or _text(v), "text"),
    "as_of": (lambda v: v is None or _day(v), "a day"),
    "years": (lambda v: isinstance(v, list) and len(v) == 2 and all(_year(y) for y in v), "two years"),
    "draws": FIELDS["draws"],
    "seed": FIELDS["seed"],
    "zones": (_names, "names"),
    "answers": (_names, "names"),
    "overrides": (_texts, "names and changes"),
    "period": (_text, "auto, year, half or quarter"),
    "delay_years": (lambda v: _number(v) and 0 <= v <= 100, "years"),
    "discount": (lambda v: _number(v) and -1 < v < 1, "a share"),
    "buyer": (lambda v: v is None or isinstance(v, dict), "a purchase"),
    "workers": (lambda v: True, ""),
    "prior": (lambda v: isinstance(v, bool), "true or false"),
    "batch": (_whole(0, MOST_DRAWS), "a whole number"),
}
"""The same for its options; how many workers did the work changes nothing and is not looked at."""


def _number(value: Any) -> bool:
    return type(value) in (int, float)


NUMBERS: Mapping[str, tuple[str, ...]] = {
    "figures": ("number", "year", "base_p50", "reform_p50", "diff_p05", "diff_p50", "diff_p95"),
    "exports": (
        *("year", "base_p50", "reform_p50", "diff_p05", "diff_p50", "diff_p95"),
        *("part", "change_p05", "change_p50", "change_p95", "fall_10"),
    ),
    "series": ("year", "p05", "p50", "p95"),
    "groups": ("p05", "p50", "p95"),
    "flows": ("year", "level"),
    "articles": ("total", "shapley"),
    "drivers": ("share",),
    "assumptions": ("value", "low", "high"),
    "sources": (),
}
"""Columns of numbers by table, of those tables that a number is explained from."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "figures": ("key", "label", "unit", "sign"),
    "exports": ("row", "partner", "unit"),
    "series": ("variable", "item", "zone", "scenario", "unit"),
    "groups": ("zone", "group", "unlicensed", "unit"),
    "flows": ("scenario", "activity", "stage", "status", "zone", "district", "partner", "good", "group"),
    "articles": ("article", "heading", "figure", "unit", "measures", "nothing"),
    "drivers": ("figure", "parameter", "words", "basis"),
    "assumptions": ("parameter", "unit", "basis", "source", "confidence", "why", "factor", "own"),
    "sources": ("key", "source"),
}
"""Their columns of words."""


class Result:
    """A result folder.

    Args:
        folder: a folder written by `earthprice assess`, wherever it lies now.

    Raises:
        ResultError: it is none, or run.json is not as results have it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        must_be_result(self.folder)
        self.manifest: Manifest | None = read_manifest(self.folder) if (self.folder / MANIFEST).exists() else None
        self.run: dict[str, Any] = self._run()
        self._tables: dict[str, pd.DataFrame] = {}

    def read(self, name: str, most: int) -> bytes:
        """A file's bytes, as they were written.

        Raises:
            ResultError: it is missing, leads out of the folder, is too large, or was changed.
        """
        content = read_inside(self.folder, name, most)
        if self.manifest is not None:
            _, sha = self.manifest.files.get(name, (0, ""))
            if sha256(content).hexdigest() != sha:
                raise ResultError(
                    "was changed after it was written" if sha else "is not of the result",
                    where=f"{self.folder}/{name}",
                    accepted="a result as it was written; earthprice verify names what was changed",
                )
        return content

    def need(self, *names: str) -> None:
        """Refuse a result whose run.json lacks something.

        Raises:
            ResultError: says what.
        """
        for name in names:
            if name not in self.run:
                raise ResultError(
                    f"'{name}' is missing", where=f"{self.folder}/{RUN}", accepted="a run.json of earthprice assess"
                )

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables."""
        found = [name.split("/") for name, _ in listed(self.folder)]
        return tuple(f[1].removesuffix(".csv") for f in found if len(f) == 2 and f[0] == "tables" and ".csv" in f[1])

    def rows(self, name: str) -> pd.DataFrame:
        """Any table, as it is.

        Raises:
            ResultError: there is no such table, or it is none.
        """
        if name not in self.tables:
            raise ResultError(
                f"{self.folder} has no table {short(name)}", where="NAME", accepted=self.tables, given=name
            )
        return frame_from_csv(self.read(f"tables/{name}.csv", TABLE_BYTES), f"{self.folder}/tables/{name}.csv")

    def table(self, name: str) -> pd.DataFrame:
        """A table that numbers are explained from: all its columns, numbers as numbers, empty text as empty text.

        Raises:
            ResultError: as of `rows`; it lacks a column, or a number is none.
        """
        if name not in self._tables:
            self._tables[name] = _in_kinds(self.rows(name), name, f"{self.folder}/tables/{name}.csv")
        return self._tables[name]

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """What breaks on a result that was touched is the result's fault; on one as written, our own.

        Raises:
            ResultError: something broke, and files are not as they were written or nobody can tell.
        """
        try:
            yield
        except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
            if self.manifest is None:
                raise ResultError(
                    "does not hold together, and has no manifest to tell what was changed",
                    where=str(self.folder),
                    accepted="a result as it was written",
                ) from error
            if found := differences(self.folder, self.manifest):
                raise ResultError(
                    f"was changed: {'; '.join(str(d) for d in found[:6])}",
                    where=str(self.folder),
                    accepted="a result as it was written",
                ) from error
            raise

    def _run(self) -> dict[str, Any]:
        where = f"{self.folder}/{RUN}"
        run = as_object(self.read(RUN, RUN_BYTES), where)
        check_fields(run, FIELDS, where)
        check_fields(run.get("options", {}), OPTIONS, f"{where}: options")
        return run


def holds(folder: Path, name: str) -> bool:
    """Whether a file of a name lies in a folder; in one whose name the system does not take there is none."""
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False


def must_be_result(folder: Path) -> None:
    """Refuse a folder that no result lies in.

    Raises:
        ResultError: it has no run.json, or may not be looked into.
    """
    try:
        (folder / RUN).stat()
    except PermissionError as error:
        what = f"{repr(str(folder))} cannot be read: {error.strerror or error}"
        raise ResultError(what, where="RESULT", accepted="a folder that you may read") from error
    except (OSError, ValueError):
        pass  # told below
    if not holds(folder, RUN):
        raise ResultError(
            f"{repr(str(folder))} is no result folder: it has no {RUN}",
            where="RESULT",
            accepted="a folder written by earthprice assess",
        )


def check_fields(held: Mapping[str, Any], fields: Mapping[str, tuple[Check, str]], where: str) -> None:
    """Refuse what a file holds otherwise than results have it; what it lacks is let through.

    Raises:
        ResultError: says what, and what is accepted.
    """
    for name, (fits, accepted) in fields.items():
        if name in held and not fits(held[name]):
            raise ResultError(f"'{name}' is {short(held[name])}", where=where, accepted=accepted)


def frame_from_csv(content: bytes, where: str) -> pd.DataFrame:
    """A table from the bytes of a CSV file.

    Raises:
        ResultError: empty, not UTF-8, no table, or too large.
    """
    head = content[: content.find(b"\n") if b"\n" in content else len(content)]
    if not head.strip(b"\xef\xbb\xbf\r "):
        raise ResultError("is empty", where=where, accepted="a table with a heading")
    if head.count(b",") >= TABLE_COLUMNS or len(head) > HEADING or content.count(b"\n") > TABLE_LINES:
        raise ResultError(
            "has too many columns or lines", where=where, accepted=f"{TABLE_COLUMNS} columns, {TABLE_LINES} lines"
        )
    try:
        return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", low_memory=False)
    except (ValueError, OverflowError) as error:  # what the parser says is a ValueError, so is what is not UTF-8
        raise ResultError(f"is no table: {short(str(error))}", where=where, accepted="CSV in UTF-8") from error


def _in_kinds(found: pd.DataFrame, name: str, where: str) -> pd.DataFrame:
    for column in (*NUMBERS[name], *WORDS[name]):
        if column not in found:
            raise ResultError(f"has no column '{column}'", where=where, accepted=[short(str(c))[1:-1] for c in found])
    filled = found.fillna({c: "" for c in found if not pd.api.types.is_numeric_dtype(found[c])})
    made = {c: _numbers(filled[c], where) for c in NUMBERS[name]}
    made |= {c: filled[c] if c == "unlicensed" else _cells(filled[c]) for c in WORDS[name]}
    return filled.assign(**made)


def _numbers(column: pd.Series, where: str) -> pd.Series:
    made = pd.to_numeric(column.replace("", None), errors="coerce")
    odd = column[made.isna() & column.notna() & (column.astype(str) != "")]
    if len(odd):
        raise ResultError(f"column '{column.name}': {short(str(odd.iloc[0]))} is no number", where=where)
    return made.astype(float)


def _cells(column: pd.Series) -> pd.Series:
    """A column as text; one in which every cell is empty was read as numbers."""
    return column.where(column.notna(), "").astype(str)
