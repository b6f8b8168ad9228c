"""What a study is asked to change is read and checked before any work."""

from __future__ import annotations

import math

import pytest

from earthprice.errors import OptionError
from earthprice.law import stack
from earthprice.law.patch import patch
from earthprice.runs.changes import changes, check_discount

DRAFT = stack("china-2021-draft")


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("model/ore/years", "abc", "model/ore/years: 'abc' is not a change"),
        ("model/ore/yeers", "x2", "Did you mean 'model/ore/years'"),
        ("present_inspection.caught", "50%", r"\+50% or x0\.5"),
        ("present_inspection.caught", "x20", "0 to 1 share"),
        ("present_inspection.caught", 1.5, "1.5 is out of bounds"),
        ("present_inspection.caught", math.nan, "not a change"),
        ("present_inspection.caught", True, "bool"),
        ("present_inspection.cought", "x2", "Did you mean 'caught'"),
    ],
)
def test_what_fits_nowhere_is_refused(world, name, given, words):
    with pytest.raises(OptionError, match=words):
        changes({name: given}, DRAFT, world.numbers)


def test_law_and_world_are_told_apart_and_what_is_cut_is_told(world):
    use = "model/mining/unlicensed_use"
    found = changes({"present_inspection.caught": "x0.5", use: "x1.5"}, DRAFT, world.numbers)
    assert list(found.law) == ["present_inspection.caught"] and list(found.world) == [use]
    said = f"{use}: x1.5 would carry its range to 1.2; draws beyond 1 share of capacity are cut there"
    assert found.notices == (said,)


LICENCES = stack("china-export-control-2025")


def test_a_number_is_held_against_the_bounds_under_the_reading_that_is_run(world):
    """Refusals are 0.1, read tightly 0.4 [share]: three times as many is only then more than all; the cut is told."""
    name = "april_licence.refused"
    found = changes({name: "x3"}, LICENCES, world.numbers, "as_before")
    assert found.law[name].factor == 3.0 and name in found.notices[0] and "beyond 1 share" in found.notices[0]
    assert not changes({name: "x1.1"}, LICENCES, world.numbers, "as_before").notices
    with pytest.raises(OptionError, match=r"'x3' makes 1\.2 of 0\.4"):
        changes({name: "x3"}, LICENCES, world.numbers, "tight")
    kept = patch(LICENCES, {name: "x3"}, "as_before")["overrides"][name]
    assert kept["before"] == [0.1] and kept["after"] == pytest.approx([0.3])


@pytest.mark.parametrize("rate", [3, -0.5, 0.21, math.nan, math.inf, True, "0.03"])
def test_a_discount_rate_in_per_cent_or_below_nil_is_refused(rate):
    with pytest.raises(OptionError, match=r"0 to 0\.2 as a share a year; 0\.03 is 3 %"):
        check_discount(rate)


def test_a_usual_discount_rate_is_accepted():
    for rate in (0.0, 0.03, 0.2):
        check_discount(rate)
