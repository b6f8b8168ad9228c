"""The three answers: one sign, tonnes before per cent, no word beside what is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from earthprice.facts.world import load_known
from earthprice.law.load import SHELF
from earthprice.measures.rounding import alone
from earthprice.measures.spread import FEW, SAME
from earthprice.measures.welfare import worth
from earthprice.report.page_one import ten_row
from earthprice.report.words import words
from earthprice.study.assessment import Assessment
from earthprice.study.bands import bands
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import Pair, _pair
from earthprice.study.figures import catalogue, export_table, table
from earthprice.study.frame import Frame, postponed
from earthprice.study.money import Money, said_value, shares_of_losses
from earthprice.study.places import damage
from earthprice.study.questions import (
    Dates,
    Verbs,
    _names,
    _scope,
    better,
    change_in_words,
    directed,
    questions,
    spread,
)
from earthprice.world.world import World
from tests.small import TEXT, framed

VERBS = Verbs(("costs", "costing"), ("saves", "saving"), "us", "bn USD")
MANY = np.linspace(-1.0, 9.0, 201)


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (
            0.0,
            "costs us 4.0 bn USD (likely); in 1 of 20 draws it costs more than 8.5, in 1 of 20 it saves more than 0.50",
        ),
        (
            2.0,
            "costs us 6.0 bn USD (nearly sure); in 1 of 20 draws it costs more than 10, in 1 of 20 it costs less "
            "than 1.5",
        ),
        (
            -10.0,
            "saves us 6.0 bn USD (nearly sure); in 1 of 20 draws it saves less than 1.5, in 1 of 20 it saves more "
            "than 10",
        ),
        (
            -3.9,
            "costs us 0.10 bn USD (no clear sign); in 1 of 20 draws it costs more than 4.6, in 1 of 20 it saves "
            "more than 4.4",
        ),
    ],
)
def test_a_delay_has_one_verb_a_positive_amount_and_both_tails(shift: float, said: str) -> None:
    assert directed("Delay", MANY + shift, VERBS) == f"Delay {said}"


def test_few_draws_give_a_range_without_a_sign_word() -> None:
    assert directed("Delay", np.array([-0.5, 1.0, 8.0]), VERBS) == (
        "Delay costs us 1.0 bn USD (3 draws: saving 0.50 to costing 8.0)"
    )
    assert directed("Delay", np.array([2.0, 2.0]), VERBS) == "Delay costs us 2.0 bn USD (2 draws)"
    assert directed("Delay", np.zeros(30), VERBS) == "Delay: no change"
    assert directed("Delay", np.array([]), VERBS) == "Delay: unknown"


@pytest.mark.parametrize(("cost", "said"), [(2.0, "−2.0"), (-2.0, "+2.0")])
def test_one_draw_gives_a_number_without_a_direction(cost: float, said: str) -> None:
    """A run that saves beside 200 draws without a clear sign would be two answers to one question."""
    alone = f"Delay: {said} bn USD for us in this one run; only many draws tell the direction"
    assert directed("Delay", np.array([cost]), VERBS) == alone


def test_numbers_in_words_have_no_range_beside_nothing() -> None:
    assert spread(np.array([]), "t") == spread(np.array([np.nan]), "t") == "unknown"
    assert spread(np.zeros(40), "t") == "0 t" and spread(np.array([3.0]), "t") == "3.00 t"
    assert spread(np.array([-2.0, -1.0]), "t") == "−1.5 t (2 draws: −2.0 to −1.0)"


def test_tonnes_stand_before_per_cent() -> None:
    base, reform = np.full(20, 21.0), np.full(20, 0.42)
    assert change_in_words("Tb", base, reform) == "Tb: −20.6 t at a level of 21.0, −98.0 %, nearly sure"
    assert change_in_words("Tb", base, reform, percent=False) == "Tb: −20.6 t, nearly sure"
    assert change_in_words("Tb", base, base) == "Tb: no change from 21.0 t"
    assert change_in_words("Tb", base * 0, base * 0) == "Tb: none"
    assert (
        change_in_words("Tb", base, reform, levels=(19.8, 0.4))
        == "Tb: −20.6 t at a level of 19.8, −98.0 %, nearly sure"
    )


def test_an_element_leaves_in_all_its_forms(done: list[Pair], small: Frame) -> None:
    """Oxide, metal and what is inside magnets add up, by partner too; magnets are the sum of what they hold."""
    s = done[0].baseline.series
    for e in ("ndpr", "dy", "tb", "la"):
        for partner in (*small.plan.lens.partners, "all"):
            parts = s[f"exports/{e}_raw/{partner}"] + s[f"exports/{e}_magnets/{partner}"]
            assert s[f"exports/{e}/{partner}"] == pytest.approx(parts, rel=1e-9, abs=1e-9)
    inside = sum(s[f"exports/{e}_magnets/all"] for e in small.plan.lens.elements)
    assert s["exports/magnets/all"] == pytest.approx(inside)
    assert (s["exports/ndpr_magnets/all"] > 3 * s["exports/ndpr_raw/all"]).all(), "most of it leaves in magnets"


def test_a_percentage_of_the_export_table_has_its_part(done: list[Pair], small: Frame) -> None:
    found = export_table(small.plan, done, (2026,)).set_index(["row", "partner"])
    whole = found.loc[("ndpr", "all")]
    raw = found.loc[("ndpr_raw", "all")]
    assert whole["part"] == 100.0 and raw["part"] == pytest.approx(100 * raw["base_p50"] / whole["base_p50"])
    assert (found["diff_p05"] <= found["diff_p50"]).all() and (found["diff_p50"] <= found["diff_p95"]).all()
    assert not {"ndpr_oxide", "dy_oxide"} & set(found.index.get_level_values(0))


def test_recovery_is_of_mines_that_dig_for_rare_earths(done: list[Pair], small: Frame) -> None:
    """A text that stops unlicensed digging raises it, though less of what iron brings up is sold."""
    base, reform = (
        {
            k: float(small.plan.engine.of_year(case.series[f"recovery/{k}"], 2026))
            for k in ("own", "host", "licensed", "unlicensed")
        }
        for case in (done[0].baseline, done[0].reform)
    )
    assert reform["own"] > base["own"] + 3.0 and reform["host"] < base["host"] < 30.0
    assert base["unlicensed"] < base["own"] < base["licensed"]


def answers(small: Frame, kept: list[Pair], late: list[Pair]) -> list[str]:
    f = small
    made = questions(f.plan, kept, late, export_table(f.plan, kept, (2026,)), Dates(f.first, f.year, 0.03))
    return [q["answer"] + " " + q["because"] for q in made]


def test_a_level_is_one_number_in_the_answer_and_in_the_table(small: Frame, done: list[Pair]) -> None:
    """Levels hold what the model leaves out in both: "at a level of 1,530" never stands over a row that reads 1,440."""
    f = small
    held = bands(f.plan.lens, f.texts.as_of, done, 1)
    rows = table(catalogue(f.plan, 2026, f.first, 0.03), done, 2026, {}, held).set_index("key", drop=False)
    out = export_table(f.plan, done, (2026,), held)
    said = questions(f.plan, done, [], out, Dates(f.first, 2026, 0.03), bands=held)[0]["answer"]
    levels = re.findall(r" at a level of ([0-9,.]+),", said)[:3]
    assert levels == [
        ten_row(rows.loc[f"exports_{k}"].to_dict(), words())["base"] for k in ("scarce", "lead", "magnets")
    ]
    alone = np.median([f.plan.engine.of_year(p.baseline.series["exports/ndpr/all"], 2026) for p in done])
    assert rows.at["exports_lead", "base_p50"] != pytest.approx(float(alone), rel=1e-3)


def test_no_draw_and_no_change_have_no_sign_word(small: Frame, done: list[Pair]) -> None:
    same = [replace(p, reform=p.baseline) for p in done]
    for said in (answers(small, same, same), answers(small, done, [])):
        assert "nan" not in " ".join(said) and "unknown %" not in " ".join(said)
    told = " ".join(answers(small, same, same))
    assert "no change from" in told and "At the median no country abroad loses." in told
    assert not re.search("nearly sure|likely|leaning|Shares of all losses", told)
    rows = table(catalogue(small.plan, 2026, small.first, 0.03), same, 2026, {})
    assert set(rows.loc[rows["number"] != 1, "sign"]) == {SAME}
    assert rows["share_positive"].isna().all()


def test_what_moves_in_the_sixth_place_is_no_change_in_sentences_and_tables(small: Frame, done: list[Pair]) -> None:
    """A foreign law moves all a little: no "0.00008 %", no "−0.0", no digit that nobody can use."""
    little = [
        replace(p, reform=replace(p.baseline, series={k: x * (1 + 2e-6) for k, x in p.baseline.series.items()}))
        for p in done
    ]
    rows = table(catalogue(small.plan, 2026, small.first, 0.03), little, 2026, {})
    told = [ten_row(r, words()) for r in rows[rows["number"] != 1].to_dict("records")]
    assert {(r["difference"], r["interval"], r["sign"]) for r in told} == {("0", "", SAME)}
    same = rows["number"] != 1
    assert rows.loc[same, "base_p50"].equals(rows.loc[same, "reform_p50"]), "no change from 94.0 to 94.1 would be one"
    assert not export_table(small.plan, little, (2026,))[["diff_p05", "diff_p95", "change_p50"]].any(axis=None)
    assert set(damage(small.plan, little, 2026)["sign"]) == {SAME}
    said = " ".join(answers(small, little, []))
    assert said.count("no change") >= 4 and not re.search(r"[−-]?0\.0+ |0\.000", said), said


def test_waiting_for_a_text_that_changes_nothing_costs_nothing(small: Frame, done: list[Pair]) -> None:
    same = [replace(p, reform=p.baseline) for p in done]
    assert all(p.unchanged for p in same) and not any(p.unchanged for p in done)
    said = answers(small, same, done)[2]
    assert said.strip() == "Nothing changes: the text does what the law in force does, now and later."


def test_an_unedited_copy_waits_at_no_cost(world: World, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text((SHELF / f"{TEXT}.yaml").read_text("utf-8").replace(f"rulebook: {TEXT}", "rulebook: mine"), "utf-8")
    f = framed(world, str(mine), against=TEXT, draws=1, years=(2021, 2022))
    late = replace(f.plan, texts=postponed(str(mine), f.options, world).alone())
    pair = _pair(f.plan, fitted_sample(f), 0, late)
    assert pair.unchanged and pair.later is pair.reform


def test_one_draw_is_not_nine_in_ten(assessment: Assessment, small: Frame, done: list[Pair]) -> None:
    one = " ".join(answers(small, done[:1], done[:1]))
    assert "9 in 10" not in one and not re.search("nearly sure|likely|leaning", one)
    assert not re.search("[Ll]oss|loses|saves|costs|At the median", one), "nor a direction in other words"
    assert set(assessment.figures["sign"]) <= {FEW, SAME, "unknown"} and assessment.figures["draws"].max() <= 6


def test_only_those_who_lose_are_losers(small: Frame, done: list[Pair]) -> None:
    """Every country abroad but one gains: it alone is named, and it bears all of the loss."""

    def shifted(p: Pair) -> Pair:
        money = {k: p.baseline.money[k] + (-1e3 if k[0] == "JPN" else 1e3) for k in p.baseline.money}
        return replace(p, reform=replace(p.reform, money=money))

    said = answers(small, [shifted(p) for p in done], done)[1]
    assert "the largest losses fall on Japan" in said
    assert "Shares of all losses abroad, country by country: Japan 100 %;" in said
    assert "Europe" not in said


def test_export_rows_have_no_range_beside_nothing(done: list[Pair], small: Frame) -> None:
    found = export_table(small.plan, done, (2026,))
    assert isinstance(found, pd.DataFrame) and np.isfinite(found.select_dtypes("number")).all().all()


def options(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Options by name, share of draws better than the text, and home's median gain."""
    return pd.DataFrame(
        [(option, "gain_CHN", gain, 20, over) for option, over, gain in rows],
        columns=["option", "key", "p50", "draws", "over_text"],
    )


