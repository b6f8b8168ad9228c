"""A sweep: settings of levers on the same draws, as one tidy table; what is no setting is refused before any work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import earthprice
from earthprice.errors import OptionError
from earthprice.study.assessment import Assessment
from earthprice.study.sweep import FIGURES, LEVERS, cells, sweep
from earthprice.world.world import World
from tests.small import SMALL, TEXT

EVERY = [{}, {"more_checks.caught": "x0"}, {"discount": 0.1}]
FEW = replace(SMALL, draws=2, years=(2021, 2023))


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def swept(world: World, told: list[str]) -> pd.DataFrame:
    return sweep(TEXT, EVERY, SMALL, lambda words, _done, _total: told.append(words), world=world)


def test_it_is_one_tidy_table(swept: pd.DataFrame, told: list[str]) -> None:
    assert earthprice.sweep is sweep
    assert list(swept.columns) == ["cell", "more_checks.caught", "discount", *FIGURES]
    assert not swept.duplicated(["cell", "key"]).any() and sorted(set(swept["cell"])) == [0, 1, 2]
    assert set(swept.loc[swept["cell"] == 1, "more_checks.caught"]) == {"x0"}
    assert swept.loc[swept["cell"] == 0, ["more_checks.caught", "discount"]].isna().all(axis=None)
    assert set(swept["number"]) == set(range(2, 11))
    assert "setting 2 of 3, more_checks.caught x0" in told


def test_a_setting_without_changes_is_the_assessment(swept: pd.DataFrame, small_assessment: Assessment) -> None:
    alone = small_assessment.figures[small_assessment.figures["number"] != 1].reset_index(drop=True)
    mine = swept[swept["cell"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine[list(FIGURES)], alone[list(FIGURES)])


def test_settings_share_draws_and_the_law_in_force(swept: pd.DataFrame) -> None:
    plain, unchecked, impatient = (swept[swept["cell"] == n].set_index("key") for n in range(3))
    steady = [k for k in plain.index if not k.startswith("gain")]
    np.testing.assert_array_equal(plain.loc[steady, "base_p50"], unchecked.loc[steady, "base_p50"])
    np.testing.assert_allclose(plain.loc[steady, "diff_p50"], impatient.loc[steady, "diff_p50"], rtol=1e-7)
    assert unchecked.loc["unlicensed", "diff_p50"] > plain.loc["unlicensed", "diff_p50"]
    assert impatient.loc["gain_CHN", "diff_p50"] != plain.loc["gain_CHN", "diff_p50"]


def test_a_grid_is_every_combination() -> None:
    assert cells({"a.b": ["x1", "x2"], "discount": (0.03, 0.05)}) == [
        {"a.b": "x1", "discount": 0.03},
        {"a.b": "x1", "discount": 0.05},
        {"a.b": "x2", "discount": 0.03},
        {"a.b": "x2", "discount": 0.05},
    ]


@pytest.mark.parametrize(
    ("levers", "words"),
    [
        ({"more_checks.cought": ["x2"]}, "Did you mean 'caught'"),
        ({"stock/dy_oxide/JPN/stok": ["x2"]}, "Did you mean 'stock/dy_oxide/JPN/stock'"),
        ({"discont": [0.05]}, "Did you mean 'discount'"),
        ({"discount": [5]}, "--discount"),
        ({"reading": ["tigth"]}, "tight"),
        ({"more_checks.caught": "x2"}, "no list of values"),
        ({"more_checks.caught": ["often"]}, "'often' is not a change"),
        ({}, "0 settings"),
        ([], "0 settings"),
        ("more_checks.caught", "no settings"),
        ({"discount": [0.01] * 40, "delay_years": list(range(40))}, "1600 settings"),
    ],
)
def test_what_is_no_setting_is_refused_before_any_work(levers: object, words: str, world: World) -> None:
    with pytest.raises(OptionError) as refused:
        sweep(TEXT, levers, FEW, world=world)  # type: ignore[arg-type]
    assert words in str(refused.value)


def test_every_lever_is_an_option() -> None:
    assert all(hasattr(FEW, name) for name in LEVERS)
