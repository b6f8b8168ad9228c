"""What is left behind by place, each in its unit: ammonia from what the facts say is in waste water, and money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.facts.store import load_facts
from earthprice.measures.spread import NIL
from earthprice.report.places import damage_table
from earthprice.study.assessment import DAMAGE_COLUMNS, Assessment
from earthprice.study.ensemble import Pair
from earthprice.study.places import damage
from earthprice.world.world import World
from tests.small import central_pair, framed


@pytest.fixture(scope="module")
def pair(world: World) -> tuple[object, Pair]:
    plan = framed(world, years=(2021, 2022)).plan
    return plan, central_pair(plan)


def test_each_burden_has_its_unit_and_adds_up(pair) -> None:
    plan, one = pair
    found = damage(plan, [one], 2022).set_index(["place", "burden"])
    at, series = plan.engine.of_year, one.baseline.series
    south = found.loc["South"]
    assert south.loc["leached_land", "base_p50"] == pytest.approx(100 * at(series["burden/South:leached_land"], 2022))
    assert south.loc["leached_land", "unit"] == "ha/yr"
    assert south.loc["money", "base_p50"] == pytest.approx(at(series["damage/South"], 2022))
    assert 0 < found.loc[("Baotou", "residue_separation"), "base_p50"] < found.loc[("Baotou", "residue"), "base_p50"]
    money = found.xs("money", level="burden")
    home = money.loc[money["zone"] == plan.lens.home, "base_p50"].sum()
    assert home == pytest.approx(at(series["damage"], 2022), rel=1e-6)
    change = found["reform_p50"] - found["base_p50"]
    told = np.abs(change) > NIL * found["base_p50"].abs()
    assert told.sum() > 10 and np.allclose(found["diff_p50"], np.where(told, change, 0.0), rtol=1e-6, atol=1e-6)


def test_ammonia_is_water_times_what_the_facts_chosen_say_is_in_it(pair) -> None:
    plan, one = pair
    mg = {who: load_facts().chosen(f"ammonia_in_water_{who}")["value"] for who in ("licensed", "unlicensed")}
    series, at = one.baseline.series, plan.engine.of_year
    wild = at(series["burden/South:waste_water_unlicensed"], 2022)
    rest = at(series["burden/South:waste_water"], 2022) - wild
    row = damage(plan, [one], 2022).set_index(["place", "burden"]).loc[("South", "ammonia_nitrogen")]
    assert wild > 0 and row["unit"] == "t N/yr"
    assert row["base_p05"] == pytest.approx(rest * mg["licensed"].min() + wild * mg["unlicensed"].min())
    assert row["base_p50"] == pytest.approx(rest * 15.0 + wild * (300.0 * 5000.0) ** 0.5)
    assert row["base_p95"] == pytest.approx(rest * mg["licensed"].max() + wild * mg["unlicensed"].max())


def test_the_same_law_leaves_the_same_behind(pair) -> None:
    plan, one = pair
    same = damage(plan, [Pair(0, one.baseline, one.baseline)], 2022)
    assert (same["sign"] == "no change").all() and (same["diff_p50"] == 0).all()


def test_the_table_of_an_assessment_and_its_words(assessment: Assessment) -> None:
    assert tuple(assessment.damage.columns) == DAMAGE_COLUMNS
    for side in ("base", "reform", "diff"):
        low, middle, high = (assessment.damage[f"{side}_{q}"] for q in ("p05", "p50", "p95"))
        assert (low <= middle + 1e-9).all() and (middle <= high + 1e-9).all()
    told = damage_table(assessment)
    assert len(told.rows) == len(assessment.damage) and {"ha/yr", "t N/yr"} <= {r[2] for r in told.rows}


def test_what_no_source_ranges_is_read_once_a_case(pair) -> None:
    plan, one = pair
    read: list[str] = []

    class Watched(dict[str, np.ndarray]):
        def __getitem__(self, name: str) -> np.ndarray:
            read.append(name)
            return super().__getitem__(name)

    damage(plan, [replace(one, baseline=replace(one.baseline, series=Watched(one.baseline.series)))], 2022)
    assert read.count("damage/South") == 1
