"""The benchmark of 2015: an overlay of the tables of 2019, as its rules make it, and its record."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from earthprice.facts.world import load_world
from earthprice.world.world import World

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))


@pytest.fixture(scope="module")
def past() -> World:
    return load_world(base_year=2015)


def test_three_benchmarks_live_beside_each_other(past: World) -> None:
    other = [load_world(base_year=year) for year in (2008, 2019)]
    assert past.base_year == 2015 and len({past.hash, *(w.hash for w in other)}) == 3
    assert {w.facts for w in other} == {past.facts}


def test_it_closes_near_what_was_recorded(past: World) -> None:
    act = past.network.activities.assign(x=lambda a: a["level"].astype(float))
    digs = act[(act["stage"] == "mining") & (act["zone"] == "CHN")].groupby("status")["x"].sum()
    assert digs["licensed"] == pytest.approx(105.0, rel=0.02)
    assert 131.0 < digs.sum() < 210.0, "between the least and the most that was estimated of 2015"
    away = act[(act["stage"] == "mining") & (act["zone"] != "CHN") & (act["status"] == "licensed")]["x"].sum()
    assert away == pytest.approx(12.0 + 0.88 + 1.7 + 0.5 + 2.8 + 0.76 + 0.25, rel=0.1), "USGS, without Mountain Pass"
    out = act[(act["doing"] == "ship") & (act["zone"] == "CHN") & act["good"].str.endswith(("_oxide", "_metal"))]
    sent = out[out["status"] == "licensed"]["x"].sum()
    assert 0.8 * 34.8 * 0.78 < sent < 1.2 * 34.8 * 0.78


def test_magnets_follow_metals_and_uses_follow_magnets(past: World) -> None:
    act = past.network.activities.assign(x=lambda a: a["level"].astype(float))
    made = act[act["stage"] == "magnet"]["x"].sum()
    used = act[act["use"].str.startswith("magnet_uses")]["x"].sum()
    assert used == pytest.approx(made, rel=0.02)


def test_behaviour_was_known_by_early_2017_and_later_rows_are_levels_that_say_so() -> None:
    rows = pd.read_csv(SHIPPED / "values_2015.csv", dtype=str)
    late = rows[rows["published"] > "2017-02-01"]
    assert set(late["table"]) <= {"deposit", "separation", "demand", "magnet", "trade", "price"}
    facts: dict[str, str] = {}
    for path in (SHIPPED.parent / "facts").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            facts |= {r["id"]: r["published"] for r in csv.DictReader(stream) if "published" in r}
    for row in rows[rows["fact"].notna()].itertuples():
        assert all(facts[name] <= row.published for name in row.fact.split(";")), f"{row.table}/{row.id}"


def test_the_record_ends_in_2024() -> None:
    observed = pd.read_csv(SHIPPED / "observed.csv", dtype=str)
    assert observed["year"].astype(int).max() == 2024
    assert not observed.duplicated(["series", "zone", "fact"]).any()


def test_a_range_has_its_ends_in_order() -> None:
    observed = pd.read_csv(SHIPPED / "observed.csv")
    ends = (observed[observed["series"] == f"mining_all/{end}"] for end in ("low", "high"))
    low, high = (rows.set_index("year")["value"] for rows in ends)
    assert list(low.index) == list(high.index) and (low < high).all()
