"""Permits: whom a cap or a licence to ship asks for them, how many there are, and who is exempt."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.errors import RulebookError
from tests.law.test_days import values
from tests.law.test_instruments import CAP, at, q

WIDE = (
    "wide: {{instrument: licence, kind: duty, acts_on: {{doing: ship, good: dy_oxide}}, wait: {}, refused: {}}}\n"
).format(q("day", 0), q("share", 0.1))
"""A licence for all shipments, of which those of `NARROW` are some."""
NARROW = (
    "narrow: {{instrument: licence, kind: duty, acts_on: {{doing: ship, good: dy_oxide, status: licensed}}, "
    "wait: {}, refused: {}}}\n"
)


def test_cap_is_a_permit_a_district_by_base_level(terms, network):
    t = terms(CAP)
    assert t.permits == ("total/East", "total/West")
    assert t.permit_amount[-1] == pytest.approx([6.0, 2.0])
    assert np.isinf(t.permit_amount[:2]).all()
    assert t.permit_use[:, at(network, "dig/east", "dig/west", "dig/wild")].tolist() == [[1, 0, 0], [0, 1, 0]]


def test_tradable_cap_is_one_permit_and_counts_reo_product_or_burden(terms, network):
    for counts, unit, use, more in (
        ("t REO", "t REO/year", 0.3, ""),
        ("t product", "t product/year", 1.0, ""),
        ("burden", "units of burden/year", 20.0, "burden: residue, "),
    ):
        t = terms(
            f"total: {{instrument: cap, kind: duty, acts_on: {{stage: magnet}}, counts: {counts}, "
            f"{more}shared_out: {{by: capacity, tradable: true}}, amount: {q(unit, 1000)}}}"
        )
        assert t.permits == ("total",) and t.permit_use[0, at(network, "make/magnet")] == pytest.approx(use)
        assert t.permit_amount[-1, 0] == pytest.approx(0.001 if counts == "burden" else 1.0)


def test_named_shares_must_name_the_districts_reached(terms):
    named = CAP.replace("  amount", "  shared_out: {by: named, shares: {East: 0.5, West: 0.5}}\n  amount")
    assert terms(named).permit_amount[-1] == pytest.approx([4.0, 4.0])
    with pytest.raises(RulebookError, match="East, West"):
        terms(named.replace("West: 0.5", "North: 0.5"))


def test_exempt_takes_its_subset_out_of_the_cap(terms, network):
    cap = (
        f"total: {{instrument: cap, kind: duty, acts_on: {{stage: separation, status: licensed}}, "
        f"amount: {q('t REO/year', 4000)}}}\n"
    )
    free = "free: {instrument: exempt, kind: duty, from_measure: total, acts_on: {stage: separation, feed: imported}}"
    i = at(network, "separate/home", "separate/imported")
    assert terms(cap).permit_use[0, i].tolist() == [1, 1]
    assert terms(cap + free).permit_use[0, i].tolist() == [1, 0]


@pytest.mark.parametrize("end", ["", '"2023-01-01"'])
def test_a_burden_that_is_cleaned_is_not_capped(terms, end):
    """Both bound at once: the cap counted the burden of the base year, whatever a standard had cleaned."""
    acts = "kind: duty, acts_on: {stage: mining, status: licensed}"
    cap = (
        f"total: {{instrument: cap, {acts}, counts: burden, burden: waste_water, "
        f"shared_out: {{by: capacity, tradable: true}}, amount: {q('units of burden/year', 1000)}}}\n"
    )
    ends = f", {{from: {end}, lifted: true, basis: assumption, why: A test.}}]}}" if end else "]}"
    clean = (
        f"clean: {{instrument: standard, {acts}, quantity: discharge, burden: waste_water, base: {q('mg/l', 100)}, "
        f"cost: {q('USD2020/t', 1)}, obeyed: {q('share', 1)}, at_most: {q('mg/l', 40).replace(']}', ends)}}}"
    )
    assert terms(cap).permits == ("total",)
    assert terms(cap + clean.replace("waste_water", "residue")).permits == ("total",)
    with pytest.raises(RulebookError, match=r"'total' caps waste_water, which the law has dig/\w+ clean in 2022"):
        terms(cap + clean)


def test_licence_to_ship_costs_interest_on_the_wait(terms, network):
    t = terms(
        f"ok: {{instrument: licence, kind: duty, acts_on: {{doing: ship, status: licensed}}, "
        f"wait: {q('working day', 45)}, refused: {q('share', 0.1)}}}"
    )
    i = at(network, "ship/dy")
    assert t.capacity[-1, i] == 1.0
    assert t.resource_cost[-1, i] == pytest.approx(0.08 * 63 / 365 * 200.0)
    assert (t.permit_use[:, i] > 0).any() and np.isinf(t.permit_amount).all()
    assert t.permit_granted[-1] == pytest.approx(0.9)


def test_when_a_wait_begins_nothing_arrives_meanwhile(terms, network):
    book = (
        f"ok: {{instrument: licence, kind: duty, acts_on: {{doing: ship, status: licensed}}, "
        f"wait: {q('working day', 45)}, refused: {q('share', 0.1)}}}"
    )
    t = terms(book)
    first = int(np.flatnonzero(t.resource_cost[:, at(network, "ship/dy")])[0])
    assert first == 2 and (t.permit_granted[:first] == 1.0).all()
    assert t.permit_granted[first] == pytest.approx(0.9 * (1 - 63 / 365))


def test_a_licence_within_a_wider_one_has_permits_on_the_days_on_which_it_refuses_alone(terms):
    """It was held at the share of both in years before it was in force, and where it refuses nothing."""
    wide = terms(WIDE)
    assert wide.permits == ("wide/dy_oxide",) and wide.permit_granted[:, 0].tolist() == [1, 1, *[0.9] * 4]
    half = 181 / 365
    for refused, granted in (
        (q("share", 0.0), None),
        (q("share", 0.2), [1, 1, 0.72, 0.72, 0.72, 0.72]),
        (values("share", d2023_01_01=1), [1, 1, 1, 0, 0, 0]),
        (values("share", d2023_07_01=0.5), [1, 1, 1, half + (1 - half) * 0.45, 0.45, 0.45]),
    ):
        t = terms(WIDE + NARROW.format(q("day", 0), refused))
        assert t.permits == (("wide/dy_oxide", "narrow/dy_oxide") if granted else ("wide/dy_oxide",))
        assert np.array_equal(t.permit_granted[:, 0], wide.permit_granted[:, 0])
        assert granted is None or t.permit_granted[:, 1] == pytest.approx(granted)


def test_a_wait_within_a_wider_licence_keeps_nothing_but_its_gap(terms):
    for wide, wait, granted in (
        (WIDE, values("day", d2023_01_01=73), [1, 1, 1, 0.8, 1, 1]),
        (WIDE.replace("value: 0,", "value: 73,"), q("day", 73), [1, 1, 0.6, 1, 1, 1]),
        (WIDE, values("day", d2023_12_01=45), [1, 1, 1, 1 - 31 / 365, 1 - 14 / 365, 1]),
    ):
        t = terms(wide + NARROW.format(wait, q("share", 0.0)))
        assert t.permits == ("wide/dy_oxide", "narrow/dy_oxide") and t.permit_granted[:, 1] == pytest.approx(granted)


def test_licences_for_just_the_same_shipments_share_a_permit_within_a_wider_one(terms):
    same = NARROW.format(q("day", 0), values("share", d2023_01_01=0.2))
    later = NARROW.format(q("day", 0), values("share", d2024_01_01=0.5)).replace("narrow", "later")
    t = terms(WIDE + same + later)
    assert t.permits == ("wide/dy_oxide", "narrow/dy_oxide")
    assert t.permit_granted[:, 1] == pytest.approx([1, 1, 1, 0.72, 0.36, 0.36])
