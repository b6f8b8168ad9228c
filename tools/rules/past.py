"""A benchmark of another year: the numbers of 2019, and the rows that replace them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from earthprice.facts.world import VALUE_FILES
from tools.rules.tables import WORLD, Row, fact, fact_row, ids, rate, read, source, write

GRADES = {"fact": "A", "derived": "B"}


class Judged:
    """What was judged of a base year, `sources/judged.csv`: numbers by name and key."""

    def __init__(self, base_year: int) -> None:
        self.rows = [row for row in source("judged") if row["base_year"] == str(base_year)]

    def __call__(self, name: str) -> float:
        """A number that has a name alone."""
        return self.by_key(name)[""]

    def by_key(self, name: str) -> dict[str, float]:
        """Numbers of one name by key."""
        return {key: float(row["value"]) for key, row in self.by_row(name).items()}

    def by_row(self, name: str) -> dict[str, Row]:
        """Rows of one name by key."""
        return {row["key"]: row for row in self.rows if row["name"] == name}


class Past:
    """The numbers of 2019 and the rows that replace them.

    Attributes:
        year: the base year.
        judged: what was judged of it.
        base: rows of 2019 by key.
        rows: rows written so far by key, first those of `sources/rows_YEAR.csv`.
        columns: header of the table.
    """

    def __init__(self, year: int) -> None:
        self.year, self.judged = year, Judged(year)
        self.deflator, self.vat, self.duty = rate("deflator", year), rate("vat", year), self.judged.by_key("duty")
        self.elements = ids("elements")
        tables = [read(WORLD / f"{name}.csv") for name in VALUE_FILES]
        self.base = {f"{r['table']}/{r['id']}/{r['attribute']}": r for table in tables for r in table}
        self.columns = tuple(tables[0][0])
        self.rows: dict[str, Row] = {}
        self.lay()

    def lay(self) -> None:
        """Lay the rows of the source, which stand whatever a rule makes; one without a value is as its facts print."""
        for row in source(f"rows_{self.year}"):
            key = f"{row['table']}/{row['id']}/{row['attribute']}"
            if row["value"]:
                self.rows[key] = dict(row)
            else:
                printed = sum(map(fact, row["fact"].split(";"))) / 1e3  # t to kt
                self.put(key, printed, **{k: row[k] for k in ("published", "basis", "source", "fact", "why")})

    def __getitem__(self, key: str) -> float:
        return float((self.rows.get(key) or self.base[key])["value"])

    def get(self, key: str, default: float = 0.0) -> float:
        """A number as it stands now, or a default."""
        return self[key] if key in self.rows or key in self.base else default

    def old(self, key: str) -> float:
        """A number of 2019."""
        return float(self.base[key]["value"])

    def keys(self, start: str, end: str = "") -> list[str]:
        """Keys with a start and an end, those of 2019 and new ones."""
        return [k for k in dict.fromkeys((*self.base, *self.rows)) if k.startswith(start) and k.endswith(end)]

    def levels(self, start: str, end: str = "") -> list[str]:
        """Keys of levels with a start, and an end before `/level`."""
        return self.keys(start, f"{end}/level")

    def total(self, keys: Iterable[str]) -> float:
        """Sum of numbers as they stand now."""
        return sum(self[k] for k in keys)

    def before(self, keys: Iterable[str]) -> float:
        """Sum of numbers of 2019."""
        return sum(self.old(k) for k in keys)

    def shared(self, keys: list[str], amount: float) -> dict[str, float]:
        """An amount shared out as the numbers of 2019 are."""
        whole = self.before(keys)
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
        for k in self.levels(f"separation/{zone}/"):
            share = self.get(f"concentrate/{k.split('/')[2]}/share_{element}")
            made += self[k] * self[k.removesuffix("level") + "recovery"] * share / 100.0
        return made

    def dug(self, deposits: Iterable[str], status: str) -> float:
        """Output of deposits with or without a licence [kt REO/yr]."""
        return sum(self.get(f"deposit/{d}/output_{status}") for d in deposits)

    def put(self, key: str, value: float, *, low: float | None = None, high: float | None = None, **words: str) -> None:
        """Write a row; its range is that of 2019 in proportion unless it is given.

        Args:
            key: key of the number.
            value: its value.
            low: lower end of its range.
            high: upper end.
            words: `published`, `basis`, `source`, `why`, and where they differ `fact`, `unit`.
        """
        base = self.base.get(key)
        if low is None and base and base["low"] and float(base["value"]):
            low, high = sorted(value * float(base[c]) / float(base["value"]) for c in ("low", "high"))
        table, rest = key.split("/", 1)
        name, attribute = rest.rsplit("/", 1)
        row = {"table": table, "id": name, "attribute": attribute, "date": str(self.year), "fact": ""}
        row |= {"value": _cell(value), "low": _cell(low), "high": _cell(high)}
        row |= {"unit": (base or {}).get("unit", ""), "confidence": GRADES.get(words["basis"], "C")}
        self.rows[key] = {**row, **words}

    def put_all(self, values: Mapping[str, float], **words: str) -> None:
        """Write many rows with the same words."""
        for key, value in values.items():
            self.put(key, value, **words)

    def stocks(self, words: Mapping[str, str]) -> None:
        """Private stocks: as many days of use as in 2019, `words` as of `put`."""
        per_metal = self.judged("oxide_per_metal")
        for k in self.keys("stock/", "/stock"):
            good, zone = k.split("/")[1:3]
            element = good.split("_")[0]
            use = self.levels("demand/", f"/{element}/{zone}")
            now, then = self.total(use), self.before(use)
            metal = f"metal/{element}_metal/{zone}/level"
            if metal in self.base:
                now, then = now + per_metal * self[metal], then + per_metal * self.old(metal)
            self.put(k, self.old(k) * now / then, why="as many days of use as in 2019", **words)

    def date_by_facts(self, column: str) -> None:
        """Say of each row that rests on facts of a later day than it claims when they were known, by a column."""
        for row in self.rows.values():
            known = [fact_row(name)[column] for name in row["fact"].split(";") if name]
            row["published"] = max([row["published"], *known])

    def write(self, path: Path) -> None:
        """Write the rows to a file, in the order of the tables of 2019."""
        self.lay()
        order = {k: i for i, k in enumerate(self.base)}
        keys = sorted(self.rows, key=lambda k: (order.get(k, len(order)), k))
        write(path, self.columns, (self.rows[k] for k in keys))


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:.6g}"
