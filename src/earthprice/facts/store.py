"""The facts as one frozen value: tables, choices between rivals, what was known when, and a hash of it all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from earthprice.errors import FactsError, OptionError
from earthprice.facts.schema import ACCEPTED, Column, load_schema, packaged, period_bounds
from earthprice.facts.table import read_table

APART = ("schema.csv", "choices.csv")
"""Files of the folder that are not tables of facts."""

CHOICE_COLUMNS = tuple(
    Column(name, "text", name != "rivals", (), words)
    for name, words in (
        ("quantity", "the quantity the model uses, a name without spaces"),
        ("chosen", "ids of the rows used, with spaces between"),
        ("rivals", "ids of the rows set aside, with spaces between"),
        ("why", "why these rows, in our own words"),
    )
)


@dataclass(frozen=True)
class Facts:
    """All tables of facts.

    Attributes:
        tables: name to DataFrame; take one by `table`, which copies it.
        choices: which rows were chosen where several speak of one quantity, and why; indexed by quantity.
    """

    tables: dict[str, pd.DataFrame] = field(repr=False)
    choices: pd.DataFrame = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """One table, indexed by id.

        Raises:
            FactsError: no such table.
        """
        if name not in self.tables:
            raise FactsError(f"no table '{name}'", accepted=self.tables, given=name)
        return self.tables[name].copy()

    def get(self, fact: str) -> pd.Series:
        """One row by its id, such as `prices-0012`.

        Raises:
            FactsError: no such id (or not yet public, where these facts are cut at a date).
        """
        name = fact.partition("-")[0]
        if name not in self.tables or fact not in self.tables[name].index:
            known = self.tables[name].index if name in self.tables else self.tables
            raise FactsError(f"no fact '{fact}' among these facts", accepted=known, given=fact)
        return self.tables[name].loc[fact]

    def chosen(self, quantity: str) -> pd.DataFrame:
        """The rows chosen for a quantity, as far as these facts hold them.

        Raises:
            FactsError: no choice is written down for the quantity.
        """
        if quantity not in self.choices.index:
            raise FactsError(f"no choice is written for '{quantity}'", accepted=self.choices.index, given=quantity)
        ids = str(self.choices.loc[quantity, "chosen"]).split()
        rows = [self.get(i) for i in ids if self.holds(i)]
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["id"])

    def holds(self, fact: str) -> bool:
        """Whether these facts hold the id."""
        name = fact.partition("-")[0]
        return name in self.tables and fact in self.tables[name].index

    def known(self, as_of: str | date, *, revised: bool = False) -> Facts:
        """The facts that were public on a day.

        Args:
            as_of: the day, YYYY-MM-DD.
            revised: also keep later prints of figures whose period had been reported by then (column `reported`), as
                for a base year taken from a revised yearbook. False sees nothing printed after the day.

        Raises:
            OptionError: `as_of` is no day.
        """
        day = as_of.isoformat() if isinstance(as_of, date) else as_of
        if len(day) != 10 or not period_bounds(day):
            raise OptionError(f"'{day}' is no day", where="as-of", accepted=ACCEPTED["day"])
        column = "reported" if revised else "published"
        return replace(self, tables={name: t[t[column] <= day] for name, t in self.tables.items()})

    @cached_property
    def hash(self) -> str:
        """SHA-256 of every cell of every table and choice, the same for the same contents in the same order."""
        digest = hashlib.sha256()
        for name, table in sorted(self.tables.items()):
            digest.update(f"\x1d{name}\x1d{chr(31).join(table.columns)}".encode())
            for cells in table.itertuples(index=False):
                digest.update("\x1f".join(map(str, cells)).encode() + b"\x1e")
        for cells in self.choices.itertuples(index=False):
            digest.update("\x1f".join(map(str, cells)).encode() + b"\x1e")
        return digest.hexdigest()

    def counts(self) -> dict[str, int]:
        """How many facts there are: all, by basis, by confidence, and how many have a date or print by rule."""
        out: Counter[str] = Counter({"facts": sum(map(len, self.tables.values()))})
        for table in self.tables.values():
            out.update(table["basis"])
            out.update(f"confidence {grade}" for grade in table["confidence"])
            out["date by rule"] += int((table["date_basis"] == "rule").sum())
            out["published by rule"] += int((table["published_basis"] == "rule").sum())
        return dict(out)


def load_facts(folder: Path | None = None) -> Facts:
    """Load every table of facts and the choices between rivals.

    Args:
        folder: one CSV a table, choices.csv and, if it differs from the packaged one, schema.csv; the packaged tables
            if None.

    Raises:
        FactsError: a table is missing or unknown, or a row is not as the schema says (file, line, column, accepted).
    """
    place = folder or packaged()
    schema = load_schema(place)
    found = {p.stem for p in place.glob("*.csv") if p.name not in APART}
    for name in sorted(found - set(schema)):
        raise FactsError(f"unknown table '{name}'", where=str(place), accepted=schema, given=name)
    tables = {name: read_table(place / f"{name}.csv", columns) for name, columns in schema.items()}
    for name, table in tables.items():
        check_stem(name, table, place / f"{name}.csv")
    facts = Facts(tables, read_table(place / "choices.csv", CHOICE_COLUMNS))
    for what, where in dangling(facts, place / "choices.csv"):
        facts_of = [i for name in tables for i in tables[name].index if name == what.partition("-")[0]]
        raise FactsError(f"no fact '{what}'", where=where, accepted=facts_of or list(tables), given=what)
    return facts


def check_stem(name: str, table: pd.DataFrame, path: Path) -> None:
    """Refuse an id that does not begin with its table's name, by which `get` finds it."""
    for n, fact in enumerate(table["id"], start=2):
        if not fact.startswith(f"{name}-"):
            raise FactsError(f"id '{fact}'", where=f"{path}, row {n}, column id", accepted=f"an id such as {name}-0001")


def dangling(facts: Facts, path: Path) -> Iterator[tuple[str, str]]:
    """Ids that a choice names and no table holds, and where."""
    for n, choice in enumerate(facts.choices.itertuples(index=False), start=2):
        for column in ("chosen", "rivals"):
            for fact in str(getattr(choice, column)).split():
                if not facts.holds(fact):
                    yield fact, f"{path}, row {n}, column {column}"
