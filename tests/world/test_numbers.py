"""Numbers: what a draw does to them, and which of them it moves."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from earthprice.errors import FactsError
from earthprice.facts.store import load_facts
from earthprice.facts.world import load_known, load_world
from earthprice.runs.sample import sample
from earthprice.world.factors import OWN
from earthprice.world.numbers import EDGE, GRADES, Numbers, require, split_normal

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model.md"


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return load_world().numbers


def one(value: float, low: float, high: float, quantile: float) -> float:
    return float(split_normal(np.array([value]), np.array([low]), np.array([high]), float(ndtri(quantile)))[0])


@given(st.floats(0.01, 1e3), st.floats(0.01, 1.0), st.floats(1.0, 100.0), st.sampled_from([-1.0, 1.0]))
def test_the_median_is_the_value_and_the_tails_are_the_range(value: float, down: float, up: float, sign: float) -> None:
    ends = sorted([sign * value * down, sign * value * up])
    assert one(sign * value, *ends, 0.5) == pytest.approx(sign * value, rel=1e-12)
    assert one(sign * value, *ends, 0.05) == pytest.approx(ends[0], rel=1e-9)
    assert one(sign * value, *ends, 0.95) == pytest.approx(ends[1], rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(0.01, 1e3), st.sampled_from([-1.0, 1.0]))
def test_a_draw_keeps_the_sign(quantile: float, value: float, sign: float) -> None:
    ends = sorted([sign * 0.1 * value, sign * 3.0 * value])
    assert np.sign(one(sign * value, *ends, quantile)) == sign


def test_a_range_across_zero_is_drawn_straight() -> None:
    assert [one(0.015, -0.005, 0.035, q) for q in (0.05, 0.5, 0.95)] == pytest.approx([-0.005, 0.015, 0.035])


def test_a_draw_rises_with_the_quantile(numbers: Numbers) -> None:
    factor = next(iter(numbers.members))
    at = [numbers.draw({factor: q}) for q in (0.1, 0.5, 0.9)]
    for i in numbers.members[factor]:
        low, middle, high = (d[str(numbers.table.index[i])] for d in at)
        assert low <= middle <= high
        assert middle == numbers.central[str(numbers.table.index[i])]


def test_a_factor_moves_its_own_numbers_only(numbers: Numbers) -> None:
    for factor, members in numbers.members.items():
        drawn = numbers.draw({factor: 0.9})
        moved = {k for k, v in drawn.items() if v != numbers.central[k]}
        own = {str(numbers.table.index[i]) for i in members}
        agree = ("damage/", "burden_unlicensed/") if factor.startswith(("burden_", f"{OWN}process/")) else ()
        assert {k for k in moved - own if not k.startswith(agree)} == set(), factor


def test_an_unknown_factor_is_refused_with_the_nearest(numbers: Numbers) -> None:
    with pytest.raises(FactsError, match=r"unknown factor Did you mean 'ore_left'\?|unknown factor.*'ore_left'"):
        numbers.draw({"ore_lefd": 0.5})


def test_a_missing_number_is_named_with_the_nearest(numbers: Numbers) -> None:
    with pytest.raises(FactsError, match=r"'model/trade/usee' is missing.*Did you mean 'model/trade/use'\?"):
        require(numbers.central, "model/trade/usee")


def test_every_factor_moves_numbers_and_none_twice(numbers: Numbers) -> None:
    common = {f: m for f, m in numbers.members.items() if not f.startswith(OWN)}
    assert set(common) == set(numbers.factors["factor"])
    taken = Counter(int(i) for members in common.values() for i in members)
    assert max(taken.values()) == 1
    for factor, members in common.items():
        patterns = list(numbers.factors.loc[numbers.factors["factor"] == factor, "pattern"])
        assert all(any(fnmatchcase(str(numbers.table.index[i]), p) for p in patterns) for i in members)


def test_with_an_own_part_a_number_is_spread_as_its_range_says(numbers: Numbers) -> None:
    """Squares of its weights sum to one, and over draws its 5, 50 and 95 % points are low, value and high."""
    square = np.zeros(len(numbers.keys))
    for rows, weight in numbers.moves.values():
        square[rows] += weight**2
    assert square[square > 0] == pytest.approx(1.0)
    keys = [
        "deposit/kachin/ore_rich",
        "deposit/mt_weld/ore_rich",
        "deposit/kachin/cost",
        "price/conc_mt_weld@AUS/price",
    ]
    few = replace(numbers, table=numbers.table.loc[keys])
    drawn = sample(tuple(few.moves), (), 2000, 5)
    at = np.array([[few.draw(drawn.of_world(k))[n] for n in keys] for k in range(2000)])
    low, middle, high = np.percentile(at, [5, 50, 95], axis=0)
    table = numbers.table.loc[keys].astype({"value": float, "low": float, "high": float})
    assert np.log(middle) == pytest.approx(np.log(table["value"]), abs=0.06)
    assert np.log(low) == pytest.approx(np.log(table["low"]), abs=0.12)
    assert np.log(high) == pytest.approx(np.log(table["high"]), abs=0.12)
    tied = np.corrcoef(np.log(at), rowvar=False)
    assert 0.1 < tied[0, 1] < 0.3, "ore: a fifth in common"
    assert abs(tied[0, 2]) < 0.1, "ore and cost are drawn apart"


def test_the_median_of_all_parts_is_the_table_and_no_sum_leaves_the_range_of_a_draw(numbers: Numbers) -> None:
    assert numbers.draw(dict.fromkeys(numbers.moves, 0.5)) == numbers.central
    key = "deposit/kachin/ore_rich"
    far = numbers.draw({"ore_left": 1 - EDGE, "own/ore/kachin": 1 - EDGE})[key]
    value, low, high = (float(numbers.table.at[key, c]) for c in ("value", "low", "high"))
    assert far == pytest.approx(one(value, low, high, 1 - EDGE))
    assert numbers.words["own/ore/kachin"] == "ore, own part of kachin"


def test_ranged_numbers_that_no_factor_moves_are_documented(numbers: Numbers) -> None:
    """Such a number stays at its value in every draw: docs/model.md must say so for its family."""
    table = numbers.table
    ranged = set(table.index[(table["low"] < table["value"]) | (table["high"] > table["value"])])
    moved = {table.index[i] for members in numbers.members.values() for i in members}
    page = PAGE.read_text(encoding="utf-8").split("## What a draw leaves alone")[1].split("\n## ")[0]
    patterns = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    alone = {str(k) for k in ranged - moved}
    assert not [k for k in alone if not any(fnmatchcase(k, p) for p in patterns)]
    assert not [p for p in patterns if not any(fnmatchcase(k, p) for k in alone)], "no longer alone"


@pytest.mark.parametrize("day", ["2010-12-31", "2016-02-01", "2021-03-01", "2025-03-01"])
def test_a_number_has_the_grade_that_its_row_bears_out(day: str) -> None:
    """Derived: a step is written; near: rows of the facts, or a whole assay, are named; nil: no draw moves it."""
    known = load_known(day).numbers
    table, grade = known.table.fillna({"fact": "", "why": ""}), known.grades
    carried = {str(name) for t in load_facts().tables.values() for name in t["id"]}
    assays = {name.rpartition("-")[0] for name in carried if name.startswith("assays-")}
    assert set(grade) == set(GRADES)
    derived, near, judged = (table[grade == g] for g in ("derived", "near", "judged"))
    assert (derived["why"] != "").all() and (derived["source"] != "").all() and (derived["basis"] == "derived").all()
    assert {n for cell in near["fact"] for n in cell.split(";")} <= carried | assays
    assert (judged["fact"] == "").all() and (judged["basis"] == "assumption").all()
    for quantile in (0.02, 0.98):
        drawn = known.draw(dict.fromkeys(known.members, quantile))
        assert not any(drawn[k] for k in table.index[grade == "zero"])
