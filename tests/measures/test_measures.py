"""The measures of one run, each against sums made here activity by activity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.dynamics.schedule import UNCAPPED
from earthprice.measures.burdens import burdens
from earthprice.measures.contents import contents
from earthprice.measures.lens import Lens
from earthprice.measures.loop import loop
from earthprice.measures.measures import FAMILIES, measure
from earthprice.measures.prices import prices
from earthprice.measures.trade import exports
from earthprice.runs.engine import Outcome
from earthprice.study.frame import Frame
from earthprice.world.terms import Levy


@pytest.fixture
def lens(small: Frame) -> Lens:
    return small.plan.lens


def shipped(lens: Lens, run: Outcome, good: str, status: str = "licensed") -> list[int]:
    """Shipments of a good out of home, by a look at every row."""
    rows = enumerate(lens.act.itertuples())
    return [i for i, r in rows if (r.doing, r.zone, r.good, r.status) == ("ship", lens.home, good, status)]


def test_no_measure_has_the_name_of_another(lens: Lens, reformed: Outcome) -> None:
    assert sum(len(family(lens, reformed)) for family in FAMILIES) == len(measure(lens, reformed))


def test_the_price_abroad_is_that_at_home_and_the_gap(lens: Lens, reformed: Outcome) -> None:
    found, price = prices(lens, reformed), reformed.record.price
    node, act = lens.engine.world.network.node, lens.act
    at = shipped(lens, reformed, "dy_oxide")
    flow = reformed.record.level[:, at]
    arrived = [price[:, node(f"dy_oxide@{act['partner'].iloc[i]}")] - reformed.point.bench.cost[i] for i in at]
    fob = (flow * np.array(arrived).T).sum(1) / flow.sum(1)
    assert found["fob/dy"] == pytest.approx(fob)
    assert found["price_gap/dy"] == pytest.approx(fob - price[:, node(f"dy_oxide@{lens.home}")])


def test_what_another_state_levies_is_no_part_of_the_price_at_homes_port(lens: Lens, reformed: Outcome) -> None:
    """A fifth of the price of arrival, levied there or by a third state, is none of FOB nor of the gap's charges."""
    terms, at = reformed.terms, shipped(lens, reformed, "dy_oxide")
    duty = np.zeros_like(terms.advalorem)
    duty[:, at] = 0.2
    mine, theirs = prices(lens, reformed), replace(terms, advalorem=terms.advalorem + duty)
    nil = np.zeros_like(duty)
    levy = Levy(lens.engine.names.zones.index("JPN"), nil, duty, nil, np.zeros_like(terms.knowledge_support))
    for found in (replace(theirs, tariff=duty), replace(theirs, foreign=(*terms.foreign, levy))):
        told = prices(lens, replace(reformed, terms=found))
        flow, sales = reformed.record.level[:, at], reformed.sales[:, at]
        assert told["fob/dy"] == pytest.approx(mine["fob/dy"] - 0.2 * (flow * sales).sum(1) / flow.sum(1))
        assert told["gap_charges/dy"] == pytest.approx(mine["gap_charges/dy"])
    own = prices(lens, replace(reformed, terms=theirs))
    assert own["fob/dy"].tolist() == mine["fob/dy"].tolist(), "of home's own duty it holds all"
    assert (own["gap_charges/dy"] > mine["gap_charges/dy"] + 1).all()


def test_exports_are_what_leaves_in_every_form(lens: Lens, reformed: Outcome) -> None:
    found = exports(lens, reformed)
    for e in ("dy", "ndpr", "ce"):
        oxide = 1e3 * reformed.record.level[:, shipped(lens, reformed, f"{e}_oxide")].sum(1)
        assert found[f"exports/{e}_oxide/all"] == pytest.approx(oxide)
        assert found[f"exports/{e}/all"] == pytest.approx(sum(found[f"exports/{e}/{p}"] for p in lens.partners))
        assert (
            found[f"exports/{e}/all"] >= found[f"exports/{e}_raw/all"] + found[f"exports/{e}_magnets/all"] - 1e-6
        ).all()


def test_an_oxide_is_its_element_and_a_magnet_holds_what_went_into_it(lens: Lens, reformed: Outcome) -> None:
    held, names = contents(lens, reformed), list(lens.engine.world.network.nodes.index)
    for k, e in enumerate(lens.elements):
        own = held[:, names.index(f"{e}_oxide@{lens.home}")]
        assert (own[:, k] == 1.0).all() and (own.sum(1) == 1.0).all()
    magnets = held[:, lens.nodes.magnets.nodes].sum(2)
    assert ((magnets == 0) | ((magnets > 0.2) & (magnets < 0.5))).all(), "about 30 % of a magnet"


def test_damage_is_that_of_all_zones_and_of_all_burdens(lens: Lens, reformed: Outcome) -> None:
    found = burdens(lens, reformed)
    zones = sum(found[f"damage_zone/{z}"] for z in lens.engine.names.zones)
    assert zones == pytest.approx(reformed.record.damage.sum(1))
    assert found["damage"] + found["damage_abroad"] == pytest.approx(zones)
    waste = [k for k in found if k.startswith("burden/") and k.endswith(("_separation", "_unlicensed"))]
    assert waste and all((found[k] <= found[k.rpartition("_")[0]] + 1e-9).all() for k in waste)


def test_the_loop_begins_at_one_and_follows_the_price(lens: Lens, reformed: Outcome) -> None:
    found = loop(lens, reformed)
    assert [found[f"loop/{k}"][0] for k in ("price", "digging", "total")] == [1.0, 1.0, 1.0]
    price = prices(lens, reformed)[f"price/{lens.headline[0]}_oxide@{lens.home}"]
    assert found["loop/price"] * price[0] == pytest.approx(price)


def test_totals_that_are_lifted_are_unknown_and_not_a_large_one(lens: Lens, reformed: Outcome) -> None:
    """A lifted total was counted as a million kilotonnes: the index rose from 1.5 to 22,734."""
    was = loop(lens, reformed)["loop/total"]
    assert was[0] == 1.0 and np.isfinite(was).all()
    amount = np.array(reformed.record.permit_amount)
    amount[3:] = UNCAPPED
    lifted = replace(reformed, record=reformed.record._replace(permit_amount=amount))
    now = loop(lens, lifted)["loop/total"]
    assert now[:3] == pytest.approx(was[:3]) and np.isnan(now[3:]).all()
    assert np.isnan(loop(replace(lens, home="MMR"), reformed)["loop/total"]).all(), "who has no totals"
