"""Options are refused when they are said, not when a run meets them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from earthprice import caps
from earthprice.cli.arguments import AssessArguments, options_of
from earthprice.cli.stressing import read_half_year
from earthprice.errors import OptionError
from earthprice.runs.size import AUTO, check_run
from earthprice.study.comment import comment
from earthprice.study.compare import compare
from earthprice.study.now import now
from earthprice.study.options import Options
from earthprice.study.sweep import sweep
from tests.small import TEXT


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"years": (2021, 9999)}, "--years"), ({"years": (2021, 2051)}, "--years"),
        ({"years": (2026, 2021)}, "--years"),
        ({"years": (2021, 2021)}, "--years"), ({"years": (2021.5, 2026)}, "--years"), ({"years": ()}, "--years"),
        ({"as_of": "x"}, "--as-of"), ({"as_of": "2026-13-01"}, "--as-of"), ({"as_of": "01/11/2026"}, "--as-of"),
        ({"as_of": "9999-12-31"}, "--as-of"), ({"draws": 10**9}, "--draws"), ({"draws": 0}, "--draws"),
        ({"draws": 2.5}, "--draws"), ({"draws": True}, "--draws"), ({"seed": -1}, "--seed"),
        ({"seed": 10**5000}, "--seed"), ({"workers": 5000}, "--workers"), ({"batch": -1}, "--batch"),
        ({"period": "month"}, "--period"), ({"delay_years": math.nan}, "--delay"),
        ({"delay_years": math.inf}, "--delay"),
        ({"delay_years": -1.0}, "--delay"), ({"delay_years": "2y"}, "--delay"), ({"discount": math.nan}, "--discount"),
        ({"zones": "JPN"}, "--for"), ({"zones": (1,)}, "--for"), ({"answers": ("a",) * 99}, "--with"),
        ({"against": 5}, "--against"), ({"reading": ["tight"]}, "--reading"),
        ({"overrides": {str(k): "x1" for k in range(999)}}, "--set"), ({"overrides": {5: "x1"}}, "--set"),
        ({"overrides": {None: "x1"}}, "--set"), ({"overrides": {("a",): "x1"}}, "--set"),
        ({"overrides": ["a=x1"]}, "--set"), ({"overrides": None}, "--set"),
        ({"years": "2021-2026"}, "--years"), ({"as_of": "Nov 2026"}, "--as-of"), ({"as_of": 2026}, "--as-of"),
    ],
)  # fmt: skip
def test_an_option_out_of_bounds_is_refused_with_its_name(given, where):
    with pytest.raises(OptionError) as caught:
        Options(**given)
    assert str(caught.value).startswith(f"{where}: ") and len(str(caught.value)) < caps.MESSAGE


def test_the_longest_run_is_accepted():
    assert Options(years=(2021, caps.LAST_RUN), draws=caps.DRAWS, seed=caps.SEED).years == (2021, 2050)


@pytest.mark.parametrize("words", ["2021-9999", "2021", "２０２１-２０２６x", "-", "2030-2021", "nan-inf"])
def test_a_span_of_years_on_the_command_line(words):
    with pytest.raises(OptionError, match="--years"):
        options_of(AssessArguments(rulebook="china-2021-draft", years=words))


@pytest.mark.parametrize("words", ["²⁰²²-01", "2022-٠١", "2022-13", "2022-00", "2022", "x", "2022-01-01"])
def test_a_month_is_a_month(words):
    with pytest.raises(OptionError, match="is not a month"):
        read_half_year(words)


def test_runs_of_the_past_have_the_same_bounds():
    for given in ((0, 1, 0), (1, -1, 0), (1, 1, -1), (10**9, 1, 0)):
        with pytest.raises(OptionError):
            check_run(*given)


@pytest.mark.parametrize("years", ["2025-2025", "2030-2030"])
def test_a_single_year_is_told_that_two_are_needed(years: str) -> None:
    with pytest.raises(OptionError, match=f"'{years}' is no span .* two years at least"):
        options_of(AssessArguments(rulebook="china-2021-draft", years=years))


def test_years_around_a_licence_are_cut_where_nothing_is_asked_for() -> None:
    assert Options().period == AUTO


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"zones": ("JPN",)}, "--for"),
        ({"answers": ("japan-answer",)}, "--with"),
        ({"prior": True}, "--prior"),
        ({"slopes": True}, "--slopes"),
        ({"horizon": True}, "--horizon"),
        ({"reading": "all"}, "--reading"),
    ],
)
def test_what_a_question_has_no_answer_to_is_refused_and_not_left_out(given, where, world):
    """Answers would be credited to the texts compared; a page for a zone would be nobody's."""
    asked = Options(draws=2, years=(2021, 2022), **given)
    questions = [
        lambda: compare([TEXT, "china-2024-regulations"], asked, world=world),
        lambda: sweep(TEXT, [{}], asked, world=world),
        lambda: now("2025-08-01", asked),
    ]
    if where != "--for":
        questions.append(lambda: comment(TEXT, replace(asked, zones=("EUR",)), world=world))
    for question in questions:
        with pytest.raises(OptionError, match=where):
            question()
