"""Figures: what is drawn is what stands in the CSV; text stays text; awkward tables do not break them."""

import dataclasses
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earthprice.report import theme
from earthprice.report.charts.articles import article_worth, phone_columns
from earthprice.report.charts.exports import FEW, cell_places, column_width, draw_exports
from earthprice.report.charts.feed import feed_data
from earthprice.report.charts.groups import bar_reach, bars, draw_groups, group_bars, scales
from earthprice.report.charts.options import PHONE_NAME_LETTERS, beside_each_other, draw_options, in_lines
from earthprice.report.charts.panels import (
    Shape,
    colour_key,
    few_ticks,
    heading_lines,
    log_ticks,
    value_axis,
    value_range,
    year_axis,
)
from earthprice.report.charts.paths import DISTRICTS, draw_loop, heaviest
from earthprice.report.charts.price import draw_prices
from earthprice.report.draw import DRAWN
from earthprice.report.words import words
from tests.drawn import least_letters
from tests.report.synthetic import draw_all


def rows_in(spec):
    """The rows of the figure's own table inside a specification: the largest data set."""
    return max(spec["datasets"].values(), key=len)


@pytest.mark.parametrize("number", range(1, len(DRAWN) + 1))
def test_what_is_drawn_is_what_the_csv_holds(number, figures):
    figure = figures[number - 1]
    held = json.loads(figure.data.to_json(orient="records"))
    drawn = rows_in(figure.spec)
    assert len(held) == len(drawn)
    for a, b in zip(held, drawn):
        for name in figure.data.columns:
            assert b[name] == pytest.approx(a[name]) if isinstance(a[name], float) else b[name] == a[name]


@pytest.mark.parametrize("number", range(1, len(DRAWN) + 1))
def test_the_drawing_for_a_narrow_screen_holds_every_row_and_fits_it(number, figures):
    """358 px is what the page leaves on a screen of 390 px; only where things stand differs from the wide drawing."""
    figure = figures[number - 1]
    held = json.loads(figure.data.to_json(orient="records"))
    drawn = rows_in(figure.narrow_spec)
    moved = {"x", "y", "row", "option"}
    assert len(held) == len(drawn)
    for a, b in zip(held, drawn):
        for name in set(figure.data.columns) - moved:
            assert b[name] == pytest.approx(a[name]) if isinstance(a[name], float) else b[name] == a[name]
    picture = ET.fromstring(theme.svg(figure.narrow_spec))
    assert float(picture.get("width")) <= 358


def test_a_long_key_and_a_long_heading_take_further_lines():
    """No picture grows wider for the name of a law: at 6.2 px a letter, 20 letters after 33 do not fit in 318 px."""
    names = {"baseline": "a" * 33, "reform": "b" * 20}
    rows = colour_key(names, page=318).to_dict()["data"]["values"]
    assert [(r["x"], r["y"]) for r in rows] == [(0, 6), (0, 19)]
    assert len({r["y"] for r in colour_key(names).to_dict()["data"]["values"]}) == 1
    assert heading_lines("value added per t: rest of the world", 25) == ["value added per t: rest", "of the world"]
    assert heading_lines("value added per t: rest of the world", 0) == ["value added per t: rest of the world"]
    assert heading_lines("日" * 20, 25) == ["日" * 12, "日" * 8]


def test_options_with_long_names_stand_further_apart():
    """A name of two lines takes 15 + 13 px: rows of 1, 28/15 and 1 heights of a row, each name's first line above."""
    name = "the text and the law below, read tight (stricter)"
    data = pd.DataFrame({"row": [0, 1, 2], "option": ["the text", name, "do nothing"]})
    made = in_lines(data, PHONE_NAME_LETTERS)
    assert made["option"].tolist() == ["the text", "the text and the law below, read\ntight (stricter)", "do nothing"]
    assert made["row"].tolist() == pytest.approx([0, 0.5 + 14 / 15, 0.5 + 28 / 15 + 0.5])
    assert made["name_row"].tolist() == pytest.approx([0, 0.5 + 14 / 15 - 6.5 / 15, 0.5 + 28 / 15 + 0.5])


