"""S1, known answers: small markets whose prices anyone can work out by hand, cleared by the engine of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from earthprice.demos import cases
from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves
from earthprice.demos.lab import Lab

EXACT = 0.01
"""How far from the answer worked out by hand a cleared market may lie: permits and flat costs bend by less."""


def textbook(lab: Lab) -> Demonstration:
    """Every case of the textbook through the engine; beside each, the same market with its mechanism taken away."""
    return Demonstration(
        title="Known answers: textbook markets through the engine of the model",
        words="Markets of one to three goods with straight-line supply and demand, whose prices follow from a line or "
        "two of algebra, go through the same engine as the world's nearly two hundred goods. Prices are in "
        "USD/kg, quantities in kt, money in MUSD.",
        removed="No freight, no tax, no quota, no market power, no disposal, no other oxide in the ore, no store, no "
        "charge: each case names its own.",
        claims=(*_trade(), *_interventions(), *_conduct(lab), *_joint(), *_storage()),
        panels=(_freight_panel(), _quota_panel(), _ore_panel(), _storage_panel()),
        rests_on=(),
        scenario="Made-up markets: they test the engine and say nothing about rare earths.",
    )


def _known(words: str, unit: str, value: float, answer: float, without: float, why: str) -> Claim:
    return Claim(words, unit, float(value), answer - EXACT, answer + EXACT, f"theory: {why}", float(without))


def _trade() -> Iterable[Claim]:
    found, free = cases.two_zones(), cases.two_zones(freight=0.0)
    why = "home sells 2p - 100 and abroad buys 220 - 2(p + 20)"
    yield _known("two zones, freight 20: price at home", "USD/kg", found.price["home"], 70, free.price["home"], why)
    yield _known("two zones: price abroad", "USD/kg", found.price["abroad"], 90, free.price["abroad"], why)
    yield _known("two zones: what is shipped", "kt", found.level["load"], 40, free.level["load"], why)
    duty, tariff = cases.two_zones(export_tax=8.0), cases.two_zones(import_tariff=8.0)
    same = "a wedge of 8 leaves 2 x 66 - 100 = 32 shipped, whoever collects it"
    yield _known("export tax of 8: what is shipped", "kt", duty.level["load"], 32, found.level["load"], same)
    yield _known("import tariff of 8: what is shipped", "kt", tariff.level["load"], 32, found.level["load"], same)
    yield _known(
        "import tariff of 8: what the importing state collects",
        "MUSD",
        cases.collected(tariff, "land"),
        256,
        cases.collected(duty, "land"),
        "8 on 32; nothing where the exporter taxes instead",
    )


def _interventions() -> Iterable[Claim]:
    free, taxed = cases.taxed(0.0), cases.taxed(10.0)
    why = "100 - p = p - 10"
    yield _known("tax of 10: price to users", "USD/kg", taxed.price["oxide"], 55, free.price["oxide"], why)
    yield _known("tax of 10: price kept by makers", "USD/kg", taxed.price["oxide"] - 10, 45, free.price["oxide"], why)
    yield _known("tax of 10: loss of welfare", "MUSD", free.welfare - taxed.welfare, 25, 0, "half of 10 x 5")
    open_, capped = cases.quota(), cases.quota(30.0)
    why = "100 - 30 on demand, 20 + 30 on supply"
    yield _known("quota of 30: price", "USD/kg", capped.price["oxide"], 70, open_.price["oxide"], why)
    yield _known("quota of 30: rent of a permit", "USD/kg", capped.price["permit"], 20, open_.price["permit"], why)
    yield _known("quota of 30: loss of welfare", "MUSD", open_.welfare - capped.welfare, 100, 0, "half of 20 x 10")
    clean = cases.taxed(20.0)
    why = "100 - p = p - 20"
    yield _known("damage of 20 charged: output", "kt", clean.level["dig"], 40, free.level["dig"], why)
    yield _known("damage of 20 charged: price to users", "USD/kg", clean.price["oxide"], 60, free.price["oxide"], why)
    less = [market.welfare - 20 * market.level["dig"] for market in (clean, free)]
    yield _known(
        "damage of 20 charged: gain of welfare less damage", "MUSD", less[0] - less[1], 100, 0, "half of 20 x 10"
    )


def _conduct(lab: Lab) -> Iterable[Claim]:
    yield _known(
        "two sellers at cost 4, demand 30 - p: price",
        "USD/kg",
        cases.cournot(2),
        38 / 3,
        cases.cournot(None),
        "Cournot: (30 + 2 x 4) / 3",
    )
    yield _known(
        "one seller at cost 4, elasticity 1.5: price",
        "USD/kg",
        cases.monopoly(1.5),
        12,
        cases.monopoly(None),
        "4 / (1 - 1/1.5)",
    )
    yield Claim(
        "sellers x elasticity = 1: 1 where the law refuses to answer",
        "0 or 1",
        cases.conduct_refused(lab, 2.0, 0.5),
        0.99,
        1.01,
        "theory: 1 - 1/(n e) = 0 has no price; without: at 1.5 there is one",
        cases.conduct_refused(lab, 3.0, 0.5),
    )


def _joint() -> Iterable[Claim]:
    dear, alone = cases.joint_ore(6.0), cases.joint_ore(6.0, cerium=False)
    why = "0.5 (4 - 0.1 Q) + 0.2 (30 - 0.2 Q) = 6"
    yield _known("ore of Ce and Nd at cost 6: dug", "kt", dear.level["mine"], 200 / 9, alone.level["mine"], why)
    yield _known("at cost 6: price of Nd", "USD/kg", dear.price["nd"], 230 / 9, alone.price["nd"], why)
    yield _known("at cost 6: price of Ce", "USD/kg", dear.price["ce"], 16 / 9, alone.price["ce"], why)
    cheap, kept = cases.joint_ore(2.0), cases.joint_ore(2.0, dump=False)
    why = "Ce is worth nothing, so Nd alone pays: 0.2 p = 2"
    yield _known("ore of Ce and Nd at cost 2: dug", "kt", cheap.level["mine"], 100, kept.level["mine"], why)
    yield _known("at cost 2: price of Nd", "USD/kg", cheap.price["nd"], 10, kept.price["nd"], why)
    yield _known("at cost 2: price of Ce", "USD/kg", cheap.price["ce"], 0, kept.price["ce"], why)
    yield _known(
        "at cost 2: Ce thrown away",
        "kt",
        cheap.level.get("dump", 0.0),
        30,
        kept.level.get("dump", 0.0),
        "50 come along, 20 are used",
    )


def _storage() -> Iterable[Claim]:
    (now, later), (poor, dear) = cases.storage(0.5), cases.storage(None)
    why = "(12 - x) / 1.1 - (8 + x) = 0.5"
    yield _known("12 now and 8 later, storage 0.5, interest 10 %: price now", "USD/kg", now, 8 + 2.65 / 2.1, poor, why)
    yield _known("12 now and 8 later: price later", "USD/kg", later, 12 - 2.65 / 2.1, dear, why)


def _rows(xs: np.ndarray, series: dict[str, Callable[[float], float]]) -> pd.DataFrame:
    return curves({k: (xs, [float(f(x)) for x in xs]) for k, f in series.items()})


def _freight_panel() -> Panel:
    rows = _rows(
        np.linspace(0.0, 70.0, 15),
        {
            "price at home": lambda f: cases.two_zones(freight=f).price["home"],
            "price abroad": lambda f: cases.two_zones(freight=f).price["abroad"],
            "shipped [kt]": lambda f: cases.two_zones(freight=f).level["load"],
        },
    )
    return Panel("Two zones: freight parts two prices until trade ends", "freight, USD/kg", "USD/kg; kt", rows)


def _quota_panel() -> Panel:
    best = cases.quota().welfare
    rows = _rows(
        np.linspace(2.0, 46.0, 23),
        {
            "rents of the quota's holders": lambda q: cases.quota(q).price["permit"] * min(q, 40.0),
            "loss of welfare": lambda q: best - cases.quota(q).welfare,
        },
    )
    return Panel("A quota: rents are largest half way, the loss grows to the end", "permits, kt", "MUSD", rows)


def _ore_panel() -> Panel:
    rows = _rows(
        np.linspace(1.0, 8.0, 29),
        {
            "price of Nd [USD/kg]": lambda c: cases.joint_ore(c).price["nd"],
            "price of Ce [USD/kg]": lambda c: cases.joint_ore(c).price["ce"],
            "Ce thrown away [kt]": lambda c: cases.joint_ore(c).level["dump"],
        },
    )
    return Panel("One ore, two oxides: below a cost of 4.4 a glut", "cost of ore, USD/kg", "USD/kg; kt", rows)


def _storage_panel() -> Panel:
    rows = _rows(
        np.linspace(0.0, 4.0, 17),
        {
            "price now": lambda k: cases.storage(k)[0],
            "price later": lambda k: cases.storage(k)[1],
        },
    )
    return Panel(
        "Storage brings two years' prices together, until it costs 2.9", "cost of storage, USD/kg", "USD/kg", rows
    )
