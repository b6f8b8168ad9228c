"""S7, four ways to hold back exports: quota, duty, licence, ban; who earns the gap, what smuggling leaves of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.demos.shipments import by_period, capped_shipments, forms, gap, leaving, out_of, rows, under, unsmuggled
from earthprice.law.experiment import measure_line, values
from earthprice.measures.welfare import charges, incomes, tariffs
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

ELEMENTS = ("ndpr", "dy")
FROM, UNTIL, SHOWN = 2022, 2025, 2030
"""First year of the orders, end of the years that are averaged, last year drawn."""
LEFT = 0.6
"""Share of the exports under the law in force that quota and licence let through."""
WAIT = 45
"""Working days until a licence is decided, as in the notice of April 2025."""
RATE = 0.25
"""Duty and tariff that are compared, share of the border value."""
REBATE = -0.13
"""Value-added tax given back in the law's own terms, so that the duty and the tariff stand alone on one value."""
BOUNDED = 2028
"""Year in which smugglers have had time to answer a ban."""
FULL = float(np.log(0.95 / 0.05))
"""Spreads above its break-even at which 95 % of a logistic supply runs."""


@dataclass(frozen=True)
class Orders:
    """The runs.

    Attributes:
        plain, quota, duty, licence, ban: law in force, and the four orders; the duty is as high as the quota's rent.
        dry: the ban without smugglers.
        waiting: a licence that refuses nothing and on whose waiting no interest is paid.
        taxed, tariff: a duty of `RATE` at home, the same abroad; with each, value-added tax is given back.
    """

    plain: Outcome
    quota: Outcome
    duty: Outcome
    licence: Outcome
    ban: Outcome
    dry: Outcome
    waiting: Outcome
    taxed: Outcome
    tariff: Outcome


def exports(lab: Lab) -> Demonstration:
    """Exports of NdPr and Dy, as oxide and metal, held back in four ways; then the ban without smugglers."""
    o = _runs(lab)
    named = {"law in force": o.plain, "quota": o.quota, "duty": o.duty, "licence": o.licence, "ban": o.ban}
    lines = {"law in force": o.plain, "quota; duty of its size": o.quota, "licence": o.licence, "ban": o.ban}
    gaps = {k: gap(lab, r, "dy") for k, r in lines.items()} | {"ban, no smuggling": gap(lab, o.dry, "dy")}
    return Demonstration(
        title="Quota, duty, licence, ban: the same tonnes, other pockets",
        words=f"From {FROM} on China holds back neodymium-praseodymium and dysprosium, as oxide and metal: by a quota "
              f"of {100 * LEFT:.0f} % of what would leave, by a duty as high as the quota's rent, by licences of which "
              f"{100 - 100 * LEFT:.0f} % are refused and the others take {WAIT} working days, and by a ban. Where the "
              "price abroad parts from that at home somebody earns the gap: holders of quota and licences, the state, "
              "smugglers.",
        removed="For the duty and the tariff, the order itself; for the licence, the days of waiting; for the gap "
                "under a ban, smuggling.",
        claims=(*_same_tonnes(lab, o), *_pockets(lab, o), _gap_at_start(lab, o), _bounded(lab, o)),
        panels=(
            Panel("Dysprosium oxide: price in Japan less in China", "year", "USD2020/kg",
                  rows(lab, gaps, FROM - 2, SHOWN), log=True),
            Panel("NdPr oxide: price in Japan less in China", "year", "USD2020/kg",
                  rows(lab, {k: gap(lab, r, "ndpr") for k, r in lines.items()}, FROM - 2, SHOWN)),
            Panel(f"Dysprosium that leaves China, mean of {FROM}-{UNTIL - 1}", "order", "t REO/yr",
                  _tonnes(lab, named), "bar"),
            Panel(f"Gains and losses from exports, mean of {FROM}-{UNTIL - 1}", "order", "MUSD/yr",
                  _earned(lab, named), "bar"),
        ),
        rests_on=("smuggle/*", "model/smuggle/spread", "model/trade/*", "model/entry/adapt", "trade/*/level",
                  "stock/*/stock"),
        scenario="No such orders were given in these years. How much is smuggled is not counted by anyone.",
    )  # fmt: skip