@pytest.mark.parametrize(("panels", "letters", "beside", "width"), [(9, 50, 3, 140), (10, 20, 4, 143), (2, 20, 2, 200)])
def test_rows_of_options_are_as_full_as_they_can_be(panels, letters, beside, width):
    """Nine are 3, 3 and 3. 734 px less 16, names of 8 + 5.4 a letter, 10 between: (718 - 278 - 20) / 3 = 140."""
    data = pd.DataFrame({"key": [str(i) for i in range(panels)], "option": ["a" * letters] * panels})
    assert beside_each_other(data) == (beside, width)


def test_no_name_of_a_figure_is_cut(figures):
    """A heading "2 Price of NdPr oxide at …" does not say where that is."""
    for figure in figures[8:10]:
        for spec in (figure.spec, figure.narrow_spec):
            words = " ".join(ET.fromstring(theme.svg(spec)).itertext())
            assert not re.search(r"\w …", words)
            assert set(figure.data["label"].str.split().sum()) <= set(words.split())


def test_a_label_of_an_axis_has_at_most_five_letters_so_that_plots_stand_in_columns():
    """A band to 9,600 ends, with 6 % of 7,600 above it, at 10,056: "10,000" is wider than the room of labels."""
    data = pd.DataFrame({"p05": [2000.0, 2000.0], "p50": [5000.0, 6000.0], "p95": [9600.0, 9600.0]})
    scale, axis = value_axis(data, Shape(4, 136, 52))
    assert scale.domain[1] == pytest.approx(10_056) and "~s" in axis.labelExpr
    data["p95"] = 9000.0  # ends at 9,420
    assert value_axis(data, Shape(4, 136, 52))[1].to_dict().get("labelExpr") is None


def test_sixteen_years_of_a_phones_plot_have_a_tick_every_five():
    """Of 125 px, 39 a tick, where four letters take 24; a plot of 98 px for 25 years has one every ten."""
    assert year_axis(2019, 2035, 125).values == [2020, 2025, 2030, 2035]
    assert year_axis(2010, 2035, 98).values == [2010, 2020, 2030]


def test_long_names_of_acts_leave_room_for_one_column():
    """350 less 26 px, less 6.2 px a letter: two columns of 115 px beside 11 letters, one of 180 beside 20."""
    assert phone_columns(pd.Series(["art. 20-27?"])) == (2, 121)
    assert phone_columns(pd.Series(["japan announcement 1"])) == (1, 180)


def test_no_chart_is_made_before_it_is_asked_for(assessment, monkeypatch):
    monkeypatch.setattr("altair.Chart.__init__", lambda *_, **__: pytest.fail("a chart was made"))
    assert all(len(f.data) for f in draw_all(assessment))


def test_every_part_of_a_chart_is_as_altair_has_it(figures):
    for figure in figures:  # drawn here with Altair's checks on, which `spec` leaves out
        assert figure.draw() == figure.spec, figure.name
        assert figure.draw_narrow() == figure.narrow_spec, figure.name


def test_figures_are_numbered_and_keep_their_text_as_text(figures):
    assert [f.number for f in figures] == list(range(1, 12))
    picture = ET.fromstring(theme.svg(figures[0].spec))
    texts = ["".join(t.itertext()) for t in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"NdPr", "Dy", "Tb", "Ce", "La"} <= set(texts)
    assert any("% of rare price" in t for t in texts)


@pytest.mark.parametrize("number", range(1, len(DRAWN) + 1))
def test_no_letter_is_printed_under_8_pt(number, figures):
    assert least_letters(theme.svg(figures[number - 1].spec)) > 7.995, figures[number - 1].name


