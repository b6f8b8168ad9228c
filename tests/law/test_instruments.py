"""What each instrument does to the terms, on the toy network, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.law import compile_terms, stack
from tests.law.conftest import q


def at(network, *names):
    return network.activities.index.get_indexer(list(names))


CAP = f"""
total:
  instrument: cap
  kind: duty
  acts_on: {{stage: mining, zone: CHN, status: licensed}}
  amount: {q("t REO/year", 8000)}
"""
INSPECTED = f"""
checks:
  instrument: inspection
  kind: duty
  acts_on: {{stage: mining, zone: CHN, status: unlicensed}}
  caught: {q("share of tonnes/year", 0.2)}
  budget: {q("MUSD2020/year", 12)}
fine:
  instrument: penalty
  kind: duty
  for_breach_of: [total]
  times_gain: {q("multiple", 3)}
  seized: {q("share of product", 1)}
"""


def test_charge_on_sale_value_is_advalorem_from_its_year(terms, network):
    t = terms(
        f"tax: {{instrument: charge, kind: duty, acts_on: {{stage: mining, status: licensed}}, "
        f"base: sale_value, rate: {q('share of value', 0.1)}}}"
    )
    i = at(network, "dig/east", "dig/wild")
    assert t.advalorem[:, i].tolist() == [[0, 0], [0, 0]] + [[0.1, 0]] * 4


def test_charge_at_the_border_is_inside_the_price(terms, network):
    t = terms(
        f"duty: {{instrument: charge, kind: duty, levy: duty, acts_on: {{doing: ship, status: licensed}}, "
        f"base: border_value, rate: {q('share of value', 0.25)}}}"
    )
    assert t.advalorem[-1, at(network, "ship/dy", "smuggle/dy")] == pytest.approx([0.2, 0.0])


def test_charge_by_tonne_and_by_burden(terms, network):
    t = terms(
        f"fee: {{instrument: charge, kind: duty, levy: fee, acts_on: {{stage: mining, district: West}}, "
        f"base: t, rate: {q('USD2020/t', 500)}}}\n"
        f"waste: {{instrument: charge, kind: duty, acts_on: {{stage: mining, district: West}}, "
        f"base: burden, burden: residue, rate: {q('USD2020/t of burden', 10)}, "
        f"due_on: {q('share', 0.5)}}}"
    )
    assert t.specific[-1, at(network, "dig/west")] == pytest.approx(0.5 + 0.01 * 20 * 0.5)


@pytest.mark.parametrize("rate", ["value: 0.1", "range: [-0.2, 0.1]", "value: -0.1, range: [-0.2, 0.3]"])
def test_a_subsidy_that_takes_money_is_refused(terms, rate):
    values = f"[{{from: 2022, {rate}, basis: assumption, why: A test.}}]"
    with pytest.raises(RulebookError, match=r"rulebook.yaml.*a subsidy of 0\.[13] would take.*levy: tax for what"):
        terms(
            "aid: {instrument: charge, kind: duty, levy: subsidy, acts_on: {stage: magnet}, base: sale_value, "
            f"rate: {{unit: share of value, values: {values}}}}}"
        )


def test_subsidy_is_negative(terms, network):
    t = terms(
        f"aid: {{instrument: charge, kind: duty, levy: subsidy, acts_on: {{stage: magnet}}, base: t, "
        f"rate: {q('USD2020/t', -1000)}}}"
    )
    assert t.specific[-1, at(network, "make/magnet")] == pytest.approx(-1.0)


def test_licence_to_build_slows_and_refuses(terms, network):
    t = terms(
        f"ok: {{instrument: licence, kind: duty, acts_on: {{stage: mining, status: licensed, doing: build}}, "
        f"wait: {q('month', 18)}, refused: {q('share', 0.4)}}}"
    )
    i = at(network, "dig/east")
    assert t.entry[-1, i] == pytest.approx(0.6) and t.entry_delay[-1, i] == pytest.approx(1.5)
    assert t.capacity[-1, i] == 1.0


def test_a_tariff_is_paid_to_the_partner(terms, network):
    head = "ok: {instrument: charge, kind: duty, levy: duty, base: border_value, "
    at_home = terms(head + f"acts_on: {{doing: ship, status: licensed}}, rate: {q('share of value', 0.25)}}}")
    there = terms(
        head + f"acts_on: {{doing: ship, status: licensed}}, paid_to: partner, rate: {q('share of value', 0.25)}}}"
    )
    assert np.array_equal(at_home.advalorem, there.advalorem) and not at_home.tariff.any()
    assert there.tariff[-1, at(network, "ship/dy")] == pytest.approx(0.2)


def test_licence_to_run_refuses(terms, network):
    t = terms(
        f"ok: {{instrument: licence, kind: duty, acts_on: {{doing: run, stage: magnet}}, refused: {q('share', 0.25)}}}"
    )
    assert t.capacity[-1, at(network, "make/magnet")] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("quantity", "parts", "field", "expected"),
    [
        ("recovery", f"at_least: {q('share', 0.75)}, base: {q('share', 0.6)}", "recovery", 1 + 0.5 * 0.25),
        ("recovery", f"at_least: {q('share', 0.5)}, base: {q('share', 0.6)}", "recovery", 1.0),
        (
            "share of process water recycled",
            (f"at_least: {q('share', 0.9)}, base: {q('share', 0.8)}, burden: waste_water"),
            "burden",
            1 - 0.5 * 0.5,
        ),
        (
            "discharge",
            (f"at_most: {q('mg/l', 15)}, base: {q('mg/l', 60)}, burden: waste_water"),
            "burden",
            1 - 0.5 * 0.75,
        ),
        ("discharge", f"at_most: {q('mg/l', 15)}, base: {q('mg/l', 10)}, burden: waste_water", "burden", 1.0),
    ],
)
def test_standard_moves_what_the_obeying_share_must_change(terms, network, quantity, parts, field, expected):
    t = terms(
        f"rule: {{instrument: standard, kind: duty, acts_on: {{stage: mining, status: licensed}}, "
        f"quantity: {quantity}, {parts}, obeyed: {q('share', 0.5)}, cost: {q('USD2020/t', 200)}}}"
    )
    i = at(network, "dig/east")[0]
    found = t.burden[-1, i, 0] if field == "burden" else t.recovery[-1, i]
    assert found == pytest.approx(expected)
    assert t.burden[-1, i, 1] == 1.0 and t.resource_cost[-1, i] == pytest.approx(0.1)


def test_feed_from_ore_closes_the_obeying_share_of_those_reached(terms, network):
    t = terms(
        f"rule: {{instrument: standard, kind: duty, acts_on: {{stage: separation, status: unlicensed}}, "
        f"quantity: share of feed from ore, at_most: {q('share', 0)}, obeyed: {q('share', 0.3)}}}"
    )
    assert t.capacity[-1, at(network, "separate/wild", "separate/home")] == pytest.approx([0.7, 1.0])


def test_inspection_and_penalty_charge_the_unlicensed(terms, network):
    t = terms(CAP + INSPECTED)
    i = at(network, "dig/wild", "dig/east", "separate/wild")
    tau = min(0.2 / (1 - 0.2 * 3), 0.2 * (1 + 1))
    assert t.advalorem[-1, i] == pytest.approx([tau, 0, 0])
    assert t.advalorem[0, i].tolist() == [0, 0, 0]
    assert t.caught[-1, i[0]] == pytest.approx(0.2) and t.fine[-1, i[0]] == pytest.approx(3)
    assert t.state_cost[-1].tolist() == [12, 0]


def test_a_fine_belongs_to_the_state_whose_penalty_it_is(terms, network):
    """A state that fines smugglers of another zone takes the fine; it was booked to the smugglers' state."""
    i, rate = at(network, "dig/wild"), q("share of value", 0.1)
    tax = f"tax: {{instrument: charge, kind: duty, acts_on: {{stage: mining}}, base: sale_value, rate: {rate}}}\n"
    assert terms(CAP + INSPECTED).foreign == ()
    t, both = terms(CAP + INSPECTED, head={"zone": "JPN"}), terms(CAP + INSPECTED + tax, head={"zone": "JPN"})
    (levy,) = t.foreign
    assert levy.zone == 1 and (levy.advalorem == t.advalorem).all() and levy.advalorem[-1, i] == pytest.approx(0.4)
    assert both.foreign[0].advalorem[-1, i] == pytest.approx(0.5) == both.advalorem[-1, i]


