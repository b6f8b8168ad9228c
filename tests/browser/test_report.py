"""The report in a browser: no grave fault by axe in either theme, readable on a phone, whole in print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from earthprice.report import theme
from earthprice.report.page import render_page
from earthprice.report.page_height import LEAST_TYPE
from earthprice.report.words import words
from tests.browser.faults import axe_faults, least_type, shown_pictures, sticking_out
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


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_shows_each_figure_whole_in_letters_of_nine_px(window: Page, report: str, width: int) -> None:
    """A bar with its name, a line with its key: a picture that needs scrolling sideways shows one without the other."""
    window.set_viewport_size({"width": width, "height": 844})
    window.goto(report)
    shown = shown_pictures(window)
    assert len(shown) == 11 and {s["pictures"] for s in shown} == {1}
    assert [s["name"] for s in shown if s["letters"] < theme.LEAST_LETTERS - 0.05] == []
    assert [s["name"] for s in shown if s["across"] > s["room"] + 1] == []
    assert [(s["name"], s["out"]) for s in shown if s["out"]] == []
    assert window.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [641, 768, 1100])
def test_a_wider_page_shows_the_wide_pictures_and_never_scrolls_itself(window: Page, report: str, width: int) -> None:
    window.set_viewport_size({"width": width, "height": 900})
    window.goto(report)
    shown = shown_pictures(window)
    assert {s["pictures"] for s in shown} == {1} and window.locator("svg.on-narrow:visible").count() == 0
    assert min(s["letters"] for s in shown) >= theme.LEAST_LETTERS - 0.05
    assert [(s["name"], s["out"]) for s in shown if s["out"]] == []
    assert window.evaluate("document.documentElement.scrollWidth") == width


def test_a_wide_table_keeps_its_rows_names_in_sight_on_a_phone(window: Page, report: str) -> None:
    """Scrolled sideways, the first column stays, on the page's own paper; a shaded edge says that more is there."""
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(report)
    box = window.get_by_role("group", name="Articles in numbers")
    before = box.locator("tbody th").nth(1).bounding_box()
    assert box.evaluate("e => { e.scrollLeft = 200; return e.scrollLeft; }") == 200
    after = box.locator("tbody th").nth(1).bounding_box()
    assert after["x"] == pytest.approx(before["x"], abs=1) and after["width"] < 150
    assert box.locator("tbody th").nth(1).evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert "gradient" in box.evaluate("e => getComputedStyle(e).backgroundImage")


def test_a_phone_shows_each_figure_as_a_card_with_its_headings(window: Page, report: str) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(report)
    card = window.locator(".ten tbody tr").first
    assert card.bounding_box()["width"] <= 390
    before = card.locator("td").nth(2).evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "no reform" in before


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_shows_a_picture_under_its_title_and_the_caption_below(window: Page, report: str, width: int) -> None:
    """A caption of fifteen lines above the picture left none of it on the screen that its title is on."""
    window.set_viewport_size({"width": width, "height": 844})
    window.goto(report)
    for figure in window.locator("figure").all():
        title, caption = figure.locator("figcaption b").bounding_box(), figure.locator(".caption").bounding_box()
        picture = figure.locator("svg:visible").bounding_box()
        assert 0 <= picture["y"] - title["y"] - title["height"] < 10
        assert caption["y"] >= picture["y"] + picture["height"]
    window.set_viewport_size({"width": 1100, "height": 844})
    figure = window.locator("#figure-06-ore")
    assert figure.locator(".caption").bounding_box()["y"] < figure.locator("svg:visible").bounding_box()["y"]


def test_a_card_of_the_ten_figures_takes_few_lines_and_keeps_every_word(window: Page, report: str) -> None:
    """A line a fact takes 270 px a card; sharing lines of 18 px, levels stand first and the hindcast last."""
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(report)
    for card in window.locator(".ten tbody tr").all():
        assert card.bounding_box()["height"] <= 170
        assert all(cell.is_visible() for cell in card.locator("td:not(:empty), th").all())
        places = {
            c.get_attribute("data-head"): c.bounding_box()["y"]
            for c in card.locator("td[data-head]").all()
            if c.is_visible()
        }
        assert places["no reform"] < places["unit"] <= places["over readings"]
        assert places["no reform"] == places["draft"]


def test_the_options_stand_behind_a_disclosure_and_open_by_key(window: Page, report: str) -> None:
    window.goto(report)
    table = window.locator("details table")
    assert not table.is_visible() and window.locator(".wide .cards tbody tr").count() == 6
    window.locator("summary").focus()
    window.keyboard.press("Enter")
    assert table.is_visible()


def test_fourteen_columns_of_options_stay_on_the_paper(window: Page, tmp_path: Path) -> None:
    """A table 50 px too wide makes the printer shrink every page, and with it letters of eight points."""
    a = make_assessment()
    kinds = ("charges for damage and ore", "the text, enforced twice as much", "a charge on licensed firms")
    more = [a.options[a.options["option"] == "softer"].assign(option=kind) for kind in kinds]
    a = replace(a, options=pd.concat([a.options, *more], ignore_index=True))
    (tmp_path / "report.html").write_text(render_page(a, draw_all(a), {}, words()), encoding="utf-8")
    window.set_viewport_size(PAPER)
    window.emulate_media(media="print")
    window.goto((tmp_path / "report.html").as_uri())
    assert window.locator(".options thead th").count() == 14
    assert sticking_out(window) == []


def test_paper_holds_page_one_on_a_sheet_all_options_and_no_line_under_eight_points(window: Page, report: str) -> None:
    window.set_viewport_size(PAPER)
    window.emulate_media(media="print", color_scheme="dark")
    window.goto(report)
    assert window.locator("#page-one").bounding_box()["height"] <= PAPER["height"]
    assert window.locator("details table").bounding_box()["height"] > 100
    assert window.locator("svg.on-wide:visible").count() == 11 and window.locator("svg.on-narrow:visible").count() == 0
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert least_type(window) >= LEAST_TYPE - 0.01