def _runs(lab: Lab) -> Orders:
    plain = lab.baseline
    sets = {e: out_of(lab, *forms(lab, e)) for e in ELEMENTS}

    def order(kind: str, amounts: Mapping[str, str]) -> Terms:
        return under(lab, *(capped_shipments(f"{e}_{kind}", s, amounts[e]) for e, s in sets.items()))

    let = {e: by_period(lab, LEFT * leaving(lab, plain, e), "t REO/year", FROM) for e in ELEMENTS}
    quota, ban = lab.run(order("quota", let)), order("ban", dict.fromkeys(ELEMENTS, values("t REO/year", {FROM: 0})))
    wait = values("working day", {FROM: WAIT})
    licences = [
        under(lab, *(measure_line(f"{e}_licence", "licence", s, wait=wait, **refused) for e, s in sets.items()))
        for refused in ({"refused": values("share", {FROM: 1.0 - LEFT})}, {"interest": values("share/year", {FROM: 0})})
    ]
    every = out_of(lab, *(g for e in ELEMENTS for g in forms(lab, e)))
    charge = {"levy": "duty", "base": "border_value", "rate": values("share of value", {FROM: RATE})}
    rebate = measure_line("rebate", "charge", every, **refunded(FROM))
    return Orders(
        plain,
        quota,
        lab.run(under(lab, *_duties(lab, quota))),
        lab.run(licences[0]),
        lab.run(ban),
        lab.run(ban, change=partial(unsmuggled, lab, FROM)),
        lab.run(licences[1]),
        lab.run(under(lab, rebate, measure_line("duty", "charge", every, **charge))),
        lab.run(under(lab, rebate, measure_line("tariff", "charge", every, **charge, paid_to="partner"))),
    )


def refunded(year: int) -> dict[str, str]:
    """A charge that gives value-added tax on exports back from a year."""
    return {"levy": "vat", "base": "border_value", "rate": values("share of value", {year: REBATE})}


def _duties(lab: Lab, quota: Outcome) -> list[str]:
    """Duties a tonne as high as the rent of the quota, year by year."""
    reo = lab.world.network.reo.to_numpy()
    found = []
    for e in ELEMENTS:
        for good in forms(lab, e):
            which = lab.lens.mask(doing="ship", zone=lab.home, status="licensed", good=good)
            rate = 1e3 * lab.rent(quota, f"{e}_quota") * reo[which][0]
            parts = {"levy": "duty", "base": "t", "rate": by_period(lab, rate, "USD2020/t", FROM)}
            found.append(measure_line(f"{good}_duty", "charge", out_of(lab, good), **parts))
    return found


def _mean(lab: Lab, path: np.ndarray) -> float:
    return float(path[lab.at(FROM) : lab.at(UNTIL)].mean())


def _both(lab: Lab, run: Outcome) -> float:
    return sum(_mean(lab, leaving(lab, run, e)) for e in ELEMENTS)


def _same_tonnes(lab: Lab, o: Orders) -> list[Claim]:
    quota, taxed = _both(lab, o.quota), _both(lab, o.taxed)
    return [
        Claim(
            "a duty as high as the quota's rent lets through, of what the quota does",
            "%",
            100 * _both(lab, o.duty) / quota,
            99.5,
            100.5,
            "theory: a price and a quantity meet in the same point",
            100 * _both(lab, o.plain) / quota,
        ),
        Claim(
            f"value-added tax given back: a tariff of {100 * RATE:.0f} % abroad lets in, of what a duty of "
            f"{100 * RATE:.0f} % lets out",
            "%",
            100 * _both(lab, o.tariff) / taxed,
            99.9,
            100.1,
            "theory: quantities do not ask on which side of the border a charge is paid",
            100 * _both(lab, o.plain) / taxed,
        ),
    ]


