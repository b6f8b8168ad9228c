"""Commands of the README and the pages that read or write a text or a result run as they are printed, in one folder."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.results.write import write_report
from earthprice.study.assessment import Assessment
from tests.test_docs import PAGES, SHELL

READS = {"show", "check", "copy", "table", "explain", "cite"}
"""Verbs that run no model; what runs it is tried on fewer draws by the tests of its own verb."""


def printed() -> list[list[str]]:
    """The words of every such command, in the order of the pages, each once, without what a shell does with it."""
    found = [words for page in PAGES for words in SHELL.findall(page.read_text(encoding="utf-8"))]
    split = [shlex.split(words.split(">")[0], comments=True)[1:] for words in dict.fromkeys(found)]
    return [words for words in split if words and words[0] in READS]


def test_every_such_command_runs_as_printed(
    small_assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_report(small_assessment, tmp_path / "result", formats=("csv",))
    commands = printed()
    assert {words[0] for words in commands} == READS and len(commands) > 8
    for words in commands:
        assert main(words) == 0, (words, capsys.readouterr().err)
        assert capsys.readouterr().out.strip(), words