def test_what_would_do_better_is_the_option_with_the_most_draws_and_then_the_largest_gain() -> None:
    nil = float("nan")
    some = options(
        ("do nothing", 0.1, 0.0),
        ("the text", nil, 2.4),
        ("a", 1.0, 5.0),
        ("twice the inspection", 1.0, 17.0),
        ("c", 0.9, 30.0),
    )
    said = better(some, "no reform", "China", (3.1, 199))
    assert said["answer"] == (
        "Twice the inspection: in 20 of 20 draws China is better off by it than by the text (17 against 2.4 bn USD, "
        "medians of these draws against no reform; by the text on all 199 draws, as below, 3.1)."
    )
    assert said["because"].startswith("Net gain of China, 4 options beside the text, to do nothing among them")


def test_a_text_that_loses_is_told_that_doing_nothing_does_better() -> None:
    some = options(("do nothing", 1.0, 0.0), ("the text", float("nan"), -0.16), ("a", 1.0, -0.12))
    said = better(some, "no reform", "Japan", (-0.16, 20))["answer"]
    assert said.startswith("Do nothing: in 20 of 20 draws Japan is better off by it than by the text (0 against −0.16 ")


def test_a_share_of_losses_sets_nobodys_gain_against_anothers_loss(small: Frame, done: list[Pair]) -> None:
    """Japan loses 3, Myanmar 1, South-East Asia gains 2: the two together lose 1 of 4, though on balance they gain."""
    p, moves = done[0], {"JPN": -3e3, "MMR": -1e3, "SEA": 2e3}
    one = {next(k for k in p.baseline.money if k[0] == z): x for z, x in moves.items()}
    moved = {k: v + one.get(k, 0.0) for k, v in p.baseline.money.items()}
    pair, money = replace(p, reform=replace(p.baseline, money=moved)), Money(small.plan, small.first, 0.03)
    shares = shares_of_losses(money, [pair], {"JPN": ("JPN",), "others": ("MMR", "SEA")})
    assert shares == pytest.approx({"JPN": 0.75, "others": 0.25})


