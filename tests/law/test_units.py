"""Every instrument with every unit that it accepts: the effect is that of the same amount in any other unit."""

from __future__ import annotations

import dataclasses
import itertools
from typing import get_args

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.law import compile_terms, stack
from earthprice.law.amounts import limits
from earthprice.law.instruments import AnyMeasure
from earthprice.law.units import FACTORS, LARGEST, LIKE, conversion, largest
from earthprice.world.terms import Terms
from tests.law.conftest import q

REO = 0.4
"""REO content of a unit of level of every activity here: nothing is by chance the same in t and in t REO."""

#  instrument -> forms, each with numbers in the unit named first
FORMS = {
    "charge": [
        ("acts_on: {stage: mining}, base: t", {"rate": ("USD2020/t", 50), "due_on": ("share", 0.5)}),
        ("acts_on: {stage: mining}, base: sale_value", {"rate": ("share of value", 0.1), "due_on": ("share", 0.5)}),
        ("acts_on: {stage: mining}, base: burden, burden: residue",
         {"rate": ("USD2020/t of burden", 5), "due_on": ("share", 0.5)}),
    ],
    "cap": [
        ("acts_on: {stage: mining, status: licensed}", {"amount": ("t REO/year", 900), "content": ("share", 0.5)}),
        ("acts_on: {stage: mining, status: licensed}, counts: t product", {"amount": ("t product/year", 900)}),
        ("acts_on: {stage: mining, status: licensed}, counts: burden, burden: residue",
         {"amount": ("units of burden/year", 900)}),
    ],
    "licence": [
        ("acts_on: {stage: magnet, doing: build}", {"wait": ("year", 0.2), "refused": ("share", 0.1)}),
        ("acts_on: {doing: ship, status: licensed}",
         {"wait": ("year", 0.2), "refused": ("share", 0.1), "interest": ("share/year", 0.08)}),
    ],
    "standard": [
        ("acts_on: {stage: mining}, quantity: recovery", {
            "at_least": ("share", 0.7), "base": ("share", 0.6), "obeyed": ("share", 0.5), "cost": ("USD2020/t", 20)}),
        ("acts_on: {stage: mining}, quantity: discharge, burden: waste_water", {
            "at_most": ("mg/l", 30), "base": ("mg/l", 60), "obeyed": ("share", 0.5)}),
        ("acts_on: {stage: mining}, quantity: discharge, burden: waste_water", {
            "at_most": ("share", 0.3), "base": ("share", 0.6), "obeyed": ("share", 0.5)}),
        ("acts_on: {stage: separation}, quantity: share of feed from ore",
         {"at_most": ("share", 0.5), "obeyed": ("share", 0.5)}),
    ],
    "inspection": [
        ("acts_on: {stage: mining, status: unlicensed}",
         {"caught": ("share", 0.1), "budget": ("MUSD2020/year", 5)}),
    ],
    "penalty": [
        ("for_breach_of: [total]", {
            "times_gain": ("multiple", 2), "seized": ("share", 0.1), "wealth": ("multiple of revenue", 9),
            "closed": ("year", 0.3)}),
        ("for_breach_of: [total]", {
            "times_gain": ("multiple", 4), "seized": ("share", 0.9), "wealth": ("multiple of revenue", 0.3)}),
        ("for_breach_of: [total]", {
            "times_gain": ("multiple", 0), "seized": ("share", 0.1), "wealth": ("multiple of revenue", 9),
            "floor": ("MUSD2020/case", 1), "case_size": ("t REO/case", 300)}),
    ],
    "tracing": [
        ("acts_on: {stage: mining}",
         {"coverage": ("share", 0.5), "detects": ("share", 0.4), "cost": ("USD2020/t", 20)}),
    ],
    "reserve": [
        ("acts_on: {good: dy_oxide, zone: JPN}",
         {"target": ("t", 50), "pace": ("t/year", 20), "buy_below": ("USD2020/kg", 300)}),
    ],
    "price_band": [
        ("acts_on: {good: dy_oxide, zone: JPN}", {"floor": ("USD2020/kg", 300), "tonnes": ("t/year", 20)}),
    ],
    "share": [
        ("acts_on: {doing: ship}", {"at_most": ("share", 0.5)}),
        ("acts_on: {stage: separation}, of: {stage: magnet}", {"at_least": ("share", 0.5)}),
    ],
    "stock": [
        ("acts_on: {good: dy_oxide, zone: JPN}", {
            "days": ("day", 60), "build": ("year", 2), "buy_below": ("USD2020/kg", 300),
            "release_above": ("USD2020/kg", 400), "release": ("share/year", 0.5)}),
        ("acts_on: {good: dy_oxide, zone: JPN}", {
            "days": ("day", 60), "build": ("year", 2), "buy_below": ("ratio to base year", 1.2),
            "release_above": ("ratio to base year", 1.5), "release": ("share/year", 0.5)}),
    ],
    "contract": [
        ("acts_on: {stage: separation, zone: CHN}, good: dy_oxide", {
            "strike": ("USD2020/kg", 300), "back": ("share", 0.3), "covers": ("share", 0.5),
            "basis": ("USD2020/kg", 20)}),
    ],
    "support": [
        ("acts_on: {stage: mining}, into: capacity", {"amount": ("MUSD2020/year", 8), "lasts": ("year", 2)}),
        ("acts_on: {zone: JPN}, into: knowledge", {"amount": ("MUSD2020/year", 8)}),
    ],
    "conduct": [
        ("acts_on: {stage: magnet}", {"sellers": ("number", 4), "elasticity": ("elasticity", 2)}),
    ],
    "exempt": [],
}  # fmt: skip


