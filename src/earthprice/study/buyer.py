"""A magnet maker's own purchase: how much, of which oxides, from where, with what stock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earthprice.errors import OptionError
from earthprice.world.world import World

WHERE = "--buyer"
KEYS = ("zone", "tonnes", "recipe", "suppliers", "stock_months")
MOST_TONNES, MOST_MONTHS = 1e6, 60.0
"""More magnets a year than are made, and more months of stock than anybody holds: slips of the pen."""


@dataclass(frozen=True)
class Buyer:
    """One's own purchase.

    Attributes:
        zone: where the magnets are made.
        tonnes: of magnets a year.
        recipe: oxide by element [kg per kg of magnet].
        suppliers: share bought from each zone; they sum to one.
        stock_months: months of need in stock of each oxide, at the first quarter.
    """

    zone: str
    tonnes: float
    recipe: Mapping[str, float]
    suppliers: Mapping[str, float]
    stock_months: float


def buyer_of(given: object, name: str = WHERE) -> Buyer:
    """A purchase as it was given, checked as far as that needs no world.

    Args:
        given: a mapping with the keys `KEYS`.
        name: the file, for messages.

    Raises:
        OptionError: a key is missing or unknown, or a number is none or out of bounds.
    """
    if not isinstance(given, Mapping):
        raise OptionError("no purchase", where=name, accepted=f"a mapping with {', '.join(KEYS)}")
    for key in given:
        if key not in KEYS:
            raise OptionError(f"unknown key '{key}'", where=name, accepted=KEYS, given=str(key))
    for key in KEYS:
        if key not in given:
            raise OptionError(f"'{key}' is missing", where=name, accepted=KEYS)
    recipe = _numbers(given["recipe"], f"{name}: recipe", 1.0)
    suppliers = _numbers(given["suppliers"], f"{name}: suppliers", 1.0)
    if sum(recipe.values()) > 1.0:
        what = f"{sum(recipe.values()):g} kg of oxide in a kilogram of magnet"
        raise OptionError(what, where=f"{name}: recipe", accepted="at most 1")
    if abs(sum(suppliers.values()) - 1.0) > 1e-6:
        what = f"shares sum to {sum(suppliers.values()):g}"
        raise OptionError(what, where=f"{name}: suppliers", accepted="shares that sum to 1")
    tonnes = _number(given["tonnes"], f"{name}: tonnes", MOST_TONNES)
    if tonnes == 0:
        raise OptionError("nothing is bought", where=f"{name}: tonnes", accepted="above 0")
    months = _number(given["stock_months"], f"{name}: stock_months", MOST_MONTHS)
    return Buyer(str(given["zone"]), tonnes, recipe, suppliers, months)


def _numbers(given: Any, where: str, most: float) -> dict[str, float]:
    if not isinstance(given, Mapping) or not given:
        raise OptionError(f"{given!r} is no mapping of names to numbers", where=where, accepted="such as {ndpr: 0.3}")
    return {str(k): _number(v, f"{where}.{k}", most) for k, v in given.items()}


def _number(given: Any, where: str, most: float) -> float:
    number = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
    if not number or not 0 <= given <= most:
        what = "out of bounds" if number else "no number"
        raise OptionError(f"{given!r} is {what}", where=where, accepted=f"a number from 0 to {most:g}")
    return float(given)


def check_buyer(buyer: Buyer, world: World) -> None:
    """Refuse a purchase that the world has no zone, no supplier or no price for.

    Raises:
        OptionError: an unknown zone or element, or an oxide that has no price in the zone.
    """
    zones = tuple(world.structure["zones"]["id"])
    for where, zone in (("zone", buyer.zone), *(("suppliers", z) for z in buyer.suppliers)):
        if zone not in zones:
            raise OptionError(f"unknown zone '{zone}'", where=f"{WHERE}: {where}", accepted=zones, given=zone)
    nodes = set(map(str, world.network.nodes.index))
    known = [e for e in map(str, world.structure["elements"]["id"]) if f"{e}_oxide@{buyer.zone}" in nodes]
    for element in buyer.recipe:
        if element not in known:
            what = f"'{element}' has no price in {buyer.zone}"
            raise OptionError(what, where=f"{WHERE}: recipe", accepted=known, given=element)
