"""Only the figures, for one zone, with an answer: nothing else is run, and the text is not credited with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.report.draw import drawing
from earthprice.report.page import render_page
from earthprice.report.summary import summary_text
from earthprice.report.words import words
from earthprice.study.assess import assess
from earthprice.study.assessment import Assessment
from earthprice.study.draws import prior_draws, uncertain
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.world.world import World
from tests.small import SMALL, TEXT

BAN = Path(__file__).parents[1] / "law" / "texts" / "mys-ban-nobase.yaml"
NOT_RUN = {"articles", "readings", "slopes", "options", "rare price"}


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def only(world: World, told: list[str]) -> Assessment:
    asked = replace(
        SMALL, draws=2, only="figures", zones=("JPN",), answers=("japan-answer",), overrides={"stock_dy.pace": "x2"}
    )
    return assess(TEXT, asked, lambda said, *_: told.append(said), world=world)


def test_only_what_is_asked_is_run(only: Assessment, told: list[str]) -> None:
    assert "with the answers" in told and not NOT_RUN & set(told)
    for name in ("articles", "readings", "drivers", "options"):
        assert getattr(only, name).empty, name
    assert [q["question"] for q in only.questions] == ["zone", "fall", "hit"]
    assert only.rare.empty and "price_gap_replay" not in set(only.series["variable"]) and not only.exposure.empty
    assert any("Only the figures were asked for" in flag for flag in only.meta.flags)
    assert len(only.figures) > 20 and only.figures["readings_low"].isna().all() and len(only.series)


def test_answers_stand_beside_the_text_and_not_in_it(only: Assessment, world: World) -> None:
    f = only.figures.set_index("key")
    moved = f.loc["gain_JPN", "answered_p50"] - f.loc["gain_JPN", "reform_p50"]
    assert abs(moved) > 1e-3 and f["answered_p50"].drop(["gap_ndpr", "gap_dy", "gap_ce"]).notna().all()
    more = replace(SMALL, draws=2, only="figures", answers=("japan-answer",), overrides={"stock_dy.pace": "x9"})
    again = assess(TEXT, more, world=world).figures.set_index("key")
    of_text = ["base_p50", "reform_p50", "diff_p50"]
    np.testing.assert_array_equal(again[of_text].to_numpy(), f[of_text].to_numpy())
    assert (again["answered_p50"] - f["answered_p50"]).abs().max() > 1e-6


def test_a_text_has_the_same_figures_with_and_without_answers_to_it(only: Assessment, world: World) -> None:
    """To the bit: base, text and difference with their ranges, on the same draws; answers have columns of their own."""
    asked = replace(SMALL, draws=2, only="figures")
    alone, f = assess(TEXT, asked, world=world).figures.set_index("key"), only.figures.set_index("key")
    assert alone["answered_p50"].isna().all()
    of_text = [c for c in alone.columns if c.startswith(("base_", "reform_", "diff_"))]
    assert len(of_text) == 9
    np.testing.assert_array_equal(f.loc[alone.index, of_text].to_numpy(), alone[of_text].to_numpy())


def test_answers_add_columns_to_the_draws_and_change_none(world: World) -> None:
    plain, answered = (
        frame(TEXT, Options(draws=8, years=(2021, 2026), answers=a), world) for a in ((), ("japan-answer",))
    )
    ours, theirs = prior_draws(plain), prior_draws(answered)
    n = len(ours.factors)
    assert theirs.factors[:n] == ours.factors and set(theirs.factors[n:]) == {*uncertain(answered)} - {
        *uncertain(plain)
    }
    assert len(theirs.factors) > n and np.array_equal(theirs.quantiles[:, :n], ours.quantiles)


def test_an_answer_cuts_no_period_of_the_text(world: World) -> None:
    """Licences of April 2025, as an answer, cut 2025 and 2026 of a text assessed by itself."""
    text, asked = str(BAN), Options(draws=1, years=(2021, 2027), only="figures")
    plain, answered = (frame(text, replace(asked, answers=a), world) for a in ((), ("china-export-control-2025",)))
    assert np.array_equal(plain.plan.engine.dt, answered.plan.engine.dt)


def test_a_page_for_a_zone_begins_with_it(only: Assessment) -> None:
    first = only.questions[0]
    assert first["asked"] == "What does it do to Japan?" and first["answer"].startswith("Net gain ")
    assert "NdPr oxide: " in first["answer"] and "USD/kg" in first["answer"] and "% of the Dy" in first["because"]
    gain = only.figures.set_index("key").loc["gain_JPN", "diff_p50"]
    assert ("Net gain \u2212" in first["answer"]) == (gain < 0)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_can_be_printed(only: Assessment, language: str) -> None:
    figures = [drawing(only, language, False, i).figure for i in (0, 1)] * 6
    page = render_page(only, figures, {}, words(language))
    assert "nan" not in page.partition('id="following"')[0].lower().replace("finan", "").replace("govern", "")
    assert ("What does it do to Japan?" if language == "en" else "日本への影響は何か") in page
    assert summary_text(only, colour=False)


def test_what_cannot_be_asked_for_alone_is_refused() -> None:
    with pytest.raises(OptionError, match=r"--only: .*Did you mean 'figures'"):
        Options(only="figure")
    with pytest.raises(OptionError, match="--horizon"):
        Options(only="figures", horizon=True)
