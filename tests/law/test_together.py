"""Two measures of one instrument on one activity: both act, or the second is refused; neither takes the other away."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.law.instruments import AnyMeasure
from tests.law.conftest import q

DIG, WILD, SHIP, MAKE = "dig/east", "dig/wild", "ship/dy", "make/magnet"
BOUND = (
    f"total: {{instrument: cap, kind: duty, acts_on: {{stage: mining, status: licensed}}, "
    f"amount: {q('t REO/year', 8000)}}}\n"
)
CHECKED = (
    "checks: {instrument: inspection, kind: duty, acts_on: {stage: mining, status: unlicensed}, "
    f"caught: {q('share', 0.2)}, budget: {q('MUSD2020/year', 0)}}}\n"
)
FINED = (
    "fine: {instrument: penalty, kind: duty, for_breach_of: [total], "
    f"times_gain: {q('multiple', 1)}, seized: {q('share', 0)}}}\n"
)
RIG = BOUND + CHECKED + FINED

#  instrument, what it says, what else stands in the book, activity, array, what two of it come to
ADDED = [
    ("charge", f"base: t, acts_on: {{stage: mining}}, rate: {q('USD2020/t', 100)}", "", DIG, "specific", 0.2),
    ("charge", f"base: sale_value, acts_on: {{stage: mining}}, rate: {q('share of value', 0.1)}", "", DIG,
     "advalorem", 0.2),
    ("charge", f"base: burden, burden: residue, acts_on: {{stage: mining}}, rate: {q('USD2020/t of burden', 10)}", "",
     DIG, "specific", 2 * 0.2),
    ("licence", f"acts_on: {{stage: mining, doing: build}}, refused: {q('share', 0.4)}", "", DIG, "entry", 0.36),
    ("licence", f"acts_on: {{stage: mining, doing: build}}, wait: {q('year', 0.5)}", "", DIG, "entry_delay", 1.0),
    ("licence", f"acts_on: {{stage: magnet, doing: run}}, refused: {q('share', 0.4)}", "", MAKE, "capacity", 0.36),
    ("licence", f"acts_on: {{doing: ship, status: licensed}}, refused: {q('share', 0.4)}", "", "", "permit_granted",
     0.36),
    ("licence", f"acts_on: {{doing: ship, status: licensed}}, wait: {q('year', 0.2)}", "", SHIP, "resource_cost",
     2 * 0.08 * 0.2 * 200),
    ("standard", f"acts_on: {{stage: mining}}, quantity: discharge, burden: waste_water, at_most: {q('mg/l', 30)}, "
     f"base: {q('mg/l', 60)}, obeyed: {q('share', 0.5)}", "", DIG, "burden", 0.75),
    ("standard", f"acts_on: {{stage: separation}}, quantity: share of feed from ore, at_most: {q('share', 0)}, "
     f"obeyed: {q('share', 0.5)}", "", "separate/home", "capacity", 0.5),
    ("standard", f"acts_on: {{stage: mining}}, quantity: cost only, cost: {q('USD2020/t', 100)}, "
     f"obeyed: {q('share', 1)}", "", DIG, "resource_cost", 0.2),
    ("inspection", f"acts_on: {{stage: mining, status: unlicensed}}, caught: {q('share', 0.2)}, "
     f"budget: {q('MUSD2020/year', 5)}", BOUND + FINED, WILD, "caught", 1 - 0.8 ** 2),
    ("inspection", f"acts_on: {{stage: mining, status: unlicensed}}, caught: {q('share', 0.2)}, "
     f"budget: {q('MUSD2020/year', 5)}", BOUND + FINED, "", "state_cost", 10),
    ("tracing", f"acts_on: {{stage: mining}}, coverage: {q('share', 0.5)}, detects: {q('share', 0.4)}, "
     f"cost: {q('USD2020/t', 20)}", RIG, WILD, "caught", 1 - 0.8 ** 3),
    ("tracing", f"acts_on: {{stage: mining}}, coverage: {q('share', 0.5)}, detects: {q('share', 0.4)}, "
     f"cost: {q('USD2020/t', 20)}", RIG, DIG, "resource_cost", 0.02),
    ("support", f"into: capacity, acts_on: {{stage: magnet}}, amount: {q('MUSD2020/year', 4)}", "", MAKE,
     "entry_support", 8),
    ("support", f"into: knowledge, acts_on: {{zone: JPN}}, amount: {q('MUSD2020/year', 4)}", "", "",
     "knowledge_support", 8),
    ("conduct", f"acts_on: {{stage: magnet}}, sellers: {q('number', 5)}, elasticity: {q('elasticity', 2)}", "", MAKE,
     "markup", 0.2),
]  # fmt: skip
REFUSED = {
    "reserve": f"acts_on: {{good: dy_oxide, zone: JPN}}, target: {q('t', 50)}, pace: {q('t/year', 20)}, "
    f"buy_below: {q('USD2020/kg', 300)}",
    "price_band": f"acts_on: {{good: dy_oxide, zone: JPN}}, floor: {q('USD2020/kg', 250)}, tonnes: {q('t/year', 30)}",
    "stock": f"acts_on: {{good: dy_oxide, zone: JPN}}, days: {q('day', 60)}, build: {q('year', 2)}",
    "contract": f"acts_on: {{stage: separation}}, good: dy_oxide, strike: {q('USD2020/kg', 300)}",
    "standard": f"acts_on: {{stage: mining}}, quantity: recovery, at_least: {q('share', 0.7)}, "
    f"base: {q('share', 0.6)}, obeyed: {q('share', 0.5)}",
}
SEEN_ELSEWHERE = {"cap", "exempt", "penalty", "share"}
"""Two of each in one test of their own: below, and of shares in `test_shares.py`."""


def twice(instrument, says):
    return "".join(f"{name}: {{instrument: {instrument}, kind: duty, {says}}}\n" for name in ("one", "two"))


def test_every_instrument_is_tried():
    known = {get_args(m.model_fields["instrument"].annotation)[0] for m in get_args(get_args(AnyMeasure)[0])}
    assert known == {row[0] for row in ADDED} | set(REFUSED) | SEEN_ELSEWHERE


@pytest.mark.parametrize(("instrument", "says", "rest", "activity", "array", "both"), ADDED)
def test_both_act(terms, network, instrument, says, rest, activity, array, both):
    found = getattr(terms(twice(instrument, says) + rest), array)[-1]
    if activity:
        found = found[network.activities.index.get_loc(activity)]
    assert float(np.max(found) if array != "burden" else found[0]) == pytest.approx(both)


@pytest.mark.parametrize("instrument", REFUSED)
def test_the_second_is_refused_with_its_place(terms, instrument):
    with pytest.raises(RulebookError, match=r"rulebook.yaml.*'two'.*(already|another).*one at a time"):
        terms(twice(instrument, REFUSED[instrument]))


def test_a_reserve_that_follows_another_leaves_it_its_days(terms, network):
    one = f"target: {q('t', 50, 2021, 2024)}, pace: {q('t/year', 20, 2021, 2024)}, "
    two = f"target: {q('t', 9, 2024)}, pace: {q('t/year', 9, 2024)}, "
    head = "{{instrument: reserve, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, {rest}buy_below: {price}}}\n"
    t = terms(
        "one: "
        + head.format(rest=one, price=q("USD2020/kg", 300, 2021, 2024))
        + "two: "
        + head.format(rest=two, price=q("USD2020/kg", 200, 2024))
    )
    i = network.activities.index.get_loc("dy_oxide@JPN/reserve_buy")
    assert t.holding[:, i] == pytest.approx([0, 0, 0.02, 0.02, 0.009, 0])
    assert t.reservation[2:5, i].tolist() == [300, 300, 200]


def test_two_caps_are_two_permits_and_two_exemptions_free_both(terms, network):
    cap = f"acts_on: {{stage: separation, status: licensed}}, amount: {q('t REO/year', 4000)}"
    t = terms(twice("cap", cap))
    assert t.permits == ("one", "two") or {p.split("/")[0] for p in t.permits} == {"one", "two"}
    free = "from_measure: total, acts_on: {stage: separation, feed: "
    both = (
        f"total: {{instrument: cap, kind: duty, {cap}}}\n"
        f"home: {{instrument: exempt, kind: duty, {free}home}}}}\n"
        f"away: {{instrument: exempt, kind: duty, {free}imported}}}}\n"
    )
    at = network.activities.index.get_indexer(["separate/home", "separate/imported"])
    assert not terms(both).permit_use[:, at].any()


def fine(times, *days):
    return (
        "{instrument: penalty, kind: duty, for_breach_of: [total], "
        f"times_gain: {q('multiple', times, *days)}, seized: {q('share', 0.5, *days)}}}\n"
    )


@pytest.mark.parametrize("names", [("mild", "strict"), ("strict", "mild")])
def test_of_two_limits_on_feed_those_who_obey_both_obey_the_stricter(terms, network, names):
    """60 % of plants obey both and make do with 20 % of ore, 30 % more obey the mild one alone and take 50 %."""
    says = "{{instrument: standard, kind: duty, acts_on: {{stage: separation}}, quantity: share of feed from ore, "
    says += "at_most: {most}, obeyed: {obeyed}}}\n"
    parts = {"mild": (0.5, 0.9), "strict": (0.2, 0.6)}
    text = "".join(f"{k}: " + says.format(most=q("share", parts[k][0]), obeyed=q("share", parts[k][1])) for k in names)
    left = terms(text).capacity[-1, network.activities.index.get_loc("separate/home")]
    assert left == pytest.approx(0.6 * 0.2 + 0.3 * 0.5 + 0.1)


def test_nobody_is_fined_twice_for_one_act(terms):
    with pytest.raises(RulebookError, match=r"'two' punishes dig/wild in 2022, which another penalty already.*one at"):
        terms(BOUND + CHECKED + "one: " + fine(1) + "two: " + fine(3))


def test_a_penalty_that_follows_another_has_its_own_days(terms, network):
    both = terms(BOUND + CHECKED + "one: " + fine(1, 2022, 2024) + "two: " + fine(3, 2024)).advalorem
    one, two = (terms(BOUND + CHECKED + "one: " + fine(x)).advalorem for x in (1, 3))
    wild = network.activities.index.get_loc(WILD)
    assert both[:, wild].tolist() == [*one[:4, wild], *two[4:, wild]] and two[4, wild] > one[4, wild] > 0


def test_a_cap_over_several_zones_is_one_total_for_them_together(terms, network):
    amount = f"counts: t product, amount: {{unit: t product/year, values: {q('', 900).partition('values: ')[2]}"
    head = "total: {instrument: cap, kind: duty, acts_on: {stage: [separation, magnet], status: licensed}, "
    t = terms(f"{head}shared_out: {{by: capacity, tradable: true}}, {amount}}}\n")
    at = network.activities.index.get_indexer(["separate/home", MAKE])
    assert t.permits == ("total",) and (t.permit_use[0, at] > 0).all() and t.permit_amount[-1] == pytest.approx(0.9)


def test_waits_of_two_licences_to_ship_follow_each_other(terms, network):
    rest = f"acts_on: {{doing: ship, status: licensed}}, wait: {q('year', 0.2)}, refused: {q('share', 0.1)}"
    t = terms(twice("licence", rest))
    assert len(t.permits) == 1
    assert t.permit_granted[2:4, 0] == pytest.approx([0.81 * 0.6, 0.81])
