"""S1, joint production: a shortage of dysprosium and a glut of cerium and yttrium come out of the same ore."""

from __future__ import annotations

from dataclasses import replace

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

FROM, UNTIL = 2021, 2026
"""Years of the purchases; later, ore dug in haste is missed."""
BOUGHT = {"dy": 0.3, "ndpr": 5.0}
"""Oxide bought on top of the market [kt/yr]: about a tenth of what China makes."""
SURPLUS = {"dy": "y", "ndpr": "ce"}
"""The oxide that comes along and is wanted least."""
ELEMENTS = ("ndpr", "dy", "tb", "y", "ce", "la")


def joint(lab: Lab) -> Demonstration:
    """A buyer takes dysprosium, another neodymium; beside it, the same when a seller offers them without any ore."""
    runs = {e: (lab.run(_buying(lab, e, ore=True)), lab.run(_buying(lab, e, ore=False))) for e in BOUGHT}
    dearer = marks(
        (f"{words} bought", e, _dearer(lab, runs[bought][0], e))
        for bought, words in (("dy", "dysprosium"), ("ndpr", "neodymium"))
        for e in ELEMENTS
    )
    shown = {"law in force": lab.baseline, "dysprosium bought": runs["dy"][0]}
    dumped = lab.paths({k: lab.level(r, doing="dispose", element="y") for k, r in shown.items()})
    return Demonstration(
        title="Joint production: a shortage of one oxide and a glut of another",
        words=f"From {FROM} to {UNTIL - 1} a buyer takes {1e3 * BOUGHT['dy']:.0f} t of dysprosium oxide a year off the "
        f"Chinese market, whatever it costs; in a second run, {BOUGHT['ndpr']:.0f} kt of neodymium and "
        "praseodymium oxide. More ore is dug, and all that comes with it must find a use or a dump.",
        removed="A seller offers the same tonnes without any ore, so that nothing comes along with them.",
        claims=tuple(c for bought in BOUGHT for c in _claims(lab, bought, *runs[bought])),
        panels=(
            Panel(f"Price at home against no purchase, mean of {FROM + 1}-{UNTIL - 1}", "oxide", "%", dearer, "bar"),
            Panel("Yttrium oxide thrown away or put aside", "year", "kt/yr", dumped),
        ),
        rests_on=("concentrate/*/share_*", "model/mining/elasticity_*", "use/*/elasticity_*", "model/disposal/*"),
    )


def _claims(lab: Lab, bought: str, with_ore: Outcome, without: Outcome) -> list[Claim]:
    names = dict(zip(lab.world.structure["elements"]["id"], lab.world.structure["elements"]["name"], strict=True))
    left, when = SURPLUS[bought], _when(lab)

    def dumped(run: Outcome) -> float:
        more = [lab.level(r, doing="dispose", element=left) for r in (run, lab.baseline)]
        return float((more[0] - more[1])[when].mean())

    mix = "theory: the assay fixes the mix, so what comes along must find a use or a dump"
    return [
        Claim(f"bought, {names[bought]} becomes dearer", "%", _dearer(lab, with_ore, bought), 1.0, 1e3,
              "theory: more ore costs more", _dearer(lab, without, bought)),
        Claim(f"{names[left]} becomes cheaper with it", "%", _dearer(lab, with_ore, left), -100.0, -0.1, mix,
              _dearer(lab, without, left)),
        Claim(f"more {names[left]} is thrown away or put aside", "kt/yr", dumped(with_ore), 0.01, 1e2, mix,
              dumped(without)),
    ]  # fmt: skip


def _when(lab: Lab) -> slice:
    return slice(lab.at(FROM + 1), lab.at(UNTIL))


def _dearer(lab: Lab, run: Outcome, element: str) -> float:
    """Change of a price at home against the law in force alone [%]."""
    node, when = f"{element}_oxide@{lab.home}", _when(lab)
    return float(100.0 * (lab.price(run, node)[when] / lab.price(lab.baseline, node)[when]).mean() - 100.0)


def _buying(lab: Lab, element: str, *, ore: bool) -> Terms:
    """The law in force with a state buyer of an oxide, and, without ore, a seller of as much from nowhere."""
    terms = lab.terms()
    when = (lab.years >= FROM) & (lab.years < UNTIL)
    reservation, holding = terms.reservation.copy(), terms.holding.copy()
    for verb, price in (("reserve_buy", 1e5), ("reserve_sell", 1e-3))[: 1 if ore else 2]:
        at = lab.lens.act.index.get_loc(f"{element}_oxide@{lab.home}/{verb}")
        reservation[:, at], holding[when, at] = price, BOUGHT[element]
    return replace(terms, reservation=reservation, holding=holding)
