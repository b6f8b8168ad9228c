"""Bounds hold for what is computed as for what is written; what a law withholds is what is booked."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice import caps
from earthprice.errors import OptionError, RulebookError
from earthprice.law import bounded, numbers, prepare, stack

LONG = np.arange(2020.0, 2051.0)
BASIS = "basis: assumption, why: w"


def quantity(unit, *values):
    return f"{{unit: {unit}, values: [{', '.join(f'{{from: 2022, {v}, {BASIS}}}' for v in values)}]}}"


def charge(name, rate, more="status: licensed", base="sale_value"):
    return f"""
    {name}: {{instrument: charge, kind: duty, acts_on: {{stage: mining, zone: CHN, {more}}}, base: {base},
              rate: {quantity("share of value", rate)}}}
    """


def licence(doing, *refused):
    return f"""
    l: {{instrument: licence, kind: duty, acts_on: {{doing: {doing}, stage: mining, zone: CHN}},
         refused: {quantity("share", *refused)}}}
    """


INSPECTED = f"""
    quota: {{instrument: cap, kind: duty, acts_on: {{stage: mining, zone: CHN, status: licensed}},
             amount: {quantity("t REO/year", "value: 100000")}}}
    caught: {{instrument: inspection, kind: duty, acts_on: {{stage: mining, zone: CHN}},
              caught: {quantity("share", "value: 0.5, range: [0.3, 0.9]")}}}
    fine: {{instrument: penalty, kind: duty, for_breach_of: [quota], times_gain: {quantity("multiple", "value: 30")},
            seized: {quantity("share", "value: 1")}}}
