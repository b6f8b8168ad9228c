"""Readings side by side: the same draws under every reading, told as the reading alone would tell them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earthprice.study.assess import assess
from earthprice.study.assessment import SIDE_COLUMNS, Assessment
from earthprice.world.world import World
from tests.small import SMALL, TEXT

QUICK = replace(SMALL, draws=2, years=(2021, 2024), only="figures", period="year")


@pytest.fixture(scope="module")
def every(world: World) -> Assessment:
    return assess(TEXT, replace(QUICK, reading="all"), world=world)


def test_every_reading_stands_beside_the_one_assessed(every: Assessment) -> None:
    x = every.side_by_side
    assert tuple(x.columns) == SIDE_COLUMNS and list(dict.fromkeys(x["reading"])) == every.meta.readings
    own = x[x["reading"] == every.meta.reading].set_index("key")
    assert not own[["diff_p05", "diff_p50", "diff_p95"]].any(axis=None) and set(x["draws"]) == {2}
    for key, row in every.figures.set_index("key").iterrows():
        if not str(key).startswith("gap_"):
            assert own.loc[key, "p50"] == pytest.approx(row["reform_p50"], nan_ok=True)
    assert not any("readings" in flag for flag in every.meta.flags)


def test_a_reading_is_told_as_it_is_alone(every: Assessment, world: World) -> None:
    alone = assess(TEXT, replace(QUICK, reading="tight"), world=world)
    assert alone.side_by_side.empty
    x = every.side_by_side
    tight = x[(x["reading"] == "tight") & ~x["key"].str.startswith("gain_")].set_index("key")
    level = alone.figures.set_index("key")["reform_p50"]
    assert tight["p50"].to_dict() == pytest.approx(level[tight.index].to_dict(), nan_ok=True)
    assert tight["diff_p50"].abs().max() > 0
