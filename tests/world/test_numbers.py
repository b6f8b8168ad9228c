"""Numbers: what a draw does to them, and which of them it moves."""

from __future__ import annotations

from collections import Counter
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
from earthprice.world.numbers import GRADES, Numbers, require, split_normal

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
        agree = ("damage/", "burden_unlicensed/") if factor.startswith("burden_") else ()
        assert {k for k in moved - own if not k.startswith(agree)} == set(), factor


def test_an_unknown_factor_is_refused_with_the_nearest(numbers: Numbers) -> None:
    with pytest.raises(FactsError, match=r"unknown factor Did you mean 'ore_left'\?|unknown factor.*'ore_left'"):
        numbers.draw({"ore_lefd": 0.5})


def test_a_missing_number_is_named_with_the_nearest(numbers: Numbers) -> None:
    with pytest.raises(FactsError, match=r"'model/trade/usee' is missing.*Did you mean 'model/trade/use'\?"):
        require(numbers.central, "model/trade/usee")


def test_every_factor_moves_numbers_and_none_twice(numbers: Numbers) -> None:
    assert set(numbers.members) == set(numbers.factors["factor"])
    taken = Counter(int(i) for members in numbers.members.values() for i in members)
    assert max(taken.values()) == 1
    for factor, members in numbers.members.items():
        patterns = list(numbers.factors.loc[numbers.factors["factor"] == factor, "pattern"])
        assert all(any(fnmatchcase(str(numbers.table.index[i]), p) for p in patterns) for i in members)


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
