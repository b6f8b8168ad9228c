"""Add the years up to 2024 to `data/world/observed.csv`: `python tools/observed_recent.py`.

Each row is a fact, or the sum or bounds of several, carried to the model's units and marked with their ids; rows whose
facts and series stand there already are left alone, so the script may be run again. Definitions as in
`observed_history.py`; 13 % of VAT is taken off quotes that hold it. Nothing later than 2024 is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmark_table import _facts, fact
from observed_history import COLUMNS, ND, append

DEFLATOR = {2011: 1.1581, 2021: 0.9565, 2022: 0.8933, 2023: 0.8619, 2024: 0.8415}
"""US GDP deflator to 2020 (recalled)."""
YUAN = {2021: 6.449, 2023: 7.084, 2024: 7.197}
"""Yuan a dollar, means of the years (recalled)."""
VAT = 1.13


@dataclass(frozen=True)
class Rows:
    """A series: name, zone, unit, facts (those of one tuple are added up), and what they are multiplied with."""

    name: str
    zone: str
    unit: str
    ids: tuple[int | tuple[int, ...], ...]
    table: str
    scale: float = 1.0
    money: bool = False
    note: str = ""


FOB = {"la": (340, 355, 370, 385), "ce": (334, 349, 364, 379), "ndpr": (342, 357, 372, 387), "sm": (345, 360, 375, 390),
       "dy": (335, 350, 365, 380), "tb": (346, 361, 376, 391), "y": (347, 362, 377, 392)}  # fmt: skip
HOME = {"la": (459, 461, 463, 465), "ce": (435, 437, 439, 441), "ndpr": (411, 413, 415, 417)}
DAILY = "; daily quotes inside China, without VAT"
QUOTED = {"dy": (493, 492), "tb": (567, 494)}
WORLD = " (the whole world, Myanmar counted from 2018; less China of the same edition it is output elsewhere)"
# fmt: off
SERIES = (
    *(Rows(f"price_fob/{e}_oxide", "CHN", "USD2020/kg", i, "prices", 1.0, True, ND * (e == "ndpr"))
      for e, i in FOB.items()),
    *(Rows(f"price_home/{e}_oxide", "CHN", "USD2020/kg", i, "prices", 1.0, True, DAILY + ND * (e == "ndpr"))
      for e, i in HOME.items()),
    *(Rows(f"quote_home/{e}_oxide", "CHN", "USD2020/kg", i, "prices", 1.0, True) for e, i in QUOTED.items()),
    Rows("exports_product_weight", "CHN", "kt product", (36, 37, 38, 39), "trade", 1e-3),
    Rows("exports_value", "CHN", "MUSD2020", (45, 46), "trade", 1.0, True),
    Rows("magnet_exports", "CHN", "kt product", (134, 9, 10, 20, 2), "magnets", 1e-3),
    Rows("magnet_exports", "CHN", "kt product", (21, 22), "magnets", 1e-3, note="; with alloys"),
    Rows("magnet_blanks", "CHN", "kt product", (69, 68), "magnets", 1e-3, note="; sintered and bonded"),
    Rows("imports_reo", "USA", "kt REO", (348, 349, 350, 351, 352, (353, 817), (354, 818), (355, 819), (356, 820)),
         "trade", 1e-3),
    Rows("imports_hs2846/MMR", "CHN", "kt product", tuple(range(156, 170)), "trade", 1e-3),
    Rows("imports_ore/USA", "CHN", "kt product", (325, 326, 327, 953), "trade", 1e-3),
    Rows("mining_quota", "CHN", "kt REO", (116, 129, 147, 157), "quotas", 1e-3),
    Rows("mining_usgs", "CHN", "kt REO", (181, 194, 206, 223), "production", 1e-3),
    Rows("mining_usgs", "USA", "kt REO", (129, 144, 159, 173, 187, 200, 214, 239), "production", 1e-3),
    Rows("mining_usgs", "AUS", "kt REO", (122, 133, 149, 163, 177, 190, 203, 217), "production", 1e-3),
    Rows("mining_usgs/world", "ROW", "kt REO", (132, 146, 161, 175, 189, 202, 216, 243), "production", 1e-3,
         note=WORLD),
)
UNLICENSED = {
    # year: (quota, estimates of what was dug beside it: share of the whole, or kt)
    2010: (53, (("unofficial-0028 low", 20.0), ("unofficial-0004", 0.30), ("unofficial-0027", 0.50))),
    2011: (57, (("unofficial-0008", 21.0), ("unofficial-0004", 0.30))),
    2012: (61, (("unofficial-0009", 0.23), ("unofficial-0004", 0.30))),
    2013: (66, (("unofficial-0013", 19.0), ("unofficial-0012", 35.0), ("unofficial-0011", 40.0))),
    2014: (70, (("unofficial-0015", 40.0), ("unofficial-0014", 0.40))),
    2015: (73, (("unofficial-0019", 0.20), ("unofficial-0020", 40.0), ("unofficial-0017", 50.0),
                ("unofficial-0018", 0.50))),
    2018: (88, (("unofficial-0021", 0.27), ("unofficial-0022", 0.50))),
}
# fmt: on


def row(s: Rows, ids: tuple[int, ...]) -> dict[str, str]:
    """Facts as a row of the table."""
    names = [f"{s.table}-{n:04d}" for n in ids]
    f = _facts(s.table)[names[0]]
    year, value, source = int(f["date"][:4]), sum(map(fact, names)) * s.scale, f["source"] + s.note
    if f["unit"].startswith("CNY"):
        value, source = value / VAT / YUAN[year], f"{source}; / 1.13 / {YUAN[year]} CNY/USD (annual mean, recalled)"
    if s.money and "/" in f["date"]:
        source += f"; mean of {f['date']}"
    real = value * DEFLATOR[year] if s.money else value
    cells = (s.name, s.zone, str(year), f"{real:.5g}", f"{value:.5g}" if s.money else "", s.unit, f["date"],
             f["published"], source, f["confidence"], ";".join(names))  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def ends(year: int) -> list[dict[str, str]]:
    """Output at the quota and the least and the most that was said to be dug beside it."""
    number, said = UNLICENSED[year]
    quota = fact(f"quotas-{number:04d}") / 1e3
    whole = sorted((quota / (1.0 - x) if x < 1 else quota + x, name.split()[0]) for name, x in said)
    out = []
    for end, (value, name) in (("low", whole[0]), ("high", whole[-1])):
        f = _facts("unofficial")[name]
        source = f"mining total and {f['measure']}: {f['source']}"
        cells = (f"mining_all/{end}", "CHN", str(year), f"{value:.5g}", "", "kt REO", f["date"], f["published"], source,
                 "C", f"quotas-{number:04d};{name}")  # fmt: skip
        out.append(dict(zip(COLUMNS, cells, strict=True)))
    return out


def rows() -> list[dict[str, str]]:
    """All rows that the script stands for."""
    plain = [row(s, n if isinstance(n, tuple) else (n,)) for s in SERIES for n in s.ids]
    return plain + [r for year in UNLICENSED for r in ends(year)]


if __name__ == "__main__":
    append(rows())
