"""The textbook's markets, each with the mechanism that it shows as an argument that can be taken away."""

from __future__ import annotations

from earthprice.demos.lab import Lab
from earthprice.demos.tiny import Book, Cleared
from earthprice.errors import RulebookError
from earthprice.law import compile_terms, stack
from earthprice.law.experiment import measure_line, order, values

PERMITS_ENOUGH = 4000.0
"""A quota that nobody feels."""
SELLERS_MEET = 60
"""Turns in which sellers' mark-ups and their shares of the market come to agree."""


def two_zones(freight: float = 20.0, export_tax: float = 0.0, import_tariff: float = 0.0) -> Cleared:
    """Home: D = 100 - p, S = p. Abroad: D = 200 - p, S = p - 20. Goods pass a port on their way."""
    book = Book().good("home", 70.0).good("port", 80.0).good("abroad", 90.0)
    book.supply("dig home", {"home": 1}).demand("use home", "home", 100)
    book.supply("dig abroad", {"abroad": 1}, start=20).demand("use abroad", "abroad", 200)
    book.supply("load", {"home": -1, "port": 1}, start=freight, rise=0.0, tax=export_tax)
    book.supply("land", {"port": -1, "abroad": 1}, rise=0.0, tax=import_tariff)
    return book.found()


def collected(done: Cleared, activity: str) -> float:
    """What a charge per unit of an activity brings [MUSD]."""
    return float(done.money.specific[list(done.level).index(activity)])


def taxed(tax: float) -> Cleared:
    """D = 100 - p, S = p, and a charge per unit on whoever digs."""
    return Book().good("oxide").supply("dig", {"oxide": 1}, tax=tax).demand("use", "oxide").found()


def quota(permits: float = PERMITS_ENOUGH, tax: float = 0.0) -> Cleared:
    """D = 100 - q, marginal cost 20 + q, and permits without which nobody digs."""
    book = Book().good("oxide", 60.0).good("permit", 20.0, endowment=permits, permit=True)
    return book.supply("dig", {"oxide": 1, "permit": -1}, start=20, tax=tax).demand("use", "oxide").found()


def cournot(sellers: int | None) -> float:
    """Price where D = 30 - p and sellers at cost 4 each reckon with the others' output; None: they take the price.

    Each keeps back `q / (n p)` of its price (unit slope of demand): a mark-up that is iterated until it is so.
    """
    share, price = 0.0, 4.0
    for _ in range(SELLERS_MEET if sellers else 1):
        book = Book().good("oxide", 12.0).supply("firms", {"oxide": 1}, start=4, rise=0.0, share=share)
        done = book.demand("use", "oxide", 30).found()
        price = done.price["oxide"]
        if sellers:
            share += 0.2 * (done.level["firms"] / (sellers * price) - share)
            share = min(share, 0.95)
    return price


def monopoly(elasticity: float | None) -> float:
    """Price of one seller at cost 4 where demand has a constant elasticity of 1.5; None: it takes the price."""
    share = 1.0 / elasticity if elasticity else 0.0
    book = Book().good("oxide", 12.0).supply("firm", {"oxide": 1}, start=4, rise=0.0, share=share)
    return book.isoelastic("use", "oxide", 10, 12, 1.5).found().price["oxide"]


def joint_ore(cost: float, *, cerium: bool = True, dump: bool = True) -> Cleared:
    """Ore yields 0.5 Ce and 0.2 Nd; demands 20 - 5p and 30 - p; without `cerium`, 0.2 Nd alone."""
    book = Book().good("ce", 20.0).good("nd", 20.0)
    book.supply("mine", {"ce": 0.5, "nd": 0.2} if cerium else {"nd": 0.2}, start=cost, rise=0.0)
    if dump:
        book.supply("dump", {"ce": -1}, rise=0.0)
    return book.demand("use ce", "ce", 4, 0.2).demand("use nd", "nd", 30).found()


def storage(carrying: float | None) -> tuple[float, float]:
    """Prices now and later where 12 and then 8 come to a market p = 20 - q, at 10 % interest; None: nobody stores."""
    book = Book().good("now", 10.0, endowment=12).good("later", 10.0, endowment=8)
    if carrying is not None:
        book.supply("carry", {"now": -1, "later": 1}, start=carrying, rise=0.0)
    done = book.demand("use now", "now", 20).demand("use later", "later", 20, worth=1 / 1.1).found()
    return done.price["now"], 1.1 * done.price["later"]


def sellers_conduct(sellers: float, elasticity: float, stage: str) -> str:
    """A measure that says how many licensed sellers in China there are and how elastic demand is."""
    who = {"stage": stage, "zone": "CHN", "status": "licensed"}
    counts = {"sellers": values("number", {2021: sellers}), "elasticity": values("elasticity", {2021: elasticity})}
    return measure_line("groups", "conduct", who, **counts)


def conduct_refused(lab: Lab, sellers: float, elasticity: float) -> float:
    """1 where the law refuses a conduct of so many sellers at such an elasticity, 0 where it takes it."""
    try:
        book = order(
            "sellers", "Sellers keep back a mark-up", "2021-01-01", [sellers_conduct(sellers, elasticity, "mining")]
        )
        compile_terms(stack(book), lab.world.network, lab.years)
    except RulebookError:
        return 1.0
    return 0.0
