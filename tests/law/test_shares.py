"""Shares of use: the permits that hold them, against arithmetic by hand, and what is refused."""

from __future__ import annotations

import pytest

from earthprice.errors import RulebookError
from earthprice.law import prose

SHIPS = "acts_on: {doing: ship, partner: JPN}"


def q(*pairs: tuple[object, float]) -> str:
    values = ", ".join(f"{{from: {start}, value: {v}, basis: assumption, why: A test.}}" for start, v in pairs)
    return f"{{unit: share, values: [{values}]}}"


@pytest.fixture
def share(terms):
    return lambda rest, **use: terms(f"mine: {{instrument: share, kind: duty, {rest}}}", **use)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (f"{SHIPS}", "a share has one bound.*at_most or at_least"),
        (f"{SHIPS}, at_most: {q((2022, 0.5))}, at_least: {q((2022, 0.5))}", "a share has one bound"),
        (f"{SHIPS}, at_most: {q((2022, 1.5))}", "out of bounds.*0 to 1"),
        (f"{SHIPS}, at_most: {q((2022, 0.5))}, each: [zones]", "zone"),
        (f"{SHIPS}, at_most: {q((2022, 0.5))}, of: {{zone: JPM}}", r"of.*no activity.*'JPM'.*Did you mean 'JPN'"),
        (f"{SHIPS}, at_most: {q((2022, 0.5))}, of: {{stage: mining}}", "nobody uses what 'mine' is a share of"),
        (f"acts_on: {{stage: magnet}}, at_most: {q((2022, 0.5))}", "nobody uses what 'mine' is a share of"),
    ],
)
def test_what_says_nothing_is_refused_with_what_is_accepted(share, rest, said):
    with pytest.raises(RulebookError, match=said):
        share(rest)


@pytest.mark.parametrize("quantity", ["recycled content", "single-source share"])
def test_a_standard_names_the_instrument_that_holds_a_share(small, quantity):
    obeyed = "obeyed: {unit: share, values: [{from: 2022, value: 1, basis: assumption, why: A test.}]}"
    with pytest.raises(RulebookError, match=f"'{quantity}'.*use instrument: share"):
        small(f"mine: {{instrument: standard, kind: duty, acts_on: {{stage: magnet}}, quantity: {quantity}, {obeyed}}}")


def test_it_is_told_in_prose(small):
    text = prose(small(f"mine: {{instrument: share, kind: duty, {SHIPS}, each: [zone], at_most: {q((2022, 0.65))}}}"))
    assert "Share of use (where it arrives), counted in t REO, each zone apart." in " ".join(text.split())
    assert "At most: 65 % from 2022" in text
