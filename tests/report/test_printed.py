"""Text of a user, where it is printed: no formula, no escape code, no TeX that runs, no file that cannot be read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from earthprice.report.plain import json_text
from earthprice.report.printed import INSTEAD, file_alone, files_alone, for_bibtex, for_csv, from_csv, printable
from earthprice.report.theme import svg
from earthprice.results.cells import csv_text, each_text, put_row
from earthprice.results.tables import bibtex, write_csv, write_parquet

FORMULAS = ["=1+1", "+1+cmd", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "\t=1", "\r=1", "\n=1", "'=1", "''@x", "＝1+1"]
PLAIN = ["", "-", "-5", "+5 %", "1e-6", "Dy 25", "don't", "'quoted'", "a=b", "−4", "稀土"]
STEERING = "\x1b[31m \x07 \x9b2J \u202e \u2066 \x00 \uffff \U0001ffff \ud800 \x7f"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_csv_and_can_be_had_again(text: str) -> None:
    cell = for_csv(text)
    assert cell.startswith("'") and from_csv(cell) == printable(text)


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_and_numbers_stay(text: str) -> None:
    assert for_csv(text) == text and from_csv(text) == text


def test_tables_of_numbers_and_plain_text_are_as_pandas_writes_them(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1.5, -2.0, None], "b": ["x", None, '稀土, "q"'], "c": [1, "−", None]})
    write_csv(table, tmp_path / "t.csv")
    table.to_csv(tmp_path / "u.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "u.csv").read_bytes()


def test_a_table_comes_back_from_csv_as_it_was() -> None:
    table = pd.DataFrame({"=head": FORMULAS, "number": range(len(FORMULAS))})
    text = csv_text(table)
    back = each_text(pd.read_csv(io.StringIO(text)), from_csv)
    assert back["=head"].tolist() == [printable(t) for t in FORMULAS]
    assert back["number"].tolist() == list(range(len(FORMULAS)))
    assert not any(cell[:1] in set("=+-@\t\r\n") for cell in pd.read_csv(io.StringIO(text)).iloc[:, 0])


def test_what_steers_a_screen_is_replaced() -> None:
    assert set(printable(STEERING)) <= set(INSTEAD + " [31m2J") and printable("a\tb\r\nc") == "a\tb\nc"


def test_json_keeps_every_letter_and_shows_none_that_steers() -> None:
    text = json_text({"title": STEERING, "words": "稀土 naïve"})
    assert json.loads(text) == {"title": STEERING, "words": "稀土 naïve"}
    assert printable(text) == text and "稀土" in text
    text.encode("utf-8")


def test_tex_runs_nothing() -> None:
    entry = for_bibtex("} \\input{/etc/passwd} @misc{evil, 5 % & # _ $ ~ ^\n\n x")
    assert entry.count("{") == entry.count("}") and "\\input" not in entry and "\n" not in entry
    assert entry.startswith("\\textbraceright{} \\textbackslash{}input\\textbraceleft{}/etc")
    whole = bibtex(pd.DataFrame({"key": ["s1, x"], "source": ["} , note = {\\input x"], "confidence": ["B}"]}))
    assert whole.count("{") == whole.count("}") and "\\input" not in whole and whole.startswith("@misc{s1--x,")


def test_a_workbook_holds_text_and_numbers_and_no_formula(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    put_row(book.active, [*FORMULAS, STEERING, -5, 2.5])
    book.save(tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert sheet is not None
    *texts, whole, part = sheet[1]
    assert {c.data_type for c in texts} == {"s"} and (whole.value, part.value) == (-5, 2.5)
    assert all(c.quotePrefix for c in texts[: len(FORMULAS)])


def test_a_picture_and_a_parquet_file_take_any_text(tmp_path: Path) -> None:
    nasty = f"<script>x</script>]]> {STEERING}"
    spec = {"title": nasty, "data": {"values": [{"x": nasty}]}, "mark": "text", "encoding": {"text": {"field": "x"}}}
    drawn = svg(spec)
    assert "<script" not in drawn and printable(drawn) == drawn
    nasty = nasty.replace("\ud800", "")  # pandas holds no halves of letters
    write_parquet(pd.DataFrame({"x": [nasty]}), tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["x"][0] == printable(nasty)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/home/ana/secret/d.yaml", "d.yaml"),
        ("~/d.yaml", "d.yaml"),
        (r"C:\Users\ana\d.yaml", "d.yaml"),
        ("drafts/d.yaml", "drafts/d.yaml"),
        ("china-2021-draft", "china-2021-draft"),
        ("deposit/own/cost=x2", "deposit/own/cost=x2"),
    ],
)
def test_a_file_is_named_without_the_folders_of_whoever_ran_it(given: str, shown: str) -> None:
    assert file_alone(given) == shown
    assert files_alone(f"earthprice assess '{given}' --draws 2") == f"earthprice assess {shown} --draws 2"
    assert files_alone("") == ""
