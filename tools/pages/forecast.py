"""docs/forecast-2025.csv: what the model of 2024 says of 2025, made before anyone saw the record of it.

`make forecast`. What is forecast stands in `forecast.csv`: a level of `study.outlook`, the facts of 2024 that were
known on the day (tonnes, each with what it is multiplied by; of a price, USD of the day without VAT), and whether the
level is brought to them in 2024, because both count alike but for their unit. Where no fact is named, the benchmark's
own figure is the last one known.
"""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np

from earthprice.past.hindcast import SHOCKED
from earthprice.study.options import Options
from earthprice.study.outlook import Outlook, outlook
from tools.pages.fill import DOCS, fill
from tools.rules.tables import fact, fact_row, rate

LAW, AS_OF, YEAR = "china-export-control-2025", "2025-04-30", 2025
DRAWS, SEED = 200, 1
TABLE, PAGE = DOCS / "forecast-2025.csv", "forecast-2025.md"
COLUMNS = ("series", "zone", "partner", "period", "unit", "p05", "p50", "p95", "no_change")
INFLATION = 0.025
"""Rise of the GDP deflator of the United States expected for 2025, ours."""
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
OF_THE_DAY = "USD/kg"
Row = dict[str, str]


def deflator() -> float:
    """USD of 2020 in a USD of 2025, as expected on the day."""
    return rate("deflator", YEAR - 1) / (1.0 + INFLATION)


def known(words: str) -> float:
    """A sum of facts, such as `trade-1237 -1*trade-1277`, all of them reported by the day."""
    out = 0.0
    for word in words.split():
        times, _, name = word.rpartition("*")
        assert fact_row(name)["reported"] <= AS_OF, f"{name} was not known on {AS_OF}"
        out += float(Fraction(times or "1")) * fact(name)
    return out


def rows(found: Outlook) -> list[tuple[str, ...]]:
    """The table's rows."""
    out = []
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            out += _price(row, found) if row["unit"].endswith("/kg") else _flow(row, found)
    return out


def _flow(row: Row, found: Outlook) -> list[tuple[str, ...]]:
    levels = found.levels[row["level"]]
    year = 1e-3 * known(row["year"]) if row["year"] else float(np.median(levels[:, 0]))
    last = [4e-3 * known(row[q]) if row[q] else year for q in QUARTERS]
    return _lines(row, row["unit"], levels[:, -4:] * (year / levels[:, :1] if row["anchored"] else 1.0), [*last, year])


def _price(row: Row, found: Outlook) -> list[tuple[str, ...]]:
    levels, before = found.levels[row["level"]], rate("deflator", YEAR - 1)
    last = known(row["year"]) * before if row["year"] else float(np.median(levels[:, 0]))
    return [
        *_lines(row, row["unit"], levels[:, -4:], [last] * 5),
        *_lines(row, OF_THE_DAY, levels[:, -4:] / deflator(), [last / before] * 5),
    ]


def _lines(row: Row, unit: str, quarters: np.ndarray, last: list[float]) -> list[tuple[str, ...]]:
    """One series in one unit: the quarters, and the year as their mean in each draw [draws, 4]."""
    names = [*(f"{YEAR}{q}" for q in QUARTERS), str(YEAR)]
    ends = np.quantile(np.column_stack([quarters, quarters.mean(1)]), [0.05, 0.5, 0.95], axis=0)
    head = row["series"], row["zone"], row["partner"]
    return [(*head, name, unit, *(f"{x:.4g}" for x in (*ends[:, i], last[i]))) for i, name in enumerate(names)]


def head(found: Outlook) -> str:
    """What the table rests on, as Markdown."""
    told = (
        ("made on", date.today().isoformat()),
        ("seen up to", found.as_of),
        ("law", " + ".join(found.law) + (f", read `{found.reading}`" if found.reading else "")),
        ("benchmark", f"{found.engine.world.base_year}, known on {found.engine.world.known}"),
        ("facts", f"`{found.engine.world.hash}`"),
        (
            "draws, seed",
            f"{found.cleared} of {found.draws} cleared, each with {SHOCKED} paths of what is left out; {SEED}",
        ),
        ("command", "`make forecast`"),
        (
            "USD of 2020 in a USD of 2025",
            f"{deflator():.4f}: {rate('deflator', YEAR - 1)} in 2024, then {100 * INFLATION:g} % (ours)",
        ),
        ("exchange rate", f"{rate('yuan', YEAR - 1)} CNY/USD, mean of 2024, where facts in yuan are carried to USD"),
    )
    return "| | |\n| --- | --- |\n" + "\n".join(f"| {name} | {words} |" for name, words in told)


def main() -> None:
    """Write the table, and on its page what it rests on."""
    found = outlook(LAW, Options(as_of=AS_OF, draws=DRAWS, seed=SEED), YEAR)
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows(found)])
    fill(PAGE, {"forecast": head(found)})


if __name__ == "__main__":
    main()
