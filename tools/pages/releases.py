"""docs/releases-compared.md: the ten figures of 0.1.0 and of this version side by side, for what 0.1.0 could assess.

`make releases` runs the texts with 200 draws and writes docs/releases-compared.csv and the page; `DRAWS=20` does so
with fewer. The figures of 0.1.0 (commit 8d64266, 200 draws) and what moved each stand in `releases.csv`.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from earthprice import __version__
from earthprice.facts.schema import packaged
from earthprice.law.load import SHELF
from earthprice.measures.rounding import between, rounded
from earthprice.study.assess import assess
from earthprice.study.options import Options
from tools.pages.fill import DOCS, fill

PAGE, TABLE, BEFORE = "releases-compared.md", DOCS / "releases-compared.csv", Path(__file__).with_suffix(".csv")
COLUMNS = ("state", "draws", "rulebook", "key", "label", "unit", "year", "p05", "p50", "p95")
MADE = "releases"
NEW = {"why": "not told by 0.1.0"}
Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def books() -> list[str]:
    """The texts that 0.1.0 could assess."""
    return [name for name in rows_of(BEFORE)[0] if name not in ("key", "why")]


def state() -> str:
    """Digest of what the page must be made again for: the version, the fit, and the texts."""
    whole = hashlib.sha256(__version__.encode())
    for path in (packaged("world") / "fitted.csv", *(SHELF / f"{name}.yaml" for name in books())):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def run(book: str, draws: int) -> Iterable[tuple[object, ...]]:
    """The ten figures of a text: the change that it makes, median and nine in ten."""
    found = assess(book, Options(draws=draws, only="figures"))
    for r in found.figures.itertuples(index=False):
        ends = (f"{x:.4g}" for x in (r.diff_p05, r.diff_p50, r.diff_p95))
        yield state(), found.meta.draws, book, r.key, r.label, r.unit, r.year, *ends


def page(table: list[Row]) -> dict[str, str]:
    """The made part of the page: a table a text."""
    before = {row["key"]: row for row in rows_of(BEFORE)}
    parts = [f"Made by `make releases` from state `{table[0]['state']}` with {table[0]['draws']} draws a text.", ""]
    for book in books():
        now = [r for r in table if r["rulebook"] == book]
        parts += [f"## {book}", "", f"Change in {now[0]['year']} against no reform; net gains are present values.", ""]
        parts.append(f"| figure | unit | 0.1.0 | {__version__} | nine in ten draws | what moved it |")
        parts.append("| --- | --- | ---: | ---: | ---: | --- |")
        parts += [_line(r, before.get(r["key"], {}).get(book, ""), before.get(r["key"], NEW)["why"]) for r in now]
        parts.append("")
    return {MADE: "\n".join(parts).rstrip()}


def _line(r: Row, old: str, why: str) -> str:
    middle, low, high = rounded(*(float(r[q]) for q in ("p50", "p05", "p95")))
    was = old.replace("-", "−")
    return f"| {r['label']} | {r['unit']} | {was} | {middle} | {between(low, high)} | {why} |"


def main() -> None:
    """Run the texts, write the table, fill the page."""
    draws = int(os.environ.get("DRAWS") or 200)
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for book in books():
            writer.writerows(run(book, draws))
            print(f"{book} run")
    fill(PAGE, page(rows_of(TABLE)))


if __name__ == "__main__":
    main()
