"""Who pays, in words: the sides of a country add up to its net gain."""

from __future__ import annotations

import re

import pytest

from earthprice.study.ensemble import Pair
from earthprice.study.figures import catalogue
from earthprice.study.frame import Frame
from earthprice.study.payers import payers


def test_the_sides_of_a_country_add_up_to_its_net_gain(small: Frame, done: list[Pair]) -> None:
    said = payers(small.plan, done[:1], ("CHN",), small.first, 0.03)
    sides = {m[1]: float(m[2].replace("\N{MINUS SIGN}", "-")) for m in re.finditer(r"([a-z ]+) ([+−][0-9.]+) \(", said)}
    assert {"state", "users", "producers and traders", "neighbours", "unlicensed"} == {s.strip() for s in sides}
    gain = next(g for g in catalogue(small.plan, small.year, small.first, 0.03) if g.key == "gain_CHN")
    net = gain.read(done[0].reform) - gain.read(done[0].baseline)
    assert sum(sides.values()) == pytest.approx(net, abs=0.02 * max(map(abs, sides.values())))
    assert sides[" unlicensed" if " unlicensed" in sides else "unlicensed"] < 0, "who is caught loses"


def test_without_a_change_nobody_pays(small: Frame, done: list[Pair]) -> None:
    still = [Pair(p.draw, p.baseline, p.baseline) for p in done]
    assert payers(small.plan, still, ("JPN", "EUR"), small.first, 0.03) == "nobody"
