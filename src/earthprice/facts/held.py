"""What the tables of a world of one's own are held to: names that stand in its tables, and units and bounds as shipped.

A number has the unit that the shipped tables give it, or its like of the same good, or any of the same table and
attribute; value and range lie where `bounds.kind_span` says for its kind. An attribute that no shipped table has is
read by nothing, so it is a slip of the pen; shares of elements and metals of magnets follow the world's own elements.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from earthprice.errors import FactsError
from earthprice.facts.schema import packaged
from earthprice.facts.table import read_lines
from earthprice.world.bounds import kind_span
from earthprice.world.override import Span

ID_PARTS = {
    "deposit": ("deposit",),
    "concentrate": ("concentrate",),
    "separation": ("zone", "concentrate", "feed", "status", "owner"),
    "feed_trade": ("concentrate", "zone", "zone"),
    "trade": ("good", "zone", "zone"),
    "smuggle": ("good", "zone", "zone"),
    "price": ("node",),
    "magnet": ("magnet", "zone", "recipe"),
    "recycling": ("good", "zone"),
    "demand": ("use", "item", "zone"),
    "use": ("use",),
    "metal": ("good", "site"),
    "stock": ("good", "zone"),
    "knowledge": ("site",),
    "burden": ("place", "stage"),
    "burden_unlicensed": ("place", "stage"),
    "damage": ("place",),
    "damage_of": ("place", "stage", "status"),
    "enforcement": ("zone",),
    "capital": ("zone",),
    "abatement": ("place", "stage", "burden"),
    "firms": ("zone", "stage"),
}
"""What the parts of an id are, by table of the numbers; ids of the other tables are those that ship."""
FREE = ("owner", "recipe")
"""Parts that are named as one likes."""
LAST_LEFT_OUT = "owner"
"""A last part that an id may do without."""
FEEDS = ("home", "imported", "unlicensed")
STAGES = ("mining", "separation", "metal", "magnet", "recycling", "trade")
STATUSES = ("licensed", "unlicensed")
PART_WORDS = {"site": "zone", "place": "district or zone", "item": "element or magnet", "node": "good at a zone"}
"""What a part is called where its own name does not say it."""
OVER = 0.01
"""Share by which the upper end of a range, or the sum of an assay, may be above its bound: it was rounded."""
REFERENCES = {
    "districts": {"zone": "zones"},
    "deposits": {"zone": "zones", "district": "districts", "concentrate": "concentrates", "tailings_of": "deposits"},
    "shipments": {"recorded": "zones", "origin": "zones", "arrival": "zones"},
    "observed": {"zone": "zones"},
    "private": {"zone": "zones"},
}
"""Columns that name rows of a structural table, by table."""
WHOLES = {"concentrate": 100.0, "recycling": 1.0}
"""What shares of elements add up to at most, by table."""


WHOLE_ROWS = ("use", "firms")
"""Tables whose every id has all attributes."""


class Kinds(NamedTuple):
    """The numbers of the shipped tables.

    Attributes:
        units: units by table and attribute, by table, good and attribute, and by table, id and attribute.
        known: values and ends of ranges by table and attribute, as rows.
        ids: ids by table.
    """

    units: dict[tuple[str, ...], set[str]]
    known: dict[tuple[str, str], np.ndarray]
    ids: dict[str, set[str]]


class Fault(NamedTuple):
    """What is wrong with a number: in which column, and what is accepted there."""

    column: str
    what: str
    accepted: tuple[str, ...] | str
    given: str = ""


@lru_cache(maxsize=1)
def shipped_kinds() -> Kinds:
    """Units, values and ids of every number that ships, of all benchmarks and of the tables that can be added."""
    units: dict[tuple[str, ...], set[str]] = defaultdict(set)
    known: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    ids: dict[str, set[str]] = defaultdict(set)
    for path in sorted((*packaged("world").glob("values_*.csv"), *packaged("more/scrap").glob("values_*.csv"))):
        with path.open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                table, name, unit = row["table"], row["id"], row["unit"]
                attribute = general(table, row["attribute"])
                for of in ((table, attribute), (table, name.partition("/")[0], attribute), (table, name, attribute)):
                    units[of].add(unit)
                known[table, attribute].append([float(row[c] or "nan") for c in ("value", "low", "high")])
                ids[table].add(name)
    return Kinds(dict(units), {kind: np.array(rows) for kind, rows in known.items()}, dict(ids))


def general(table: str, attribute: str) -> str:
    """An attribute, with `*` for the element where each element has one of its own."""
    if attribute.startswith("share_") and table in WHOLES:
        return "share_*"
    return "*_metal" if table == "magnet" and attribute.endswith("_metal") else attribute


def hold_numbers(numbers: pd.DataFrame, places: Mapping[str, Path], structure: Mapping[str, pd.DataFrame]) -> None:
    """Refuse numbers of names that are not there, in other units than the shipped, or out of bounds.

    Args:
        numbers: one row a number, indexed by key, as `Numbers.table`.
        places: the file in which each stands.
        structure: the structural tables of the same world.

    Raises:
        FactsError: with file, line, column, what is accepted and the nearest name, of all that are wrong.
    """
    names = _names(structure, map(str, numbers.index))
    kinds = shipped_kinds()
    columns = (numbers[c].tolist() for c in ("unit", "value", "low", "high"))
    rows = zip(map(str, numbers.index), *columns, strict=True)
    faults = [(key, fault) for key, *row in rows for fault in _faults(key, row, names, kinds)]
    faults += list(_over_full(numbers["value"]))
    lacking = [f"the number '{key}' is missing" for key in _wanted(structure, numbers, kinds) if key not in places]
    FactsError.refuse(
        [
            *(
                FactsError(f.what, where=_spot(places[key], key, f.column), accepted=f.accepted, given=f.given)
                for key, f in faults
            ),
            *(FactsError(what, accepted="a row in one of the tables of values, as shipped") for what in lacking),
        ]
    )


def _wanted(structure: Mapping[str, pd.DataFrame], numbers: pd.DataFrame, kinds: Kinds) -> Iterator[str]:
    """Keys of the numbers that every world has: those whose ids are the program's own, and all of `WHOLE_ROWS`."""
    yield from ("/".join(k) for k in kinds.units if len(k) == 3 and k[0] not in ID_PARTS and k[1] in kinds.ids[k[0]])
    firms = dict.fromkeys(str(k)[6:].rpartition("/")[0] for k in numbers.index if str(k).startswith("firms/"))
    rows = {"use": structure["uses"]["id"], "firms": firms}
    for table in WHOLE_ROWS:
        yield from (f"{table}/{name}/{k[1]}" for k in kinds.known if k[0] == table for name in rows[table])