def test_one_long_bar_does_not_hide_the_others(assessment):
    """Damage far above all else ends at the edge with its amount, and the other bars keep their length."""
    home, groups = assessment.meta.home, assessment.groups[assessment.groups["zone"] == assessment.meta.home].copy()
    groups.loc[groups["group"] == "neighbours", ["p05", "p50", "p95"]] = [30.0, 40.0, 50.0]
    data = group_bars(groups, assessment.standing[:0], words())
    others = data[(data["kind"] != "country") & (data["group"] != "neighbours")][["p05", "p50", "p95"]].abs()
    assert bar_reach(data) == pytest.approx(1.5 * others.max(axis=None)) and bar_reach(data) < 5.0
    picture = theme.svg(draw_groups(dataclasses.replace(assessment, groups=groups), words()).spec)
    assert ">+40<" in picture and home in set(groups["zone"])
    plain = group_bars(assessment.groups, assessment.standing[:0], words())
    assert bar_reach(plain) == plain[["p05", "p50", "p95"]].abs().max(axis=None)


def test_short_bars_stand_on_a_scale_of_their_own(assessment):
    groups = assessment.groups.copy()
    groups.loc[groups["zone"] == assessment.meta.home, ["p05", "p50", "p95"]] *= 1000.0
    data = group_bars(groups, assessment.standing[:0], words())
    first, second = scales(data)
    assert first == [words().name("zone", assessment.meta.home)] and len(second) > 1
    panels = bars(data)["vconcat"]
    domains = [p["hconcat"][0]["layer"][1]["encoding"]["x"]["scale"]["domain"] for p in panels]
    assert domains[0][1] - domains[0][0] > 100 * (domains[1][1] - domains[1][0])
    alike = assessment.groups.assign(p05=-1.0, p50=1.0, p95=2.0)
    assert len(scales(group_bars(alike, assessment.standing[:0], words()))) == 1


def test_a_countrys_bar_is_its_net_gain_and_no_sum_of_medians(assessment):
    home, rate = assessment.meta.home, assessment.meta.discount
    of = assessment.standing[(assessment.standing["zone"] == home) & (assessment.standing["discount"] == rate)]
    data = draw_groups(assessment, words()).data
    bars_of = data[(data["kind"] == "country") & (data["zone"] == words().name("zone", home))].set_index("group")
    for whom, counted in (("all", True), ("all but unlicensed", False)):
        told = of[of["unlicensed"] == counted].iloc[0]
        assert bars_of.loc[whom, ["p05", "p50", "p95"]].tolist() == told[["p05", "p50", "p95"]].tolist()


@pytest.mark.parametrize("told", [("the text", "do nothing"), ("the text", "softer")])
def test_a_figure_that_no_option_has_takes_no_panel(assessment, told):
    """Rare prices are reckoned for the two laws alone: one panel less and a sentence, not a panel without a dot."""
    options, first = assessment.options.copy(), assessment.figures["number"] == assessment.figures["number"].min()
    gap = options["key"].isin(assessment.figures.loc[first, "key"])
    options.loc[gap & ~options["option"].isin(told), ["p05", "p50", "p95"]] = np.nan
    figure = draw_options(dataclasses.replace(assessment, options=options), words())
    some = "softer" in told
    assert (1 in set(figure.data["number"])) == some and set(figure.data["number"]) >= set(range(2, 11))
    assert ("Figure 1 has no panel" in figure.caption) != some
    assert theme.svg(figure.spec).count("not reckoned") == (options["option"].nunique() - 2 if some else 0)


def test_an_assessment_without_tables_gives_empty_figures_with_a_sentence(bare):
    figures = draw_all(bare)
    empty = [f for f in figures if f.spec is None]
    assert {f.number for f in empty} >= {2, 5, 8, 9, 10}
    assert all(f.caption and f.data.empty and f.chart is None for f in empty)


def test_slices_of_the_feed_stand_on_each_other(assessment):
    for _, rows in feed_data(assessment).groupby(["scenario", "year"]):
        assert list(rows["from"]) == pytest.approx([0.0, *rows["to"].iloc[:-1]])
        assert rows["to"].iloc[-1] == pytest.approx(rows["p50"].sum())