"""


@pytest.mark.parametrize("doing", ["build", "run"])
def test_a_share_that_grows_beyond_one_is_refused_with_measure_parameter_and_year(doing, small, network):
    book = small(licence(doing, "value: 0.4", "yearly_change: 0.5"))
    with pytest.raises(RulebookError, match=r"rulebook\.yaml:\d+: .*l\.refused comes to 1\.35 share in 2025"):
        bounded(prepare(stack(book), network), LONG, ())


def test_what_is_caught_does_not_grow_beyond_all(small, network):
    book = small(
        INSPECTED.replace(
            "value: 0.5, range: [0.3, 0.9]", "value: 0.5, " + BASIS + "}, {from: 2022, yearly_change: 0.1"
        )
    )
    with pytest.raises(RulebookError, match=r"caught\.caught comes to 1\.07179 share in 2030"):
        prepare(stack(book), network).terms(LONG)


def test_only_the_high_end_of_a_range_leaves_its_bounds_and_is_found_before_a_run(small, network):
    prepared = prepare(stack(small(licence("run", "value: 0.4", "yearly_change: 0.01, range: [0.0, 0.05]"))), network)
    assert prepared.terms(LONG).capacity.min() > 0.4
    with pytest.raises(RulebookError, match=r"l\.refused comes to 1\.0\d+ share in 2041"):
        bounded(prepared, LONG, ())


@pytest.mark.parametrize("times", [1, 2, 3])
def test_written_charges_that_leave_a_payer_nothing_are_refused(times, small, network):
    book = small("".join(charge(f"m{k}", "value: 1.0") for k in range(times)))
    names = ", ".join(f"m{k}" for k in range(times))
    with pytest.raises(
        RulebookError, match=rf"m{times - 1}: {names} together keep back {times}00 % of what dig/east .* 2022"
    ):
        prepare(stack(book), network).terms(LONG)


def test_a_markup_is_of_what_the_charge_of_one_payer_leaves_and_they_are_held_to_the_cap_together(small, network):
    conduct = f"""
    few: {{instrument: conduct, kind: duty, acts_on: {{stage: mining, zone: CHN, status: licensed}},
           sellers: {quantity("number", "value: 2")}, elasticity: {quantity("elasticity", "value: 1")}}}
    """
    assert prepare(stack(small(charge("m", "value: 0.4") + conduct)), network).terms(LONG).markup.max() == 0.3
    with pytest.raises(RulebookError, match=r"m, few together keep back 98\.5 %"):
        prepare(stack(small(charge("m", "value: 0.97") + conduct)), network).terms(LONG)


def test_subsidies_that_pay_all_of_a_revenue_are_refused(small, network):
    with pytest.raises(RulebookError, match="together keep back -160 %"):
        prepare(stack(small(charge("a", "value: -0.8") + charge("b", "value: -0.8"))), network).terms(LONG)


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.04, 0.5, 0.97])
def test_charges_come_first_then_seizure_and_fine_up_to_the_cap_and_the_rest_is_told(rate, small, network):
    measures = INSPECTED + (charge("m", f"value: {rate}", "status: [licensed, unlicensed]") if rate else "")
    prepared = prepare(stack(small(measures)), network)
    terms = prepared.terms(LONG)
    wild = list(network.activities.index).index("dig/wild")
    kept = terms.advalorem[-1, wild] + terms.markup[-1, wild]
    assert kept == pytest.approx(min(0.95 + rate, caps.WITHHELD), abs=1e-12)
    assert terms.advalorem[-1, wild] + terms.uncollected[-1, wild] == pytest.approx(rate + 1.0)
    assert (terms.advalorem + terms.markup <= caps.WITHHELD + 1e-12).all()
    said = bounded(prepared, LONG, ())
    assert len(said) == 1 and "dig/wild" in said[0] and "is withheld and booked" in said[0]


def test_nothing_is_told_where_all_is_withheld(small, network):
    assert bounded(prepare(stack(small(charge("m", "value: 0.5"))), network), LONG, ()) == ()


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        ("cap, kind: duty, acts_on: {stage: mining, district: [East, West], status: licensed}, shared_out: {by: named, "
         f"shares: {{East: 2.0, West: -1.0}}}}, amount: {quantity('t REO/year', 'value: 1')}",
         "the share of East, 2, is none. Accepted: 0 to 1"),
        ("standard, kind: duty, acts_on: {stage: mining}, quantity: recovery, at_least: "
         f"{quantity('share', 'value: 1')}, base: {quantity('share', 'value: 0')}, obeyed: "
         f"{quantity('share', 'value: 1')}", "base.values: 0 share from 2022 is out of bounds"),
        ("standard, kind: duty, acts_on: {stage: mining}, quantity: discharge, burden: waste_water, at_most: "
         f"{quantity('mg/l', 'value: 5')}, base: {quantity('mg/l', 'value: 0')}, obeyed: "
         f"{quantity('share', 'value: 1')}", "base.values: 0 mg/l from 2022 is out of bounds"),
        ("standard, kind: duty, acts_on: {stage: mining}, quantity: discharge, burden: waste_water, at_most: "
         f"{quantity('share', 'value: 0.5')}, base: {quantity('mg/l', 'value: 50')}, obeyed: "
         f"{quantity('share', 'value: 1')}", "the practice is in mg/l, what is demanded in share"),
        (f"support, kind: duty, acts_on: {{zone: CHN}}, into: knowledge, amount: "
         f"{quantity('MUSD2020/year', 'value: ' + '9' * 320)}", "a number or word of 320 letters"),
        (f"support, kind: duty, acts_on: {{zone: CHN}}, into: knowledge, amount: "
         f"{quantity('MUSD2020/year', 'range: [1, 9007199254740993]')}", "9.0072e+15 MUSD2020/year from 2022 is out"),
        ("reserve, kind: duty, acts_on: {doing: hold, good: dy_oxide}, target: "
         f"{quantity('t', 'value: 1' + '0' * 30)}, pace: {quantity('t/year', 'value: 1' + '0' * 30)}, "
         f"buy_below: {quantity('USD2020/kg', 'value: 1')}",
         "1e+30 t from 2022 is out of bounds"),
        ("licence, kind: duty, acts_on: {doing: build, stage: mining}, wait: "
         f"{quantity('year', 'value: 1000000000')}",
         "1e+09 year from 2022 is out of bounds. Accepted: 0 to 100"),
    ],
)  # fmt: skip
def test_a_written_number_that_means_nothing_is_refused(measure, says, small):
    with pytest.raises(RulebookError) as caught:
        small(f"m: {{instrument: {measure}}}")
    assert says in str(caught.value)


def test_a_number_from_1900_belongs_to_its_book(small):
    measures = charge("m", "value: 0.1, range: [0, 0.2]").replace("from: 2022", "from: 1900")
    listed = numbers(stack(small(measures)))
    row = listed[listed["key"] == "m.rate@1900"]
    assert list(row["book"]) == ["small"] and "format.rate" not in set(listed["key"])


def test_a_default_of_the_format_is_told_from_a_number_of_the_book(small):
    listed = numbers(stack(small(INSPECTED)))
    assert set(listed.loc[listed["measure"] == "format", "key"]) == {"format.wealth"}


def test_a_year_and_its_first_day_are_one_date(small):
    twice = charge("m", "value: 0.1").replace("]}", f", {{from: '2022-01-01', value: 0.2, {BASIS}}}]}}", 1)
    with pytest.raises(RulebookError, match="2 values clash: from 2022"):
        small(twice)


def test_no_measure_grows_as_one_that_follows_another(small):
    follow = "value: 0.1, " + BASIS + "}, {from: 2022, yearly_change_of: "
    for chain in ({"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": ""}):
        measures = "".join(charge(k, follow + v if v else "value: 0.1") for k, v in chain.items())
        with pytest.raises(RulebookError, match=r"a\.rate.*'b' is not a measure that fits here"):
            stack(small(measures))


def test_more_permits_than_a_run_has_room_for_are_refused_with_the_measure(small, network):
    caps_ = "".join(
        f"""
    c{k}: {{instrument: cap, kind: duty, acts_on: {{stage: mining, zone: CHN, status: licensed}},
            amount: {quantity("t REO/year", "value: 1000")}}}
    """
        for k in range(caps.PERMITS // 2 + 1)
    )
    with pytest.raises(RulebookError, match=r"together issue 98 permits, the last ones for c48.* at most 96"):
        prepare(stack(small(caps_)), network).terms(LONG)


@pytest.mark.parametrize("day", ["x", "2026-13-01", "2026-02-30", "01/11/2026", "2026", "9999-12-31", "20260101"])
def test_a_day_of_knowledge_is_a_day(day, small, network):
    whole = stack(small(charge("m", "value: 0.1")))
    for ask in (lambda: numbers(whole, day), lambda: prepare(whole, network).terms(LONG, as_of=day)):
        with pytest.raises(OptionError, match="is not a day"):
            ask()
