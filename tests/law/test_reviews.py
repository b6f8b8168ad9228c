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