def test_tracing_raises_the_share_caught_and_costs_the_lawful(terms, network):
    tracing = (
        f"traced: {{instrument: tracing, kind: duty, acts_on: {{stage: mining}}, "
        f"coverage: {q('share', 0.5)}, detects: {q('share', 0.4)}, cost: {q('USD2020/t REO', 20)}}}\n"
    )
    t = terms(CAP + INSPECTED + tracing)
    assert t.caught[-1, at(network, "dig/wild")] == pytest.approx(1 - 0.8 * 0.8)
    assert t.resource_cost[-1, at(network, "dig/east", "dig/wild")] == pytest.approx([0.01, 0.0])


def test_closing_takes_capacity_from_those_caught(terms, network):
    t = terms(CAP + INSPECTED + f"  closed: {q('month', 6)}\n")
    assert t.capacity[-1, at(network, "dig/wild")] == pytest.approx(1 - 0.2 * 0.5)


def test_least_fine_bites_where_gain_is_small(terms, network):
    floor = f"  floor: {q('MUSD2020/case', 1)}\n  case_size: {q('t REO/case', 100)}\n"
    t = terms(CAP + INSPECTED.replace(q("multiple", 3), q("multiple", 0)) + floor)
    assert t.advalorem[-1, at(network, "dig/wild")] == pytest.approx(0.2 + 0.2 * 10 / 10)