def test_an_option_that_gains_less_in_the_median_does_not_do_better() -> None:
    nil = float("nan")
    said = better(
        options(("the text", nil, 15.0), ("a", 0.75, 5.1), ("b", 0.6, 16.0)), "no reform", "China", (15.0, 20)
    )
    assert said["answer"].startswith("B: in 12 of 20 draws") and "on all" not in said["answer"]
    said = better(options(("the text", nil, 15.0), ("a", 0.75, 5.1)), "no reform", "China", (15.0, 20))
    assert said["answer"].startswith("None of the options tried")


def test_where_nothing_does_better_it_says_so() -> None:
    nil = float("nan")
    said = better(options(("the text", nil, 2.4), ("a", 0.25, 5.0)), "mine", "China", (2.4, 20))["answer"]
    assert said == "None of the options tried, in most draws and in the median. The nearest is a, in 5 of 20 draws."
    assert "Not known" in better(options(("a", nil, 5.0)), "mine", "China", (2.4, 20))["answer"]


def test_who_loses_is_told_by_country_whatever_the_others_gain(small: Frame, done: list[Pair]) -> None:
    """Myanmar loses 3 and South-East Asia 1; Australia gains 9, so that the three, told together on page one, gain."""

    def shifted(p: Pair) -> Pair:
        by = {"MMR": -3e3, "SEA": -1e3, "AUS": 9e3}
        money = {k: p.baseline.money[k] + by.get(k[0], 1e3) for k in p.baseline.money}
        return replace(p, reform=replace(p.reform, money=money))

    kept = [shifted(p) for p in done]
    said = answers(small, kept, done)[1]
    row = table(catalogue(small.plan, small.year, small.first, 0.03), kept, small.year, {}).set_index("key")
    assert float(row.loc["gain_others", "diff_p50"]) > 0
    loss = [spread(Money(small.plan, small.first, 0.03).gains(kept, (z,)), "bn USD") for z in ("MMR", "SEA")]
    assert f"the largest losses fall on Myanmar {loss[0]}" in said and f"{loss[1]}" in said
    assert "others" not in said and "Australia" not in said


