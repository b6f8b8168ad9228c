"""Reviews as the law writes them: a phrase as a slope, and a row a permit after the last level known."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import prepare, stack
from earthprice.law.reviews import review_slope


@pytest.mark.parametrize(
    ("phrase", "worth"),
    [
        ("relax 10 % per 0.5", 0.2),
        ("tighten 5 % per 0.2", -0.25),
        ("tighten 5 % per 0", 0.0),
        ("relax", 0.0),
        (None, 0),
    ],
)
def test_a_phrase_is_a_share_of_the_amount_for_each_unit_of_the_indicator(phrase, worth):
    assert review_slope(phrase) == pytest.approx(worth)


def test_a_review_becomes_a_row_a_permit_after_the_last_level_known():
    draft, years = prepare(stack("china-2021-draft"), load_world().network), np.arange(2019.0, 2036.0)
    found = draft.terms(years, reading="reviewed", as_of="2021-10-01").reviews
    assert [r.permit for r in found][:3] == [f"mining_total_light/{d}" for d in ("Baotou", "Sichuan", "Shandong")]
    first = found[0]
    assert first.indicators == ("price_real:ndpr_oxide@CHN", "complaints:CHN", "unlicensed_share:CHN")
    assert first.above == pytest.approx((0.2, -0.25, -0.3)) and first.below == pytest.approx((-0.25, 0, 0))
    assert first.lag == (1, 1, 2) and first.first == 2022 and first.at_most == 0.2
    assert draft.terms(years, reading="reviewed").reviews[0].first == 2025
    assert draft.terms(years).reviews == ()


def test_limits_are_ratios_to_the_base_year_and_not_to_the_first_review() -> None:
    """A floor of 0.7 of the base year was 0.99 to 1.46 of it; a total that imported feed joins has the same limits."""
    s, network = stack("china-in-force-2020", "china-2024-regulations"), load_world().network
    t = prepare(s, network).terms(np.arange(2019.0, 2032.0), reading="reviewed", as_of="2024-08-01")
    for cap in ("mining_total_light", "separation_total"):
        base = sum(x for x, p in zip(t.permit_amount[0], t.permits, strict=True) if p.startswith(f"{cap}/"))
        assert np.isfinite(base)
        for state in {r.permit.split("/")[0] for r in t.reviews if r.cap == cap}:
            mine = [r for r in t.reviews if r.permit.split("/")[0] == state]
            assert sum(r.never_below for r in mine) == pytest.approx(0.7 * base)
            assert sum(r.never_above for r in mine) == pytest.approx(2.5 * base)
    assert "separation_total~2" in {r.permit.split("/")[0] for r in t.reviews}


def test_limits_hang_on_the_first_amount_where_the_base_year_has_none() -> None:
    """As the total of mining does that is first issued in 2020, from a base year that is put before it."""
    s, network = stack("china-in-force-2020"), load_world().network
    t = prepare(s, network).terms(np.arange(2015.0, 2032.0), reading="reviewed", as_of="2024-08-01")
    at = [k for k, p in enumerate(t.permits) if p.startswith("mining_total_light")]
    assert np.isinf(t.permit_amount[0, at]).all()
    first = next(row[at].sum() for row in t.permit_amount if np.isfinite(row[at]).all())
    assert sum(r.never_below for r in t.reviews if r.cap == "mining_total_light") == pytest.approx(0.7 * first)