def test_reserve_buys_until_its_target(terms, network):
    t = terms(
        f"stock: {{instrument: reserve, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, "
        f"target: {q('t', 50)}, pace: {q('t/year', 20)}, buy_below: {q('USD2020/kg', 300)}}}"
    )
    i = at(network, "dy_oxide@JPN/reserve_buy")[0]
    assert t.holding[:, i] == pytest.approx([0, 0, 0.02, 0.02, 0.01, 0])
    assert np.isnan(t.reservation[0, i]) and t.reservation[-1, i] == 300
    assert t.holding[:, at(network, "dy_oxide@JPN/floor_buy")[0]].sum() == 0


def test_price_band_buys_at_the_floor(terms, network):
    t = terms(
        f"floor: {{instrument: price_band, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, "
        f"floor: {q('USD2020/kg', 250)}, tonnes: {q('t/year', 30)}}}"
    )
    i = at(network, "dy_oxide@JPN/floor_buy")[0]
    assert t.holding[-1, i] == pytest.approx(0.03) and t.reservation[-1, i] == 250


def test_support_into_capacity_by_capacity_and_into_knowledge_by_zone(terms, network):
    t = terms(
        f"mine: {{instrument: support, kind: duty, acts_on: {{stage: mining, status: licensed}}, "
        f"into: capacity, amount: {q('MUSD2020/year', 8)}, lasts: {q('year', 2)}}}\n"
        f"lab: {{instrument: support, kind: duty, acts_on: {{zone: JPN}}, into: knowledge, "
        f"amount: {q('MUSD2020/year', 5)}}}"
    )
    assert t.entry_support[2:5, at(network, "dig/east", "dig/west")].tolist() == [[6, 2], [6, 2], [0, 0]]
    assert t.knowledge_support[-1].tolist() == [0, 5]


def test_support_builds_what_can_be_built_alone(terms, network):
    """A shipment, a holder or a use costs nothing to build: money for it would build it without end."""
    paid = "mine: {{instrument: support, kind: duty, acts_on: {{{on}}}, into: capacity, amount: {n}}}"
    found = terms(paid.format(on="zone: CHN", n=q("MUSD2020/year", 8))).entry_support[-1]
    runs = network.activities["doing"].eq("run").to_numpy()
    assert found.sum() == pytest.approx(8.0) and not found[~runs].any()
    with pytest.raises(RulebookError, match="reaches no activity.*that can be built"):
        terms(paid.format(on="doing: ship", n=q("MUSD2020/year", 8)))


