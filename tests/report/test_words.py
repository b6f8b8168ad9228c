"""The table of words and the fixed sign words."""

import csv
import re
from dataclasses import replace
from importlib import resources

import pytest

from earthprice.errors import OptionError
from earthprice.measures.spread import FEW, SAME, SURE, UNCLEAR, UNKNOWN
from earthprice.report.page import render_page
from earthprice.report.summary import WIDTH, summary_text
from earthprice.report.words import LANGUAGES, MARKS, named, sign_key, words
from tests.report.synthetic import draw_all

TABLE = resources.files("earthprice.report").joinpath("labels.csv").read_text("utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))


def test_every_label_stands_in_three_languages():
    assert list(ROWS[0]) == ["key", *LANGUAGES]
    assert len({row["key"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert all(row[language].strip() for language in LANGUAGES), row["key"]
        assert None not in row, row["key"]


def test_blanks_are_the_same_in_every_language():
    for row in ROWS:
        blanks = {tuple(sorted(re.findall(r"\{(\w+)\}", row[language]))) for language in LANGUAGES}
        assert len(blanks) == 1, row["key"]


def test_every_label_that_a_template_asks_for_is_there():
    templates = resources.files("earthprice.report").joinpath("templates")
    for name in ("page.html.j2", "parts.html.j2"):
        asked = re.findall(r'\bw\("([\w.]+)"', templates.joinpath(name).read_text("utf-8"))
        assert set(asked) <= {row["key"] for row in ROWS}


@pytest.mark.parametrize("word", [*SURE, UNCLEAR, FEW, SAME, UNKNOWN])
def test_sign_words_have_labels_and_marks_only_where_there_is_a_sign(word):
    assert words("en")(sign_key(word)) == word
    assert (sign_key(word) in MARKS) == (word in (*SURE, UNCLEAR))


@pytest.mark.parametrize("said", ["yes (0.76)", "no (2.99)", "not scored"])
def test_a_hindcasts_verdict_is_told_in_every_language(said):
    assert words("en").scored(said) == said
    for language in ("zh", "ja"):
        told = words(language).scored(said)
        assert not told.startswith(("yes", "no")) and told.partition(" (")[1:] == said.partition(" (")[1:]


def test_another_language_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="Accepted: en, ja, zh"):
        words("jp")


@pytest.mark.parametrize(
    ("kind", "against", "base", "text", "head"),
    [
        ("draft", "", "no reform", "draft", "against the law in force continued (“no reform”: china-in-force-2020)"),
        ("draft", "china-2021-draft", "china-2021-draft", "china-2021-draft", "against china-2021-draft"),
        ("law", "", "no such law", "this law", "against the law without it (“no such law”: china-in-force-2020)"),
        ("text", "", "no reform", "this text", "against the law in force continued (“no reform”: china-in-force-2020)"),
    ],
)
def test_what_is_compared_is_called_by_its_name(assessment, kind, against, base, text, head):
    m = replace(assessment.meta, kind=kind, against=against)
    told = named(words(), m)
    assert (told("no_reform"), told("text"), told("against")) == (base, text, head)
    a = replace(assessment, meta=m, questions=[])
    said = summary_text(a, colour=False)
    first = " ".join(said.split())
    assert head.split(" (")[0] in first and f"{base} → {text}" in first
    assert all(len(line) <= WIDTH for line in said.splitlines())
    assert m.held_against == base
    if against:
        page = render_page(a, draw_all(a), {}, words())
        one = page.partition('id="following"')[0]
        assert "no reform" not in one and "law in force" not in one
        assert f'<th scope="col" class="n">{against}</th><th scope="col" class="n">{text}</th>' in " ".join(one.split())


def test_answers_stand_in_a_column_of_their_own(assessment):
    figures = assessment.figures.assign(answered_p50=assessment.figures["reform_p50"] * 2)
    a = replace(assessment, meta=replace(assessment.meta, answers=["japan-answer"]), figures=figures)
    said = summary_text(a, colour=False)
    assert "Answers to it: japan-answer." in " ".join(said.split()) and "+ answers" in said
    page = render_page(a, draw_all(a), {}, words())
    assert '<th scope="col" class="n">draft</th><th scope="col" class="n">draft + answers</th>' in page
    assert "+ answers" not in summary_text(assessment, colour=False)


def test_a_figure_keeps_its_name_beside_long_ranges_and_answers(assessment):
    """Its name stood in seven letters a line, "t REO" and "/yr" apart."""
    ends = {"base_p50": 0.0449, "reform_p50": 0.0449, "answered_p50": 0.0449, "diff_p50": -1e-8}
    figures = assessment.figures.assign(**ends, diff_p05=-3.5e-7, diff_p95=-1e-8)
    a = replace(assessment, meta=replace(assessment.meta, answers=["japan-answer"]), figures=figures)
    said = summary_text(a, colour=False).splitlines()
    assert all(len(line) <= WIDTH for line in said)
    (first,) = [line for line in said if line.startswith("1 ")]
    assert first[4:].startswith("Earth price as a ")


def test_every_zone_has_its_net_gain_in_every_language() -> None:
    assert words("zh").figure("gain_MMR", "Net gain, Myanmar") == "净收益，缅甸"
    assert words("ja").figure("gain_others", "… others") == "純便益、その他"
    assert words("en").figure("gain_MMR", "Net gain, Myanmar") == "Net gain, Myanmar"
