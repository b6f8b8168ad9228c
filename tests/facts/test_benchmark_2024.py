"""The benchmark of 2024: it closes near what was recorded, at the year's prices, from what was known by its day."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from earthprice.arithmetic import settled
from earthprice.errors import OptionError
from earthprice.facts.world import benchmarks, last_known, load_world
from earthprice.law import prepare, stack
from earthprice.runs.engine import engine, point, run
from earthprice.world.world import World

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))
LAW = "china-2024-regulations"
PAIR = ("eu", "gd")
RUNS = ("output_licensed", "level")
"""Numbers of what runs in the base year."""


@pytest.fixture(scope="module")
def now() -> World:
    return load_world(base_year=2024)


def levels(world: World) -> pd.DataFrame:
    """Activities with their balanced level as a number."""
    return world.network.activities.assign(x=lambda a: a["level"].astype(float))


def facts() -> dict[str, dict[str, str]]:
    """Every fact by its id."""
    out: dict[str, dict[str, str]] = {}
    for path in (SHIPPED.parent / "facts").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            out |= {r["id"]: r for r in csv.DictReader(stream) if "reported" in r}
    return out


def test_mines_dig_what_was_recorded(now: World) -> None:
    act = levels(now)
    mines = act[act["stage"] == "mining"]
    dug = mines.groupby(["zone", "status"])["x"].sum()
    assert dug["CHN", "licensed"] == pytest.approx(270.0, rel=0.01), "the total"
    clays = mines[(mines["zone"] == "CHN") & (mines["status"] == "licensed") & (mines["ore"] == "ion_clay")]
    assert clays["x"].sum() == pytest.approx(19.15, rel=0.01)
    assert 27.0 < dug["MMR", "unlicensed"] < 41.0
    assert dug["USA", "licensed"] == pytest.approx(45.0, rel=0.01)
    assert 13.0 < dug["AUS", "licensed"] < 32.0, "between the survey's first print and what the plant's oxide needs"


def test_nodes_close_and_no_large_flow_moves_far(now: World) -> None:
    n = now.network
    gap = n.matrix @ n.activities["level"].to_numpy(float)
    gross = np.abs(n.matrix) @ n.activities["level"].to_numpy(float)
    assert np.max(np.abs(gap) / np.maximum(gross, 1e-9)) < 1e-10
    large = now.reconciliation[now.reconciliation["reported"] > 5.0]
    assert large["moved_pct"].abs().max() < 10.0


def test_magnets_and_metal_are_those_counted(now: World) -> None:
    act = levels(now)
    china = act["zone"] == "CHN"
    metal = act[china & (act["good"] == "ndpr_metal") & (act["stage"] == "metal")]["x"].sum()
    assert metal == pytest.approx(80.0, rel=0.05), "88 made and 80 used by one house"
    made = act[act["stage"] == "magnet"]["x"].sum()
    assert act[act["use"].str.startswith("magnet_uses")]["x"].sum() == pytest.approx(made, rel=0.02)
    sent = act[china & (act["doing"] == "ship") & act["good"].str.startswith("magnet_")]
    assert sent["x"].sum() == pytest.approx(58.15, rel=0.02)
    assert sent[sent["partner"] == "USA"]["x"].sum() == pytest.approx(7.44, rel=0.05)
    oxide = act[china & (act["doing"] == "ship") & act["good"].str.endswith(("_oxide", "_metal"))]
    licensed = oxide[oxide["status"] == "licensed"]["x"].sum()
    assert 0.5 * 55.4 < licensed < 0.8 * 55.4, "customs' product weight at half to four fifths of oxide"


def test_the_base_year_is_reproduced_under_the_law_of_its_year(now: World) -> None:
    with settled():
        e = engine(now, 2025)
        terms = prepare(stack(LAW), now.network).terms(e.years, as_of="2025-03-01")
        p = point(e, now.numbers.central, terms)
        record = run(e, p, terms).record
    nodes = list(now.network.nodes.index)
    for good in now.structure["elements"]["id"]:
        said = now.numbers.central[f"price/{good}_oxide@CHN/price"]
        assert record.price[0, nodes.index(f"{good}_oxide@CHN")] == pytest.approx(said, rel=0.02), good
    act = now.network.activities
    for stage, zone in (("mining", "CHN"), ("mining", "MMR"), ("magnet", "CHN"), ("separation", "CHN")):
        at = ((act["stage"] == stage) & (act["zone"] == zone)).to_numpy()
        assert record.level[0, at].sum() == pytest.approx(act["level"].to_numpy(float)[at].sum(), rel=0.02), stage


def test_a_total_that_counts_imports_leaves_room_for_them(now: World) -> None:
    prepared = prepare(stack(LAW), now.network)
    issued = []
    for day in ("2024-10-01", "2025-03-01"):
        terms = prepared.terms(np.array([2024.0, 2025.0]), as_of=day)
        at = [n.startswith("separation_total") for n in terms.permits]
        issued.append(terms.permit_amount[1, at][np.isfinite(terms.permit_amount[1, at])].sum())
    assert issued[0] < 300.0 < 350.0 < issued[1], "an older text sees no room for imports in the total of 2025"


def test_every_row_rests_on_what_was_printed_once_by_its_day() -> None:
    known, by_id = benchmarks()["known"], facts()
    rows = pd.read_csv(SHIPPED / "values_2024.csv", dtype=str)
    assert rows["published"].max() == known[2024]
    for row in rows[rows["fact"].notna()].itertuples():
        assert all(by_id[name]["reported"] <= row.published for name in row.fact.split(";")), f"{row.table}/{row.id}"


@pytest.mark.parametrize("year", [2008, 2015, 2024])
def test_a_base_year_is_known_when_its_own_output_and_prices_are(year: int) -> None:
    by_id, rows = facts(), pd.read_csv(SHIPPED / f"values_{year}.csv", dtype=str)
    carrying = rows[rows["attribute"].str.startswith(("output", "price")) & rows["fact"].notna()]
    names = {n for row in carrying["fact"] for n in row.split(";") if n.startswith(("production", "prices"))}
    own = [by_id[n] for n in names if by_id[n]["date"] == str(year)]
    assert own and max(f["reported"] for f in own) <= benchmarks()["known"][year]
    assert benchmarks()["known"][year] > f"{year + 1}-01-01"


@pytest.mark.parametrize(
    ("day", "year"),
    [("2021-03-01", 2019), ("2024-08-01", 2019), ("2025-02-27", 2019), ("2025-02-28", 2024), ("2016-02-01", 2015)],
)
def test_a_day_sees_the_last_benchmark_that_was_public(day: str, year: int) -> None:
    assert last_known(day) == year


def test_a_day_before_every_benchmark_is_refused() -> None:
    with pytest.raises(OptionError, match="2009-02-01 or later"):
        last_known("2009-01-31")


def test_a_project_that_does_not_run_opens_after_the_base_year(now: World) -> None:
    opens = {k.rsplit("/", 1)[0]: v for k, v in now.numbers.central.items() if k.endswith("/start_earliest")}
    idle = {k: v for k, v in opens.items() if not any(now.numbers.central.get(f"{k}/{a}") for a in RUNS)}
    assert len(idle) > 15 and min(idle.values()) >= 2025


@pytest.mark.parametrize(("year", "dear"), [(2008, True), (2015, True), (2019, False), (2024, False)])
def test_europium_and_gadolinium_are_two_markets(year: int, dear: bool) -> None:
    """Lamps made europium dear until 2015; since then there is more of it than anybody uses."""
    world = load_world(base_year=year)
    price, act = world.numbers.central, levels(world)
    eu, gd = (price[f"price/{e}_oxide@CHN/price"] for e in PAIR)
    assert (eu > 10 * gd) if dear else (0.5 * gd < eu < 2 * gd)
    used = act[(act["stage"] == "use") & (act["zone"] == "CHN")].groupby("good")["x"].sum()
    plants = (act["stage"] == "separation").to_numpy()
    made = {e: world.network.matrix[world.network.node(f"{e}_oxide@CHN"), plants] @ act["x"][plants] for e in PAIR}
    assert 0 < used["eu_oxide"] < 1.01 * made["eu"] < made["gd"], "in 2008 lamps take nearly all of it"
