"""A supplier of one's own: what a file says of a private mine or plant, read and checked before anything is touched.

A file is a few lines of YAML; every amount is a number with its unit, and with its range where there is one:

    id: tres_moinhos
    zone: ROW
    stage: mining
    capacity: 5 (4 to 6) kt REO/yr
    cost: 6 USD2020/kg REO
    grade: 2.1 % REO
    assay: {La: 20, Ce: 44, Nd: 20, Pr: 6, Dy: 0.4}
    start: 2030
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from earthprice import caps
from earthprice.errors import FactsError
from earthprice.world.world import World

ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"
AMOUNT = re.compile(rf"\s*({NUMBER})(?:\s*\(\s*({NUMBER})\s+to\s+({NUMBER})\s*\))?\s*(.*?)\s*\Z")
UNITS: Mapping[str, Mapping[str, float]] = {
    "capacity": {"kt REO/yr": 1.0, "t REO/yr": 1e-3, "kt REO/year": 1.0, "t REO/year": 1e-3},
    "cost": {"USD2020/kg REO": 1.0, "USD2020/t REO": 1e-3},
    "grade": {"% REO": 1.0, "ppm REO": 1e-4},
    "recovery": {"share": 1.0, "%": 0.01},
    "reserve": {"kt REO": 1.0, "t REO": 1e-3},
    "capex": {"USD2020 per kg REO/yr": 1.0, "USD2020 per t REO/yr": 1e-3},
    "lead": {"years": 1.0, "months": 1 / 12},
}
"""Units of each amount, with the factor to the unit of the tables, which stands first."""
BOUNDS = {
    "capacity": (1e-3, 300.0),
    "cost": (0.01, 1000.0),
    "grade": (1e-3, 80.0),
    "recovery": (0.01, 1.0),
    "reserve": (0.01, 1e6),
    "capex": (0.1, 10_000.0),
    "lead": (0.1, 30.0),
}
"""Least and most of each in the unit of the tables: a tonne a year, and more than all mines of the world dig."""
EVERY = ("id", "name", "zone", "stage", "capacity", "cost")
SAYS = {
    "mining": (*EVERY, "grade", "assay", "start", "like", "district", "recovery", "reserve", "capex", "lead"),
    "separation": (*EVERY, "feed", "start", "like", "recovery", "capex", "lead"),
}
"""Keys of each stage."""
NEEDED = {
    "mining": ("id", "zone", "capacity", "cost", "grade", "start"),
    "separation": ("id", "zone", "capacity", "cost", "feed", "start"),
}
WHOLE = (90.0, 110.0)
"""What the shares of an assay may add up to [% REO]; they are brought to 100."""


@dataclass(frozen=True)
class Amount:
    """A number in the unit of the tables, with the ends of its range; none without one."""

    value: float
    low: float | None
    high: float | None
    unit: str

    def times(self, factor: float) -> Amount:
        """The number and its range times a factor."""
        value, low, high = (None if x is None else x * factor for x in (self.value, self.low, self.high))
        return Amount(value, low, high, self.unit)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Supplier:
    """A private mine or plant.

    Attributes:
        id, name, zone, stage: what it is called, where it lies, `mining` or `separation`.
        amounts: `capacity`, `cost`, and of the others those that the file gives.
        assay: shares by element group [% REO; sum 100]; empty where none is given.
        start: earliest year.
        like: deposit or plant from which the rest is taken; empty: the nearest (`facts.addition`).
        feed: concentrate that a plant takes; district: of a mine, where it has one.
        file: name of the file; lines: where each key stands in it, by a tuple of its one name.
    """

    id: str
    name: str
    zone: str
    stage: str
    amounts: Mapping[str, Amount]
    assay: Mapping[str, float]
    start: int
    like: str
    feed: str
    district: str
    file: str
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """File, line and key, for a refusal."""
        return _place(self.file, self.lines, key)


def _place(file: str, lines: Mapping[tuple[str | int, ...], int], key: str) -> str:
    return f"{file}, line {lines.get((key,), 1)}, key {key}"


@dataclass(frozen=True)
class SupplierFile:
    """A file as it was read.

    Attributes:
        file: its name.
        tree: what it holds: a mapping by key, if it is right.
        lines: where each key stands, by a tuple of its one name.
    """

    file: str
    tree: Any
    lines: Mapping[tuple[str | int, ...], int]

    def error(self, key: str, what: str, accepted: Any = (), given: str = "") -> FactsError:
        """The refusal of a key, with file and line."""
        return FactsError(what, where=_place(self.file, self.lines, key), accepted=accepted, given=given)

    def text(self, key: str) -> str:
        """What stands at a key, as text; empty where nothing does."""
        found = self.tree.get(key)
        return "" if found is None else str(found)


def read_supplier(g: SupplierFile, world: World) -> Supplier:
    """What a file says of a private mine or plant; all that is wrong with it is refused at once.

    Args:
        g: the file, as it was read.
        world: the world that it is added to, at its last benchmark.

    Raises:
        FactsError: no keys, a key unknown or missing, an amount without its unit or out of bounds, a place or a word
            that the world does not know, a start that has passed.
    """
    if not isinstance(g.tree, Mapping):
        raise FactsError("the file holds no keys", where=g.file, accepted=", ".join(SAYS["mining"]))
    stage = g.text("stage")
    if stage not in SAYS:
        what = f"'{stage}' is no stage of a private supplier" if stage else "'stage' is missing"
        FactsError.refuse(chain([g.error("stage", what, tuple(SAYS), stage)], _names(g, world), _amounts(g)))
    FactsError.refuse(_wrong(g, stage, world))
    texts = {key: g.text(key) for key in ("id", "zone", "like", "feed", "district")}
    return Supplier(
        name=" ".join(g.text("name").split()) or texts["id"],
        stage=stage,
        amounts={key: _amount(g, key) for key in UNITS if g.tree.get(key) is not None},
        assay=_assay(g, world) if g.tree.get("assay") is not None else {},
        start=int(g.tree["start"]),
        file=g.file,
        lines=g.lines,
        **texts,
    )


def _wrong(g: SupplierFile, stage: str, world: World) -> Iterator[FactsError]:
    """Everything that is wrong with a file."""
    for key in map(str, g.tree):
        if key not in SAYS[stage]:
            yield g.error(key, f"'{key}' says nothing of a supplier of stage {stage}", SAYS[stage], key)
    for key in NEEDED[stage]:
        if g.tree.get(key) is None:
            yield g.error(key, f"'{key}' is missing", f"{key}: {EXAMPLES[key]}")
    yield from _names(g, world)
    yield from _amounts(g)
    if g.tree.get("assay") is not None and stage == "mining":
        yield from _refused(lambda: _assay(g, world))
    if g.tree.get("start") is not None:
        yield from _start(g, world)


def _amounts(g: SupplierFile) -> Iterator[FactsError]:
    """What is wrong with the amounts of a file."""
    for key in UNITS:
        if g.tree.get(key) is not None:
            yield from _refused(lambda key=key: _amount(g, key))


EXAMPLES = {
    "id": "my_mine",
    "zone": "AUS",
    "capacity": "5 kt REO/yr",
    "cost": "6 USD2020/kg REO",
    "grade": "2.1 % REO",
    "feed": "monazite",
    "start": "2030",
}


def _refused(check: Callable[[], object]) -> Iterator[FactsError]:
    """The refusal of a check, if it refuses."""
    try:
        check()
    except FactsError as error:
        yield error


def _names(g: SupplierFile, world: World) -> Iterator[FactsError]:
    """What is wrong with the words of a file."""
    districts = world.structure["districts"]
    known = {
        "zone": tuple(world.structure["zones"]["id"]),
        "feed": tuple(world.structure["concentrates"]["id"]),
        "district": tuple(districts.loc[districts["zone"] == g.text("zone"), "id"]),
    }
    for key, words in known.items():
        if g.text(key) and g.text(key) not in words:
            yield g.error(key, f"no {key} '{g.text(key)}'", words or "no district in this zone", g.text(key))
    name, taken = g.text("id"), {*world.structure["deposits"]["id"], *_own(world), *known["feed"]}
    if name and not ID.match(name):
        plain = slug(name)
        accepted = f"small letters, digits and _, such as {plain}; the name may have any letters (name: {name})"
        yield g.error("id", f"'{name}' is no id", accepted)
    elif name in taken:
        yield g.error("id", f"'{name}' is in this world already", "an id of its own")
    if len(g.text("name")) > caps.NAME:
        yield g.error("name", "the name is too long", f"at most {caps.NAME} letters")


def _own(world: World) -> Iterator[str]:
    return (name.partition("@")[0] for name in world.private)


def slug(name: str) -> str:
    """A name as an id: letters without their marks, all else `_`."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_").lstrip("0123456789_")[:40] or "my_mine"


