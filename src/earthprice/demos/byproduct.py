"""S5, by-products: rare earths that come up with iron, zircon or titanium follow their host, not their own price."""

from __future__ import annotations

from math import inf

import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Change, Lab
from earthprice.demos.shocks import less_room, more_use
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.runs.engine import Outcome, Point

FROM, SOON, LATE = 2022, 2023, 2030
"""Year of the shock; years in which the answer is read."""
BOOM, SOLD = 1.1, 0.8
"""Final use beyond its path; licensed capacity left where less is sold."""


def byproduct(lab: Lab) -> Demonstration:
    """A boom felt by by-products and by mines of their own; then less sold from ore that comes up with iron."""
    ties, alone = _deposits(lab, by_product=True), _deposits(lab, by_product=False)
    home = _deposits(lab, by_product=True, home=True)
    free, boom = _untied(lab), more_use(lab, BOOM, FROM, inf)
    pairs = {"tied": (lab.baseline, lab.run(change=boom)), "free": (_run(lab, free), _run(lab, free, boom))}
    soon, own, late = (
        {k: f(lab, who, *pair, when) for k, pair in pairs.items()}
        for f, who, when in ((_elasticity, ties, SOON), (_elasticity, alone, SOON), (_rise, ties, LATE))
    )
    less = less_room(lab, lab.lens.mask(stage="mining", status="licensed", deposit=home), SOLD, FROM, inf)
    cut, cut_free = lab.run(change=less), _run(lab, free, less)
    ore = [_ore_saved(lab, home, *pair) for pair in ((lab.baseline, cut), (pairs["free"][0], cut_free))]
    pond = [_ponded(lab, home, *pair) for pair in ((lab.baseline, cut), (pairs["free"][0], cut_free))]
    return Demonstration(
        title="By-products do not follow the rare-earth price",
        words=f"From {FROM} all final use is a tenth above its path, and rare earths become dearer. Monazite that "
              "comes with zircon, titanium or tin, and loparite, can hardly answer: the host mineral decides how much "
              f"comes up. Then, without the boom, a fifth of the licensed capacity at Bayan Obo is closed from {FROM}: "
              "the iron mine goes on, so what is not sold goes to the pond.",
        removed="The host link is cut: such mines dig for their rare earths, with their plants' own slack and growth.",
        claims=(
            Claim("supply elasticity of by-products, one year on", "% per %", soon["tied"], 0.0, 0.3,
                  "assumption: judged at 0.15 (0.05 to 0.3); the claim is that the market as a whole keeps it",
                  soon["free"]),
            Claim("elasticity of by-products over that of mines of their own", "ratio", soon["tied"] / own["tied"],
                  0.0, 0.6, "assumption: 0.15 judged for by-products, 0.5 for existing mines: about a third",
                  soon["free"] / own["free"]),
            Claim(f"output of by-products in {LATE} after years of boom", "% above its path", late["tied"], -2.0, 5.0,
                  "theory: plants that already take all ore that comes up cannot grow", late["free"]),
            Claim("ore that stays in the ground at Bayan Obo when less is sold", "kt REO/yr", ore[0], -1.0, 1.0,
                  "theory: the iron mine brings it up all the same", ore[1]),
            Claim("what goes to the pond instead", "kt REO/yr", pond[0], 0.95 * _unsold(lab, home, cut),
                  1.05 * _unsold(lab, home, cut), "theory: mass, all that is not sold", pond[1]),
        ),
        panels=(
            Panel("Output with the boom", "year", "base year = 100", _output(lab, pairs["tied"][1], ties, alone)),
            Panel("Price of their concentrates with the boom", "year", "base year = 100",
                  _prices(lab, pairs["tied"][1], ties, alone)),
            Panel(f"Bayan Obo a year, mean of {SOON} to {LATE}", "", "kt REO/yr", _where(lab, home, cut), "bar"),
        ),
        rests_on=("deposit/*/price_follows", "model/mining/elasticity_by_product", "model/mining/best_recovery",
                  "deposit/*/recovery"),
        scenario="What hosts will bring up is held at the base year's flow; no fact gives its path.",
    )  # fmt: skip


def _deposits(lab: Lab, *, by_product: bool, home: bool = False) -> tuple[str, ...]:
    """Deposits that run in the base year, at home or abroad."""
    table = lab.world.structure["deposits"]
    return lab.running(table["by_product"].astype(bool).eq(by_product) & table["zone"].eq(lab.home).eq(home))


