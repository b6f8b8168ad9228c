"""docs/tutorial-floor.md: its two comparisons, as printed there, and their tables.

`make floors` runs the printed commands of step 3 and writes docs/floors-compared.csv and the tables of the page.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable

from earthprice.measures.rounding import rounded
from tools.pages.fill import DOCS, fill, section

PAGE, TABLE = "tutorial-floor.md", DOCS / "floors-compared.csv"
COLUMNS = ("home", "draws", "rulebook", "key", "unit", "p05", "p50", "p95", "sign", "who_pays")
KEPT = ("gain_", "pays_", "price_ndpr")
HOMES = ("USA", "EUR")
"""Countries of the comparisons in the order in which the page prints them."""
Row = dict[str, str]


def printed() -> list[list[str]]:
    """The commands of step 3, each as its words."""
    step = (DOCS / PAGE).read_text(encoding="utf-8").split("\n## 3.")[1].split("\n## 4.")[0]
    return [line.split() for line in re.findall(r"^\$ earthprice (.*)$", step, re.MULTILINE)]


def ran() -> Iterable[Row]:
    """What the comparisons say, one after the other in a folder of their own."""
    homes = iter(HOMES)
    with tempfile.TemporaryDirectory() as folder:
        for words in printed():
            more = ["--csv", "--quiet"] if words[0] == "compare" else []
            command = [sys.executable, "-m", "earthprice", *words, *more]
            said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
            if more:
                home = next(homes)
                yield from ({**row, "home": home} for row in csv.DictReader(io.StringIO(said.lstrip("\ufeff"))))


def kept(rows: Iterable[Row]) -> list[Row]:
    """The rows that the page tells, cut to four figures, a file named by its text."""
    found = [r for r in rows if r["key"].startswith(KEPT)]
    for r in found:
        r["rulebook"] = r["rulebook"].rpartition("/")[2].removesuffix(".yaml")
        r |= {q: f"{float(r[q]):.4g}" for q in ("p05", "p50", "p95")}
    return found


def read() -> list[Row]:
    """The table as it was last written."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def page(rows: list[Row]) -> dict[str, str]:
    """The made parts of the page: a table a comparison."""
    return {home: _table([r for r in rows if r["home"] == home], home) for home in HOMES}


def _table(rows: list[Row], home: str) -> str:
    if not rows:
        return "`make floors` writes this table; it was not run for this page."
    lines = [
        "| text | net gain at home | whose, at home | Japan | China | NdPr oxide at home, USD/kg |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for book in dict.fromkeys(r["rulebook"] for r in rows):
        of = {r["key"]: r for r in rows if r["rulebook"] == book}
        own = of[f"gain_{home}"]
        others = (_cell(of[k]) for k in ("gain_JPN", "gain_CHN", "price_ndpr"))
        lines.append(f"| {' | '.join([f'`{book}`', _cell(own), own['who_pays'], *others])} |")
    return "\n".join(lines)


def _cell(row: Row) -> str:
    middle, low, high = rounded(*(float(row[q]) for q in ("p50", "p05", "p95")))
    return middle if low == high else f"{middle} ({low} to {high})"


def main() -> None:
    """Run the comparisons, write the table, fill the page."""
    section((DOCS / PAGE).read_text(encoding="utf-8"), HOMES[0])  # before the runs: the page has its places
    rows = kept(ran())
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, COLUMNS, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    fill(PAGE, page(rows))


if __name__ == "__main__":
    main()
