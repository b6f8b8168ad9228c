"""The record, `observed.csv`: facts carried to the model's units, in the order of `sources/observed.csv`.

A row of the source names a series and the facts that are its years; facts joined by `+` are added up. Prices at home
are without VAT, FOB prices as quoted, with VAT and duty inside; dollars are of 2020; exports by customs in tonnes of
product; mine output in REO as the edition of the time printed it. Where the source names a day of publication, a grade
or a source, it stands in place of the fact's: the day by which the figure was known, where the fact is a later print.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tools.rules.tables import Row, fact, fact_row, rate, source, write

COLUMNS = (
    *("series", "zone", "year", "value", "value_nominal", "unit", "date", "published", "source", "confidence"),
    "fact",
)
SCALES = {"t": 1e-3, "pct": 1e-2}
"""What a fact's figure is multiplied with, by the first word of its unit; others stay as they are."""
BASE = 2020


def make(path: Path) -> None:
    """Write the table."""
    plain = [observed(s, names.split("+")) for s in source("observed") for names in s["facts"].split()]
    write(path, COLUMNS, [*plain, *(row for s in source("unlicensed") for row in ends(s))])


def observed(s: Row, names: list[str]) -> Row:
    """Facts as a row of the record."""
    first = fact_row(names[0])
    year, words = int(first["date"][:4]), (s["source"] or first["source"]) + s["note"]
    value = sum(map(fact, names)) * SCALES.get(first["unit"].split()[0], 1.0)
    if first["unit"].startswith("CNY"):
        vat, yuan = 1.0 + rate("vat", year), rate("yuan", year)
        value, words = value / vat / yuan, f"{words}; / {vat:g} / {yuan:g} CNY/USD (annual mean, recalled)"
    real = value * _deflated(s["deflator"], year) if s["deflator"] else value
    return {
        **{c: s[c] or first.get(c, "") for c in ("series", "zone", "unit", "published", "confidence")},
        "year": str(year),
        "value": f"{real:.5g}",
        "value_nominal": f"{value:.5g}" if s["deflator"] else "",
        "date": first["date"],
        "source": words,
        "fact": ";".join(names),
    }


def _deflated(name: str, year: int) -> float:
    """Dollars of 2020 a dollar of the year."""
    return rate(name, BASE) / rate(name, year) if name == "price_index" else rate(name, year)


def ends(s: Row) -> Iterator[Row]:
    """Output at the quota and the least and the most that was said to be dug beside it: shares of the whole, or t."""
    quota = fact(s["quota"]) / 1e3
    said = []
    for estimate in s["estimates"].split():
        name, _, column = estimate.partition(":")
        size = fact(name, column or "value")
        share = fact_row(name)["unit"] == "pct"
        said.append((quota / (1.0 - size / 100.0) if share else quota + size / 1e3, name))
    for end, (value, name) in (("low", min(said)), ("high", max(said))):
        f = fact_row(name)
        yield {
            "series": f"mining_all/{end}",
            "zone": "CHN",
            "year": s["year"],
            "value": f"{value:.5g}",
            "value_nominal": "",
            "unit": "kt REO",
            "date": f["date"],
            "published": f["published"],
            "source": f"mining total and {f['measure']}: {f['source']}",
            "confidence": "C",
            "fact": f"{s['quota']};{name}",
        }