def test_burdens_are_shown_where_damage_is_greatest(assessment):
    rows = assessment.series[assessment.series["variable"] == "burden"]
    shown, money = heaviest(rows), rows[rows["item"].str.endswith(":money")]
    by_place = money.groupby(money["item"].str.split(":").str[0])["p50"].sum()
    assert set(shown) == set(by_place.nlargest(DISTRICTS).index)


def test_prices_at_or_below_zero_are_left_out_of_the_log_axis(assessment):
    series = assessment.series.copy()
    ce = (series["item"] == "ce") & (series["scenario"] == "rare")
    series.loc[ce, ["p05", "p50", "p95"]] = [-0.5, -0.1, 0.2]
    figure = draw_prices(dataclasses.replace(assessment, series=series), words())
    assert (figure.data[["p50"]] > 0).all().all()
    assert theme.svg(figure.spec)


def test_observed_values_end_at_the_day_of_assessment(assessment):
    early = dataclasses.replace(assessment, meta=dataclasses.replace(assessment.meta, as_of="2015-06-01"))
    data = draw_prices(early, words()).data
    assert data.loc[data["scenario"] == "observed", "year"].max() == 2015


def test_the_caption_of_figure_1_names_the_panels_without_dots(assessment):
    series = assessment.series
    seen = (series["scenario"] == "observed") & series["item"].isin(["dy", "tb"])
    blind = draw_prices(dataclasses.replace(assessment, series=series[~seen]), words())
    assert "(none: Dy, Tb, of which" in blind.caption
    assert "none:" not in draw_prices(assessment, words()).caption


def test_a_tiny_flow_shows_no_percentage(assessment):
    exports = assessment.exports.copy()
    tb = (exports["row"] == "tb") & (exports["partner"] == "JPN")
    exports.loc[tb, ["base_p50", "reform_p50"]] = [FEW / 2, FEW / 3]
    data = draw_exports(dataclasses.replace(assessment, exports=exports), words()).data
    cells = data[(data["row"] == "tb") & (data["partner"] == "JPN")]
    assert set(cells["change"]) == {f"under {FEW} t"}
    assert not cells["clear"].any()


def test_shares_of_articles_are_suppressed_without_a_clear_sign(assessment):
    worth = article_worth(assessment)
    unclear = worth[~worth["clear"].astype(bool)]
    assert len(unclear)
    assert unclear["share"].isna().all()
    assert worth.loc[worth["clear"].astype(bool), "share"].notna().all()


def test_a_band_that_runs_away_does_not_flatten_the_lines():
    part = pd.DataFrame({"p05": [1.0, -9e5], "p50": [1.0, 2.0], "p95": [2.0, np.nan]})
    low, high = value_range(part, log=False)
    assert -10 < low < 1
    assert high >= 2


@pytest.mark.parametrize("log", [False, True])
def test_a_band_that_is_wide_in_every_year_is_shown(log):
    part = pd.DataFrame({"p05": [4.9, 0.5, 0.4, 0.3], "p50": [5.0, 5.1, 5.2, 5.1], "p95": [5.1, 60.0, 70.0, 9e5]})
    low, high = value_range(part, log=log)
    assert low <= 0.5 + 1e-9 and 60.0 - 1e-9 <= high < 1e3


@pytest.mark.parametrize(("low", "high"), [(0.3, 9.0), (1.0, 1.1), (40, 90_000), (1e-6, 1e6)])
def test_log_ticks_are_few_and_rise(low, high):
    ticks = log_ticks(low, high)
    assert ticks == sorted(ticks)
    assert 1 <= len(ticks) <= 14