def accepted():
    """Instrument, parameter and unit, for all that the schema accepts."""
    for model in get_args(get_args(AnyMeasure)[0]):
        name = get_args(model.model_fields["instrument"].annotation)[0]
        for parameter in model.model_fields:
            bounds = limits(model, parameter)
            yield from ((name, parameter, unit) for unit in (bounds.units if bounds else ()))


def inside(unit: str) -> float:
    """One of a unit in kt of product, USD/kg of product and so on."""
    if "REO" not in unit:
        return FACTORS[unit]
    return FACTORS[unit] * (REO if unit.startswith(("USD", "CNY")) else 1 / REO)


def book(instrument: str, form: str, numbers: dict[str, tuple[str, float]]) -> str:
    rest = "".join(f", {k}: {q(*v)}" for k, v in numbers.items())
    mine = f"mine: {{instrument: {instrument}, kind: duty, {form}{rest}}}\n"
    more = {"penalty": CAP + CAUGHT, "inspection": CAP + FINE, "tracing": CAP + CAUGHT + FINE}.get(instrument, "")
    return mine + more


CAP = (
    "total: {instrument: cap, kind: duty, acts_on: {stage: mining, zone: CHN, status: licensed}, "
    f"amount: {q('t REO/year', 8000)}}}\n"
)
CAUGHT = (
    "checks: {instrument: inspection, kind: duty, acts_on: {stage: mining, status: unlicensed}, "
    f"caught: {q('share', 0.1)}, budget: {q('MUSD2020/year', 0)}}}\n"
)
FINE = (
    "fine: {instrument: penalty, kind: duty, for_breach_of: [total], "
    f"times_gain: {q('multiple', 1)}, seized: {q('share', 0)}}}\n"
)


@pytest.fixture(scope="session")
def terms(network, small):
    thick = dataclasses.replace(network, reo=network.reo * 0 + REO)

    def run(text):
        return compile_terms(stack(small(text)), thick, np.arange(2020.0, 2026.0))

    return run


def same(a, b) -> bool:
    pairs = [(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a)]
    arrays = [(x, y) for x, y in pairs if isinstance(x, np.ndarray)]
    if isinstance(a, Terms) and not all(same(x, y) for x, y in zip(a.contracts, b.contracts, strict=True)):
        return False
    return all(x.shape == y.shape and np.allclose(x, y, rtol=1e-9, atol=0, equal_nan=True) for x, y in arrays)


