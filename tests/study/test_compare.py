"""Texts compared: one law in force below them, one clock, the same draws; each clause has a price."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pandas as pd
import pytest

from earthprice.errors import OptionError
from earthprice.law import load_rulebook
from earthprice.runs.rare import damage_bill
from earthprice.study.assess import assess
from earthprice.study.compare import COLUMNS, common_draws, compare, same_as_alone, same_baseline
from earthprice.study.draws import central_point, fitted_sample, uncertain
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.periods import clock_words
from earthprice.world.world import World
from tests.small import SMALL

BOOKS = ["china-2021-draft", "china-2024-regulations"]
FEW = replace(SMALL, draws=2, years=(2021, 2026), period="year")


@pytest.fixture(scope="module")
def found(world: World) -> pd.DataFrame:
    return compare(BOOKS, FEW, world=world)


def test_every_clause_of_the_later_text_has_a_price(found: pd.DataFrame) -> None:
    table = found[found["key"].str.startswith("clause.")]
    assert table["p50"].notna().all()
    home = table[~table["key"].str.split(".", n=1).str[1].str.contains(r"\.")].set_index("key")
    assert "together with fine_trade" in home.at["clause.tracing_system", "words"]
    assert home.at["clause.repeal of imported_feed_free", "p50"] != 0


def test_rulebooks_are_compared_over_the_same_draws(found: pd.DataFrame, world: World) -> None:
    assert list(found.columns) == list(COLUMNS) and set(found["rulebook"]) == set(BOOKS)
    figures = found[~found["key"].str.startswith("clause.")]
    assert set(found["year"]) == {2026}
    assert set(figures["draws"]) == {2}, "how many draws cleared stands beside the range that they give"
    assert (figures.groupby("rulebook")["key"].nunique() > 10).all() and figures["p50"].notna().any()
    gains = figures["key"].str.startswith("gain_")
    assert figures.loc[gains, "who_pays"].str.contains("users").all() and not figures.loc[~gains, "who_pays"].any()
    alone = assess(BOOKS[0], replace(FEW, as_of="2024-08-01", only="figures"), world=world).figures
    both = figures[figures["rulebook"] == BOOKS[0]].merge(alone, on="key", suffixes=("", "_alone"))
    assert len(both) == len(alone) and np.allclose(both["p50"], both["diff_p50"], rtol=1e-9, equal_nan=True)


def test_texts_on_different_law_are_refused(world: World) -> None:
    with pytest.raises(OptionError, match="stands on"):
        same_baseline([BOOKS[0], "china-export-control-2025"], FEW, world)
    with pytest.raises(OptionError, match="two or more"):
        same_baseline(BOOKS[:1], FEW, world)


def test_one_name_is_one_text_here_too(world: World, tmp_path: Path) -> None:
    """A file spelt twice, and two files of which each says that it is the other, would be two rows of one name."""
    mine, other = tmp_path / "mine.yaml", tmp_path / "other.yaml"
    for path in (mine, other):
        path.write_text(load_rulebook(BOOKS[0]).text, encoding="utf-8")
    for asked in ([str(mine), str(other)], [BOOKS[0], str(mine)], [str(mine), f"{tmp_path}/./mine.yaml"]):
        with pytest.raises(OptionError, match=rf"2 rulebooks, 1 different \({BOOKS[0]}, {BOOKS[0]}\).*name of its own"):
            same_baseline(asked, FEW, world)


def test_texts_of_one_law_see_the_same(world: World) -> None:
    frames = same_baseline(BOOKS, FEW, world)
    assert len({f.texts.as_of for f in frames.values()}) == 1


def test_user_cost_under_the_law_in_force_is_one_for_all_texts(world: World) -> None:
    """It is found with the first text alone: whatever it is made of has the same bits with the second."""
    sides = []
    for f in same_baseline(BOOKS, FEW, world).values():
        plan, p = f.plan.whole, central_point(f)
        law = plan.baseline(plan.use(bill=damage_bill(plan.engine, p)))
        sides.append((vars(law), p.setting, p.values, plan.engine.years, plan.engine.dt, f.options.discount))
    ours, others = (jax.tree.leaves(side) for side in sides)
    assert len(ours) == len(others) > 100
    for a, b in zip(ours, others, strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_two_texts_set_from_different_days_is_uncertain_once(world: World) -> None:
    frames = list(same_baseline(BOOKS, replace(FEW, draws=8), world).values())
    found, alone = common_draws(frames), fitted_sample(frames[0])
    at = dict(zip(found.factors, found.quantiles.T, strict=True))
    ours, theirs = (next(k for k in uncertain(f) if k.startswith("more_checks.caught@")) for f in frames)
    assert ours != theirs and np.array_equal(at[ours], at[theirs])
    assert np.array_equal(found.quantiles[:, : len(alone.factors)], alone.quantiles), "as the first text has it alone"
    other = [k for k in uncertain(frames[1]) if k.split("@")[0] not in {x.split("@")[0] for x in alone.factors}]
    assert all(not np.array_equal(at[k], at[ours]) for k in other if k.split(".")[0] != "more_checks")


def test_texts_that_are_compared_are_told_for_one_year_which_is_said(world: World, tmp_path: Path) -> None:
    """The draft alone is told for 2026, the same in force in 2028 for 2028: both stood in one table, without a year."""
    late, asked = tmp_path / "late.yaml", Options(draws=2, years=(2021, 2029), only="figures", period="year")
    text = load_rulebook(BOOKS[0]).text.replace(f"rulebook: {BOOKS[0]}", "rulebook: late", 1)
    late.write_text(text.replace('date: "2022-01-01"', 'date: "2028-01-01"', 1), encoding="utf-8")
    years = [frame(book, asked, world).year for book in (BOOKS[0], str(late))]
    frames = same_baseline([BOOKS[0], str(late)], asked, world)
    assert years == [2026, 2028] and [f.year for f in frames.values()] == [2028, 2028]
    said = same_as_alone(frames)
    assert said.startswith("Figures are of 2028, net gains present values from 2021 at 3 % of all years to come. ")


def test_texts_that_are_compared_share_one_clock(world: World) -> None:
    """One is about a stop of weeks in 2021, cut in quarters; the draft alone has halves where it begins."""
    stop = str(Path(__file__).parents[1] / "law" / "cases" / "midyear.yaml")
    asked = Options(draws=2, years=(2021, 2026), only="figures")
    alone = frame("china-2021-draft", asked, world).plan.engine
    assert clock_words(alone) == "Periods are half years in 2022, 2024, years elsewhere."
    a, b = (f.plan.engine for f in same_baseline(["china-2021-draft", stop], asked, world).values())
    assert a.dt.tolist() == b.dt.tolist() == frame(stop, asked, world).plan.engine.dt.tolist()
    assert clock_words(a) == "Periods are quarters in 2021, 2022, 2023, 2024, years elsewhere."


def test_what_another_text_cuts_finer_is_not_said_to_be_as_alone(world: World, tmp_path: Path) -> None:
    """Half a year later the draft has the same draws, but begins within a year: its quarters are cut for both."""
    late, asked = tmp_path / "late.yaml", Options(draws=2, years=(2021, 2026), only="figures")
    text = load_rulebook(BOOKS[0]).text.replace(f"rulebook: {BOOKS[0]}", "rulebook: late", 1)
    late.write_text(text.replace('date: "2022-01-01"', 'date: "2022-07-01"', 1), encoding="utf-8")
    frames = same_baseline([BOOKS[0], str(late)], asked, world)
    assert clock_words(frames[BOOKS[0]].plan.engine).startswith("Periods are quarters in 2022, 2023, 2024, 2025")
    said = same_as_alone(frames)
    assert f"Those of {late} are those of `assess`" in said
    assert f"those of {BOOKS[0]} stand on periods cut where another text begins" in said
    assert f"hose of {BOOKS[0]} are those of `assess`" not in said
    years = same_baseline([BOOKS[0], str(late)], replace(asked, period="year"), world)
    assert f"Those of {BOOKS[0]}" in same_as_alone(years) and "periods cut" not in same_as_alone(years)


def test_a_copy_that_is_untouched_is_not_said_to_have_other_draws(world: World, tmp_path: Path) -> None:
    """It has the same uncertain numbers, so the same draws and figures by itself; the law of 2024 has others."""
    copy = tmp_path / "copy.yaml"
    copy.write_text(load_rulebook(BOOKS[0]).text.replace(f"rulebook: {BOOKS[0]}", "rulebook: copy", 1), "utf-8")
    said = same_as_alone(same_baseline([BOOKS[0], str(copy)], FEW, world))
    assert f"Those of {BOOKS[0]} and {copy} are those of `assess`" in said and "other draws" not in said
    said = same_as_alone(same_baseline([BOOKS[0], str(copy), BOOKS[1]], FEW, world))
    assert f"Those of {BOOKS[0]} and {copy} are those of `assess`" in said
    assert said.endswith(
        f"; those of {BOOKS[1]} stand on the draws of {BOOKS[0]}: by itself each has other draws, so other figures."
    )
