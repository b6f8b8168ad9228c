"""A supplier of one's own as rows of the world's tables: its own numbers, what it takes from its like, and its way out.

What a file does not say is taken from a supplier that it is like, with its range, and every such number is named. A
mine with an assay of its own sells a concentrate of its own: each plant that takes the concentrate of its like is
offered a line for it, as large as the mine, at that plant's cost and recovery. Its base price is that of its like times
the worth of its oxides over the worth of those of its like.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from earthprice.errors import FactsError
from earthprice.facts.supplier import Amount, Supplier
from earthprice.facts.world import BASE_YEAR, benchmarks, load_world
from earthprice.world.world import World

VALUES = "values_mining"
"""Table of the numbers that hold in every base year."""
PRIVATE = "private"
"""Table of what in a world is private."""
TAKEN = ("recovery", "use", "capex", "lead")
"""What a mine or a plant takes from its like if its file does not say it."""


class Row(NamedTuple):
    """A number to add: its key in three parts, value, low, high, unit, and why."""

    table: str
    id: str
    attribute: str
    amount: Amount
    why: str


@dataclass
class RowsToAdd:
    """Rows to add while they are gathered, and what is said of them.

    Attributes:
        supplier: whose.
        worlds: the world at each benchmark, by base year.
        tables: the table that holds what a base year has otherwise, by base year; empty for the first.
        rows: by table of the folder, its rows.
        taken: what the file did not say, and from whom it was taken.
    """

    supplier: Supplier
    worlds: Mapping[int, World]
    tables: Mapping[int, str]
    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)

    @property
    def last(self) -> World:
        """The world at its last benchmark."""
        return self.worlds[max(self.worlds)]

    def put(self, row: Row, year: int = BASE_YEAR) -> None:
        """Add a number to the table of a base year; those of the first hold in all."""
        table = self.tables[year] or VALUES
        own = row.why.startswith("given")
        low, high = ("" if x is None else f"{x:.6g}" for x in (row.amount.low, row.amount.high))
        today = date.today()
        self.rows.setdefault(table, []).append(
            (
                row.table,
                row.id,
                row.attribute,
                f"{row.amount.value:.6g}",
                low,
                high,
                row.amount.unit,
                str(today.year),
                today.isoformat(),
                "assumption",
                f"private file {self.supplier.file}" if own else "own judgement",
                "C",
                "",
                row.why,
            )
        )

    def own(self, table: str, name: str, attribute: str, key: str) -> None:
        """A number that the file gives."""
        self.put(Row(table, name, attribute, self.supplier.amounts[key], "given in the file"))

    def like(self, table: str, name: str, attribute: str, of: str, factor: float = 1.0) -> None:
        """A number taken from the like, at the last benchmark, times a factor."""
        scaled = amount_of(self.last, f"{table}/{of}/{attribute}").times(factor)
        self.put(Row(table, name, attribute, scaled, f"taken from {of}"))
        self.taken.setdefault(of, []).append(f"{attribute} {scaled.value:.3g} {scaled.unit}")

    def own_or_like(self, table: str, name: str, of: str) -> None:
        """`TAKEN`, each as the file gives it, else from the like where that has it."""
        for attribute in TAKEN:
            if attribute in self.supplier.amounts:
                self.own(table, name, attribute, attribute)
            elif f"{table}/{of}/{attribute}" in self.last.numbers.central:
                self.like(table, name, attribute, of)

    def nil(self, table: str, name: str, attribute: str, why: str) -> None:
        """No tonne yet."""
        self.put(Row(table, name, attribute, Amount(0.0, None, None, "kt REO/yr"), why))


def amount_of(world: World, key: str) -> Amount:
    """A number of the world with its range and unit."""
    row = world.numbers.table.loc[key]
    ends = [None if np.isnan(x) else float(x) for x in (row["low"], row["high"])]
    return Amount(float(row["value"]), ends[0], ends[1], str(row["unit"]))


def worlds_of(folder: Path) -> dict[int, World]:
    """The worlds of a folder's tables, by base year."""
    return {int(y): load_world(folder, int(y)) for y in benchmarks(folder).index}


