"""The page: well-formed, offline, complete; its numbers are the tables' numbers."""

import dataclasses
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from earthprice.law.deterrence import share_that_deters
from earthprice.measures.rounding import rounded, signed
from earthprice.report import articles, gains, theme
from earthprice.report.charts.exports import draw_exports
from earthprice.report.charts.price import draw_prices
from earthprice.report.page import breakable, questions_answered, render_page, tied
from earthprice.report.page_height import LEAST_TYPE, SMALLEST, TYPE, runs_over, shrink
from earthprice.report.page_one import head_lines, how_sure, ten_rows
from earthprice.report.small_print import CHECKLIST
from earthprice.report.words import words
from tests.report.synthetic import draw_all, draw_pictures

HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(page):
    return ET.fromstring(page.replace("<!DOCTYPE html>", ""))


def text_of(element):
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def first_of(root):
    return next(s for s in root.iter(f"{HTML}section") if s.get("id") == "page-one")


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_page_one_holds_every_part(assessment, figures, page, language):
    labels = words(language)
    drawn = figures if language == "en" else [draw_prices(assessment, labels), draw_exports(assessment, labels)]
    all_figures = [*drawn[:2], *figures[2:]]
    whole = page if language == "en" else render_page(assessment, all_figures, draw_pictures(drawn), labels)
    root = parsed(whole)
    first = text_of(root)
    assert {"figure"}.isdisjoint(e.tag.removeprefix(HTML) for e in first_of(root).iter())
    needed = [
        labels("title", title=assessment.meta.title), labels("ten_figures", year=2026),
        labels("figure_n", n=1), labels("figure_n", n=2), *assessment.meta.flags,
        labels("figure_2", home=labels.name("zone", assessment.meta.home)),
        *(labels(key) for key in ("assessed_as_of", "reading", "money", "questions", "figure_1",
                                  "how_sure", "not_claimed", "rare_price", "hindcast", "over_readings")),
        *assessment.not_claimed,
    ]  # fmt: skip
    for words_needed in needed:
        assert words_needed in first, words_needed
    for question in assessment.questions:
        assert tied(question["because"]).replace("\u00a0", " ") in first.replace("\u00a0", " ")
    assert root.get("lang") == language


def test_numbers_on_the_page_are_the_tables_numbers(assessment, page):
    table = next(t for t in parsed(page).iter(f"{HTML}table") if t.get("class") == "ten cards")
    rows = [[text_of(c) for c in row] for row in table.iter(f"{HTML}tr")][1:]
    assert len(rows) == len(assessment.figures)
    for cells, row in zip(rows, assessment.figures.itertuples()):
        middle, low, high = rounded(row.diff_p50, row.diff_p05, row.diff_p95)
        assert cells[1] == row.label
        assert cells[2] == row.unit
        assert cells[5] == signed(middle)
        assert cells[6] in (f"{low} to {high}", "n/a") or (cells[6] == "" and row.diff_p05 == row.diff_p95)


def test_levels_and_difference_agree_to_the_place_shown(assessment):
    for row in ten_rows(assessment, words()):
        assert "nan" not in " ".join(map(str, row.values()))
    gain = next(r for r in ten_rows(assessment, words()) if r["label"].startswith("Net gain, Europe"))
    assert gain["interval"] == "n/a"
    assert gain["sign"] == "unknown" and not gain["mark"]


def test_a_question_on_a_country_names_it_as_a_sentence_does(assessment):
    of = dataclasses.replace(
        assessment, questions=[{"question": "zone", "zone": z, "answer": "a", "because": ""} for z in ("USA", "JPN")]
    )
    assert [q["asked"] for q in questions_answered(of, words())] == [
        "What does it do to the United States?",
        "What does it do to Japan?",
    ]
    assert questions_answered(of, words("zh"))[0]["asked"] == "它对美国有何影响？"


def test_the_page_needs_no_network_and_no_script(page):
    assert "<script" not in page
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?!#)", page)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    outside = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1999/xlink"}


def test_markup_in_the_material_is_escaped(assessment, figures):
    meta = dataclasses.replace(assessment.meta, title="A <b>bold</b> & 'odd' title")
    page = render_page(dataclasses.replace(assessment, meta=meta), figures, {}, words())
    assert "<b>bold</b>" not in page
    parsed(page)


def test_following_pages_hold_their_parts(page):
    everything = text_of(parsed(page))
    for needed in (
        "Articles that change nothing here",
        "What the width of each figure comes from",
        "the 30 % point of its range",
        "restates a power already in force",
        "Readings of the powers",
        "largest moves of the reconciliation",
        "ten questions of an impact assessment",
        "Assumptions and parameters",
        "Methods",
        "Certificate",
        "Sources",
        "not about truth",
        "art. 6?",
        *[f"Figure {n}." for n in range(1, 12)],
        *(question for question, _ in CHECKLIST),
    ):
        assert needed in everything, needed
    assert "confidence interval" not in everything and len(CHECKLIST) == 10


