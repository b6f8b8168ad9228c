"""Verbs: what is given twice where one thing is taken is refused, and nothing is lost without a word."""

from __future__ import annotations

import pytest

from earthprice.cli import main

ONCE = [
    (["assess", "china-2021-draft", "--out", "one", "--out", "two"], "--out"),
    (["assess", "china-2021-draft", "--draws", "2", "--years", "2021-2022", "--draws=3"], "--draws"),
    (["compare", "china-2021-draft", "china-2024-regulations", "--seed", "1", "--seed", "1"], "--seed"),
    (["show", "china-2021-draft", "--as-of", "2024-01-01", "--as-of", "2025-01-01"], "--as-of"),
    (["facts", "add", "new.csv", "--world", "a", "--world", "b"], "--world"),
]


@pytest.mark.parametrize(("words", "option"), ONCE)
def test_a_second_value_of_an_option_is_refused(words: list[str], option: str, capsys, tmp_path, monkeypatch) -> None:
    """The first was lost: a result went where the last `--out` said."""
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2 and not list(tmp_path.iterdir())
    said = capsys.readouterr().err
    assert f"{option}: given 2 times" in said and "one value" in said


def test_options_that_collect_and_flags_may_be_given_again(capsys) -> None:
    assert main(["show", "china-2021-draft", "--json", "--json"]) == 0
    assert main(["check", "china-2021-draft", "--json", "--json"]) == 0
    capsys.readouterr()


def test_help_stands_beside_an_option_given_twice(capsys) -> None:
    assert main(["assess", "--help"]) == 0 and "--out" in capsys.readouterr().out