def test_two_figures_on_a_page_share_no_id(figures):
    one, two = (theme.inline(theme.svg(f.spec), f.name, f.title) for f in figures[3:5])
    root = [ET.fromstring(p) for p in (one, two)]
    ids = [{e.get("id") for e in r.iter() if e.get("id")} for r in root]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_picture_in_the_page_keeps_what_shows_something_and_no_more():
    """Defaults, classes, frames without a colour and thousandths of a pixel made half of a page of 1.35 MB."""
    drawn = (
        '<svg width="20" xmlns="http://www.w3.org/2000/svg"><g class="mark-text role-axis" transform="translate(0,0)">'
        '<path class="background" d="M0,0h0v0h0Z"/><path class="background" d="M0,0h2" fill="white"/>'
        '<path d="M1.23456,7.001L-0.9996,4.5" stroke-width="1" opacity="1"/><path d="M1e-7" opacity="0.175"/>'
        f'<text text-anchor="start" font-size="{theme.LETTERS}px" transform="translate(3.10049,2)">a 1.2345</text>'
        '<path class="foreground" d="" display="none"/></g></svg>'
    )
    kept = theme.inline(drawn, "n", "t").partition(">")[2]
    assert kept == (
        '<g><path d="M0,0h2" fill="white"/><path d="M1.23,7L-0.99,4.5"/><path d="M1e-7" opacity="0.17"/>'
        '<text transform="translate(3.1,2)">a 1.2345</text></g></svg>'
    )


def test_every_chart_names_what_the_text_is_held_against(assessment):
    """Held against another text it is not "no reform": in legends, labels and captions alike."""

    def said(a):
        return [f"{f.caption} {json.dumps(f.spec, default=str, ensure_ascii=False)}" for f in draw_all(a)]

    meta = dataclasses.replace(assessment.meta, against="china-2024-regulations")
    other = dataclasses.replace(assessment, meta=meta)
    for plain, against in zip(said(assessment), said(other), strict=True):
        assert "no reform" not in against
        assert ("china-2024-regulations" in against) == ("no reform" in plain)


@given(st.floats(-1e6, 0), st.floats(1e-3, 1e6))
def test_an_axis_has_more_than_one_tick(low, high):
    ticks = few_ticks(low, high)
    assert 3 <= len(ticks) <= 5 and 0.0 in ticks
    assert low - 1e-4 * (high - low) <= min(ticks) and max(ticks) <= high + 1e-4 * (high - low)


def test_ticks_of_an_axis_by_hand():
    """A step of 50 left nil alone between -48 and 47: no scale could be read."""
    assert few_ticks(-48.0, 47.0) == [-40.0, 0.0, 40.0]
    assert few_ticks(-1.6, 0.1) == [-1.5, -1.0, -0.5, 0.0]
    assert few_ticks(-4.0, 85.0) == [0.0, 40.0, 80.0]


@pytest.mark.parametrize(("page", "years", "width"), [(734, 3, 108), (350, 3, 92), (734, 4, 81), (350, 8, 72)])
def test_years_of_exports_are_as_wide_as_the_page_lets_them(page: int, years: int, width: int) -> None:
    """734 px less 66 of names and 6: two partners of 325, a gap of 12; "-1,800 to -100" ran into the next at 72."""
    cells = pd.DataFrame([{"row": "dy", "partner": p, "year": y} for p in "ABC" for y in range(years)])
    assert column_width(cells, page) == width
    x = cell_places(cells, page)["x"]
    assert min(x) == 66 and (max(x) + width <= page or width == 72)
    assert sorted(x[:years]) == [66 + width * i for i in range(years)]


def test_a_loop_whose_totals_answer_nothing_says_so(assessment):
    """Totals that are the same without and with the text are the reading's; the caption has its words."""
    told = "The yearly total is the same in both; the reading of the powers says: As now."
    total = (assessment.series["variable"] == "loop") & (assessment.series["item"] == "total")
    own = assessment.series["scenario"] == "reform"
    for times, said in ((1.0, True), (0.9, False)):
        series = assessment.series.copy()
        series.loc[total, "p50"] = 1.1
        series.loc[total & own, "p50"] *= times
        assert (told in draw_loop(dataclasses.replace(assessment, series=series), words()).caption) is said
