"""The workbook: plain values, no formula, with the hash of each sheet's table."""

import dataclasses

import openpyxl
import pytest

from earthprice.results.cells import put_row
from earthprice.results.workbook import digest, write_workbook


def test_the_workbook_is_plain_values_with_hashes(assessment, figures, tmp_path):
    odd = dataclasses.replace(assessment, figures=assessment.figures.assign(label="=1+1"))
    write_workbook(odd, figures, tmp_path / "summary.xlsx")
    book = openpyxl.load_workbook(tmp_path / "summary.xlsx")
    assert book.sheetnames[:3] == ["read me", "ten figures", "figure 1"]
    front = {c.value for row in book["read me"] for c in row}
    assert {assessment.meta.facts_hash, digest(odd.figures), digest(figures[0].data)} <= front
    assert book["ten figures"]["C2"].data_type == "s"
    heads = [c.value for c in book["figure 1"][1]]
    assert {"unit", "p05", "p50", "p95"} <= set(heads)
    book.close()


def test_a_row_is_added_without_a_look_at_those_before_it(monkeypatch):
    sheet = openpyxl.Workbook().active
    monkeypatch.setattr(type(sheet), "max_row", property(lambda _: pytest.fail("every cell was counted")))
    put_row(sheet, ["=1+1", 2.0, None, ["a"]])
    assert [(c.value, c.data_type, c.quotePrefix) for c in next(sheet.iter_rows(max_row=1))] == [
        ("=1+1", "s", True),
        (2.0, "n", False),
        (None, "n", False),
        ("['a']", "s", False),
    ]