def test_an_assessment_with_nothing_optional_still_makes_a_page(bare):
    root = parsed(render_page(bare, draw_all(bare), {}, words()))
    assert "holds no figures to draw" in text_of(root)


def test_how_sure_names_drivers_flips_and_clearing(assessment):
    said = " ".join(how_sure(assessment))
    assert f"({assessment.meta.markets:,} markets, worst residual" in said  # one a period, not a year
    assert "55 % comes from three parameters" in said
    assert "share of illegal tonnes caught (16 %, 10 to 20, assumption)" in said
    assert "15 % from others, and 30 % cannot be told from 200 draws" in said
    assert "passes 0.41" in said
    assert "200 of 200 draws cleared" in said
    assert "14 of the 23 numbers" in said


@pytest.mark.parametrize(("times", "share"), [(0, 1.0), (1, 0.5), (5, 1 / 6), (10, 1 / 11)])
def test_the_share_that_deters(times, share):
    assert share_that_deters(times) == pytest.approx(share)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.1, 5.0, "lower bound"), (0.05, 0.5, "whole range"), (1.0, 1.0, "fine")]
)
def test_what_of_a_fine_does_not_deter(assessment, low, high, said):
    fine = dataclasses.replace(assessment.meta.fines[0], low=low, high=high)
    meta = dataclasses.replace(assessment.meta, fines=[fine], caught_prior=(0.21, 0.43))
    lines = " ".join(articles.deterrence_lines(dataclasses.replace(assessment, meta=meta)))
    assert f"so {fine.text}’s {said} does not deter" in lines


def test_the_line_on_deterrence(assessment):
    said = " ".join(articles.deterrence_lines(assessment))
    assert "50 % at 1×, 17 % at 5× (the draft)" in said
    assert "17 % at 5×, 9.1 % at 10× (the 2024 text)" in said
    assert "the draft’s lower bound does not deter" in said


def test_page_one_shrinks_only_as_far_as_it_must(assessment):
    values = {"title": "t", "flags": [], "questions": [], "ten": [], "sure": [""], "not_claimed": [""]}
    assert shrink(values) == 1.0
    long = values | {"questions": [{"answer": "word " * 4000, "because": ""}]}
    assert shrink(long) == SMALLEST
    assert runs_over(long) and not runs_over(values)


def test_what_follows_a_page_one_that_runs_over_starts_on_its_second_sheet(assessment):
    """Six lines and then nothing stood on a sheet of its own."""
    long = dataclasses.replace(assessment, not_claimed=["word " * 4000])
    for made, after in ((long, "auto"), (assessment, "page")):
        assert f"--after: {after}" in render_page(made, draw_all(made), {}, words())


def test_no_line_is_printed_smaller_than_eight_points(page):
    style = page.partition("@media print")[2].partition("</style>")[0]
    sizes = re.findall(r"font-size: ?([^;}]+)", style)
    assert sizes, "the print style says how large type is"
    points = [float(size.removesuffix("pt")) for size in sizes if re.fullmatch(r"[\d.]+pt", size)]
    (fitted,) = [float(n) for n in re.findall(r"calc\(([\d.]+)pt \* var", style)]
    assert fitted == TYPE and min(*points, fitted * SMALLEST) >= LEAST_TYPE == 8.0
    assert all(float(em) >= 1 for em in re.findall(r"font-size: ?([\d.]+)em", style))


def test_the_contents_lead_to_every_part(page):
    root = parsed(page)
    nav = next(e for e in root.iter(f"{HTML}nav"))
    links = {a.get("href"): text_of(a) for a in nav.iter(f"{HTML}a")}
    there = {f"#{e.get('id')}": text_of(e) for e in root.iter() if e.get("id")}
    following = next(s for s in root.iter(f"{HTML}section") if s.get("id") == "following")
    headings = [text_of(h) for h in following.iter(f"{HTML}h2") if text_of(h) != "Contents"]
    assert len(links) >= 25 and all(words in there[name] for name, words in links.items())
    assert set(headings) <= set(links.values()) and sum(words.startswith("Figure ") for words in links.values()) == 11


def test_a_name_may_break_behind_its_underscores():
    """Long names of parameters left the reasons beside them 92 px, a word or two a line."""
    assert breakable("mine_tax, rate<") == "mine_<wbr/>tax, rate&lt;"


def test_minus_signs_and_percent_signs_in_prose():
    assert tied("-8.3 % (9-in-10: -22 to 5), 2021-2035, USD -3") == "−8.3\u00a0% (9-in-10: −22 to 5), 2021-2035, USD −3"