def _spot(path: Path, key: str, column: str) -> str:
    """File, line and column of a number."""
    (_, header), *lines = read_lines(path)
    at = [header.index(c) for c in ("table", "id", "attribute")]
    line = next((n for n, cells in lines if "/".join(cells[i].strip() for i in at) == key), 1)
    return f"{path}, line {line}, column {column}"


def _names(structure: Mapping[str, pd.DataFrame], keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each part of an id may be in a world: names of its structural tables, and goods made of its elements."""
    ids = {n: tuple(structure[n]["id"]) for n in ("zones", "districts", "elements", "concentrates", "deposits", "uses")}
    magnets = tuple(dict.fromkeys(k.split("/")[1] for k in keys if k.startswith("magnet/")))
    pure = tuple(f"{e}_{kind}" for kind in ("oxide", "metal") for e in ids["elements"])
    goods = (*pure, *magnets, *(f"swarf_{m.partition('_')[2]}" for m in magnets))
    conc = [f"conc_{c}{feed}" for c in ids["concentrates"] for feed in ("", *(f"/{f}" for f in FEEDS[1:]))]
    return {
        "stage": STAGES,
        "burden": tuple(sorted({k[1] for k in shipped_kinds().known if k[0] == "burden"})),
        "deposit": ids["deposits"],
        "concentrate": ids["concentrates"],
        "zone": ids["zones"],
        "site": (*ids["zones"], "world"),
        "place": (*ids["districts"], *ids["zones"], "world"),
        "use": ids["uses"],
        "element": ids["elements"],
        "magnet": tuple(m for m in magnets if m.startswith("magnet_")),
        "good": goods,
        "item": (*ids["elements"], *magnets),
        "node": tuple(f"{g}@{z}" for g in (*goods, *conc) for z in ids["zones"]),
        "feed": FEEDS,
        "status": STATUSES,
    }


def _faults(key: str, row: list, names: Mapping[str, tuple[str, ...]], kinds: Kinds) -> Iterator[Fault]:
    """What is wrong with a number: the first of its id, its attribute, its unit and its size."""
    table, _, rest = key.partition("/")
    name, _, attribute = rest.rpartition("/")
    unit, *sizes = row
    if table not in kinds.ids:
        yield Fault("table", f"a number '{table}/*' is read by nothing", tuple(kinds.ids), table)
        return
    if fault := _id_fault(table, name, names, kinds) or _attribute_fault(table, name, attribute, names, kinds):
        yield fault
        return
    kind = table, general(table, attribute)
    of = ((table, name, kind[1]), (table, name.partition("/")[0], kind[1]), kind)
    units = next(kinds.units[k] for k in of if k in kinds.units)
    if unit not in units:
        yield Fault("unit", f"'{unit}' is not the unit of {table}/*/{attribute}", tuple(units), unit)
        return
    span = _span_of(kind, unit)
    for column, x in zip(("value", "low", "high"), sizes, strict=True):
        rounded = column == "high" and span.least <= x <= span.most * (1.0 + OVER)
        if not (np.isnan(x) or span.holds(x) or rounded):
            yield Fault(column, f"{x:g} is out of bounds for {table}/*/{attribute}", span.words)
            return


@cache
def _span_of(kind: tuple[str, str], unit: str) -> Span:
    """Bounds of the numbers of a kind in a unit, as those that ship say."""
    known = shipped_kinds().known[kind]
    return kind_span(kind, unit, float(known[0, 0]), known)


def _id_fault(table: str, name: str, names: Mapping[str, tuple[str, ...]], kinds: Kinds) -> Fault | None:
    """A part of an id that is no name of the world's tables."""
    if table not in ID_PARTS:
        known = kinds.ids[table]
        return (
            None
            if name in known
            else Fault("id", f"a number '{table}/{name}/*' is read by nothing", tuple(known), name)
        )
    parts, given = ID_PARTS[table], [name] if ID_PARTS[table] == ("node",) else name.split("/")
    if not len(parts) - (parts[-1] == LAST_LEFT_OUT) <= len(given) <= len(parts):
        return Fault("id", f"'{name}' is no id of {table}", "/".join(PART_WORDS.get(p, p) for p in parts))
    for part, word in zip(parts, given, strict=False):
        if part not in FREE and word not in names[part]:
            return Fault("id", f"'{word}' is no {PART_WORDS.get(part, part)} of this world", names[part], word)
    return None


def _attribute_fault(
    table: str, name: str, attribute: str, names: Mapping[str, tuple[str, ...]], kinds: Kinds
) -> Fault | None:
    """An attribute that nothing reads, or of an element that is not there."""
    kind = general(table, attribute)
    if "*" in kind:
        element = attribute.removeprefix("share_").removesuffix("_metal")
        if element in names["element"]:
            return None
        return Fault("attribute", f"'{element}' is no element of this world", names["element"], element)
    exact = () if table in ID_PARTS else (name,)
    if (table, *exact, kind) in kinds.units:
        return None
    known = sorted({k[-1] for k in kinds.units if len(k) == 2 + len(exact) and k[:-1] == (table, *exact)})
    return Fault("attribute", f"a number '{table}/*/{attribute}' is read by nothing", tuple(known), attribute)


def _over_full(values: pd.Series) -> Iterator[tuple[str, Fault]]:
    """Shares of elements in a concentrate, or in what is recycled, that add up to more than all of it."""
    shares: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for key, x in zip(map(str, values.index), values, strict=True):
        table, _, rest = key.partition("/")
        name, _, attribute = rest.rpartition("/")
        if table in WHOLES and attribute.startswith("share_"):
            shares[table, name][key] = float(x)
    for (table, name), found in shares.items():
        total, whole = sum(found.values()), WHOLES[table]
        if total > whole * (1.0 + OVER):
            what = f"the shares of elements in '{name}' add up to {100.0 * total / whole:.4g} %"
            yield max(found, key=found.__getitem__), Fault("value", what, "100 % in all, at most")


def hold_structure(root: Path, structure: Mapping[str, pd.DataFrame]) -> None:
    """Refuse tables that name a zone, a district, a concentrate or a deposit that is not there.

    Args:
        root: folder of the tables.
        structure: the tables by name, each row in the order of its file.

    Raises:
        FactsError: with file, line, column, what is accepted and the nearest name, of all that are wrong.
    """
    ids = {name: tuple(table["id"]) for name, table in structure.items() if "id" in table}
    found = []
    for table, columns in REFERENCES.items():
        for column, to in columns.items() if table in structure else ():
            for i, word in enumerate(structure[table][column]):
                if word and word not in ids[to]:
                    where = _row_spot(root / f"{table}.csv", i, column)
                    found.append(FactsError(f"no '{word}' in {to}.csv", where=where, accepted=ids[to], given=word))
    at = dict(zip(structure["districts"]["id"], structure["districts"]["zone"], strict=True))
    for i, (district, zone) in enumerate(structure["deposits"][["district", "zone"]].to_numpy()):
        if at.get(district, zone) != zone and zone in ids["zones"]:
            what = f"'{district}' lies in {at[district]} and not in {zone}"
            here = ", ".join(k for k, z in at.items() if z == zone)
            accepted = f"a district of {zone} ({here}), or an empty cell" if here else "an empty cell"
            where = _row_spot(root / "deposits.csv", i, "district")
            found.append(FactsError(what, where=where, accepted=accepted))
    FactsError.refuse(found)


def hold_shipments(root: Path, structure: Mapping[str, pd.DataFrame], keys: tuple[str, ...]) -> None:
    """Refuse recorded shipments of goods that the world does not have, or whose content is no number of it.

    Args:
        root: folder of the tables.
        structure: the tables by name.
        keys: keys of the world's numbers.

    Raises:
        FactsError: with file, line, column, what is accepted and the nearest name, of all that are wrong.
    """
    goods = (*_names(structure, keys)["good"], *(f"conc_{c}" for c in structure["concentrates"]["id"]))
    found, path = [], root / "shipments.csv"
    for i, (named, content) in enumerate(structure["shipments"][["goods", "content"]].to_numpy()):
        for good in named.split():
            if not any(fnmatchcase(g, good) for g in goods):
                where = _row_spot(path, i, "goods")
                found.append(FactsError(f"no good '{good}'", where=where, accepted=goods, given=good))
        if content and content not in keys:
            where = _row_spot(path, i, "content")
            found.append(FactsError(f"no number '{content}'", where=where, accepted=keys, given=content))
    FactsError.refuse(found)


def _row_spot(path: Path, row: int, column: str) -> str:
    """File, line and column of a row by its number, the first being nil."""
    return f"{path}, line {read_lines(path)[row + 1][0]}, column {column}"
