"""Tables of words, as the page takes them, and the words of their cells."""

from __future__ import annotations

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
