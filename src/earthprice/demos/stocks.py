"""S1, who holds stocks: a boom that they soften, an announced cut that they buy ahead of, and what they do not do."""

from __future__ import annotations

import numpy as np

from earthprice.demos.demonstration import Claim, Demonstration, Panel
from earthprice.demos.lab import Change, Lab
from earthprice.demos.shipments import forms, out_of, rows, under
from earthprice.demos.shocks import more_use, together, unstocked
from earthprice.law.experiment import measure_line, values
from earthprice.runs.engine import Outcome

SURGE, FROM = 1.25, 2022
"""What every use wants, in terms of what it would, and from which year on."""
GOOD, ABROAD = "ndpr_oxide", "dy_oxide@JPN"
TOLD, CUT, SHARE = 2022, 2023, 0.3
"""Year of the announcement, of the cut, and the share of licences refused."""
RECORDED = 120.0
"""Rise of neodymium-praseodymium oxide in China within a year [%]: 262 to 575 CNY/kg, 24 April 2020 to 9 April 2021."""
SHOWN = (2021, 2027)


def stocks(lab: Lab) -> Demonstration:
    """A surge of use with and without stocks; a cut of licences that is announced, and one that is not."""
    dearer = {"as it is": _surged(lab, lambda s, schedule: (s, schedule)), "no stocks": _surged(lab, unstocked)}
    told, untold = _cut(lab, TOLD), _cut(lab, CUT)
    at_cut = {"announced": told, "not announced": untold}
    return Demonstration(
        title="Who holds stocks: a boom softened, a law bought ahead of",
        words=f"From {FROM} on every use wants a quarter more. Those who hold stocks expect the price to come back, "
              f"sell, and so take off some of the first rise. Apart from that, {100 * SHARE:.0f} % of the licences for "
              f"dysprosium are refused from {CUT} on, which is announced a year before or not at all: they buy "
              "a little ahead, and prices hardly know of it. Nobody looks further: holders who do were tried and "
              "did no better against the record, so that a boom stays far below the record's (docs/hindcast.md).",
        removed="Nobody holds stocks (first claim); the cut comes unannounced (the last three).",
        claims=_claims(lab, dearer, told, untold),
        panels=(
            Panel("Nd-Pr oxide in China against no surge", "year", "%", rows(lab, dearer, *SHOWN)),
            Panel("Dysprosium oxide in Japan, cut announced against not", "year", "%",
                  rows(lab, {"announced": lab.dearer(told, untold, ABROAD)}, *SHOWN)),
            Panel("Dysprosium oxide in stock in Japan, begin of the year", "year", "t", rows(lab, {
                k: lab.stock(r, ABROAD) for k, r in {"no cut": lab.baseline, **at_cut}.items()}, *SHOWN)),
        ),
        rests_on=("stock/*", "storage/*", "model/storage/hoard", "use/magnet_uses_*/elasticity_short"),
        scenario="The surge and the cut are made up.",
    )  # fmt: skip


def _claims(lab: Lab, dearer: dict[str, np.ndarray], told: Outcome, untold: Outcome) -> tuple[Claim, ...]:
    first, wait, cut = lab.at(FROM), lab.at(TOLD), lab.at(CUT)
    held, bare = (float(x[first]) for x in dearer.values())
    more = 100.0 * lab.stock(told, ABROAD)[cut] / lab.stock(untold, ABROAD)[cut] - 100.0
    ahead = lab.dearer(told, untold, ABROAD)
    most = 100.0 * lab.world.numbers.central["model/storage/hoard"]
    return (
        Claim("neodymium in China is dearer in the year of the surge by", "%", held, 1.0, 0.99 * bare,
              "theory: what holders sell softens the rise", bare),
        Claim("a miss: of the record's rise within a year, 120 %, this is", "%", 100.0 * held / RECORDED, 1.0, 50.0,
              "record: facts prices-0666 and prices-0561; the central run of 2015 to 2024, which follows recorded use, "
              "has no rise in 2021"),
        Claim("in stock in Japan as the announced cut begins, against one not announced", "%", float(more), 1.0, 100.0,
              "theory: holders buy ahead of what will be scarce", 0.0),
        Claim("dysprosium in Japan is dearer in the year between by", "%", float(ahead[wait]), 0.01, most,
              "theory: they pay at most model/storage/hoard more", 0.0),
        Claim("and in the first year of the cut by", "%", float(ahead[cut]), -50.0, -0.01,
              "theory: what was put aside is sold then", 0.0),
    )  # fmt: skip


def _surged(lab: Lab, change: Change) -> np.ndarray:
    """Price of the good in China with the surge against the same without it [%; T]."""
    after = lab.run(change=together(more_use(lab, SURGE, FROM, lab.last + 1), change))
    return lab.dearer(after, lab.run(change=change), f"{GOOD}@{lab.home}")


def _cut(lab: Lab, announced: int) -> Outcome:
    cut = measure_line("cut", "licence", out_of(lab, *forms(lab, "dy")), refused=values("share", {CUT: SHARE}))
    return lab.run(under(lab, cut, begin=f"{CUT}-01-01", announced=f"{announced}-01-01"))
