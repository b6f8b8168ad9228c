"""The table that a benchmark of the past is written into: the 2019 numbers, and rows that replace them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "earthprice" / "data" / "world"
FACTS = DATA.parent / "facts"
COLUMNS = (
    "table",
    "id",
    "attribute",
    "value",
    "low",
    "high",
    "unit",
    "date",
    "published",
    "basis",
    "source",
    "confidence",
    "fact",
    "why",
)
TABLES = ("values_mining", "values_demand", "values_links", "values_model")


@cache
def _facts(table: str) -> dict[str, dict[str, str]]:
    with (FACTS / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def fact(name: str) -> float:
    """Value of a fact by its id."""
    return float(_facts(name.split("-")[0])[name]["value"])


@cache
def elements() -> tuple[str, ...]:
    """Elements of the world."""
    with (DATA / "elements.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(row["id"] for row in csv.DictReader(stream))


class Table:
    """The numbers of 2019 and the rows that replace them.

    Attributes:
        base: rows of 2019 by key.
        rows: rows written so far by key.
    """

    def __init__(self, deflator: float, vat: float, duty: dict[str, float]) -> None:
        self.base: dict[str, dict[str, str]] = {}
        self.rows: dict[str, dict[str, str]] = {}
        self.deflator, self.vat, self.duty = deflator, vat, duty
        self.elements = elements()
        for name in TABLES:
            with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream):
                    self.base[f"{row['table']}/{row['id']}/{row['attribute']}"] = row

    def __getitem__(self, key: str) -> float:
        return float((self.rows.get(key) or self.base[key])["value"])

    def get(self, key: str, default: float = 0.0) -> float:
        """A number as it stands now, or a default."""
        return self[key] if key in self.rows or key in self.base else default

    def old(self, key: str) -> float:
        """A number of 2019."""
        return float(self.base[key]["value"])

    def keys(self, table: str) -> list[str]:
        """Keys of a table, those of 2019 and new ones."""
        return [k for k in dict.fromkeys((*self.base, *self.rows)) if k.startswith(f"{table}/")]

    def total(self, keys: Iterable[str]) -> float:
        """Sum of numbers as they stand now."""
        return sum(self[k] for k in keys)

    def shared(self, keys: list[str], amount: float) -> dict[str, float]:
        """An amount shared out as the numbers of 2019 are."""
        whole = sum(self.old(k) for k in keys)
        return {k: amount * self.old(k) / whole for k in keys}

    def taxes(self, element: str) -> float:
        """Share of the price at the border that duty and VAT take, as the law's charges on border value count them."""
        return self.vat / (1.0 + self.vat) + self.duty[element] / (1.0 + self.duty[element])

    def fob(self, element: str) -> float:
        """FOB price of an oxide [USD2020/kg], from its price at home."""
        return self[f"price/{element}_oxide@CHN/price"] / (1.0 - self.taxes(element))

    def separated(self, element: str, zone: str) -> float:
        """Oxide of an element that a zone separates itself [kt/yr]."""
        made = 0.0
        for k in self.keys("separation"):
            if k.startswith(f"separation/{zone}/") and k.endswith("/level"):
                concentrate = k.split("/")[2]
                share = self.get(f"concentrate/{concentrate}/share_{element}")
                made += self[k] * self[k.removesuffix("level") + "recovery"] * share / 100.0
        return made

    def put(self, key: str, value: float, *, low: float | None = None, high: float | None = None, **words: str) -> None:
        """Write a row; its range is that of 2019 in proportion unless it is given.

        Args:
            key: key of the number.
            value: its value.
            low: lower end of its range.
            high: upper end.
            words: `published`, `basis`, `source`, `why`, and where they differ `facts`, `unit`, `date`.
        """
        base = self.base.get(key)
        if low is None and base and base["low"] and float(base["value"]):
            ends = sorted(value * float(base[c]) / float(base["value"]) for c in ("low", "high"))
            low, high = ends[0], ends[1]
        table, rest = key.split("/", 1)
        name, attribute = rest.rsplit("/", 1)
        number = (_cell(value), _cell(low), _cell(high), words.get("unit") or (base or {}).get("unit", ""))
        grade = {"fact": "A", "derived": "B"}.get(words["basis"], "C")
        origin = (words.get("date", "2008"), words["published"], words["basis"], words["source"], grade)
        cells = (table, name, attribute, *number, *origin, words.get("facts", ""), words["why"])
        self.rows[key] = dict(zip(COLUMNS, cells, strict=True))

    def stocks(self, **words: str) -> None:
        """Private stocks: as many days of use as in 2019, `words` as of `put`."""
        for k in [k for k in self.keys("stock") if k.endswith("/stock")]:
            good, zone = k.split("/")[1:3]
            element = good.split("_")[0]
            use = [x for x in self.keys("demand") if x.endswith(f"/{element}/{zone}/level")]
            now, then = self.total(use), sum(self.old(x) for x in use)
            metal = f"metal/{element}_metal/{zone}/level"
            if metal in self.base:
                now, then = now + 1.2 * self[metal], then + 1.2 * self.old(metal)
            self.put(k, self.old(k) * now / then, why="as many days of use as in 2019", **words)

    def write(self, path: Path) -> None:
        """Write the rows to a file, in the order of the tables of 2019."""
        order = {k: i for i, k in enumerate(self.base)}
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows[k] for k in sorted(self.rows, key=lambda k: (order.get(k, len(order)), k)))


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:.6g}"
