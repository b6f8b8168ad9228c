"""Levers of a text: what may be moved, from where to where, and what it rests on."""

from __future__ import annotations

import pytest

from earthprice.explore.levers import MOST_TIMES, STEPS, chapters
from earthprice.explore.opened import Opened, opened, opening
from earthprice.law.patch import checked
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


@pytest.fixture(scope="module")
def licences() -> Opened:
    return opened(opening("china-export-control-2025", Options(years=(2025, 2026), draws=24)))


def test_each_reading_has_its_own_numbers_and_powers(licences: Opened) -> None:
    found = {r: {m["name"]: m for c in chapters(licences, r) for m in c["measures"]} for r in licences.texts.readings}
    refused = {r: next(x for x in of["april_licence"]["levers"] if "refused" in x["name"]) for r, of in found.items()}
    assert {r: x["value"] for r, x in refused.items()} == {
        "as_before": 0.1,
        "tight": 0.4,
        "loose": 0.02,
        "reviewed": 0.1,
    }
    assert {r: of["october_licence"]["used"] for r, of in found.items()} == {r: r == "tight" for r in found}


def test_where_a_slider_goes_nothing_is_refused(licences: Opened) -> None:
    """Both ends of every lever, and the most that may be written, under every reading."""
    stack = licences.texts.reform.stack
    for reading in licences.texts.readings:
        for x in (x for c in chapters(licences, reading) for m in c["measures"] for x in m["levers"]):
            for to in (x["least"], x["most"], *([] if x["limit"] is None else [x["limit"]])):
                checked(stack, x["name"], f"x{to / x['value']!r}" if x["times"] else to, reading, licences.texts.as_of)
            assert x["least"] <= x["value"] <= x["most"] <= (x["limit"] or x["most"])
