"""The options: their defaults are the study's, and what cannot be read is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from earthprice.cli.arguments import (
    AssessArguments,
    command_line,
    options_of,
    read_buyer,
    read_delay,
    read_names,
    read_overrides,
    read_years,
)
from earthprice.errors import EarthpriceError, OptionError
from earthprice.study.assess import Options

BUYER = """\
zone: EUR
tonnes: 1200
recipe: {ndpr: 0.3, dy: 0.02}
suppliers: {CHN: 0.8, AUS: 0.2}
stock_months: 2
"""


def test_defaults_are_those_of_the_study() -> None:
    assert options_of(AssessArguments(rulebook="china-2021-draft")) == Options()


def test_every_option_of_the_study_can_be_given(tmp_path: Path) -> None:
    purchase = tmp_path / "buyer.yaml"
    purchase.write_text(BUYER, encoding="utf-8")
    given = AssessArguments(
        rulebook="x",
        against="china-in-force-2020",
        reading="tight",
        as_of="2021-03-01",
        years="2022-2030",
        draws=7,
        seed=3,
        zones=["JPN,USA"],
        answers=["japan-answer"],
        overrides=["inspection.caught=x0.5"],
        delay="18m",
        discount=0.07,
        period="half",
        workers=1,
        prior=True,
        horizon=True,
        batch=8,
        buyer=purchase,
        slopes=True,
    )
    default, changed = Options(), options_of(given)
    same = [f.name for f in dataclasses.fields(Options) if getattr(default, f.name) == getattr(changed, f.name)]
    assert same == ["only"], "the options are not run on beyond where they are not run"
    assert options_of(AssessArguments(rulebook="x", only="figures")).only == "figures"


def test_a_purchase_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("- 1\n", encoding="utf-8")
    (tmp_path / "twice.yaml").write_text("zone: EUR\nzone: JPN\n", encoding="utf-8")
    for name, said in (("none.yaml", "no such file"), ("list.yaml", "no purchase"), ("twice.yaml", "twice.yaml:2")):
        with pytest.raises(EarthpriceError, match=said) as refused:
            read_buyer(tmp_path / name)
        assert refused.value.exit_code == 2
    assert read_buyer(None) is None


def test_years() -> None:
    assert read_years("2021-2035") == (2021, 2035)
    for words in ("2021", "2035-2021", "21-35", "soon"):
        with pytest.raises(OptionError, match="--years"):
            read_years(words)


def test_delay() -> None:
    assert [read_delay(w) for w in ("2y", "2", "6m", "1.5y")] == [2.0, 2.0, 0.5, 1.5]
    for words in ("-2y", "two", "2w", ""):
        with pytest.raises(OptionError, match="--delay"):
            read_delay(words)


def test_names_and_overrides() -> None:
    assert read_names(["JPN,USA", " EUR ", "JPN"]) == ["JPN", "USA", "EUR"]
    assert read_overrides(["a.b=+5%", "c.d=x0.5"]) == {"a.b": "+5%", "c.d": "x0.5"}
    for words in (["a.b"], ["=3"], ["a.b="], ["a.b=1", "a.b=2"]):
        with pytest.raises(OptionError, match="--set"):
            read_overrides(words)


def test_the_command_says_what_was_asked_and_no_more() -> None:
    a = AssessArguments(
        rulebook="my book.yaml",
        reading="tight",
        zones=["JPN"],
        answers=["japan-answer"],
        json=True,
        overrides=["inspection.caught=x0.5"],
        delay="2y",
        workers=3,
    )
    said = "earthprice assess 'my book.yaml' --reading tight --set inspection.caught=x0.5 --delay 2y "
    assert command_line("assess", a) == f"{said}--for JPN --with japan-answer"
    assert command_line("assess", AssessArguments(rulebook="x")) == "earthprice assess x"
