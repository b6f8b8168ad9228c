"""What firms remove of a burden under a charge and a standard, against answers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from earthprice.errors import RulebookError
from earthprice.facts.world import load_world
from earthprice.law import compile_terms, load_rulebook, stack
from earthprice.law.abatement import abated, abatement_cost
from earthprice.world.network import Abatement, Network

YEARS = np.arange(2020.0, 2026.0)
COST, BEST = 10.0, 0.8
CHARGE = """\
fee: {{instrument: charge, kind: duty, acts_on: {{stage: mining, district: West}}, base: burden, burden: waste_water,
      rate: {{unit: USD2020/unit of burden, values: [{{from: 2022, value: {rate}, basis: assumption, why: A test.}}]}}}}
"""
LIMIT = """\
limit: {{instrument: standard, kind: duty, acts_on: {{stage: mining, district: West}}, quantity: discharge,
        burden: waste_water, {cost}
        at_most: {{unit: mg/l, values: [{{from: 2022, value: {limit}, basis: assumption, why: A test.}}]}},
        base: {{unit: mg/l, values: [{{from: 2022, value: 15, basis: assumption, why: A test.}}]}},
        obeyed: {{unit: share, values: [{{from: 2022, value: {obeyed}, basis: assumption, why: A test.}}]}}}}
