"""The report in a browser: no grave fault by axe in either theme, readable on a phone, whole in print."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from earthprice.report.page import render_page
from earthprice.report.page_height import LEAST_TYPE
from earthprice.report.words import words
from tests.browser.faults import axe_faults, least_type, sticking_out
from tests.report.synthetic import draw_all, draw_pictures, make_assessment

PAPER = {"width": 734, "height": 1070}
"""An A4 sheet inside its margins [CSS px]: 194 by 283 mm."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a report with every part."""
    a = make_assessment()
    figures = draw_all(a)
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_page(a, figures, draw_pictures(figures), words()), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 390)])
def test_axe_finds_nothing_grave(window: Page, report: str, theme: str, width: int) -> None:
    window.set_viewport_size({"width": width, "height": 844})
    window.emulate_media(color_scheme=theme)
    window.goto(report)
    assert axe_faults(window) == []
    assert sticking_out(window) == []


def test_a_phone_shows_each_figure_as_a_card_with_its_headings(window: Page, report: str) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(report)
    card = window.locator(".ten tbody tr").first
    assert card.bounding_box()["width"] <= 390
    before = card.locator("td").nth(2).evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "no reform" in before


def test_the_options_stand_behind_a_disclosure_and_open_by_key(window: Page, report: str) -> None:
    window.goto(report)
    table = window.locator("details table")
    assert not table.is_visible() and window.locator(".wide .cards tbody tr").count() == 6
    window.locator("summary").focus()
    window.keyboard.press("Enter")
    assert table.is_visible()


def test_paper_holds_page_one_on_a_sheet_all_options_and_no_line_under_eight_points(window: Page, report: str) -> None:
    window.set_viewport_size(PAPER)
    window.emulate_media(media="print", color_scheme="dark")
    window.goto(report)
    assert window.locator("#page-one").bounding_box()["height"] <= PAPER["height"]
    assert window.locator("details table").bounding_box()["height"] > 100
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert least_type(window) >= LEAST_TYPE - 0.01
