"""Who pays, in words: the sides of a country add up to its net gain."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from earthprice.study.ensemble import Pair
from earthprice.study.figures import catalogue
from earthprice.study.frame import Frame
from earthprice.study.payers import payers


def test_the_sides_of_a_country_add_up_to_its_net_gain(small: Frame, done: list[Pair]) -> None:
    said = payers(small.plan, done[:1], ("CHN",), small.first, 0.03)
    found = re.findall(r"([a-z ]+) ([+−][0-9.]+)(?:;|$)", said)
    sides = {side.strip(): float(told.replace("\N{MINUS SIGN}", "-")) for side, told in found}
    assert {"state", "users", "producers and traders", "neighbours", "unlicensed"} == set(sides)
    gain = next(g for g in catalogue(small.plan, small.year, small.first, 0.03) if g.key == "gain_CHN")
    net = gain.read(done[0].reform) - gain.read(done[0].baseline)
    assert sum(sides.values()) == pytest.approx(net, abs=0.02 * max(map(abs, sides.values())))
    assert sides["unlicensed"] < 0, "who is caught loses"


def test_without_a_change_nobody_pays(small: Frame, done: list[Pair]) -> None:
    still = [Pair(p.draw, p.baseline, p.baseline) for p in done]
    assert payers(small.plan, still, ("JPN", "EUR"), small.first, 0.03) == "nobody"


def test_what_a_state_holds_in_stock_is_paid_by_the_state(small: Frame, done: list[Pair]) -> None:
    """A reserve that costs a hundred a year is the state's cost, not that of producers and traders."""
    was, key = done[0].baseline, ("JPN", "state reserve")
    now = replace(was, money={**was.money, key: was.money[key] - 100.0})
    assert payers(small.plan, [Pair(0, was, now)], ("JPN",), small.first, 0.03).startswith("state −0.")
