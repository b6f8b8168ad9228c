"""Levers of a text: what may be moved, from where to where, and what it rests on."""

from __future__ import annotations

import pytest

from earthprice.explore.levers import MOST_TIMES, STEPS, chapters
from earthprice.explore.opened import opened, opening
from earthprice.study.options import Options


def test_a_level_of_the_text_is_a_lever_with_its_range_and_its_reason() -> None:
    found = chapters(opened(opening("china-2021-draft", Options(years=(2021, 2022)))), "as_before")
    measures = {m["name"]: m for c in found for m in c["measures"]}
    lever = next(x for x in measures["more_checks"]["levers"] if x["name"] == "more_checks.caught")
    assert (lever["value"], lever["least"], lever["most"]) == pytest.approx((0.05, 0.0, MOST_TIMES * 0.05))
    assert lever["step"] * STEPS == pytest.approx(lever["most"]) and lever["dated"][0]["basis"] == "assumption"
    assert (lever["dated"][0]["low"], lever["dated"][0]["high"]) == (0.0, 0.15) and lever["dated"][0]["why"]
    assert measures["more_checks"]["used"] and not measures["more_checks"]["power"]
    switches = {c["number"]: c["switch"] for c in found}
    assert switches["17"] and not all(switches.values()), "an article without a measure has nothing to switch"
