"""Bad tables, one tiny file a fault: the word says which file, line and column, and what is accepted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from earthprice.errors import FactsError
from earthprice.facts.schema import load_schema, packaged
from earthprice.facts.store import load_facts
from earthprice.facts.table import read_table

FAULTS = Path(__file__).parent / "faults"
WORDS = {
    "column_misspelt": r"line 1: unknown column 'contry'. Did you mean 'country'\?",
    "column_missing": r"line 1: column 'unit' is missing. Accepted: ",
    "column_twice": r"line 1: column 'unit' stands twice",
    "empty_file": r"the file is empty",
    "header_only": r"the file holds no rows",
    "id_twice": r"line 3, column id: id 'reserves-0001' stands already in line 2",
    "low_above_value": r"line 2, column low: low 50000000.0 is above value 44000000.0",
    "month_thirteen": r"line 3, column date: '2019-13' is no date. Accepted: YYYY",
    "not_utf8": r"not UTF-8 at byte",
    "number_not_finite": r"line 3, column value: 'nan' is no number",
    "number_with_commas": r"line 3, column value: '22,000,000' is no number. Accepted: a number with a dot",
    "period_backwards": r"line 3, column date: '2019/2017' is no date",
    "published_without_day": r"line 3, column published: '2020-02' is no day. Accepted: one day",
    "quote_left_open": r"not CSV: ",
    "reported_after_published": r"line 2, column reported: reported 2021-02-01 is after published 2020-02-01",
    "row_too_short": r"line 3: 11 cells. Accepted: 16 cells",
    "row_without_date": r"line 3, column date: the cell is empty",
    "row_without_figure": r"line 3, column value: the row holds no figure",
    "row_without_published": r"line 3, column published: the cell is empty",
    "row_without_source": r"line 3, column source: the cell is empty",
    "row_without_unit": r"line 3, column unit: the cell is empty",
    "word_misspelt": r"line 3, column basis: unknown word 'recaled'. Did you mean 'recalled'\?",
}


@pytest.mark.parametrize("fault", sorted(WORDS))
def test_a_bad_table_is_refused(fault: str) -> None:
    path = FAULTS / f"{fault}.csv"
    with pytest.raises(FactsError, match=f"{fault}.csv.*{WORDS[fault]}"):
        read_table(path, load_schema()["reserves"])


def test_every_fault_file_is_tried() -> None:
    assert {p.stem for p in FAULTS.glob("*.csv")} == set(WORDS) | {"id_of_another_table"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged(), tmp_path / "facts"))


def test_a_folder_of_ones_own_is_read_alike(folder: Path) -> None:
    assert load_facts(folder).hash == load_facts().hash


def test_an_id_of_another_table_is_refused(folder: Path) -> None:
    shutil.copy(FAULTS / "id_of_another_table.csv", folder / "reserves.csv")
    with pytest.raises(FactsError, match=r"reserves.csv, row 2, column id: id 'reserve-0001'"):
        load_facts(folder)


def test_a_missing_table_is_refused(folder: Path) -> None:
    (folder / "quotas.csv").unlink()
    with pytest.raises(FactsError, match=r"quotas.csv: no such file"):
        load_facts(folder)


def test_an_unknown_table_is_refused(folder: Path) -> None:
    shutil.copy(folder / "quotas.csv", folder / "quota.csv")
    with pytest.raises(FactsError, match=r"unknown table 'quota'. Did you mean 'quotas'\?"):
        load_facts(folder)


def test_a_choice_of_a_row_that_is_not_there_is_refused(folder: Path) -> None:
    text = (folder / "choices.csv").read_text(encoding="utf-8").replace("deposits-0005", "deposits-9005")
    (folder / "choices.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match=r"choices.csv, row \d+, column chosen: no fact 'deposits-9005'. Did you mean"):
        load_facts(folder)


def test_a_quantity_chosen_twice_is_refused(folder: Path) -> None:
    lines = (folder / "choices.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "choices.csv").write_text("".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(FactsError, match=r"choices.csv, line \d+, column quantity: .* stands already in line 2"):
        load_facts(folder)


def test_a_type_that_the_schema_does_not_know_is_refused(folder: Path) -> None:
    text = (folder / "schema.csv").read_text(encoding="utf-8").replace(",number,", ",numbr,")
    (folder / "schema.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match=r"unknown type 'numbr'. Did you mean 'number'\?"):
        load_facts(folder)