def _pockets(lab: Lab, o: Orders) -> list[Claim]:
    ships = lab.lens.mask(doing="ship", zone=lab.home, status="licensed")
    yields = sum(_mean(lab, lab.rent(o.quota, f"{e}_quota") * leaving(lab, o.quota, e) / 1e3) for e in ELEMENTS)

    def state(run: Outcome, of: np.ndarray = ships) -> float:
        return _mean(lab, (charges(run) - tariffs(run))[:, of].sum(1))

    def abroad(run: Outcome) -> float:
        return 100 * _mean(lab, tariffs(run)[:, ships].sum(1)) / state(o.taxed, dutiable)

    dutiable = ships & lab.lens.mask(good=tuple(g for e in ELEMENTS for g in forms(lab, e)))
    return [
        Claim(
            "of the rent that holders of the quota earned, the state collects under the duty",
            "%",
            100 * (state(o.duty) - state(o.quota)) / yields,
            99,
            101,
            "theory: the same gap on the same tonnes, paid to the state",
            0.0,
        ),
        Claim(
            "of what the duty brought home, the tariff brings to the states of arrival",
            "%",
            abroad(o.tariff),
            99,
            101,
            "theory: quantities stay, revenue moves",
            abroad(o.taxed),
        ),
    ]


def _gap_at_start(lab: Lab, o: Orders) -> Claim:
    lost, at = 100 * 7 / 5 * WAIT / 365, lab.at(FROM)
    fallen = 100 - 100 * leaving(lab, o.waiting, "dy")[at] / leaving(lab, o.plain, "dy")[at]
    return Claim(
        f"{WAIT} working days of waiting cost, of the first year's tonnes of dysprosium",
        "%",
        float(fallen),
        lost - 0.3,
        lost + 0.3,
        f"theory: nothing arrives on {7 / 5 * WAIT:.0f} of 365 days",
        0.0,
    )


def _bounded(lab: Lab, o: Orders) -> Claim:
    """At most the gap at which nearly all smugglers run: risk x price + rent + spread x logit(0.95)."""
    at = lab.at(BOUNDED)
    lane = list(lab.lens.act.index).index(f"smuggle/dy_oxide/{lab.home}/JPN")
    s = o.ban.setting
    risk = float(np.asarray(s.base.risk)[lane]) * lab.price(o.ban, f"dy_oxide@{lab.home}")[at]
    most = risk + float(np.asarray(s.base.rent)[lane]) + FULL * float(np.asarray(s.base.spread)[lane])
    return Claim(
        f"gap for dysprosium under the ban in {BOUNDED}",
        "USD2020/kg",
        float(gap(lab, o.ban, "dy")[at]),
        0.0,
        float(most),
        "theory: at this gap 95 % of smugglers run, and their boats multiply",
        float(gap(lab, o.dry, "dy")[at]),
    )


def _tonnes(lab: Lab, named: dict[str, Outcome]) -> pd.DataFrame:
    return marks(
        (words, k, _mean(lab, leaving(lab, r, "dy", status)))
        for k, r in named.items()
        for words, status in (("licensed", "licensed"), ("smuggled", "unlicensed"))
    )


def _earned(lab: Lab, named: dict[str, Outcome]) -> pd.DataFrame:
    """Income against the law in force: holders of permits, the state (charges on exports), smugglers; and waiting."""
    goods = tuple(g for e in ELEMENTS for g in forms(lab, e))
    licensed, hidden = (
        lab.lens.mask(doing="ship", zone=lab.home, status=s, good=goods) for s in ("licensed", "unlicensed")
    )

    def pockets(run: Outcome) -> dict[str, float]:
        money = incomes(run)
        return {
            "traders (holders of quota and licence)": _mean(lab, money[:, licensed].sum(1)),
            "the Chinese state, from exports": _mean(lab, charges(run)[:, licensed].sum(1)),
            "smugglers": _mean(lab, money[:, hidden].sum(1)),
            "lost in waiting": _mean(lab, (run.terms.resource_cost * run.record.level)[:, licensed].sum(1)),
        }

    plain = pockets(named["law in force"])
    return marks(
        (who, k, money - plain[who])
        for k, r in named.items()
        if k != "law in force"
        for who, money in pockets(r).items()
    )