def _untied(lab: Lab) -> Point:
    """The base year when by-products have the slack of their own plants."""
    table = lab.world.structure["deposits"]
    return lab.point({f"deposit/{d}/price_follows": 1.0 for d in table[table["by_product"].astype(bool)]["id"]})


def _run(lab: Lab, free: Point, then: Change = lambda s, schedule: (s, schedule)) -> Outcome:
    """A run from the untied base year in which no host brings up ore."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        return then(s._replace(ore=s.ore._replace(host=jnp.zeros_like(s.ore.host))), schedule)

    return lab.run(at=free, change=change)


def _out(lab: Lab, who: tuple[str, ...], run: Outcome) -> np.ndarray:
    return lab.level(run, stage="mining", status="licensed", deposit=who)


def _price(lab: Lab, who: tuple[str, ...], run: Outcome) -> np.ndarray:
    """Price of the concentrates, weighted by the base year's output [USD/kg; T]."""
    at = np.flatnonzero(lab.lens.mask(stage="mining", status="licensed", deposit=who))
    act = lab.lens.act.iloc[at]
    price = np.stack([lab.price(run, f"{g}@{z}") for g, z in zip(act["good"], act["zone"], strict=True)], 1)
    return price @ act["level"].to_numpy() / act["level"].sum()


def _elasticity(lab: Lab, who: tuple[str, ...], before: Outcome, after: Outcome, year: int) -> float:
    """Change of output over change of price between two runs, in logarithms."""
    t = lab.at(year)
    moved = [float(np.log(f(lab, who, after)[t] / f(lab, who, before)[t])) for f in (_out, _price)]
    return moved[0] / moved[1]


def _rise(lab: Lab, who: tuple[str, ...], before: Outcome, after: Outcome, year: int) -> float:
    t = lab.at(year)
    return float(100.0 * _out(lab, who, after)[t] / _out(lab, who, before)[t] - 100.0)


def _bodies(lab: Lab, who: tuple[str, ...]) -> np.ndarray:
    return np.array([b.split("/")[0] in who for b in lab.engine.names.bodies])


def _when(lab: Lab) -> slice:
    return slice(lab.at(SOON), lab.at(LATE) + 1)


def _dug(lab: Lab, who: tuple[str, ...], run: Outcome) -> float:
    return float(run.record.dug[_when(lab)][:, _bodies(lab, who)].sum(1).mean())


def _sold(lab: Lab, who: tuple[str, ...], run: Outcome) -> float:
    return float(lab.level(run, stage="mining", deposit=who)[_when(lab)].mean())


def _ore_saved(lab: Lab, who: tuple[str, ...], before: Outcome, after: Outcome) -> float:
    return _dug(lab, who, before) - _dug(lab, who, after)


def _unsold(lab: Lab, who: tuple[str, ...], after: Outcome) -> float:
    return _sold(lab, who, lab.baseline) - _sold(lab, who, after)


def _ponded(lab: Lab, who: tuple[str, ...], before: Outcome, after: Outcome) -> float:
    """What goes to the pond beyond what went before [kt REO/yr]."""
    return _dug(lab, who, after) - _sold(lab, who, after) - _dug(lab, who, before) + _sold(lab, who, before)


def _paths(lab: Lab, series: dict[str, np.ndarray]) -> pd.DataFrame:
    return lab.paths({k: 100.0 * y / y[0] for k, y in series.items()})


def _output(lab: Lab, run: Outcome, ties: tuple[str, ...], alone: tuple[str, ...]) -> pd.DataFrame:
    return _paths(lab, {"by-products": _out(lab, ties, run), "mines of their own": _out(lab, alone, run)})


def _prices(lab: Lab, run: Outcome, ties: tuple[str, ...], alone: tuple[str, ...]) -> pd.DataFrame:
    return _paths(lab, {"by-products": _price(lab, ties, run), "mines of their own": _price(lab, alone, run)})


def _where(lab: Lab, home: tuple[str, ...], cut: Outcome) -> pd.DataFrame:
    return marks(
        (name, kind, y)
        for name, run in (("law in force", lab.baseline), ("a fifth of capacity closed", cut))
        for kind, y in (
            ("ore that comes up", _dug(lab, home, run)),
            ("sold", _sold(lab, home, run)),
            ("to the pond", _dug(lab, home, run) - _sold(lab, home, run)),
        )
    )
