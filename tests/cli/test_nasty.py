"""A rulebook full of formulas, markup, TeX and scripts, through every verb: text everywhere, and no verb falls over."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from ruamel.yaml import YAML

from earthprice.cli import main
from earthprice.law.load import SHELF
from earthprice.report.printed import LIVE, NUMBER, printable
from tests.small import TEXT


def script(name: str) -> str:
    return f"<script>document.title='PWNED-{name}'</script>"


QUICK = ["--draws", "1", "--years", "2021-2022", "--workers", "1", "--quiet"]
CALC = "=cmd|' /C calc'!A0"
TITLE = (
    '=HYPERLINK("http://127.0.0.1:9/x","click") </title><script>document.title=\'PWNED\'</script>]]><img src=x '
    "onerror=\"document.title='PWNED2'\">{{7*7}}{% raw %}[red]x[/red][31m]0;owned }\\input /etc/passwd % \u202e"
)
CITE = f"{CALC} {script('cite')} \\input{{/etc/passwd}} \\immediate\\write18{{id}} }} @misc{{evil, "
HEADING = "<script>document.title='PWNED-h'</script><svg onload=\"document.title='PWNED-s'\"> ]]> [/] [5m\nX-Header: a"
LIVE_CELLS = ("=1+1", "\t=1+1", "\n=1+1", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", CALC, '="<script>x</script>"')


def nasty(book: dict[str, Any]) -> dict[str, Any]:
    """A book with formulas, markup, TeX and scripts in every place where a text may stand."""
    cells = cycle(LIVE_CELLS)
    numbers = {"5": f"[bold]5[/bold]</script>{script('n')}", "6-7": CALC, "8": "[/red]", "12": f"@SUM(1)*{CALC}"}
    for article in book["articles"]:
        article |= {"number": numbers.get(article["number"], article["number"]), "heading": HEADING}
        article |= {"says": script("says") + article["says"]}
        if "why_not" in article:
            article["why_not"] = f"=1+1 {script('why')} --><!--"
        for measure in article.get("measures", {}).values():
            measure["says"] = f"{script('ms')}[red][41m"
            for value in (v for q in measure.values() if isinstance(q, dict) for v in q.get("values", ())):
                value |= {"why": f"{next(cells)} assumption"} if "why" in value else {}
    sources = {
        name: s | {"cite": CITE, "url": "javascript:document.title='PWNED-url'"} for name, s in book["sources"].items()
    }
    begins = book["in_force"] | {"why": f"{CALC} assumption"}
    named = {"rulebook": "con", "title": TITLE, "text_status": f"</title>{script('t')}[2J"}
    del book["articles_count"]
    return book | named | {"sources": sources, "in_force": begins}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths of books made from the draft of 2021: each would be more than text somewhere."""
    draft = (SHELF / f"{TEXT}.yaml").read_text("utf-8")
    plain, attacked = (YAML(typ="safe").load(draft) for _ in range(2))
    attacked = nasty(attacked)
    made = {
        "nasty": attacked,
        "evil": attacked | {"text_status": "</title>\x1b[2J\r"},
        "lone_surrogate_title": plain | {"title": "a\ud800b"},
        "letters": plain | {"title": "\u7a00\u571f quota \u2265 150 t \u2013 Dubnium\u00ae na\u00efve"},
    }
    folder = tmp_path_factory.mktemp("attack")
    for name, book in made.items():
        (folder / f"{name}.yaml").write_text(json.dumps(book), "utf-8")
    return {name: str(folder / f"{name}.yaml") for name in made}


@pytest.fixture(scope="module")
def result(books: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nasty") / "result"
    assert main(["assess", books["nasty"], *QUICK, "--out", str(folder)]) == 0
    return folder


def steers(text: str) -> bool:
    return printable(text) != text


@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["check"], ["check", "--json"]], ids=" ".join)
def test_text_of_a_book_steers_no_terminal(
    words: list[str], books: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([words[0], books["nasty"], *words[1:]]) == 0
    out = capsys.readouterr().out
    assert out and not steers(out)


def test_a_letter_about_a_nasty_book_is_text(
    books: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "letter.md", tmp_path / "letter.docx"]
    asked = ["comment", books["nasty"], "--for", "EUR", *QUICK]
    assert main([*asked, *(w for f in files for w in ("--out", str(f)))]) == 0
    assert not steers(capsys.readouterr().out)
    told = files[0].read_text("utf-8")
    assert not steers(told) and not re.search(r"(?<!\\)<(?!br>)", told)
    made = docx.Document(str(files[1]))
    assert not [p.text for p in made.paragraphs if steers(p.text)] and "fldSimple" not in made.element.xml


@pytest.mark.parametrize("book", ["evil", "lone_surrogate_title"])
def test_control_codes_and_halves_of_letters_are_refused(
    book: str, books: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in ("show", "check", "assess"):
        assert main([verb, books[book]]) == 2
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


def test_letters_that_the_terminal_lacks_are_replaced(books: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "earthprice", "show", books["letters"]],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode("cp1252").lower()  # a title stands in capitals
    assert "?? quota ? 150 t" in said and "na\u00efve" in said and b"Traceback" not in done.stderr