def test_what_the_text_stands_on_and_the_baseline_lacks_is_named_too() -> None:
    """Held against the law of 2024, the licences of 2025 below the text are part of what is compared."""
    known = load_known("2026-11-01")
    against = framed(known, "china-2026", years=(2025, 2027), against="china-2024-regulations", period="year").plan
    said = _scope(against)
    assert said.startswith("What acts on shipments: article 18 of china-export-control-2025, ")
    assert said.endswith("Japan announcement 1 of china-2026.")
    default = framed(known, "china-2026", years=(2025, 2027), period="year").plan
    assert _scope(default) == "What acts on shipments: Announcement 57, Japan announcement 1."
    assert (
        _names(default, {"CHN": "China", "JPN": "Japan"})
        == "Announcement 56 names Japan; Japan announcement 1 names Japan."
    )


def test_against_another_text_time_is_measured_without_either(small: Frame, done: list[Pair]) -> None:
    other = replace(small.plan, texts=replace(small.plan.texts, against="china-2024-regulations"))
    said, alone = (answers(replace(small, plan=p), done, done)[2] for p in (other, small.plan))
    assert "measured without either text: the law below goes on, without china-2024-regulations." in said
    assert "either" not in alone


def test_a_net_gain_says_that_it_counts_all_years_and_what_falls_in_those_reported(
    small: Frame, done: list[Pair]
) -> None:
    """It stood without that beside sums a year, thirty times smaller."""
    money, titles = Money(small.plan, small.first, 0.03), {"CHN": "China"}
    said = said_value(money, done, {"CHN": ("CHN",)}, titles)
    within = np.median([money.gain(p, ("CHN",), left=False) for p in done])
    weight = worth(small.plan.engine, small.first, 0.03, small.plan.rates).weight
    keys = [k for k in done[0].baseline.money if k[0] == "CHN"]
    by_hand = np.median([sum((p.reform.money[k] - p.baseline.money[k]) @ weight for k in keys) for p in done]) / 1e3
    assert within == pytest.approx(by_hand) and within != np.median([money.gain(p, ("CHN",)) for p in done])
    assert said.startswith(f"Present value from {small.first} at 3 %, of all years to come; ")
    assert said.endswith(f"alone, in bn USD: China {alone(within)}.")