def test_page_one_says_where_it_starts_and_how_far_the_record_goes(assessment):
    said = head_lines(assessment, words())[1]
    assert said.startswith("Starts from 2019") and "2020-02-01" in said and said.endswith("goes to 2020.")


def test_what_the_text_stands_on_has_its_row_among_the_articles(assessment):
    meta = dataclasses.replace(assessment.meta, baseline="a", stack="a + b + china-2021-draft")
    more = dataclasses.replace(assessment, meta=meta)
    plain, table = articles.article_table(assessment), articles.article_table(more)
    assert "central draw" in plain.rows[0][0], "its totals are none of page one's medians"
    assert len(table.rows) == len(plain.rows) + 1 and table.rows[-1][0] == "b, which it stands on"
    key = articles.article_worth(assessment)["figure"].iloc[0]
    mine = assessment.articles[assessment.articles["figure"] == key]
    rest = float(mine["total"].iloc[0] - mine["shapley"].sum())
    assert table.rows[-1][1] == signed(articles.alone(rest))


@pytest.mark.parametrize(
    ("number", "name"),
    [("8", "art. 8"), ("order-71-1-2", "order 71-1-2"), ("japan-announcements-11-12", "japan announcements 11-12")],
)
def test_an_act_bears_its_own_name(number, name):
    assert articles.article_name(number, True) == name


def test_the_short_table_of_options_holds_the_ends_the_text_and_who_is_best_alone(assessment):
    table = gains.telling_table(assessment)
    options = assessment.options[assessment.options["key"] == "gain_CHN"].sort_values("p50", ascending=False)
    order = list(options["option"])
    shown = [row[0] for row in table.rows]
    assert shown == [o for o in order if o in {*order[:2], *order[-2:], "the text", "do nothing", "market-based"}]
    assert {row[-1] for row in table.rows} == {"100"} and len(shown) < len(order)
    assert f"All {len(order)} options" in gains.telling_words(assessment)
    lost = assessment.options["option"].eq(order[0])
    fewer = assessment.options.assign(p50=assessment.options["p50"].where(~lost))
    assert order[0] not in [row[0] for row in gains.telling_table(dataclasses.replace(assessment, options=fewer)).rows]


def test_a_picture_has_one_name_and_nothing_else_that_is_spoken(page):
    pictures = list(parsed(page).iter("{http://www.w3.org/2000/svg}svg"))
    assert [p.get("class") for p in pictures] == ["figure on-wide", "figure on-narrow"] * 11  # one of two is shown
    for picture in pictures:
        assert picture.get("role") == "img" and picture.get("aria-label").split(".")[0].isdigit()
        assert not any("role" in e.keys() for e in picture.iter() if e is not picture)


def test_every_colour_of_a_picture_is_light_enough_for_a_dark_page_or_has_one_that_is(figures):
    drawn = "".join(draw_pictures(figures).values())
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none", "transparent"}
    assert colours <= {*theme.DARK, *theme.KINDS}


def test_a_country_without_fines_has_no_line_on_them_and_one_without_a_past_no_past(bare, page):
    drawn = draw_all(bare)
    without = render_page(bare, drawn, draw_pictures(drawn), words())
    assert "When digging without a licence pays" in page and "When digging without a licence pays" not in without
    assert "Beside it the past" not in without


def test_a_figure_that_no_reading_reckons_has_no_row_of_nothing(assessment):
    key = str(assessment.readings["key"].iloc[0])
    gone = assessment.readings.assign(diff_p50=assessment.readings["diff_p50"].mask(assessment.readings["key"] == key))
    table = articles.readings_table(dataclasses.replace(assessment, readings=gone))
    assert len(table.rows) == len(articles.readings_table(assessment).rows) - 1


ENDS = re.compile(r"p05$|p95$")
TWICE = re.compile(r"(?<![\d.,−])([−+]?\d[\d.,]*) to \1(?![\d.,])")


def test_where_all_draws_agree_no_number_has_a_range(assessment):
    """One draw, or a change that is the same in all: no "3.0 to 3.0" in any table, sentence or picture."""

    def agreed(table):
        ends = {c: table[c.replace("p05", "p50").replace("p95", "p50")] for c in table if ENDS.search(c)}
        return table.assign(**ends)

    tables = {f.name: getattr(assessment, f.name) for f in dataclasses.fields(assessment)}
    one = {name: agreed(t) for name, t in tables.items() if isinstance(t, pd.DataFrame)}
    made = dataclasses.replace(assessment, **one)
    said = text_of(parsed(render_page(made, draw_all(made), {}, words())))
    assert not TWICE.findall(said), [said[m.start() - 60 : m.end()] for m in TWICE.finditer(said)]
