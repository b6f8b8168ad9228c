"""The share of revenue that being unlicensed costs, against the payoff itself."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from earthprice.law import digging_pays, expected_charge, share_that_deters
from earthprice.law.deterrence import with_tracing

share = st.floats(0.0, 1.0)


@given(share, share, st.floats(0, 12), st.floats(0, 3), st.floats(0, 2), st.floats(0.0, 1.0))
def test_a_site_digs_exactly_where_its_gain_exceeds_the_charge(pi, s, m, wealth, floor, gain):
    tau = float(expected_charge(pi, s, m, wealth, floor))
    payoff = gain - s * pi - pi * min(max(m * gain, floor), wealth)
    assume(abs(gain - tau) > 1e-9)
    assert (payoff > 0) == (gain > tau) or abs(payoff) < 1e-12


@pytest.mark.parametrize(
    ("pi", "s", "m", "wealth", "tau"),
    [
        (0.2, 1, 0, 1, 0.2),
        (0.2, 1, 2, 1, 1 / 3),
        (0.2, 1, 4, 1, 0.4),
        (0.5, 1, 5, 1, 1.0),
        (0.3, 0, 3, 1, 0.0),
        (0, 1, 5, 1, 0),
    ],
)
def test_by_hand(pi, s, m, wealth, tau):
    assert expected_charge(pi, s, m, wealth) == pytest.approx(tau)


@pytest.mark.parametrize(("m", "line"), [(1, 0.5), (5, 1 / 6), (10, 1 / 11)])
def test_with_gain_confiscated_digging_pays_below_one_over_one_plus_m(m, line):
    assert share_that_deters(m) == pytest.approx(line)
    assert digging_pays(line - 1e-6, m) and not digging_pays(line + 1e-6, m)
    for pi in (line - 0.01, line + 0.01):
        assert ((1 - pi) * 7.0 - pi * m * 7.0 > 0) == digging_pays(pi, m)


@given(st.floats(0.0, 12.0), st.floats(-0.2, 0.2))
def test_a_costless_site_whose_product_is_seized_stops_at_the_same_line(m, off):
    pi = min(max(share_that_deters(m) + off, 0.0), 1.0)
    assume(abs(pi - share_that_deters(m)) > 1e-9)
    assert (float(expected_charge(pi, 1.0, m, 1e9)) >= 1.0) == (pi > share_that_deters(m))


@given(share, st.floats(0.0, 12.0), st.floats(0.0, 3.0))
def test_wealth_bounds_the_charge_whatever_the_multiple(pi, m, wealth):
    assert float(expected_charge(pi, 1.0, m, wealth)) <= pi * (1.0 + wealth) + 1e-12


@given(share, share, share)
def test_tracing_never_lowers_the_share_caught(pi, coverage, detects):
    assert pi - 1e-12 <= with_tracing(pi, coverage, detects) <= 1.0


def test_tracing_finds_a_share_of_what_inspection_misses():
    """A fifth is caught; of the rest, tracing covers a half and finds 0.8 of it: 1 - 0.8 x 0.6 = 0.52."""
    assert with_tracing(0.2, 0.5, 0.8) == pytest.approx(0.52)
