"""S7, a stop of half a year, as that of autumn 2010: seen in half years and quarters, averaged away in years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves
from earthprice.demos.lab import Lab
from earthprice.demos.shipments import forms, leaving, out_of, under
from earthprice.law.experiment import measure_line, values
from earthprice.runs.engine import Outcome
from earthprice.runs.size import PERIODS
from earthprice.world.terms import Terms

FROM, UNTIL, LAST = 2022.5, 2023.0, 2026
"""Begin and end of the stop, last year of the runs."""
SETTLED = 2024.5
"""A year and a half after the end of the stop."""
NODE = "dy_oxide@JPN"
AVERAGED = "A yearly step averages such a stop away: it sees half of it all year long."


def stop(lab: Lab) -> Demonstration:
    """No dysprosium leaves China, as oxide or metal, in the second half of 2022."""
    labs = {name: replace(lab, last=LAST, dt=dt) for name, dt in PERIODS.items()}
    half, ended = labs["half"], {FROM: 1.0, UNTIL: 0.0}
    fine, lasting = half.run(_order(half, ended)), half.run(_order(half, {FROM: 1.0}))
    dearer = {
        "stop, half years": (half, fine),
        "lasting stop, half years": (half, lasting),
        **{f"stop, {name}s": (labs[name], labs[name].run(_order(labs[name], ended))) for name in ("year", "quarter")},
    }
    return Demonstration(
        title="A stop of half a year: seen in half years, averaged away in years",
        words="From July to December 2022 no dysprosium leaves China as oxide or metal. The order is put into runs "
              f"in quarters, half years and years; each acts by its days. {AVERAGED} A stop of two months, as in "
              "autumn 2010, is shorter than half a year too and counts as a part of one.",
        removed="Years instead of half years, for all but the third; for the end of the stop, a stop that lasts.",
        claims=tuple(_claims(dearer)),
        panels=(
            Panel("Dysprosium oxide in Japan, against no stop", "year", "%",
                  _rows({k: (b, _dearer(b, r)) for k, (b, r) in dearer.items() if r is not lasting}), log=False),
            Panel("Dysprosium that leaves China with a licence", "year", "t REO/yr",
                  _rows({k: (b, leaving(b, r, "dy")) for k, (b, r) in dearer.items() if r is not lasting})),
            Panel("Dysprosium oxide in stock in Japan", "year", "t",
                  _rows({"no stop": (half, half.stock(half.baseline, NODE)), "stop": (half, half.stock(fine, NODE)),
                         "lasting stop": (half, half.stock(lasting, NODE))})),
        ),
        rests_on=("stock/dy_oxide/JPN/stock", "storage/*", "use/magnet_uses_*/elasticity_short", "smuggle/*",
                  "model/magnet/convertible"),
        scenario="No such stop was ordered in 2022.",
    )  # fmt: skip


def _order(lab: Lab, refused: dict[float, float]) -> Terms:
    goods = out_of(lab, *forms(lab, "dy"))
    return under(lab, measure_line("stop", "licence", goods, refused=values("share", refused)))


def _dearer(lab: Lab, run: Outcome) -> np.ndarray:
    return lab.dearer(run, lab.baseline, NODE)


def _claims(runs: dict[str, tuple[Lab, Outcome]]) -> list[Claim]:
    (half, fine), (_, lasting), (year, mean), (quarter, finer) = runs.values()
    peak, averaged = _dearer(half, fine)[half.at(FROM)], _dearer(year, mean)[year.at(int(FROM))]
    highest = float(_dearer(quarter, finer).max())
    left = [
        100 * (leaving(b, r, "dy") / leaving(b, b.baseline, "dy"))[b.at(t)]
        for b, r, t in ((half, fine, FROM), (year, mean, int(FROM)))
    ]
    return [
        Claim("of the usual tonnes, what leaves with a licence during the stop", "%", float(left[0]), 0.0, 1.0,
              "theory: a stop is a stop; without: half of the days of a year", float(left[1])),
        Claim("dysprosium oxide in Japan is dearer during the stop by", "%", float(peak), 2.0 * float(averaged), 1900.0,
              "theory: price rises faster than the cut, so twice the cut is more than twice as dear, up to the choke "
              "price of 20 times the base; without: half of the stop all year long", float(averaged)),
        Claim("and a year and a half after it by", "%", float(_dearer(half, fine)[half.at(SETTLED)]), -4.0, 4.0,
              "assumption: what ended so soon leaves little behind; without: the stop lasts",
              float(_dearer(half, lasting)[half.at(SETTLED)])),
        Claim("dearest quarter over the half year, of a stop that fills both", "ratio", highest / float(peak), 0.9,
              1.25,
              "theory: both see the whole stop, a quarter also how stocks run down; without: over the year",
              highest / float(averaged)),
    ]  # fmt: skip


def _rows(paths: dict[str, tuple[Lab, np.ndarray]]) -> pd.DataFrame:
    since = {name: lab.years >= 2021 for name, (lab, _) in paths.items()}
    return curves({k: ((lab.years + lab.dt / 2)[since[k]], path[since[k]]) for k, (lab, path) in paths.items()})
