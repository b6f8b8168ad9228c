"""Readings side by side on page and terminal: level under one, change under the others, draws counted."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from earthprice.report.page import render_page
from earthprice.report.side_by_side import side_table
from earthprice.report.summary import WIDTH, side_lines, summary_text
from earthprice.report.words import words
from earthprice.study.assessment import SIDE_COLUMNS, Assessment
from tests.report.synthetic import draw_all


def read(a: Assessment, moved: dict[str, tuple[float, float, float]]) -> Assessment:
    """The assessment with levels of 100 (90 to 110) in two years, and the changes of some figures under `tight`."""
    rows = []
    for key, ends in moved.items():
        number = int(a.figures.loc[a.figures["key"] == key, "number"].iloc[0])
        for year in (2026, 2027):
            head = (number, key, key, "t", year, 90.0, 100.0, 110.0)
            rows += [("as_before", *head, 0.0, 0.0, 0.0, 24), ("tight", *head, *ends, 24)]
    return replace(a, side_by_side=pd.DataFrame(rows, columns=list(SIDE_COLUMNS)))


def test_a_figure_that_no_reading_changes_is_left_out(assessment: Assessment) -> None:
    a = read(
        assessment, {"price_dy": (-5.0, -4.0, -1.0), "price_ndpr": (0.0, 0.0, 0.0), "unlicensed": (-9.0, -8.0, -7.0)}
    )
    table = side_table(a)
    assert table.heads == ("figure", "unit", "year", "as before, level", "tight")
    assert [row[2:] for row in table.rows] == [[y, "100 (90 to 110)", "−4.0 (−5.0 to −1.0)"] for y in ("2026", "2027")]
    slight = side_table(read(assessment, {"price_dy": (-5.0, -4.0, -1.0), "price_ndpr": (0.0, 0.05, 0.1)}))
    assert len(slight.rows) == 2, "a change of 0.1 % of the level is none to speak of"


def test_page_and_terminal_count_the_draws(assessment: Assessment, page: str) -> None:
    a = read(assessment, {"price_dy": (-5.0, -4.0, -1.0)})
    said = " ".join(summary_text(a, colour=False).split())
    made = render_page(a, draw_all(a), {}, words())
    for text in (said, made):
        assert "the same 24 draws under every reading" in text and "−4.0 (−5.0 to −1.0)" in text
    assert "tight: Totals stay." in made
    assert "the same 24 draws" not in page and "side by side" not in summary_text(assessment, colour=False)


@pytest.mark.parametrize("readings", [1, 2, 5, 12])
def test_readings_keep_to_the_columns_of_the_terminal(readings: int) -> None:
    """Those that do not fit stand below; none is cut, and the name of a figure is shortened before a number is."""
    heads = ["figure", "unit", "year", "as written, level", *(f"reading {i}" for i in range(readings))]
    numbers = [f"+0.0{i} (−0.050 to 0.430)" for i in range(readings + 1)]
    row = ["no. 9 (Net gain from 2026, other Southeast Asia)", "bn USD2020", "from 2026", *numbers]
    lines = side_lines([heads, row])
    assert max(map(len, lines)) <= WIDTH
    for cell in (*heads, *numbers):
        assert cell in "\n".join(lines)
    assert all(line.startswith(("figure", "no. 9 (Net gain")) for line in lines if line)


def test_it_is_said_where_no_reading_changes_anything(assessment: Assessment) -> None:
    said = " ".join(summary_text(read(assessment, {"price_dy": (0.0, 0.0, 0.0)}), colour=False).split())
    assert "No reading changes any of these figures by 0.1 % in any draw." in said
