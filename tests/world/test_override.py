"""Overrides: three forms, a sign before a percentage, bounds, and what is cut is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.world.bounds import CALENDAR, span
from earthprice.world.override import Span, check, cut, parse

NUMBERS = load_world().numbers


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("+5%", 105.0),
        ("-5%", 95.0),
        ("x0.5", 50.0),
        ("x 2", 200.0),
        (7, 7.0),
        ("7", 7.0),
        ("1e2", 100.0),
        ("x0", 0.0),
        (np.float64(3.5), 3.5),
        (" +5 % ", 105.0),
    ],
)
def test_the_three_forms(given, expected):
    assert parse(given, "m.p").on(np.array([100.0]), Span(0.0))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "given",
    ["five", "5 percent", "x", "%", "50%", "-150%", "x-1", "x1e9", True, np.True_, None, [1], {"a": 1}, b"1", "nan",
     "inf", "-inf", math.nan, math.inf, "1e999", "", "1_000", "0x10", "1,5"],
)  # fmt: skip
def test_anything_else_is_refused_by_the_name_of_the_number(given):
    with pytest.raises(OptionError, match=r"m\.p.*Accepted"):
        parse(given, "m.p")


def test_a_percentage_without_a_sign_says_both_meanings():
    with pytest.raises(OptionError, match=r"\+50% or x0\.5"):
        parse("50%", "m.p")


def test_an_override_that_has_been_read_stays():
    once = parse("x2", "m.p")
    assert parse(once, "other") is once


def test_a_central_number_beyond_its_bounds_is_refused_and_a_range_beyond_them_told():
    share = Span(0.0, 1.0, "share")
    with pytest.raises(OptionError, match=r"'x20' makes 8 of 0\.4.*0 to 1 share"):
        check(parse("x20", "m.p"), np.array([0.4]), share, "m.p")
    with pytest.raises(OptionError, match=r"1\.5 is out of bounds.*0 to 1 share"):
        check(parse(1.5, "m.p"), np.array([0.4]), share, "m.p")
    double = parse("x2", "m.p")
    check(double, np.array([0.4]), share, "m.p")
    assert cut(double, np.array([0.2, 0.45]), share, "m.p") == ""
    said = cut(double, np.array([0.2, 0.8]), share, "m.p")
    assert said == "m.p: x2 would carry its range to 1.6; draws beyond 1 share are cut there"
    assert double.on(np.array([0.2, 0.8]), share).tolist() == [0.4, 1.0]


def test_a_whole_world_lies_within_its_bounds():
    spans: dict[object, Span] = {}
    for key, unit, *ends in NUMBERS.table[["unit", "value", "low", "high"]].itertuples():
        kind = key.partition("/")[0], key.rpartition("/")[2], unit, ends[0] > CALENDAR
        within = spans[kind] = spans.get(kind) or span(NUMBERS.table, key)
        assert all(within.holds(end) for end in ends if not math.isnan(end)), key


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("model/ore/years", "abc", "'abc' is not a change"),
        ("model/ore/years", "0", "0 is out of bounds"),
        ("model/ore/years", "-3", "-3 is out of bounds"),
        ("model/ore/year", "3", "Did you mean 'model/ore/years'"),
        ("model/mining/unlicensed_use", 1.2, "0.0001 to 1 share of capacity"),
        ("model/mining/unlicensed_use", 0, "0.0001 to 1 share of capacity"),
        ("model/mining/unlicensed_use", "x2", "0.0001 to 1 share of capacity"),
        ("knowledge/world/depreciation", -0.1, "0 to 1 share/yr"),
    ],
)
def test_a_number_of_the_world_is_refused_beyond_what_its_unit_means(key, given, words):
    with pytest.raises(OptionError, match=r"model|knowledge") as error:
        NUMBERS.checked(key, given)
    assert words in str(error.value)


def test_a_price_elasticity_keeps_its_sign_and_growth_may_turn():
    key = next(k for k in NUMBERS.keys if k.endswith("/elasticity_short"))
    with pytest.raises(OptionError, match="at most 0 elasticity"):
        NUMBERS.checked(key, 0.3)
    growth = next(k for k in NUMBERS.keys if k.endswith("/growth_1"))
    assert NUMBERS.checked(growth, -0.02).value == -0.02


def test_a_range_that_is_cut_is_told_by_key():
    key = "model/mining/unlicensed_use"
    asked = {key: NUMBERS.checked(key, "x1.5")}
    (said,) = NUMBERS.cuts(asked)
    assert said.startswith(key) and "1.2" in said
    assert NUMBERS.changed({key: 0.8}, asked)[key] == 1.0
