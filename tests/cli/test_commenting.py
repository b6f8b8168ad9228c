"""The verb comment: what it refuses before any work, and the files that it writes, whole and new."""

from __future__ import annotations

import json

import docx
import pytest

from earthprice.cli.app import main
from earthprice.study import comment as study
from earthprice.study.comment import DELETE, Answer, Comment, Other, Worth
from earthprice.study.wordings import Variant
from earthprice.world.world import World
from tests.cli.test_printed import printed

W = Worth(-0.1, 0.2, 0.5, "likely", 0.9)
ONE = Answer(
    "7",
    False,
    "Totals | caps",
    "Says <b>.",
    "",
    W,
    (("users", W),),
    DELETE,
    "Delete article 7.",
    "",
    W,
    W,
    Variant("7"),
    Other("“x: 1” in place of “x: 2”.", "--set m.x=1", W, W),
    ("A source",),
)
FOUND = Comment(
    "A text",
    "book",
    "EUR",
    "Europe",
    "China",
    "base continued",
    "",
    "2021-03-01",
    2021,
    2035,
    0.03,
    1,
    30,
    30,
    W,
    "Present value from 2021 at 3 %, of all years to come; of 2021 to 2035 alone, in bn USD: Europe 0.03.",
    W,
    W,
    (ONE,),
    (("1", "Aims", "states aims"),),
    "0" * 64,
    "PRIVATE: this world holds own in AUS.",
)


@pytest.fixture
def quick(monkeypatch):
    """The study's answer is there at once."""
    monkeypatch.setattr(study, "comment", lambda *_args, **_more: FOUND)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for", "EUR", "--out", "letter.pdf"], "'letter.pdf' is no letter"),
        (["--for", "EUR", "--out", "there.md"], "'there.md' exists and is not overwritten"),
        (["--for", "EUR", "--out", "nowhere/letter.md"], "nowhere is no folder"),
        (["--for", "EUR", "--out", "a.md", "--out", "./a.md"], "a file is named twice"),
        (["--out", "letter.md"], "one zone, whose comment it is"),
        (["--for", "EUR,JPN"], "one zone, whose comment it is"),
        (["--for", "EURO"], "unknown zone 'EURO'"),
    ],
)
def test_what_is_refused_before_any_work(words, said, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.md").write_text("mine")
    assert main(["comment", "china-2021-draft", *words]) == 2
    assert said in capsys.readouterr().err and [p.name for p in tmp_path.iterdir()] == ["there.md"]


def test_the_letter_as_markdown_and_for_word(quick, world: World, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["comment", "china-2021-draft", "--for", "EUR", "--out", "a.md", "--out", "a.docx", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["files"] == ["a.md", "a.docx"] and out["answers"][0]["wording"] == "Delete article 7."
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.docx", "a.md"]
    told = (tmp_path / "a.md").read_text("utf-8")
    assert "Article 7 (number uncertain), Totals \\| caps" in told and "Says \\<b\\>." in told
    assert "Delete article 7." in told and "**Or, milder:** “x: 1” in place of “x: 2”." in told
    assert "earthprice comment china-2021-draft --for EUR" in told and "a.md" not in told
    made = docx.Document(str(tmp_path / "a.docx"))
    assert [c.text for c in made.tables[0].rows[1].cells][2] == "Delete article 7."
    worth = ["+0.20 (−0.10 to 0.50)", "likely"]
    assert [c.text for c in made.tables[0].rows[1].cells][3:] == [*worth, *worth]
    assert "PRIVATE: this world holds own in AUS." in told and "PRIVATE" in made.paragraphs[1].text


def test_without_a_file_it_is_printed(quick, world: World, capsys) -> None:
    assert main(["comment", "china-2021-draft", "--for", "EUR", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("# Comment on A text")


def test_it_takes_every_command_that_is_printed(quick, world: World, tmp_path, monkeypatch, capsys) -> None:
    """Read and written as printed; `make printed` runs them whole."""
    monkeypatch.chdir(tmp_path)
    assert main(["copy", "china-2021-draft", "our-wording.yaml"]) == 0
    commands = printed("comment")
    assert len(commands) > 2 and any("--against" in words for words in commands)
    for words in commands:
        assert main(words) == 0, (words, capsys.readouterr().err)
    assert {p.name for p in tmp_path.iterdir()} >= {
        w for words in commands for w in words if w.startswith(("our-", "let"))
    }
