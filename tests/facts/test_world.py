"""Bad world tables: each is refused with the file, the line, the column and what is accepted."""

from __future__ import annotations

import csv
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import FactsError
from earthprice.facts.world import VALUE_FILES, load_world

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))
MODEL = "values_model.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(folder: Path, name: str, column: str, value: str, row: int = 0) -> None:
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[row][column] = value
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("column", ["unit", "date", "published", "basis", "source"])
def test_a_number_must_say_where_it_comes_from(folder: Path, column: str) -> None:
    edit(folder, MODEL, column, "")
    with pytest.raises(FactsError, match=rf"{MODEL}, line 2, column {column}: the cell is empty. Accepted: "):
        load_world(folder)


def test_an_assumption_must_say_why(folder: Path) -> None:
    edit(folder, MODEL, "why", "", row=2)
    with pytest.raises(FactsError, match=rf"{MODEL}, number 'model/.*', column why: .* without a reason"):
        load_world(folder)


@pytest.mark.parametrize(
    ("column", "given"),
    [*(("value", x) for x in ("much", "1,000", "12 %", "inf", "nan")), ("low", "much"), ("high", "much")],
)
def test_a_number_must_be_one(folder: Path, column: str, given: str) -> None:
    edit(folder, MODEL, column, given)
    with pytest.raises(FactsError, match=rf"{MODEL}, line 2, column {column}: '{given}' is no number"):
        load_world(folder)


def test_a_number_must_have_a_value(folder: Path) -> None:
    edit(folder, MODEL, "value", "")
    with pytest.raises(FactsError, match=rf"{MODEL}, line 2, column value: the cell is empty. Accepted: a number"):
        load_world(folder)


def test_a_range_has_two_ends(folder: Path) -> None:
    edit(folder, MODEL, "high", "")
    with pytest.raises(FactsError, match=rf"{MODEL}, number .*, column low: .* one end of a range. Accepted: both"):
        load_world(folder)


@pytest.mark.parametrize("name", ["zones", "concentrates", "factors", *VALUE_FILES, "observed"])
def test_a_missing_table_is_named(folder: Path, name: str) -> None:
    (folder / f"{name}.csv").unlink()
    with pytest.raises(FactsError, match=rf"{name}.csv: no such file.*Accepted: a CSV file"):
        load_world(folder)


def test_a_number_given_twice_is_refused(folder: Path) -> None:
    path = folder / MODEL
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(FactsError, match=rf"{MODEL}, line {len(lines) + 1}, .*'model/.*' stands already in line 2"):
        load_world(folder)


def test_a_row_with_too_many_cells_is_refused(folder: Path) -> None:
    path = folder / "zones.csv"
    path.write_text(path.read_text(encoding="utf-8") + "MOON,The Moon,none,cheese\n", encoding="utf-8")
    with pytest.raises(FactsError, match=r"zones.csv, line \d+: 4 cells.*Accepted: 3 cells"):
        load_world(folder)


@pytest.mark.parametrize(
    ("name", "column", "value", "words"),
    [
        ("observed.csv", "year", "2010.5", "'2010.5' is no year. Accepted: a year, YYYY"),
        ("observed.csv", "confidence", "D", "unknown word 'D'"),
        ("values_model.csv", "date", "2019-2025", "'2019-2025' is no date"),
        ("values_model.csv", "published", "2019", "'2019' is no day"),
        ("drivers.csv", "index", "", "the cell is empty"),
        ("hindcast.csv", "crps", "low", "'low' is no number"),
        ("fitted.csv", "entry", "1,2", "'1,2' is no number"),
    ],
)
def test_every_table_of_the_world_is_held_to_its_schema(
    folder: Path, name: str, column: str, value: str, words: str
) -> None:
    edit(folder, name, column, value)
    with pytest.raises(FactsError, match=rf"{name}, line 2, column {column}: {words}"):
        load_world(folder)


def test_a_flag_that_is_none_is_refused(folder: Path) -> None:
    edit(folder, "deposits.csv", "by_product", "yes")
    with pytest.raises(FactsError, match=r"deposits.csv, line 2, column by_product: unknown word 'yes'.*: 0, 1"):
        load_world(folder)


def test_a_number_that_the_assembly_needs_is_named(folder: Path) -> None:
    path, row = folder / MODEL, _row() + 1
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:row] + lines[row + 1 :]), encoding="utf-8")
    with pytest.raises(FactsError, match=r"'model/mining/elasticity_licensed' is missing. Accepted: a row in one"):
        load_world(folder)


def test_the_shipped_world_loads_and_says_what_moved() -> None:
    world = load_world()
    moved = world.reconciliation
    assert len(world.network.nodes) > 100 and np.isfinite(moved["balanced"]).all()
    size = (moved["balanced"] - moved["reported"]).abs().to_numpy()
    assert (np.diff(size) <= 1e-12).all(), "largest moves first"


def _key(row: int) -> str:
    with (SHIPPED / MODEL).open(encoding="utf-8", newline="") as stream:
        at = list(csv.DictReader(stream))[row]
    return f"{at['table']}/{at['id']}/{at['attribute']}"


def _row() -> int:
    return next(i for i in range(40) if _key(i) == "model/mining/elasticity_licensed")


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("common", "0", "column common: 0 is no share. Accepted: above 0, to 1"),
        ("common", "1.5", "column common: 1.5 is no share"),
        (
            "common",
            "0.5",
            "column own: common is 0.5, own is ''. Accepted: a family of own parts where common is below 1",
        ),
        ("own", "ore", "column own: common is 1, own is 'ore'"),
    ],
)
def test_a_factor_says_how_much_is_common_and_whose_the_rest_is(
    folder: Path, column: str, value: str, words: str
) -> None:
    edit(folder, "factors.csv", column, value)
    with pytest.raises(FactsError, match=rf"factors.csv, factor 'unlicensed_output_china', {words}"):
        load_world(folder)
