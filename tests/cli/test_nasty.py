"""A rulebook full of formulas, markup, TeX and scripts, through every verb: text everywhere, and no verb falls over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.report.printed import LIVE, NUMBER, shown

ATTACK = Path(__file__).resolve().parent.parent / "attack"
NASTY = str(ATTACK / "nasty.yaml")
OUT = Path("result")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nasty") / "result"
    code = main(
        ["assess", NASTY, "--draws", "1", "--years", "2021-2022", "--workers", "1", "--quiet", "--out", str(folder)]
    )
    assert code == 0
    return folder


def steers(text: str) -> bool:
    return shown(text) != text


@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["show", "--json"],
        ["check"],
        ["check", "--json"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("book", ["nasty", "markup"])
def test_text_of_a_book_steers_no_terminal(words: list[str], book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([words[0], str(ATTACK / f"{book}.yaml"), *words[1:]]) == 0
    out = capsys.readouterr().out
    assert out and not steers(out)


def test_a_letter_about_a_nasty_book_is_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "letter.md", tmp_path / "letter.docx"]
    asked = ["comment", NASTY, "--for", "EUR", "--draws", "1", "--years", "2021-2022", "--workers", "1", "--quiet"]
    assert main([*asked, *(w for f in files for w in ("--out", str(f)))]) == 0
    assert not steers(capsys.readouterr().out)
    told = files[0].read_text("utf-8")
    assert not steers(told) and not re.search(r"(?<!\\)<(?!br>)", told)
    made = docx.Document(str(files[1]))
    assert not [p.text for p in made.paragraphs if steers(p.text)] and "fldSimple" not in made.element.xml


@pytest.mark.parametrize("book", ["evil", "lone_surrogate_title"])
def test_control_codes_and_halves_of_letters_are_refused(book: str, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("show", "check", "assess"):
        assert main([verb, str(ATTACK / f"{book}.yaml")]) == 2
        said = capsys.readouterr().err
        assert "is not text" in said and not steers(said)


def test_words_of_an_option_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--reading", "\x1b[31m[/red]"], ["--set", "\x9b2J=1"], ["--for", "\u202eNHC"]):
        assert main(["assess", "china-2021-draft", *option]) == 2
        said = capsys.readouterr().err
        assert said and not steers(said)


@pytest.mark.parametrize(
    "verb",
    [
        ["table", "articles"],
        ["table", "articles", "--csv"],
        ["table", "assumptions", "--json"],
        ["cite"],
        ["cite", "--json"],
        ["explain", "unlicensed"],
        ["explain", "unlicensed", "--json"],
    ],
    ids=" ".join,
)
def test_what_reads_a_result_steers_no_terminal(
    verb: list[str], result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [str(result)] if verb[0] == "cite" else ["--result", str(result)]
    assert main([verb[0], *verb[1:], *where]) == 0
    out = capsys.readouterr().out
    assert out and not steers(out)


def test_no_cell_of_a_csv_is_a_formula(result: Path) -> None:
    seen = 0
    for path in result.rglob("*.csv"):
        table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
        for cell in (*table.columns, *table.to_numpy().ravel()):
            assert not LIVE.match(cell) or cell.startswith("'") or NUMBER.fullmatch(cell), (path.name, cell)
            seen += cell.startswith("'=")
    assert seen  # the formulas are there, as text


def test_no_cell_of_the_workbook_is_a_formula(result: Path) -> None:
    book = openpyxl.load_workbook(result / "summary.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c.value for c in cells if c.data_type == "f"]
    title = book["read me"]["B1"]
    assert title.value.startswith("=HYPERLINK") and title.quotePrefix


class Tags(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_page_and_pictures_hold_no_script_of_the_book(result: Path) -> None:
    for path in [result / "report.html", *(result / "figures").glob("*.svg")]:
        text = path.read_text(encoding="utf-8")
        page = Tags()
        page.feed(text)
        assert not steers(text)
        for tag, attributes in page.found:
            assert tag not in ("script", "img", "iframe")
            assert not [k for k in attributes if k.startswith("on")]
            assert not str(attributes.get("href", "")).startswith("javascript")


def test_tex_runs_nothing_and_braces_pair(result: Path) -> None:
    text = (result / "sources.bib").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}") and "\\input" not in text and "\\write" not in text
    assert "textbackslash" in text


def test_letters_that_the_terminal_lacks_are_replaced() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "earthprice", "show", str(ATTACK / "letters.yaml")],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode("cp1252")
    assert "?? quota ? 150 t" in said and "na\u00efve" in said and b"Traceback" not in done.stderr