class Addition(NamedTuple):
    """What is added to a folder: the new text of each of its tables, and what was taken from whom."""

    texts: dict[str, str]
    taken: dict[str, list[str]]


def addition(folder: Path, worlds: Mapping[int, World], supplier: Supplier) -> Addition:
    """The tables of a folder with a supplier added.

    Args:
        folder: a folder of world tables.
        worlds: the same by base year (`worlds_of`).
        supplier: what to add.

    Raises:
        FactsError: what it is like is not there, or nobody could take, or deliver, its good.
    """
    d = RowsToAdd(supplier, worlds, {int(y): str(t) for y, t in benchmarks(folder)["table"].items()})
    (_mine if supplier.stage == "mining" else _plant)(d)
    d.rows[PRIVATE] = [(supplier.id, supplier.name, supplier.zone, supplier.stage, supplier.file)]
    return Addition({f"{t}.csv": _text(folder / f"{t}.csv", rows) for t, rows in d.rows.items()}, d.taken)


def capacity_words(supplier: Supplier, world: World) -> str:
    """What the `capacity` of a supplier is taken for in the world that holds it, in a sentence.

    It is the usual yearly amount of the plan's first year, so that there is capacity for `capacity / use`.
    """
    v, stage, capacity = world.numbers.central, supplier.stage, supplier.amounts["capacity"].value
    use = next((x for k, x in v.items() if k.endswith(f"/{supplier.id}/use")), v[f"model/{stage}/use"])
    does = "makes" if stage == "mining" else "takes"
    return (
        f"capacity, {capacity:.3g} kt REO/yr, is what it usually {does} in the first year of its plan, "
        f"{supplier.start}: at a use of {use:.2g} it stands for {capacity / use:.3g} kt REO/yr. "
        "A plan that pays grows from then on."
    )


def _text(path: Path, rows: Sequence[tuple[str, ...]]) -> str:
    """A table's text with rows at its end."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else "id,name,zone,stage,file\n"
    writer.writerows(rows)
    return text + ("" if text.endswith("\n") else "\n") + made.getvalue()


def _mine(d: RowsToAdd) -> None:
    """A mine: its deposit, its concentrate if it has an assay of its own, and its way out."""
    s = d.supplier
    like, its = _like_mine(d)
    concentrate = s.id if s.assay else its
    d.rows["deposits"] = [(s.id, s.name, s.zone, s.district, concentrate, "0", "")]
    for attribute, key in (("planned_capacity", "capacity"), ("cost", "cost"), ("grade_rich", "grade")):
        d.own("deposit", s.id, attribute, key)
    d.own_or_like("deposit", s.id, like)
    if "reserve" in s.amounts:
        d.own("deposit", s.id, "ore_rich", "reserve")
    else:
        size = s.amounts["capacity"].value / amount_of(d.last, f"deposit/{like}/planned_capacity").value
        d.like("deposit", s.id, "ore_rich", like, size)
    for attribute in ("output_licensed", "output_unlicensed"):
        d.nil("deposit", s.id, attribute, "a plan: nothing is dug yet")
    _starts(d, "deposit", s.id)
    if s.assay:
        _concentrate(d, its)
    _way_out(d, its, concentrate)


def _starts(d: RowsToAdd, table: str, name: str) -> None:
    d.put(Row(table, name, "start_earliest", Amount(float(d.supplier.start), None, None, "year"), "given in the file"))


def _like_mine(d: RowsToAdd) -> tuple[str, str]:
    """The deposit that a mine is like: named, or nearest by assay, or first of its zone; and its concentrate."""
    s, table, numbers = d.supplier, d.last.structure["deposits"], d.last.numbers.central
    own = [x.partition("@")[0] for x in d.last.private]
    planned = table["id"].map(lambda i: f"deposit/{i}/planned_capacity" in numbers and i not in own)
    plans = table[planned & (table["by_product"] == 0)]
    of = dict(zip(plans["id"], plans["concentrate"], strict=True))
    if s.like:
        if s.like not in of:
            raise FactsError(f"no planned mine '{s.like}'", where=s.where("like"), accepted=of, given=s.like)
        return s.like, of[s.like]
    here = [i for i, zone in zip(plans["id"], plans["zone"], strict=True) if zone == s.zone]
    if s.assay:
        apart = {i: _apart(d, s.assay, c) + (0.0 if i in here else 1e-6) for i, c in of.items()}
        nearest = min(apart, key=lambda i: apart[i])
        return nearest, of[nearest]
    if here:
        return here[0], of[here[0]]
    what = f"neither an assay nor a like, and {s.zone} has no planned mine whose assay could be taken"
    raise FactsError(what, where=s.where("assay"), accepted=f"assay: ..., or like: one of {', '.join(of)}")


def _apart(d: RowsToAdd, assay: Mapping[str, float], concentrate: str) -> float:
    """Distance between an assay and that of a concentrate [% REO]."""
    return sum(abs(x - _share(d.last, concentrate, e)) for e, x in assay.items())


def _share(world: World, concentrate: str, element: str) -> float:
    return world.numbers.central.get(f"concentrate/{concentrate}/share_{element}", 0.0)


def _concentrate(d: RowsToAdd, its: str) -> None:
    """A concentrate of the mine's own, of the kind of ore of its like."""
    s, table = d.supplier, d.last.structure["concentrates"].set_index("id")
    d.rows["concentrates"] = [
        (s.id, f"Concentrate of {s.name}", str(table.at[its, "ore"]), str(table.at[its, "assay"]))
    ]
    for e, x in s.assay.items():
        if x > 0:
            d.put(Row("concentrate", s.id, f"share_{e}", Amount(x, None, None, "% REO"), "given in the file"))


