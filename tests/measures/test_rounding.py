"""Rounding: known cases, and properties that hold for any interval."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earthprice.measures.rounding import MINUS, NOTHING, alone, between, decimals, number, rounded, signed, with_range

sizes = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6)


def value(text):
    return float(text.replace(",", "").replace(MINUS, "-"))


@pytest.mark.parametrize(
    ("three", "written"),
    [
        ((-12.34, -20.1, -5.2), ("−12", "−20", "−5")),
        ((140_000, 139_000, 141_000), ("140,000", "139,000", "141,000")),
        ((0.0123, -0.03, 0.05), ("0.01", "−0.03", "0.05")),
        ((61.23, 60.1, 62.4), ("61.2", "60.1", "62.4")),
        ((38, 38, 38), ("38.0", "38.0", "38.0")),
        ((5, math.nan, math.nan), ("5.0", NOTHING, NOTHING)),
        ((math.nan, math.nan, math.nan), (NOTHING, NOTHING, NOTHING)),
        ((-11.2, -22.0, -0.3), ("−11.2", "−22.0", "−0.3")),
    ],
)
def test_known_cases(three, written):
    assert rounded(*three) == written


@given(sizes, sizes, sizes)
def test_rounding_moves_nothing_by_more_than_the_interval_supports(a, b, c):
    low, middle, high = sorted((a, b, c))
    texts = rounded(middle, low, high)
    half = (high - low) / 2
    largest = max(abs(low), abs(high))
    for exact, text in zip((middle, low, high), texts):
        figures = 6e-4 if half > 1e-9 * largest else 6e-3
        assert abs(value(text) - exact) <= max(0.16 * half, figures * largest) + 1e-12


@given(sizes, sizes, sizes)
def test_order_is_kept_and_no_minus_zero_is_written(a, b, c):
    low, middle, high = sorted((a, b, c))
    texts = rounded(middle, low, high)
    shown = [value(t) for t in (texts[1], texts[0], texts[2])]
    assert shown == sorted(shown)
    assert not any(t.startswith(MINUS) and not t.strip(MINUS + "0.,") for t in texts)


@given(sizes, st.integers(-3, 3))
def test_written_numbers_use_a_real_minus_and_dot_decimals(x, places):
    text = number(x, places)
    assert "-" not in text
    assert value(text) == pytest.approx(round(x, places), abs=1e-9)


@given(sizes.filter(bool))
def test_alone_keeps_two_figures(x):
    assert value(alone(x)) == pytest.approx(x, rel=0.051)


@given(sizes, sizes)
def test_decimals_never_promise_more_than_four_figures(a, b):
    low, high = sorted((a, b))
    largest = max(abs(low), abs(high))
    if largest > 0 and low != high:
        assert decimals(low, low, high) <= 3 - math.floor(math.log10(largest))


def test_sign_and_interval_words():
    assert (signed("3"), signed("−3"), signed("0.0"), signed(NOTHING)) == ("+3", "−3", "0.0", NOTHING)
    assert between("1", "2") == "1 to 2"
    assert between(NOTHING, "2") == NOTHING


@pytest.mark.parametrize(
    ("three", "said"),
    [
        ((2.0, 1.0, 3.0), "+2.0 (1.0 to 3.0)"),
        ((2.0, 2.0, 2.0), "+2.00"),
        ((0.0, 0.0, 0.0), "0"),
        ((-2.0, math.nan, math.nan), "−2.0"),
        ((math.nan, math.nan, math.nan), NOTHING),
    ],
)
def test_no_range_stands_beside_one_number_nothing_or_the_unknown(three, said):
    assert with_range(*three, sign=True) == said
