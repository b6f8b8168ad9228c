"""A stop of exports: what is asked, and the order that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from earthprice import caps
from earthprice.errors import OptionError
from earthprice.law import Rulebook, load_rulebook
from earthprice.law.experiment import day, measure_line, order, values
from earthprice.study.start import day_of
from earthprice.world.override import Given
from earthprice.world.world import World

MOST = 60
"""Longest stop [months]."""


@dataclass(frozen=True)
class Stop:
    """What is asked.

    Attributes:
        to: zones that get nothing.
        elements: elements stopped, by their names in the tables or by symbol (Dy).
        months: how long.
        begin: first half year of the stop, decimal year.
        magnets: whether magnets are stopped too.
        law: rulebook in force, of the zone that stops.
        answers: rulebooks of those who import, in force on both sides.
        changes: numbers of the world that are otherwise, such as stocks (`stock/dy_oxide@JPN/...`: `x2`).
        draws: draws of what is not known, for ranges; none: 0.
        as_of: nothing published later is seen (YYYY-MM-DD); the day up to which an assessment of the law sees if empty.
    """

    to: tuple[str, ...]
    elements: tuple[str, ...]
    months: float = 6.0
    begin: float = 2022.0
    magnets: bool = False
    law: str = "china-in-force-2020"
    answers: tuple[str, ...] = ()
    changes: Mapping[str, Given] = field(default_factory=dict)
    draws: int = 0
    as_of: str = ""


def in_table_names(world: World, asked: Stop) -> Stop:
    """The stop in the tables' names.

    Raises:
        OptionError: a name or a number does not fit.
    """
    home = load_rulebook(asked.law).jurisdiction
    act = world.network.activities
    buys = set(act.loc[(act["doing"] == "ship") & (act["zone"] == home), "partner"])
    zones = [z for z in world.structure["zones"]["id"] if z in buys]
    to = tuple(zones) if asked.to in ((), ("all",)) else tuple(dict.fromkeys(asked.to))
    for zone in to:
        if zone not in zones:
            raise OptionError(f"nothing is shipped to '{zone}'.", where="--to", accepted=(*zones, "all"), given=zone)
    names = _elements(world)
    for element in asked.elements:
        if element.lower() not in names:
            raise OptionError(f"no element '{element}'.", where="--elements", accepted=names, given=element)
    if not asked.elements:
        raise OptionError("no element is named.", where="--elements", accepted="such as Dy,Tb")
    ships = act[(act["doing"] == "ship") & (act["zone"] == home) & act["partner"].isin(to)]
    sent = set(ships["good"].str.removesuffix("_oxide").str.removesuffix("_metal"))
    for element in asked.elements:
        if names[element.lower()] not in sent:
            raise OptionError(
                f"{home} ships no {element} as oxide or metal to {', '.join(to)}",
                where="--elements",
                accepted=sorted(sent.intersection(names.values())) or "a law of a zone that ships oxides",
            )
    if not 0 < asked.months <= MOST:
        raise OptionError(f"{asked.months:g} months", where="--months", accepted=f"more than 0, at most {MOST}")
    if not world.base_year + 1 <= asked.begin <= 2035 or asked.begin * 2 != round(asked.begin * 2):
        raise OptionError(
            f"a stop that begins in {asked.begin:g}",
            where="--begin",
            accepted=f"a half year from {world.base_year + 1}-01 on, such as 2022-07",
        )
    elements = tuple(dict.fromkeys(names[e.lower()] for e in asked.elements))
    if asked.draws < 0 or asked.draws > caps.DRAWS:
        raise OptionError(f"{asked.draws} draws", where="--draws", accepted=f"0 to {caps.DRAWS}")
    return replace(asked, to=to, elements=elements, as_of=asked.as_of or day_of([asked.law]))


def _elements(world: World) -> dict[str, str]:
    """Element of the tables by its name and by the symbols of its members, in small letters."""
    table = world.structure["elements"]
    both = [(str(e), [str(e), *str(m).split(";")]) for e, m in zip(table["id"], table["members"], strict=True)]
    return {word.strip().lower(): e for e, words in both for word in words}


def stop_order(world: World, stop: Stop) -> Rulebook:
    """The order that refuses the shipments, as a rulebook upon the law in force."""
    known = set(world.network.nodes["good"])
    goods = [g for e in stop.elements for g in (f"{e}_oxide", f"{e}_metal") if g in known]
    goods += sorted(g for g in known if str(g).startswith("magnet_")) if stop.magnets else []
    base = load_rulebook(stop.law)
    lanes = {"doing": "ship", "zone": base.jurisdiction, "status": "licensed", "partner": list(stop.to), "good": goods}
    course = values("share", {stop.begin: 1.0, stop.begin + stop.months / 12: 0.0})
    return order(
        "export-stop",
        "Stop of exports",
        day(stop.begin),
        [measure_line("stop", "licence", lanes, refused=course)],
        builds_on=base.rulebook,
        jurisdiction=base.jurisdiction,
    )
