"""S4, when the market is good everyone digs: a price that doubles brings unlicensed digging within two years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel
from earthprice.demos.lab import Change, Lab
from earthprice.demos.shocks import held_at_base_use, more_use, of_today, rooted, together
from earthprice.errors import OptionError
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

FROM, UNTIL = 2021, 2024
"""The boom; two years after its start its third year has begun."""
TIMES = 2.0
"""Price of the good in the boom, over what it would be."""
GOOD = "ndpr_oxide"
AFTER = (2025, 2027)
"""Years in which the boom is over and pits opened for it are still there."""
AS_OF = "2021-03-01"


def boom(lab: Lab) -> Demonstration:
    """A boom that doubles the price of neodymium, with and without digging that answers."""
    law = lab.terms(reading="tight", as_of=AS_OF)
    wild = lab.lens.mask(stage="mining", status="unlicensed", zone=lab.home)
    stay = rooted(wild)
    shock = _doubling(lab, law, stay)
    removed: dict[str, Change] = {
        "as it is": stay,
        "no new pits": together(stay, of_today(wild)),
        "digging held": held_at_base_use(wild),
    }
    runs = {k: (lab.run(law, change=together(shock, c)), lab.run(law, change=c)) for k, c in removed.items()}
    more = {k: _more(after.record.level, before.record.level, wild) for k, (after, before) in runs.items()}
    return Demonstration(
        title="When the market is good everyone digs",
        words=f"In {FROM}-{UNTIL - 1} every use wants so much more that neodymium costs twice what it would; the "
              "totals of licensed mining stay. Pits that stood idle are worked at once, new ones open with a year's "
              "lead, and when the boom is over they are still there. Diggers stay in the country, as in the years "
              "of the record, before they crossed into Myanmar; where they may go, fewer of them dig at home.",
        removed="No new pits: unlicensed capacity does not answer to profit. Held: the pits that there are do not "
                "answer either. Each is compared with the same without the boom.",
        claims=_claims(lab, runs, wild, more),
        panels=(
            Panel("Unlicensed digging in China against no boom", "year", "%", lab.paths(more)),
            Panel("Price of neodymium-praseodymium oxide against no boom", "year", "ratio", lab.paths({
                k: lab.price(after, f"{GOOD}@{lab.home}") / lab.price(before, f"{GOOD}@{lab.home}")
                for k, (after, before) in runs.items()})),
            Panel(f"Damage in {UNTIL - 1} by district", "district", "MUSD/yr",
                  _damage(lab, dict(zip(("boom", "no boom"), runs["as it is"], strict=True))), "bar"),
        ),
        rests_on=("model/mining/elasticity_unlicensed", "model/mining/unlicensed_use", "model/mining/unlicensed_lead",
                  "model/entry/unlicensed_response", "storage/world/adaptive"),
        scenario="Nobody has counted unlicensed tonnes: the record is press and officials' round figures, and the boom "
                 "is made up.",
    )  # fmt: skip


def _claims(
    lab: Lab, runs: dict[str, tuple[Outcome, Outcome]], wild: np.ndarray, more: dict[str, np.ndarray]
) -> tuple[Claim, ...]:
    two = lab.at(FROM + 2)
    late = slice(lab.at(AFTER[0]), lab.at(AFTER[1]))
    pits = {k: _more(a.record.capacity, b.record.capacity, wild) for k, (a, b) in runs.items()}
    hurt = {k: _complaints(lab, a) - _complaints(lab, b) for k, (a, b) in runs.items()}
    return (
        Claim("unlicensed digging two years after the price has doubled, against no boom", "%",
              float(more["as it is"][two]), 33.0, 100.0,
              "record: from 20-30 kt a year (press of 2012 on the years to 2010) to 40 kt (vice minister, "
              "January 2014) after a price that more than doubled", float(more["digging held"][two])),
        Claim("of it, pits opened since: unlicensed capacity by then", "%", float(pits["as it is"][two]), 5.0, 70.0,
              "theory: one year's opening behind a year's lead, at most 35 % a year",
              float(pits["no new pits"][two])),
        Claim(f"digging that stays when the boom is over, {AFTER[0]}-{AFTER[1] - 1}", "%",
              float(more["as it is"][late].mean()), 1.0, 70.0,
              "theory: pits close no faster than they opened; a lower price then idles some of them",
              float(more["no new pits"][late].mean())),
        Claim(f"complaints in China, {UNTIL}, points of the base year's against no boom", "%",
              float(hurt["as it is"]), 10.0, 100.0,
              "theory: a third more digging at several times the burden a kilogram, half remembered a year",
              float(hurt["digging held"])),
    )  # fmt: skip


def _doubling(lab: Lab, law: Terms, stay: Change) -> Change:
    """The boom under which the price is `TIMES` what it would be, mean of its years: secant on the size."""
    node, when = f"{GOOD}@{lab.home}", slice(lab.at(FROM), lab.at(UNTIL))
    before = lab.price(lab.run(law, change=stay), node)[when]

    def miss(size: float) -> float:
        run = lab.run(law, change=together(stay, more_use(lab, size, FROM, UNTIL)))
        return float(np.log((lab.price(run, node)[when] / before).mean() / TIMES))

    a, b = 1.2, 1.4
    at_a, at_b = miss(a), miss(b)
    for _ in range(8):
        if abs(at_b) < 0.01 or at_b == at_a:
            break
        a, b, at_a = b, float(np.clip(b - at_b * (b - a) / (at_b - at_a), 1.01, 3.0)), at_b
        at_b = miss(b)
    if abs(at_b) > 0.05:
        raise OptionError(f"no boom of use up to threefold makes {node} cost {TIMES:g} times as much")
    return more_use(lab, b, FROM, UNTIL)


def _more(after: np.ndarray, before: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Sum over the activities against another run [%; T]."""
    return 100.0 * after[:, which].sum(1) / before[:, which].sum(1) - 100.0


def _complaints(lab: Lab, run: Outcome) -> float:
    at = lab.engine.names.indicators.index(f"complaints:{lab.home}")
    return float(100.0 * run.record.indicator[lab.at(UNTIL), at])


def _damage(lab: Lab, runs: dict[str, Outcome]) -> pd.DataFrame:
    at = lab.at(UNTIL - 1)
    return lab.by_place(runs, lambda series, place: float(series[f"damage/{place}"][at]))
