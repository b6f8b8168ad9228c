"""Tables as files: CSV and Parquet as they are, BibTeX."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from earthprice.report.printed import for_bibtex, printable
from earthprice.results.cells import csv_text, each_text

TABLES = (
    "figures",
    "series",
    "exports",
    "licences",
    "groups",
    "articles",
    "drivers",
    "assumptions",
    "reconciliation",
    "readings",
    "side_by_side",
    "options",
    "flows",
    "sources",
    "compliance",
    "exposure",
    "damage",
    "indicators",
    "purchase",
    "rare",
    "standing",
    "prior",
    "horizon",
)
"""The assessment's tables, written under these names."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as CSV: UTF-8 with its mark, dot decimals, every digit; no text that a spreadsheet would run."""
    path.write_bytes(csv_text(table).encode("utf-8-sig"))


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet; a column of mixed kinds becomes text."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c], skipna=True).startswith("mixed")]
    each_text(table.astype(dict.fromkeys(mixed, str)), printable).to_parquet(path, index=False)


def bibtex(sources: pd.DataFrame) -> str:
    """The sources as BibTeX entries."""
    entries = []
    for key, source, confidence in zip(sources["key"], sources["source"], sources["confidence"]):
        cite, sure = for_bibtex(str(source)), for_bibtex(str(confidence))
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in str(key))
        entries.append(f"@misc{{{name},\n  title = {{{cite}}},\n  note = {{confidence {sure}}}\n}}\n")
    return "\n".join(entries)
