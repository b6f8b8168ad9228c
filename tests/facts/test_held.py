"""A world of one's own is held to the units, bounds and names of the shipped one, and says where it is not."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earthprice.errors import FactsError
from earthprice.facts.schema import packaged
from earthprice.facts.world import benchmarks, load_world, loaded

MINING, DEMAND, LINKS, MODEL = (f"values_{name}.csv" for name in ("mining", "demand", "links", "model"))
Row = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(packaged("world"), tmp_path / "world")
    return tmp_path / "world"


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def rewrite(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def edit(path: Path, which: Callable[[Row], bool], new: Row) -> int:
    """Change the first row of a kind; its line in the file."""
    rows = rows_of(path)
    at = next(i for i, row in enumerate(rows) if which(row))
    rows[at] |= new
    rewrite(path, rows)
    return at + 2


def number(name: str, attribute: str) -> Callable[[Row], bool]:
    return lambda row: (row["id"], row["attribute"]) == (name, attribute)


ALONE = {"low": "", "high": ""}


@pytest.mark.parametrize(
    ("table", "name", "attribute", "new", "said"),
    [
        (MINING, "nolans", "planned_capacity", {"value": "13300", **ALONE, "unit": "t REO/yr"},
         "column unit: 't REO/yr' is not the unit of deposit/*/planned_capacity. .* Accepted: kt REO/yr."),
        (MINING, "nolans", "planned_capacity", {"unit": "bananas"}, "column unit: 'bananas'.*Accepted: kt REO/yr"),
        (MINING, "nolans", "recovery", {"value": "60", "low": "45", "high": "75", "unit": "%"},
         "column unit: '%' is not the unit of deposit/*/recovery. Accepted: share"),
        (MINING, "nolans", "recovery", {"value": "1.6", **ALONE}, "column value: 1.6 is out .* Accepted: 0 to 1 share"),
        (MINING, "nolans", "recovery", {"value": "-0.6", **ALONE}, "column value: -0.6 is out of bounds"),
        (MINING, "nolans", "recovery", {"low": "-0.1"}, "column low: -0.1 is out of bounds"),
        (MINING, "nolans", "recovery", {"high": "1.2"}, "column high: 1.2 is out of bounds"),
        (MINING, "nolans", "start_earliest", {"value": "7", **ALONE}, "7 is out of .* Accepted: 1900 to 2200 year"),
        (DEMAND, "glass", "elasticity_short", {"value": "0.4", **ALONE}, "0.4 is out of .* at most 0 elasticity"),
        (LINKS, "ndpr_oxide/AUS/JPN", "level", {"unit": "kt product/yr"}, "'kt product/yr'.* Accepted: kt REO/yr"),
        (MINING, "nolans", "start_earliest", {"attribute": "start_earlyest"},
         "column attribute: .*read by nothing. Did you mean 'start_earliest'"),
        (MINING, "nolans", "use", {"attribute": "usee"}, "column attribute: .*nothing. Did you mean 'use'"),
        (MODEL, "mining", "mill_share", {"attribute": "mil_share"}, "column attribute: .* Did you mean 'mill_share'"),
        (MODEL, "mining", "mill_share", {"id": "minning"}, "column id: .*nothing. Did you mean 'mining'"),
        (MINING, "nolans", "use", {"table": "deposits"}, "column table: .*nothing. Did you mean 'deposit'"),
        (MINING, "nolans", "use", {"id": "nolens"}, "column id: 'nolens' is no deposit .* Did you mean 'nolans'"),
        (LINKS, "ndpr_oxide/AUS/JPN", "level", {"id": "ndpr_oxide/AUS/JPM"}, "'JPM' is no zone .*mean 'JPN'"),
        (LINKS, "ndpr_oxide/AUS/JPN", "level", {"id": "ndpr_oxid/AUS/JPN"}, "no good .*mean 'ndpr_oxide'"),
        (LINKS, "ndpr_oxide/AUS/JPN", "level", {"id": "ndpr_oxide/AUS"}, "is no id of trade. Accepted: good/zone/zone"),
        (DEMAND, "ndpr_oxide@CHN", "price", {"id": "ndpr_oxide@CHX"}, "no good at a zone .*mean 'ndpr_oxide@CHN'"),
    ],
)  # fmt: skip
def test_a_number_is_refused_with_its_line(
    table: str, name: str, attribute: str, new: Row, said: str, folder: Path
) -> None:
    line = edit(folder / table, number(name, attribute), new)
    with pytest.raises(FactsError, match=rf"{table}, line {line}, .*{said.replace('*/', '[*]/')}"):
        load_world(folder)


def test_an_assay_that_is_more_than_all_is_refused(folder: Path) -> None:
    """Bayan Obo's cerium, 50.202 of 100 %, at 90 %: 100 - 50.202 + 90 = 139.8 %."""
    line = edit(folder / MINING, number("bayan_obo", "share_ce"), {"value": "90", **ALONE})
    with pytest.raises(FactsError, match=rf"line {line}, column value: .*'bayan_obo' add up to 139.8 %. Accepted: 100"):
        load_world(folder)


def test_the_numbers_of_a_benchmark_are_held_as_the_others(folder: Path) -> None:
    line = edit(folder / "values_2024.csv", number("bayan_obo", "ore_rich"), {"unit": "t REO"})
    assert load_world(folder).base_year == 2019
    with pytest.raises(FactsError, match=rf"values_2024.csv, line {line}, column unit: 't REO' .* Accepted: kt REO"):
        load_world(folder, 2024)