@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        ("{from: 2023, value: 8, ", [0, 8, 8, 0]),
        ("{from: 2022, value: 0, basis: assumption, why: None yet.}, {from: 2023, value: 8, ", [0, 8, 8, 0]),
        (
            "{from: 2022, value: 8, reading: tight, basis: assumption, why: Soon.}, {from: 2023, value: 8, ",
            [0, 8, 8, 0],
        ),
        ("{from: 2020, value: 8, ", [8, 8, 0, 0]),
    ],
)
def test_support_lasts_from_its_first_money_in_force_and_not_from_the_first_date_it_names(terms, amount, paid):
    t = terms(
        "mine: {instrument: support, kind: duty, acts_on: {stage: mining, status: licensed}, into: capacity, "
        f"amount: {{unit: MUSD2020/year, values: [{amount}basis: assumption, why: A test.}}]}}, "
        f"lasts: {q('year', 2)}}}",
        head={"start": "2022-01-01"},
    )
    assert t.entry_support[2:].sum(1).tolist() == paid


@pytest.mark.parametrize("stage", ["milling", "trade"])
def test_support_of_a_place_goes_to_its_pits_and_not_to_mills_and_launderers(small, network, years, stage):
    """They cost nothing to build: a mill of a hundred kilotonnes of ore took 95 of 100 million, the mine five."""
    table = network.activities.copy()
    table.loc["dig/west", ["stage", "capacity"]] = [stage, 131.0]
    text = "s: {{instrument: support, kind: duty, acts_on: {on}, into: capacity, amount: {n}}}"
    other = replace(network, activities=table)
    on = small(text.format(on="{zone: CHN, ore: ion_clay, status: licensed}", n=q("MUSD2020/year", 8)))
    found = compile_terms(stack(on), other, years).entry_support[-1]
    assert found[at(network, "dig/east", "dig/west")].tolist() == [8, 0]
    with pytest.raises(RulebookError, match="reaches no activity.*that can be built"):
        compile_terms(stack(small(text.format(on=f"{{stage: {stage}}}", n=q("MUSD2020/year", 8)))), other, years)


def test_conduct_is_a_markup_or_refused(terms, network):
    power = "sell: {{instrument: conduct, kind: duty, acts_on: {{stage: magnet}}, sellers: {n}, elasticity: {e}}}"
    t = terms(power.format(n=q("number", 5), e=q("elasticity", 2)))
    assert t.markup[-1, at(network, "make/magnet")] == pytest.approx(0.1)
    with pytest.raises(RulebookError, match=r"0\.8.*no solution.*> 1"):
        terms(power.format(n=q("number", 2), e=q("elasticity", 0.4)))


@pytest.mark.parametrize(
    ("n", "e", "why"),
    [
        ("value: 1", "value: 1", "an equal sign is no solution either"),
        ("value: 3, range: [1, 6]", "value: 0.5, range: [0.25, 0.75]", "a draw would be refused halfway"),
        ("range: [2, 6]", "value: 0.5", "a range without a value counts by its low end"),
    ],
)
def test_conduct_without_a_solution_is_refused_on_loading(small, n, e, why):
    row = "{{unit: {unit}, values: [{{from: 2021, {v}, basis: assumption, why: Test.}}]}}"
    measure = (
        f"sell: {{instrument: conduct, kind: duty, acts_on: {{stage: magnet}}, "
        f"sellers: {row.format(unit='number', v=n)}, elasticity: {row.format(unit='elasticity', v=e)}}}"
    )
    with pytest.raises(RulebookError, match=r"rulebook.yaml.*sellers.*no solution.*> 1"):
        small(measure)


def test_power_never_used_does_nothing_until_an_override_switches_it_on(terms):
    power = "stop: {instrument: cap, kind: power, used: never, acts_on: {stage: mining, status: licensed}}"
    assert terms(power).permits == ()
    assert terms(power, overrides={"stop.amount": 0}).permit_amount[-1] == pytest.approx([0, 0])


def test_power_used_in_a_reading(terms, network):
    power = (
        f"stop: {{instrument: licence, kind: power, used: [tight], acts_on: {{stage: magnet, doing: run}}, "
        f"refused: {q('share', 0.5)}}}"
    )
    i = at(network, "make/magnet")
    assert terms(power).capacity[-1, i] == 1.0
    assert terms(power, reading="tight").capacity[-1, i] == 0.5


def test_inspection_without_penalty_is_refused(terms):
    with pytest.raises(RulebookError, match="no penalty"):
        terms(INSPECTED.split("fine:")[0])
