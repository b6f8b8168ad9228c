"""The benchmark of 2008: an overlay of the tables of 2019, as its rules make it."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from earthprice.errors import FactsError
from earthprice.facts.world import load_world
from earthprice.world.world import World

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))


@pytest.fixture(scope="module")
def past() -> World:
    return load_world(base_year=2008)


def test_a_year_without_a_benchmark_is_refused() -> None:
    with pytest.raises(FactsError, match="no benchmark of 2012.*2008.*2019"):
        load_world(base_year=2012)


def test_the_overlay_replaces_rows_and_leaves_2019_alone(past: World, tmp_path: Path) -> None:
    now = load_world()
    assert (now.base_year, past.base_year) == (2019, 2008) and past.hash != now.hash
    assert past.numbers.table.index[: len(now.numbers.table)].equals(now.numbers.table.index)
    assert past.numbers.central["deposit/mt_weld/output_licensed"] == 0.0
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    overlay = tmp_path / "values_2008.csv"
    overlay.write_text(overlay.read_text(encoding="utf-8").replace(",2008,", ",2007,", 1), encoding="utf-8")
    assert load_world(tmp_path).hash == now.hash
    assert load_world(tmp_path, 2008).hash != past.hash


def test_it_closes_near_what_was_recorded(past: World) -> None:
    act = past.network.activities.assign(x=lambda a: a["level"].astype(float))
    digs = act[(act["stage"] == "mining") & (act["zone"] == "CHN")].groupby("status")["x"].sum()
    assert digs["licensed"] == pytest.approx(87.62, rel=0.02)
    assert digs.sum() == pytest.approx(124.8, rel=0.06)
    out = act[(act["doing"] == "ship") & (act["zone"] == "CHN") & act["good"].str.endswith(("_oxide", "_metal"))]
    sent = out.groupby("status")["x"].sum()
    assert 0.9 * 56.821 * 0.78 < sent["licensed"] < 1.05 * 56.821 * 0.78
    assert sent["unlicensed"] / sent["licensed"] == pytest.approx(0.36, abs=0.12)


def test_what_was_published_after_2010_is_use_and_smuggling_and_says_so() -> None:
    rows = pd.read_csv(SHIPPED / "values_2008.csv", dtype=str)
    late = rows[rows["published"] > "2010-12-31"]
    assert set(late["table"]) <= {"demand", "magnet", "metal", "recycling", "trade", "smuggle", "deposit"}
    assert (late["published"] < "2014-03-01").all()
    behaviour = rows["table"].isin(["use", "storage", "model", "price", "stock"])
    assert (rows.loc[behaviour, "published"] <= "2010-12-31").all()