@pytest.mark.parametrize(
    ("table", "name", "new", "said"),
    [
        ("deposits", "nolans", {"zone": "ZZZ"}, "column zone: no 'ZZZ' in zones.csv. Accepted: AUS, CHN"),
        ("deposits", "nolans", {"concentrate": "monazit"}, "column concentrate: .* Did you mean 'monazite'"),
        ("deposits", "xunwu", {"district": "Sooth"}, "column district: .* Did you mean 'South'"),
        ("deposits", "xunwu", {"zone": "MMR"}, "'South' lies in CHN and not in MMR. Accepted: .*Kachin"),
        ("deposits", "baotou_tailings", {"tailings_of": "bayan_abo"}, "tailings_of: .* Did you mean 'bayan_obo'"),
        ("districts", "Kachin", {"zone": "MMX"}, "column zone: .* Did you mean 'MMR'"),
        ("shipments", "imports USA", {"arrival": "USX"}, "column arrival: .* Did you mean 'USA'"),
        ("shipments", "imports USA", {"goods": "*_oxid"}, "column goods: no good '[*]_oxid'"),
        ("shipments", "ore from USA", {"content": "model/record/ore"}, "content: .* mean 'model/record/ore_content'"),
    ],
)
def test_a_table_that_names_what_is_not_there_is_refused(
    table: str, name: str, new: Row, said: str, folder: Path
) -> None:
    line = edit(folder / f"{table}.csv", lambda row: row["id"] == name, new)
    with pytest.raises(FactsError, match=rf"{table}.csv, line {line}, .*{said}"):
        load_world(folder)


def test_a_series_of_a_zone_that_is_not_there_is_refused(folder: Path) -> None:
    edit(folder / "observed.csv", lambda row: True, {"zone": "CHX"})
    with pytest.raises(FactsError, match=r"observed.csv, line 2, column zone: .* Did you mean 'CHN'"):
        load_world(folder)


@pytest.mark.parametrize(
    ("table", "gone", "said"),
    [
        ("elements", "eu", "line 6, column attribute: 'eu' is no element of this world"),
        ("uses", "smco", "'smco' is no use of this world"),
        ("zones", "MMR", "districts.csv, line 6, column zone: no 'MMR' in zones.csv"),
        ("concentrates", "loparite", "deposits.csv, line 14, column concentrate: no 'loparite' in concentrates.csv"),
        ("deposits", "nolans", "'nolans' is no deposit of this world"),
    ],
)
def test_a_row_that_others_name_may_not_go(table: str, gone: str, said: str, folder: Path) -> None:
    path = folder / f"{table}.csv"
    rewrite(path, [row for row in rows_of(path) if row["id"] != gone])
    with pytest.raises(FactsError, match=said):
        load_world(folder)


@pytest.mark.parametrize(
    ("table", "name", "attribute"),
    [
        (MODEL, "demand", "fade"),
        (MODEL, "project", "phases"),
        (DEMAND, "glass", "growth_2"),
        (MODEL, "CHN/mining", "fixed"),
    ],
)
def test_a_number_that_every_world_has_may_not_go(table: str, name: str, attribute: str, folder: Path) -> None:
    rows = [row for row in rows_of(folder / table) if not number(name, attribute)(row)]
    rewrite(folder / table, rows)
    with pytest.raises(FactsError, match=rf"the number '[a-z]+/{name}/{attribute}' is missing. Accepted: a row"):
        load_world(folder)


def test_shipped_tables_and_those_with_scrap_pass_at_every_benchmark(folder: Path) -> None:
    for year in map(int, benchmarks(folder).index):
        assert load_world(folder, year).facts == load_world(None, year).facts
    rows, more = (rows_of(packaged(room) / "values_2024.csv") for room in ("world", "more/scrap"))
    rewrite(folder / "values_2024.csv", [*rows, *more])
    loaded.cache_clear()
    assert "ship/swarf_high/EUR/CHN" in load_world(folder, 2024).network.activities.index


def test_an_element_of_ones_own_has_shares_of_its_own(folder: Path) -> None:
    elements = rows_of(folder / "elements.csv")
    rewrite(folder / "elements.csv", [*elements, {**elements[-1], "id": "sc", "name": "scandium", "members": "Sc"}])
    mining = rows_of(folder / MINING)
    of = next(r for r in mining if number("loparite", "share_eu")(r))
    rewrite(folder / MINING, [*mining, {**of, "attribute": "share_sc", "value": "0.1", **ALONE, "unit": "share"}])
    line = len(mining) + 2
    with pytest.raises(FactsError, match=rf"line {line}, column unit: 'share' .*Accepted: % REO") as refused:
        load_world(folder)
    assert "also" not in str(refused.value)


def test_the_program_ends_with_two(folder: Path) -> None:
    edit(folder / MINING, number("nolans", "recovery"), {"value": "-0.6", **ALONE})
    asked = ["mine", "nolans", "--world", str(folder)]
    done = subprocess.run([sys.executable, "-m", "earthprice", *asked], capture_output=True, text=True, check=False)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2 and "out of bounds" in said and "Traceback" not in said