@pytest.mark.parametrize(("instrument", "parameter", "unit"), list(accepted()))
def test_an_amount_has_the_same_effect_in_every_unit(terms, instrument, parameter, unit):
    fits, acts = 0, 0
    for form, numbers in FORMS[instrument]:
        if parameter not in numbers:
            continue
        first, value = numbers[parameter]
        if first.startswith("ratio") != unit.startswith("ratio"):
            continue  # a price and a ratio of prices: another form has the other
        there = value * inside(first) / inside(unit)
        try:
            found = terms(book(instrument, form, {**numbers, parameter: (unit, there)}))
        except RulebookError:
            continue  # another form takes this unit, see below
        fits += 1
        assert same(found, terms(book(instrument, form, numbers)))
        acts += not same(found, terms(book(instrument, form, {**numbers, parameter: (unit, 1.05 * there)})))
    assert fits and acts


def test_a_charge_by_the_tonne_is_for_burdens_that_are_weighed(network, small):
    wet = dataclasses.replace(network, burden_units={"waste_water": "m3", "residue": "kg"})
    form = "acts_on: {stage: mining}, base: burden, burden: "
    for burden, unit in itertools.product(
        ("waste_water", "residue"), ("USD2020/t of burden", "USD2020/unit of burden")
    ):
        s = stack(small(book("charge", form + burden, {"rate": (unit, 5)})))
        if (burden, unit) == ("waste_water", "USD2020/t of burden"):
            with pytest.raises(RulebookError, match=r"waste_water.*counted in m3.*per m3"):
                compile_terms(s, wet, [2022.0, 2023.0])
        else:
            assert compile_terms(s, wet, [2022.0, 2023.0]).specific.any()


@pytest.mark.parametrize(
    "measure",
    [
        f"acts_on: {{stage: separation}}, quantity: share of feed from ore, at_most: {q('mg/l', 30)}, "
        f"obeyed: {q('share', 0.5)}, instrument: standard",
        f"acts_on: {{stage: mining}}, counts: t product, amount: {q('t product/year', 9)}, content: {q('share', 0.5)}, "
        "instrument: cap",
        f"acts_on: {{stage: mining}}, base: t, rate: {q('USD2020/t', 9)}, due_on: {q('share of value', 0.5)}, "
        "instrument: charge",
    ],
)
def test_a_unit_that_says_nothing_here_is_refused(small, measure):
    with pytest.raises(RulebookError, match="rulebook.yaml"):
        small(f"mine: {{kind: duty, {measure}}}")


def meaning(unit: str) -> float:
    """What a unit is inside, read off its words: kt, million USD a year and so USD a kg, years; else a number."""
    times = {"month": 1 / 12, "day": 1 / 365, "working day": 1.4 / 365, "units of burden/year": 1 / 1e6}
    money = {"USD2020": 1.0, "MUSD2020": 1.0, "CNY": 1 / 6.9, "MCNY": 1 / 6.9}
    first, _, per = unit.partition("/")
    if first in money:
        return money[first] / (1000.0 if per.split(" ")[0] == "t" else 1.0)
    return times.get(unit, 0.001 if first.split(" ")[0] == "t" else 1.0)


@pytest.mark.parametrize("unit", FACTORS)
def test_a_unit_is_inside_what_its_words_say(unit: str) -> None:
    assert conversion(unit) == pytest.approx(meaning(unit), rel=1e-12)


@pytest.mark.parametrize("unit", FACTORS)
def test_the_largest_value_is_a_power_of_ten_and_the_same_amount_in_every_unit(unit: str) -> None:
    base = LIKE.get(unit, unit)
    assert largest(unit) * FACTORS[unit] == pytest.approx((LARGEST[base] if base in LARGEST else 1.0) * FACTORS[base])
    assert f"{largest(base):.15g}".strip("0") in ("1", "1e+15"), "a digit beside it is a slip"