def _amount(g: SupplierFile, key: str) -> Amount:
    """An amount, in the unit of the tables."""
    units, example = UNITS[key], EXAMPLES.get(key, f"a number and {next(iter(UNITS[key]))}")
    accepted = f"a number, its range if there is one, and {' or '.join(units)}, such as {example}"
    found = AMOUNT.match(str(g.tree[key]))
    if not found or isinstance(g.tree[key], bool):
        raise g.error(key, f"'{g.tree[key]}' is no amount", accepted)
    if found[4] not in units:
        what = f"the unit '{found[4]}' does not fit {key}" if found[4] else f"{key} {g.tree[key]} has no unit"
        raise g.error(key, what, accepted)
    value, *ends = (None if x is None else float(x) * units[found[4]] for x in found.groups()[:3])
    least, most = BOUNDS[key]
    unit = next(iter(units))
    for x in (value, *ends):
        if x is not None and not least <= x <= most:
            raise g.error(key, f"{key} of {x:g} {unit} is out of bounds", f"{least:g} to {most:g} {unit}")
    assert value is not None
    low, high = ends
    if low is not None and high is not None and not low <= value <= high:
        raise g.error(key, f"{value:g} lies outside {low:g} to {high:g}", "lowest, value and highest in their order")
    return Amount(value, low, high, unit)


