"""Add the years before 2013 to `data/world/observed.csv`: `python tools/observed_history.py`.

Each row is a fact, carried to the model's units and marked with its id; rows whose fact and series stand there already
are left alone, so the script may be run again. Definitions: prices at home without VAT (17 % taken off quotes that
hold it), FOB as quoted, with VAT and duty inside; dollars of 2020 by the US GDP deflator; exports by customs in tonnes
of product; mine output in REO as the edition of the time printed it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from benchmark_table import DATA, _facts

DEFLATOR = {
    2005: 1.300,
    2006: 1.261,
    2007: 1.228,
    2008: 1.2047,
    2009: 1.196,
    2010: 1.1823,
    2011: 1.1581,
    2012: 1.1363,
    2014: 1.0964,
}
"""US GDP deflator to 2020 (recalled); from 2010 that of the rows already in the table."""
YUAN = {2011: 6.461, 2012: 6.31}
"""Yuan a dollar, means of the years (recalled), as in the rows already in the table."""
VAT = 1.17
COLUMNS = (
    "series",
    "zone",
    "year",
    "value",
    "value_nominal",
    "unit",
    "date",
    "published",
    "source",
    "confidence",
    "fact",
)


@dataclass(frozen=True)
class Series:
    """A series: name, zone, unit, ids of facts, and what its numbers are multiplied with."""

    name: str
    zone: str
    unit: str
    ids: tuple[int, ...]
    table: str = "prices"
    scale: float = 1.0
    money: bool = True
    note: str = ""


ND = " (Nd oxide stands for NdPr)"
FOB = {
    "la": (33, 42, 51, 61, 75),
    "ce": (30, 39, 48, 58, 69),
    "ndpr": (34, 43, 52, 62, 77),
    "dy": (31, 40, 49, 59, 71),
    "tb": (38, 47, 56, 66, 84),
}
QUOTED = {
    "la": (74, 97, 96, 141, 143, 195),
    "ce": (68, 88, 87, 118, 120, 180),
    "ndpr": (76, 100, 99, 152),
    "dy": (70, 91, 90, 128, 130),
    "tb": (83, 110, 109),
}
HOME = {"la": (138, 193), "ce": (115, 178), "ndpr": (144, 146, 148, 198)}
SERIES = (
    *(Series(f"price_fob/{e}_oxide", "CHN", "USD2020/kg", ids, note=ND * (e == "ndpr")) for e, ids in FOB.items()),
    *(Series(f"quote_fob/{e}_oxide", "CHN", "USD2020/kg", ids, note=ND * (e == "ndpr")) for e, ids in QUOTED.items()),
    *(Series(f"quote_home/{e}_oxide", "CHN", "USD2020/kg", ids, note=ND * (e == "ndpr")) for e, ids in HOME.items()),
    Series("exports_product_weight", "CHN", "kt product", (22,), "trade", 1e-3, False),
    Series("exports_value", "CHN", "MUSD2020", (41, 42, 43, 44), "trade"),
    Series("imports_product_weight", "JPN", "kt product", (861, 865), "trade", 1e-3, False),
    Series("imports_reo", "USA", "kt REO", (340, 341, 342, 343, 344, 345, 346, 347), "trade", 1e-3, False),
    Series("mining_usgs", "CHN", "kt REO", (23, 27, 31, 36, 43), "production", 1e-3, False),
    Series("mining_official", "CHN", "kt REO", (37, 44), "production", 1e-3, False),
    Series("mining_usgs", "USA", "kt REO", (40, 47, 54, 64, 74, 87, 97, 107, 118), "production", 1e-3, False),
    Series("mining_usgs", "AUS", "kt REO", (57, 67, 78, 91, 100, 111), "production", 1e-3, False),
    Series("mining_usgs/India", "ROW", "kt REO", (38, 45, 52, 62, 71, 83), "production", 1e-3, False),
    Series("mining_usgs/Russia", "ROW", "kt REO", (73, 85, 95, 105, 116), "production", 1e-3, False),
    Series("mining_usgs/Malaysia", "SEA", "kt REO", (39, 46, 53, 63, 72, 84, 94, 104, 115), "production", 1e-3, False),
    Series("mining_usgs/Thailand", "SEA", "kt REO", (86, 96, 106, 117), "production", 1e-3, False),
    Series(
        "mining_usgs/world",
        "ROW",
        "kt REO",
        (56, 66, 77, 90, 99, 110, 121),
        "production",
        1e-3,
        False,
        " (the whole world; less China of the same edition it is output elsewhere)",
    ),
    Series("mining_quota", "CHN", "kt REO", (44, 46, 47, 50), "quotas", 1e-3, False),
    Series(
        "export_quota",
        "CHN",
        "kt product",
        (11, 14, 17, 21, 24, 28, 31, 34, 35, 39, 42),
        "quotas",
        1e-3,
        False,
        " (batch, not yearly rate, where the date is a half-year)",
    ),
    Series("magnet_blanks", "CHN", "kt product", (46, 47, 48, 49, 50), "magnets", 1e-3, False),
)


def row(s: Series, number: int) -> dict[str, str]:
    """A fact as a row of the table."""
    name = f"{s.table}-{number:04d}"
    f = _facts(s.table)[name]
    year = int(f["date"][:4])
    value, source = float(f["value"]) * s.scale, f["source"] + s.note
    if f["unit"].startswith("CNY"):
        value, source = value / VAT / YUAN[year], f"{source}; / 1.17 / {YUAN[year]} CNY/USD (annual mean, recalled)"
    real = value * DEFLATOR[year] if s.money else value
    cells = (
        s.name,
        s.zone,
        str(year),
        f"{real:.5g}",
        f"{value:.5g}" if s.money else "",
        s.unit,
        f["date"],
        f["published"],
        source,
        f["confidence"],
        name,
    )
    return dict(zip(COLUMNS, cells, strict=True))


def append(rows: Iterable[dict[str, str]]) -> None:
    """Append what is missing to the table."""
    path = DATA / "observed.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        there = {(r["series"], r["fact"]) for r in csv.DictReader(stream)}
    fresh = [r for r in rows if (r["series"], r["fact"]) not in there]
    end = "\r\n" if path.read_bytes().endswith(b"\r\n") else "\n"
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, COLUMNS, lineterminator=end).writerows(fresh)
    print(f"{len(fresh)} rows added")


def main() -> None:
    """All rows that the script stands for."""
    append(row(s, n) for s in SERIES for n in s.ids)


if __name__ == "__main__":
    main()