def _way_out(d: RowsToAdd, its: str, concentrate: str) -> None:
    """Who takes the concentrate: a plant at home where there is one, and those abroad that take that of its like."""
    s, numbers = d.supplier, d.last.numbers.central
    plants = [n.split("/") for n in d.last.outline.ids("separation")]
    abroad = [z for z, c, feed, status, *_ in plants if (c, feed, status) == (its, "imported", "licensed")]
    at_home = [f for z, c, f, status, *_ in plants if (z, c, status) == (s.zone, its, "licensed")]
    if concentrate != its or "home" not in at_home:
        for feed in at_home[:1]:
            _line(d, f"{s.zone}/{its}/{feed}/licensed", f"{s.zone}/{concentrate}/home/licensed")
    for to in (z for z in abroad if z != s.zone):
        if concentrate != its:
            _line(d, f"{to}/{its}/imported/licensed", f"{to}/{concentrate}/imported/licensed")
            _prices(d, its, f"{concentrate}/imported@{to}")
        if f"feed_trade/{concentrate}/{s.zone}/{to}/level" not in numbers:
            known = [n for n in d.last.outline.ids("feed_trade") if n.startswith(f"{its}/") and n.endswith(f"/{to}")]
            _link(d, (concentrate, s.zone, to), known, "mine")
    if not at_home and not abroad:
        makers = sorted({c for _, c, feed, *_ in plants if feed == "imported"})
        what = f"no plant in {s.zone} or abroad takes what is like the concentrate '{its}'"
        raise FactsError(what, where=s.where("zone"), accepted=f"a like that sells one of {', '.join(makers)}")
    if f"price/conc_{concentrate}@{s.zone}/price" not in numbers:
        _prices(d, its, f"{concentrate}@{s.zone}")


def _line(d: RowsToAdd, of: str, name: str) -> None:
    """A line for the concentrate in a plant that takes the like's, as large as the mine, from its start on."""
    d.nil("separation", name, "level", "a plan: nothing is separated yet")
    d.put(Row("separation", name, "planned_capacity", d.supplier.amounts["capacity"], "given in the file: as the mine"))
    for attribute in ("recovery", "cost", "use", "capex", "lead"):
        if f"separation/{of}/{attribute}" in d.last.numbers.central:
            d.like("separation", name, attribute, of)
    _starts(d, "separation", name)


