"""The outline: what every draw's activities have in common, read off the structural tables once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Deposit:
    """A row of the table of deposits, with the kind of its ore."""

    id: str
    zone: str
    district: str
    concentrate: str
    ore: str
    by_product: bool


@dataclass(frozen=True)
class Outline:
    """Places and goods between which activities are drafted.

    Attributes:
        deposits: bodies of ore, in the table's order.
        ore_of: kind of ore by concentrate.
        elements: elements, in the table's order.
        home: first district of each zone.
        near: district where a foreign or shared feed is separated, by zone and ore: that of the zone's own deposits.
        main: first deposit of each concentrate.
        rows: identifiers by table of the numbers, in order of first appearance.
    """

    deposits: tuple[Deposit, ...]
    ore_of: Mapping[str, str]
    elements: tuple[str, ...]
    home: Mapping[str, str]
    near: Mapping[tuple[str, str], str]
    main: Mapping[str, Deposit]
    rows: Mapping[str, tuple[str, ...]]

    def ids(self, table: str) -> tuple[str, ...]:
        """Identifiers in a table of the numbers; none where there is no such table."""
        return self.rows.get(table, ())


def outline(structure: Mapping[str, pd.DataFrame], keys: Iterable[str]) -> Outline:
    """The outline of a world.

    Args:
        structure: its structural tables by name; `concentrates`, `deposits`, `districts` and `elements` are read.
        keys: keys of its numbers, `table/id/attribute`.
    """
    ore_of = dict(zip(structure["concentrates"]["id"], structure["concentrates"]["ore"], strict=True))
    deposits = tuple(
        Deposit(str(d.id), str(d.zone), str(d.district), str(d.concentrate), ore_of[d.concentrate], bool(d.by_product))
        for d in structure["deposits"].itertuples()
    )
    home: dict[str, str] = {}
    for zone, district in zip(structure["districts"]["zone"], structure["districts"]["id"], strict=True):
        home.setdefault(zone, district)
    near: dict[tuple[str, str], str] = {}
    main: dict[str, Deposit] = {}
    for d in deposits:
        main.setdefault(d.concentrate, d)
        if d.district:
            near.setdefault((d.zone, d.ore), d.district)
    rows: dict[str, dict[str, None]] = {}
    for key in keys:
        table, _, rest = key.partition("/")
        rows.setdefault(table, {})[rest.rsplit("/", 1)[0]] = None
    named = {table: tuple(names) for table, names in rows.items()}
    return Outline(deposits, ore_of, tuple(structure["elements"]["id"]), home, near, main, named)