def _assay(g: SupplierFile, world: World) -> dict[str, float]:
    """Shares by element group, brought to 100."""
    given, table = g.tree["assay"], world.structure["elements"]
    group = {m.lower(): e for e, members in zip(table["id"], table["members"], strict=True) for m in members.split(";")}
    group |= {str(e): str(e) for e in table["id"]}
    accepted = "shares of REO in % by element, such as {La: 25, Ce: 45, Nd: 18, Pr: 5, Dy: 0.3}"
    if not isinstance(given, Mapping) or not given:
        raise g.error("assay", "the assay is no list of shares", accepted)
    out: dict[str, float] = dict.fromkeys(table["id"], 0.0)
    for element, share in given.items():
        if str(element).lower() not in group:
            raise g.error("assay", f"no element '{element}'", sorted({*group}), str(element).lower())
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
            raise g.error("assay", f"{element}: {share} is no share in %", accepted)
        out[group[str(element).lower()]] += float(share)
    total = sum(out.values())
    if not WHOLE[0] <= total <= WHOLE[1]:
        what = f"the shares add up to {total:g} %"
        raise g.error("assay", what, f"{WHOLE[0]:g} to {WHOLE[1]:g} %: all elements, as shares of REO")
    return {e: 100.0 * x / total for e, x in out.items()}


def _start(g: SupplierFile, world: World) -> Iterator[FactsError]:
    """A start that is no year, or that has passed."""
    start, last = g.tree["start"], caps.LAST_RUN
    first = world.base_year + 1
    if isinstance(start, bool) or not isinstance(start, int):
        yield g.error("start", f"'{start}' is no year", "a year such as 2030, without quotes")
    elif not first <= start <= last:
        why = "; what ran by then is in the balance of that year" if start < first else ""
        yield g.error(
            "start",
            f"{start} is not ahead of the last benchmark, {world.base_year}{why}"
            if why
            else f"{start} is later than any run",
            f"{first} to {last}",
        )
