"""Drivers of demand: runs of the past follow them, nothing else does, and a table with holes is refused."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import earthprice
from earthprice.dynamics.schedule import driven, growth
from earthprice.errors import FactsError
from earthprice.facts.world import load_world
from earthprice.past.hindcast import PASTS, prepared_past
from earthprice.runs.engine import Engine, engine
from earthprice.study.frame import Frame
from earthprice.world.assembly import assemble
from earthprice.world.world import World

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))


@pytest.fixture(scope="module")
def past() -> World:
    return load_world(base_year=2008)


def grown(e: Engine, **moved: float) -> dict[str, np.ndarray]:
    values = e.world.numbers.central | moved
    drafts = assemble(values, e.world.outline)
    out = growth(e.years, e.dt, drafts, values, e.world if e.drivers else None)
    return {d.growth: out[:, j] for j, d in enumerate(drafts) if d.growth}


def with_drivers(world: World, use: str, index: dict[int, float]) -> World:
    table = world.drivers.copy()
    for year, value in index.items():
        table.loc[(use, year), "index"] = value
    return replace(world, drivers=table)


def test_without_drivers_the_engine_does_not_look_at_them(past: World) -> None:
    other = with_drivers(past, "glass", dict.fromkeys(range(2009, 2025), 1e6))
    one, two, none = (grown(engine(w, 2015, 0.5)) for w in (past, other, replace(past, drivers=pd.DataFrame())))
    years = 2008 + 0.5 * np.arange(16)
    for use in one:
        rate = past.numbers.central[f"use/{use}/growth_1"]
        assert (one[use] == two[use]).all() and (one[use] == none[use]).all()
        middles = np.maximum(years - 2008 - 0.25, 0.0)  # a half year stands in the middle of its year's path
        assert one[use] == pytest.approx((1.0 + rate) ** middles, rel=1e-12)


def test_a_driver_that_doubles_doubles_use_at_base_prices(past: World) -> None:
    world = with_drivers(past, "glass", {2008: 100.0} | dict.fromkeys(range(2009, 2025), 200.0))
    use = grown(engine(world, 2015, drivers=True))["glass"]
    assert use == pytest.approx([1.0] + [2.0] * 7)


def test_half_years_lie_on_a_straight_line_between_the_logarithms_of_years(past: World) -> None:
    world = with_drivers(past, "glass", {2008: 100.0, 2009: 400.0})
    use = grown(engine(world, 2015, 0.5, drivers=True))["glass"]
    assert use[:4] == pytest.approx([1.0, 4**0.25, 4**0.75, use[3]])


def test_after_the_last_recorded_year_use_grows_at_its_own_rate(past: World) -> None:
    e = engine(past, 2030, drivers=True)
    use, central = grown(e)["glass"], past.numbers.central
    assert use[17] / use[16] == pytest.approx(1.0 + central["use/glass/growth_1"])
    assert use[-1] / use[-2] == pytest.approx(1.0 + central["use/glass/growth_2"])


@pytest.mark.parametrize(("end", "sign"), [("low", -1.0), ("high", 1.0)])
def test_a_draw_at_the_end_of_its_range_is_off_by_the_error_of_the_driver(past: World, end: str, sign: float) -> None:
    rate = float(past.numbers.table.loc["use/glass/growth_1", end])
    e = engine(past, 2015, drivers=True)
    ratio = grown(e, **{"use/glass/growth_1": rate})["glass"] / grown(e)["glass"]
    error = float(past.drivers.loc["glass"]["error"].iloc[0]) / 100.0
    assert ratio == pytest.approx(np.exp(sign * error * np.arange(8)))


def test_a_rate_without_range_has_no_error_of_its_driver(past: World) -> None:
    table = past.numbers.table.copy()
    table.loc["use/glass/growth_1", ["low", "high"]] = np.nan
    world = replace(past, numbers=replace(past.numbers, table=table))
    central = past.numbers.central["use/glass/growth_1"]
    assert np.isfinite(driven(world, np.arange(2008.0, 2016.0), "glass", central)).all()


def test_runs_of_the_past_and_assessments_follow_the_drivers_in_print(small: Frame) -> None:
    assert prepared_past(PASTS[0]).lens.engine.drivers
    assert small.plan.engine.drivers
    calls = {
        path.name
        for path in Path(earthprice.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and any(k.arg == "drivers" for k in node.keywords)
        and getattr(node.func, "id", "") == "engine"
    }
    assert calls == {"hindcast.py", "opening.py", "frame.py", "stress.py", "periods.py", "displaced.py"}


def test_every_use_has_a_driver_in_every_year_of_the_pasts(past: World) -> None:
    years = set(past.drivers.index.get_level_values("year"))
    assert years >= {y for p in PASTS for y in range(p.base_year, p.last + 1)} and max(years) <= 2024
    assert set(past.drivers.index.get_level_values("use")) == set(past.structure["uses"]["id"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\nglass,2011,", "\nglas,2011,", "drivers.csv, column use: 'glas' is no use. Did you mean 'glass'"),
        ("\nglass,2011,", "\nglass,2010,", "use/year 'glass/2010' stands already in line"),
        ("\nglass,2008,100,", "\nglass,2008,0,", "'glass/2008' has an index or an error below nil"),
        ("\nglass,2008,100,", "\nglass,2008,many,", "'many' is no number"),
        ("\nglass,2008,100,3,", "\nglass,2008,100,-1,", "'glass/2008' has an index or an error below nil"),
        ("2008 = 100; error in % a year", "", "column unit: the cell is empty"),
    ],
)
def test_a_table_of_drivers_with_a_fault_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(FactsError, match=words):
        load_world(_edited(tmp_path, lambda text: text.replace(old, new, 1)))


def test_a_missing_year_and_a_missing_use_are_refused_by_name(tmp_path: Path) -> None:
    def without(text: str) -> str:
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("glass,2011,"))

    with pytest.raises(FactsError, match="driver of 'glass' in 2011 is missing") as refused:
        load_world(_edited(tmp_path, without))
    assert "drivers.csv" in str(refused.value) and "every year of every use" in str(refused.value)

    def no_use(text: str) -> str:
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("smco,"))

    with pytest.raises(FactsError, match="driver of 'smco' in 2008 is missing"):
        load_world(_edited(tmp_path / "two", no_use))


def test_no_drivers_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="holds no rows"):
        load_world(_edited(tmp_path, lambda text: text.splitlines(keepends=True)[0]))


def _edited(folder: Path, edit: Callable[[str], str]) -> Path:
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    path = folder / "drivers.csv"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_what_is_read_of_drivers_once_is_that_of_the_world_as_seen(past: World) -> None:
    year = {day: past.seen(day).driven["glass"].years[-1] for day in ("2012-06-30", "9999-12-31")}
    assert past.driven["glass"].years[-1] == year["9999-12-31"] > year["2012-06-30"]
