"""Tables of words, as the page takes them, and the words of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from earthprice.measures.rounding import NOTHING, alone, with_range


@dataclass(frozen=True)
class Table:
    """A table of words.

    Attributes:
        heads: headings.
        rows: rows of words.
        numbers: positions of the columns that are set flush right.
    """

    heads: tuple[str, ...]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()


def worded(
    rows: pd.DataFrame, columns: Mapping[str, tuple[str, Callable[[Any], str]]], numbers: Iterable[int]
) -> Table:
    """A table of words: under each heading a column of `rows`, each cell as its function says it."""
    said = [[say(value) for value in rows[name]] for name, say in columns.values()]
    return Table(tuple(columns), [list(row) for row in zip(*said, strict=True)], tuple(numbers))


def amount(value: Any) -> str:
    """A number to two figures."""
    return alone(float(value))


def text_if_any(value: Any) -> str:
    """Words, nothing where there are none."""
    return "" if pd.isna(value) else str(value)


def span_words(row: pd.Series) -> str:
    """A median with its interval in brackets."""
    return with_range(float(row["p50"]), float(row["p05"]), float(row["p95"]), sign=True, gap="\n")


def ends_in_words(low: Any, high: Any) -> str:
    """A range in words, nothing where there is none."""
    return "" if pd.isna(low) or pd.isna(high) or low == high else f"{cell(low)} to {cell(high)}"


def cell(value: Any) -> str:
    """A number to three figures, words as they are."""
    if isinstance(value, str):
        return value
    return NOTHING if value is None or pd.isna(value) else alone(float(value), 3)