"""


@pytest.fixture
def clean(network: Network) -> Network:
    """The small network, where waste water can be removed."""

    def frame(value: float) -> pd.DataFrame:
        return pd.DataFrame({"waste_water": value, "residue": 0.0}, index=network.burdens.index)

    return replace(network, abatement=Abatement(frame(COST), frame(BEST)))


def found(small, network, text):
    """Burden left, charge paid and cost of the west mine, each per kg; its waste water is 0.2 a kg."""
    terms = compile_terms(stack(small(text)), network, YEARS)
    i = network.activities.index.get_loc("dig/west")
    assert (terms.burden[:2] == 1).all() and (terms.burden[:, :, 1] == 1).all()
    return terms.burden[-1, i, 0], terms.specific[-1, i], terms.resource_cost[-1, i]


@pytest.mark.parametrize(("rate", "share"), [(0.0, 0.0), (5.0, 0.4), (10.0, 0.8), (50.0, 0.8), (-5.0, 0.0)])
def test_a_firm_removes_what_costs_less_than_the_bill(small, clean, rate, share):
    left, paid, cost = found(small, clean, CHARGE.format(rate=rate))
    assert left == pytest.approx(1 - share)
    assert paid == pytest.approx(0.2 * rate * (1 - share))
    assert cost == pytest.approx(0.2 * 0.5 * COST * share**2 / BEST)


def test_where_nothing_can_be_removed_the_whole_burden_is_billed(small, network):
    assert found(small, network, CHARGE.format(rate=5)) == (1.0, pytest.approx(1.0), 0.0)


@pytest.mark.parametrize(("limit", "cut"), [(15, 0.0), (5, 2 / 3), (1, BEST)])
def test_a_limit_cuts_by_obedience_and_costs_what_a_charge_would(small, clean, limit, cut):
    left, paid, cost = found(small, clean, LIMIT.format(limit=limit, obeyed=0.6, cost=""))
    assert left == pytest.approx(1 - 0.6 * cut) and paid == 0.0
    assert cost == pytest.approx(0.6 * 0.2 * 0.5 * COST * cut**2 / BEST)


def test_a_limit_with_a_cost_of_its_own_costs_that(small, clean):
    own = "cost: {unit: USD2020/t REO, values: [{from: 2022, value: 100, basis: assumption, why: A test.}]},"
    _, _, cost = found(small, clean, LIMIT.format(limit=5, obeyed=0.6, cost=own))
    assert cost == pytest.approx(0.6 * 0.1)


def test_under_both_each_removes_the_more_that_either_asks(small, clean):
    both = CHARGE.format(rate=5) + LIMIT.format(limit=5, obeyed=0.6, cost="")
    left, paid, cost = found(small, clean, both)
    removed = 0.4 + 0.6 * (2 / 3 - 0.4)
    assert left == pytest.approx(1 - removed) and paid == pytest.approx(0.2 * 5 * (1 - removed))
    per_unit = [0.5 * COST * a**2 / BEST for a in (0.4, 2 / 3)]
    assert cost == pytest.approx(0.2 * (0.4 * per_unit[0] + 0.6 * per_unit[1]))


RECYCLED = LIMIT.replace("limit:", "water:").replace("discharge", "share of process water recycled")
RECYCLED = RECYCLED.replace("at_most", "at_least").replace("mg/l", "share").replace("value: 15", "value: 0.5")


def priced(share: float) -> float:
    return 0.2 * 0.5 * COST * share**2 / BEST


@pytest.mark.parametrize("limits", [(5, 10), (10, 5), (5, 5)])
def test_of_two_limits_the_stricter_holds_and_what_it_asks_is_paid_once(small, clean, limits):
    """Two limits on one discharge cut each what the other had left, and each step was priced as the first."""
    first, second = (LIMIT.format(limit=x, obeyed=0.6, cost="") for x in limits)
    left, paid, cost = found(small, clean, first + second.replace("limit:", "other:"))
    assert left == pytest.approx(1 - 0.6 * 2 / 3) and paid == 0.0 and cost == pytest.approx(0.6 * priced(2 / 3))


@pytest.mark.parametrize(("stricter", "laxer"), [(0.6, 0.9), (0.9, 0.6)])
def test_where_fewer_obey_the_stricter_the_others_obey_the_laxer(small, clean, stricter, laxer):
    second = LIMIT.format(limit=10, obeyed=laxer, cost="").replace("limit:", "other:")
    left, _, cost = found(small, clean, LIMIT.format(limit=5, obeyed=stricter, cost="") + second)
    others = max(0.0, laxer - stricter)
    assert left == pytest.approx(1 - stricter * 2 / 3 - others / 3)
    assert cost == pytest.approx(stricter * priced(2 / 3) + others * priced(1 / 3))


@pytest.mark.parametrize(("limit", "recycled", "share"), [(10, 0.625, 0.5), (5, 0.9, BEST)])
def test_a_limit_and_recycled_water_together_cut_no_more_than_can_be_cleaned(small, clean, limit, recycled, share):
    """A third and then a quarter of the rest is a half, at the price of a half; beyond what can be done nothing."""
    both = LIMIT.format(limit=limit, obeyed=1, cost="") + RECYCLED.format(limit=recycled, obeyed=1, cost="")
    left, _, cost = found(small, clean, both)
    assert left == pytest.approx(1 - share) and cost == pytest.approx(priced(share))


def test_what_a_standard_with_a_cost_of_its_own_has_cleaned_is_not_paid_again(small, clean):
    own = "cost: {unit: USD2020/t REO, values: [{from: 2022, value: 100, basis: assumption, why: A test.}]},"
    free = LIMIT.format(limit=5, obeyed=1, cost="").replace("limit:", "other:")
    left, _, cost = found(small, clean, LIMIT.format(limit=10, obeyed=1, cost=own) + free)
    assert left == pytest.approx(1 / 3) and cost == pytest.approx(0.1 + priced(2 / 3) - priced(1 / 3))


def test_cleaning_never_costs_more_than_the_bill_it_saves():
    bill, cost, best = np.meshgrid(np.linspace(0, 30, 31), [1.0, 10.0], [0.0, 0.3, 0.9])
    share = abated(bill, cost, best)
    total = bill * (1 - share) + abatement_cost(share, cost, best)
    assert (total <= bill + 1e-12).all() and (share <= best).all()
    for other in np.linspace(0, 1, 11):
        assert (total <= bill * (1 - other * best) + abatement_cost(other * best, cost, best) + 1e-12).all()


def test_the_shipped_world_can_clean_and_the_law_of_its_base_year_changes_nothing_in_it(terms_of_shipped):
    terms, network = terms_of_shipped
    assert network.abatement is not None and set(network.abatement.best.max()) >= {0.8, 0.6}
    assert (network.abatement.cost.to_numpy()[network.abatement.best.to_numpy() > 0] > 0).all()
    assert np.allclose(terms.burden, terms.burden[:1])


@pytest.fixture(scope="module")
def terms_of_shipped():
    network = load_world().network
    return compile_terms(stack(load_rulebook("china-in-force-2020")), network, YEARS), network


def test_what_cannot_be_cleaned_is_not_cut_for_nothing(small, clean):
    """Tailings cannot be removed: a standard on them was obeyed in full, free; with a cost of its own it is bought."""
    bare = LIMIT.format(limit=5, obeyed=1, cost="").replace("burden: waste_water", "burden: residue")
    with pytest.raises(RulebookError, match=r"'limit' cuts residue, which nothing there cleans.*cost"):
        compile_terms(stack(small(bare)), clean, YEARS)
    cost = "cost: {unit: USD2020/t, values: [{from: 2022, value: 2000, basis: assumption, why: A test.}]},"
    t = compile_terms(stack(small(bare.replace("at_most", f"{cost} at_most"))), clean, YEARS)
    i = clean.activities.index.get_loc("dig/west")
    assert t.burden[-1, i, 1] == pytest.approx(1 / 3) and t.resource_cost[-1, i] == pytest.approx(2.0)


def test_of_mines_where_some_can_clean_the_others_are_left_as_they_are(small, clean):
    best = clean.abatement.best.copy()
    best.loc["dig/west", "waste_water"] = 0.0
    some = replace(clean, abatement=replace(clean.abatement, best=best))
    text = LIMIT.format(limit=5, obeyed=1, cost="").replace("district: West", "zone: CHN")
    t = compile_terms(stack(small(text)), some, YEARS)
    east, west = clean.activities.index.get_indexer(["dig/east", "dig/west"])
    assert t.burden[-1, east, 0] == pytest.approx(1 / 3) and t.burden[-1, west, 0] == 1.0
