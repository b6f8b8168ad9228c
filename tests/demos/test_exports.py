"""Orders on exports: what adds up, what theory says, and what importers answer."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.demos.exports import refunded
from earthprice.demos.lab import Lab
from earthprice.demos.shipments import forms, gap, leaving, out_of, under
from earthprice.law.experiment import measure_line, values
from earthprice.measures.answers import ANSWERS, filled
from earthprice.measures.exposure import RESET, exposure, follow, origins
from earthprice.measures.welfare import STATE, ledger

FROM = 2022


def licence(lab: Lab, **parts: str) -> str:
    return measure_line("order", "licence", out_of(lab, *forms(lab, "dy")), **parts)


def test_what_is_refused_is_a_share_of_what_would_have_left(lab: Lab) -> None:
    run = lab.run(under(lab, licence(lab, refused=values("share", {FROM: 0.3}))))
    ratio = leaving(lab, run, "dy") / leaving(lab, lab.baseline, "dy")
    since = lab.at(FROM)
    assert ratio[:since] == pytest.approx(1.0, rel=1e-9)
    assert ratio[since : since + 3] == pytest.approx(0.7, rel=1e-3)
    assert (ratio[since:] < 0.701).all()


def test_nothing_refused_changes_nothing(lab: Lab) -> None:
    run = lab.run(under(lab, licence(lab, refused=values("share", {FROM: 0.0}))))
    assert run.record.level == pytest.approx(lab.baseline.record.level, abs=1e-9)


def test_waiting_costs_interest_and_the_tax_on_it(lab: Lab) -> None:
    wait, dear = values("working day", {FROM: 45}), values("share/year", {FROM: 0.5})
    patient = lab.run(under(lab, licence(lab, wait=wait, interest=values("share/year", {FROM: 0.0}))))
    costly = lab.run(under(lab, licence(lab, wait=wait, interest=dear)))
    more = (gap(lab, costly, "dy") - gap(lab, patient, "dy"))[lab.at(FROM) + 1 : lab.at(FROM) + 5]
    due = 0.5 * 63 / 365 * lab.price(lab.baseline, f"dy_oxide@{lab.home}")[0]
    assert 0.9 * due < more[0] < 1.13 * due, "of a price that has moved since the base year"
    assert (np.diff(more) < 0.0).all() and more[-1] > 0.7 * due, "smugglers take the dear way's place, a little a year"
    ways = lab.lens.mask(stage="trade", zone=lab.home, status="unlicensed", element="dy")
    assert (np.diff(costly.record.level[:, ways].sum(1)[lab.at(FROM) : lab.at(FROM) + 5]) > 0.0).all()


def test_a_tariff_moves_revenue_and_nothing_else(lab: Lab) -> None:
    """Value-added tax given back: where another tax is on what the seller is paid, a tariff makes that less."""
    parts = {"levy": "duty", "base": "border_value", "rate": values("share of value", {FROM: 0.2})}
    goods = out_of(lab, *forms(lab, "dy"))
    rebate = measure_line("rebate", "charge", goods, **refunded(FROM))
    duty = lab.run(under(lab, rebate, measure_line("order", "charge", goods, **parts)))
    tariff = lab.run(under(lab, rebate, measure_line("order", "charge", goods, paid_to="partner", **parts)))
    assert tariff.record.level == pytest.approx(duty.record.level, abs=1e-9)
    before, after = ledger(lab.lens, duty), ledger(lab.lens, tariff)
    moved = {z: (after[z, STATE] - before[z, STATE])[lab.at(FROM) :] for z in lab.engine.names.zones}
    assert (moved[lab.home] < 0).all() and (moved["JPN"] > 0).all()
    assert sum(moved.values()) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("zones", [("JPN",), ("JPN", "EUR", "USA", "SEA", "ROW", "MMR", "AUS")])
@pytest.mark.parametrize("element", ["dy", "ndpr", "y"])
def test_the_answers_add_up_to_the_gap(lab: Lab, zones: tuple[str, ...], element: str) -> None:
    goods = {**out_of(lab, *forms(lab, element)), "partner": [z for z in zones if z in lab.lens.partners]}
    run = lab.run(under(lab, measure_line("order", "licence", goods, refused=values("share", {FROM: 0.5}))))
    found = filled(lab.lens, lab.baseline, run, element, zones)
    assert found[list(ANSWERS)].sum(axis=1).to_numpy() == pytest.approx(found["lost"].to_numpy(), abs=1e-6)
    assert found["lost"].to_numpy()[lab.at(FROM)] > 0


def test_every_tonne_has_an_origin(lab: Lab) -> None:
    for element in lab.lens.elements:
        flows = follow(lab.lens, lab.baseline, element, 0)
        there = flows.into.sum(1) > 1e-6
        for asked in RESET:
            assert origins(flows, lab.lens, asked)[there].sum(1) == pytest.approx(1.0, abs=1e-6)


def test_exposure_falls_where_nothing_is_shipped(lab: Lab) -> None:
    stop = licence(lab, refused=values("share", {FROM: 1.0}))
    runs = {"baseline": lab.baseline, "reform": lab.run(under(lab, stop))}
    table = exposure(lab.lens, runs, [FROM]).set_index(["scenario", "zone", "element"])
    assert (table["mark"] == "inferred").all()
    shares = table[["in_magnets", "last_border", "separated", "mined"]].to_numpy()
    assert (np.nan_to_num(shares) >= -1e-9).all() and (np.nan_to_num(shares) <= 100 + 1e-9).all()
    before, after = (table.loc[(s, "JPN", "dy")] for s in runs)
    assert after["last_border"] < 0.5 * before["last_border"] and after["separated"] < before["separated"]
    assert table.loc[("baseline", lab.home, "dy"), "mined"] < table.loc[("baseline", lab.home, "dy"), "separated"]
