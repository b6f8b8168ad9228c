"""What the page and the report both draw has one name and one unit, from one table."""

from __future__ import annotations

import pytest

from earthprice.explore.answers import lines
from earthprice.explore.words import page_words
from earthprice.report.charts.feed import draw_feed
from earthprice.report.charts.groups import draw_groups
from earthprice.report.charts.paths import draw_ore
from earthprice.report.words import words
from earthprice.study.assessment import Assessment
from earthprice.study.ensemble import Pair
from earthprice.study.figures import FLOW, GAIN, path_labels
from earthprice.study.frame import Frame


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_a_chart_and_a_panel_have_the_name_of_the_report(assessment: Assessment, language: str) -> None:
    label = words(language)
    shared = {k for k in label.labels if k.startswith(("chart.", "panel."))}
    assert shared and not shared & page_words(language).keys(), "a name in both tables could say two things"
    assert draw_groups(assessment, label).title == label("chart.groups")
    ore = draw_ore(assessment, label)
    assert ore.title == label("chart.ore") and label("panel.recovered") in set(ore.data["panel"])
    assert f"'{label('panel.unlicensed')}'" in str(draw_feed(assessment, label).spec)


def test_a_line_has_the_unit_that_the_report_gives_its_measure(small: Frame, done: list[Pair]) -> None:
    of_report = {name: unit for name, (_, _, _, unit) in path_labels(small.plan, done[0].baseline).items()}
    drawn = {m: line.unit for line in lines(small) for m in line.measure}
    assert {m for m in drawn if m in of_report} >= {"feed/unlicensed", "recovery/own", "ore_wasted/own"}
    assert all(unit == of_report[m] for m, unit in drawn.items() if m in of_report)
    abroad = {unit for m, unit in drawn.items() if m.startswith("fob/")}
    assert abroad == {unit for m, unit in drawn.items() if m.startswith("price/")}


def test_bars_have_the_units_of_the_tables_of_the_report(assessment: Assessment) -> None:
    damage = assessment.series[assessment.series["item"].str.endswith(":money")]
    assert set(assessment.groups["unit"]) == {GAIN} and set(damage["unit"]) == {"MUSD2020/yr"}
    flows = assessment.figures[assessment.figures["key"].str.startswith("exports_")]
    assert set(flows["unit"]) == {FLOW}
