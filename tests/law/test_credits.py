"""Credits: the permits that hold a share, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from earthprice.errors import RulebookError
from earthprice.law import compile_terms, stack
from tests.law.test_shares import SHIPS, q


@pytest.fixture
def share(terms):
    return lambda rest, **use: terms(f"mine: {{instrument: share, kind: duty, {rest}}}", **use)


def needs(network, t, row):
    """What activities need of a permit, nil left out."""
    return {str(n): float(u) for n, u in zip(network.activities.index, t.permit_use[row], strict=True) if u}


def test_at_most_needs_a_permit_of_what_arrives_and_use_brings_its_share(share, network):
    t = share(f"{SHIPS}, at_most: {q((2022, 0.65))}")
    assert t.permits == ("mine",)
    assert needs(network, t, 0) == pytest.approx({"ship/dy": 1.0, "smuggle/dy": 1.0, "make/magnet": -0.65 * 0.1})
    assert t.permit_amount[:, 0].tolist() == [np.inf, np.inf, 0, 0, 0, 0]


def test_at_least_is_the_other_way_round_and_counts_what_is_made(share, network):
    """Separators make 0.05 of oxide a unit, magnets of Japan take 0.1: a quarter of that must come from there."""
    rest = "acts_on: {stage: separation, status: licensed}, of: {stage: magnet}"
    t = share(f"{rest}, at_least: {q((2022, 0.25))}")
    made = {"separate/home": -0.05, "separate/imported": -0.05}
    assert needs(network, t, 0) == pytest.approx(made | {"make/magnet": 0.25 * 0.1})


def test_tonnes_of_product_count_as_they_weigh(share, network):
    """A magnet holds 0.3 of oxide: made in Japan and used nowhere else, a share of what goes into them counts so."""
    rest = "acts_on: {stage: magnet}, of: {stage: magnet}, at_least: " + q((2022, 0.5))
    reo, product = share(rest), share(f"{rest}, counts: t product")
    assert needs(network, reo, 0) == pytest.approx({"make/magnet": 0.5 * 0.1 - 0.3})
    assert needs(network, product, 0) == pytest.approx({"make/magnet": 0.5 * 0.1 - 1.0})


def test_each_zone_of_origin_has_a_limit_of_its_own(share, network):
    t = share(f"{SHIPS}, each: [zone, good], at_most: {q((2022, 0.65))}")
    assert t.permits == ("mine/CHN/dy_oxide",)


def test_a_share_that_moves_has_a_permit_for_each_of_its_levels(share, network):
    t = share(f"{SHIPS}, at_most: {q((2022, 0.8), (2024, 0.7))}")
    assert t.permits == ("mine", "mine~2")
    assert np.isfinite(t.permit_amount).tolist() == [[False, False]] * 2 + [[True, False]] * 2 + [[False, True]] * 2
    assert [needs(network, t, k)["make/magnet"] for k in (0, 1)] == pytest.approx([-0.08, -0.07])


def test_a_share_that_begins_within_a_year_holds_on_its_days(share):
    july = '"2022-07-02"'
    t = share(f"{SHIPS}, at_most: {q((july, 0.65))}")
    assert t.permit_held[2, 0] == pytest.approx(183 / 365) and t.permit_held[3:, 0].tolist() == [1, 1, 1]
    assert t.permit_amount[2, 0] == 0


def test_two_shares_on_the_same_shipments_both_hold(network, years, small):
    one = f"instrument: share, kind: duty, {SHIPS}, at_most: "
    both = f"mine: {{{one}{q((2022, 0.65))}}}\nyours: {{{one}{q((2022, 0.5))}}}"
    t = compile_terms(stack(small(both)), network, years)
    assert [needs(network, t, k)["make/magnet"] for k in (0, 1)] == pytest.approx([-0.065, -0.05])


def test_a_share_broken_in_the_first_period_is_refused_with_what_it_would_be(small, network):
    """0.3 kt arrive and 0.1 kt are used in the record: three times use, where 65 % may."""
    book = small(f"mine: {{instrument: share, kind: duty, {SHIPS}, at_most: {q((2020, 0.65))}}}", start="2020-01-01")
    with pytest.raises(RulebookError, match=r"'mine' would be 300 % of use.*begins later"):
        compile_terms(stack(book), network, np.arange(2020.0, 2026.0))


def test_a_share_that_the_record_keeps_holds_from_the_first_period(small, network):
    """Separators make more than a hundredth of what magnets take: the record keeps it, with room left."""
    rest = f"acts_on: {{stage: separation}}, of: {{stage: magnet}}, at_least: {q((2020, 0.01))}"
    book = small(f"mine: {{instrument: share, kind: duty, {rest}}}", start="2020-01-01")
    assert compile_terms(stack(book), network, np.arange(2020.0, 2023.0)).permit_amount[:, 0].tolist() == [0, 0, 0]


def test_another_measure_beside_a_share_has_no_credit(small, network, years):
    rate = q((2022, 9.0)).replace("unit: share", "unit: USD2020/t")
    levy = f"levy: {{instrument: charge, kind: duty, acts_on: {{stage: magnet}}, base: t, rate: {rate}}}"
    book = small(f"mine: {{instrument: share, kind: duty, {SHIPS}, at_most: {q((2022, 0.65))}}}\n{levy}")
    assert compile_terms(stack(book), network, years).permits == ("mine",)


@pytest.fixture
def used(network):
    """The network with two users of magnets in Japan, of 0.1 and 0.3 kt."""
    users = {"use/cars": 0.1, "use/fans": 0.3}
    row = {**network.activities.loc["make/magnet"], "doing": "use", "stage": "use"}
    more = pd.DataFrame([row | {"level": x, "use": k[4:]} for k, x in users.items()], index=list(users))
    entries = pd.DataFrame([(k, "magnet_high@JPN", -1.0) for k in users], columns=network.entries.columns)
    return replace(
        network,
        activities=pd.concat([network.activities, more]),
        entries=pd.concat([network.entries, entries], ignore_index=True),
        burdens=pd.concat([network.burdens, network.burdens.iloc[:2].set_axis(list(users))]),
        reo=pd.concat([network.reo, pd.Series(0.3, index=list(users))]),
    )


def test_a_share_on_users_is_of_all_who_use_what_they_use(used, years, small):
    """The first needs its own tonnes less half of them, and each kg that the other uses brings half a kg."""
    text = f"mine: {{instrument: share, kind: duty, acts_on: {{use: cars}}, at_most: {q((2022, 0.5))}}}"
    t = compile_terms(stack(small(text)), used, years)
    assert needs(used, t, 0) == pytest.approx({"use/cars": 0.3 * 0.5, "use/fans": -0.3 * 0.5})


def test_a_share_on_who_makes_a_good_and_who_uses_it_is_of_all_its_use(used, years, small):
    text = f"mine: {{instrument: share, kind: duty, acts_on: {{good: magnet_high}}, at_most: {q((2022, 0.5))}}}"
    t = compile_terms(stack(small(text)), used, years)
    assert needs(used, t, 0) == pytest.approx({"make/magnet": 0.3, "use/cars": 0.15, "use/fans": 0.15})


@pytest.mark.parametrize(("of", "place"), [("", "acts_on"), (", of: {stage: mining}", "of")])
def test_a_share_of_what_nobody_uses_is_refused_where_it_is_said(network, years, small, of: str, place: str):
    """Nobody uses magnets here, and mines take no goods."""
    text = f"mine: {{instrument: share, kind: duty, acts_on: {{stage: magnet}}{of}, at_most: {q((2022, 0.5))}}}"
    with pytest.raises(RulebookError, match=rf"measures\.mine\.{place}: nobody uses"):
        compile_terms(stack(small(text)), network, years)