def _link(d: RowsToAdd, link: tuple[str, str, str], known: Sequence[str], whom: str) -> None:
    """A link for a concentrate, open and not yet used, at the freight of one known: from the same origin if one is."""
    same = [n for n in known if n.split("/")[1] == link[1]] or known
    d.nil("feed_trade", "/".join(link), "level", f"a link open to the new {whom}")
    d.like("feed_trade", "/".join(link), "freight", same[0])


def _prices(d: RowsToAdd, its: str, node: str) -> None:
    """Base prices of the concentrate at a node in every base year: the like's, times what it is worth of it."""
    for year, world in d.worlds.items():
        keys = [k for k in world.numbers.keys if k.startswith(f"price/conc_{its}") and "unlicensed" not in k]
        zone, feed = node.rpartition("@")[2], "/imported" if "/imported@" in node else ""
        exact = f"price/conc_{its}{feed}@{zone}/price"
        scaled = amount_of(world, exact if exact in keys else keys[0]).times(_worth(d, world, its))
        d.put(Row("price", f"conc_{node}", "price", scaled, f"taken from {keys[0]}, by the worth of its oxides"), year)


def _worth(d: RowsToAdd, world: World, its: str) -> float:
    """Worth of the oxides in a kilogram of the concentrate over that of its like's."""
    if not d.supplier.assay:
        return 1.0
    price: dict[str, float] = {}
    for key, x in world.numbers.central.items():
        if key.startswith("price/") and "_oxide@" in key:
            price.setdefault(key.removeprefix("price/").partition("_oxide@")[0], x)
    mine = sum(x * price.get(e, 0.0) for e, x in d.supplier.assay.items())
    theirs = sum(_share(world, its, e) * p for e, p in price.items())
    return mine / theirs


def _plant(d: RowsToAdd) -> None:
    """A plant: a line of its own beside those of its zone, for a concentrate dug there or brought."""
    s, ids = d.supplier, d.last.outline.ids("separation")
    deposits = d.last.structure["deposits"]
    dug = set(deposits.loc[deposits["concentrate"] == s.feed, "zone"])
    origin = "home" if s.zone in dug else "imported"
    _must_sell(d)
    alike = [n for n in ids if n.split("/")[1] == s.feed and n.split("/")[3] == "licensed"]
    like = s.like or min(alike, key=lambda n: not n.startswith(s.zone), default="")
    if like not in ids:
        raise FactsError(f"no plant '{like}'", where=s.where("like"), accepted=ids, given=like)
    name = f"{s.zone}/{s.feed}/{origin}/licensed/{s.id}"
    d.nil("separation", name, "level", "a plan: nothing is separated yet")
    d.own("separation", name, "planned_capacity", "capacity")
    d.own("separation", name, "cost", "cost")
    d.own_or_like("separation", name, like)
    _starts(d, "separation", name)
    node = f"{s.feed}{'' if origin == 'home' else '/imported'}@{s.zone}"
    if f"price/conc_{node}/price" not in d.last.numbers.central:
        _prices(d, s.feed, node)
    for source in sorted(dug - {s.zone}) if origin == "imported" else ():
        if f"feed_trade/{s.feed}/{source}/{s.zone}/level" not in d.last.numbers.central:
            _lane(d, source)


def _must_sell(d: RowsToAdd) -> None:
    """Refuse a plant where no oxide can leave."""
    s = d.supplier
    open_in = sorted({n.split("/")[1] for n in d.last.outline.ids("trade") if "_oxide/" in n})
    if s.zone not in open_in:
        what = f"no oxide leaves {s.zone}: its links are not in the tables"
        raise FactsError(what, where=s.where("zone"), accepted=open_in, given=s.zone)


def _lane(d: RowsToAdd, source: str) -> None:
    """A link for the feed of a plant from a zone that digs it, at the freight of that feed from there, or elsewhere."""
    s = d.supplier
    known = [n for n in d.last.outline.ids("feed_trade") if n.startswith(f"{s.feed}/")]
    if not known:
        what = f"{s.feed} is shipped nowhere, so that no freight is known"
        raise FactsError(what, where=s.where("feed"), accepted="a feed that is shipped, or a zone that digs it")
    _link(d, (s.feed, source, s.zone), known, "plant")
