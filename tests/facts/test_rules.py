"""Every table that ships is made by a rule from tables that ship with it, or declared with where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.rules.catalogue import DECLARED, MADE
from tools.rules.dates import dates
from tools.rules.tables import DATA, SOURCES, fact_row, read


@pytest.mark.parametrize("name", MADE)
def test_a_table_is_what_its_rule_makes(name: str, tmp_path: Path) -> None:
    made = tmp_path / Path(name).name
    MADE[name](made)
    assert made.read_bytes() == (DATA / name).read_bytes(), "run: make data"


def test_every_table_is_made_or_declared() -> None:
    ships = {str(p.relative_to(DATA)) for p in DATA.rglob("*.*") if p.suffix in (".csv", ".json")}
    assert ships == {*MADE, *DECLARED} and not {*MADE} & {*DECLARED}


@pytest.mark.parametrize("path", [p for p in SOURCES.glob("*.csv") if "value" in read(p)[0]], ids=lambda p: p.stem)
def test_a_figure_of_a_source_says_where_it_comes_from(path: Path) -> None:
    for row in read(path):
        for column in ("unit", "date", "published", "source", "confidence"):
            assert row[column] or not row["value"], f"{path.name}: {row}"


def test_a_row_that_claims_another_day_than_its_rule_gives_is_found() -> None:
    row = fact_row("quotas-0116")
    assert dates("quotas", {**row, "published": "2020-01-01"})["published"] == row["published"] == "2021-09-30"
