"""Where a study starts: by what was public on the day up to which its texts see."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.start import span, start
from earthprice.world.world import World

TEXTS = [
    ("china-2021-draft", None, 2019),
    ("china-2024-regulations", None, 2019),
    ("china-2024-regulations", "2025-02-27", 2019),
    ("china-2024-regulations", "2025-02-28", 2024),
    ("china-export-control-2025", None, 2024),
]


@pytest.mark.parametrize(("text", "as_of", "year"), TEXTS)
def test_a_text_starts_from_what_was_known(text: str, as_of: str | None, year: int) -> None:
    options = Options(as_of=as_of)
    world = start([text], options)
    assert world.base_year == year
    assert span(options, world) == ((2021 if year == 2019 else 2025), 2035)


def test_several_texts_start_where_the_latest_sees() -> None:
    assert start(["china-2021-draft", "china-export-control-2025"], Options()).base_year == 2024


def test_years_before_the_benchmark_are_refused_and_not_moved() -> None:
    with pytest.raises(OptionError, match="from 2025 on"):
        frame("china-export-control-2025", Options(years=(2021, 2030)), load_world(base_year=2024))


def test_the_record_known_by_a_day_ends_where_it_ended() -> None:
    world = load_world(base_year=2024)
    assert world.recorded("2025-06-01") == 2024
    assert load_world().recorded("2021-03-01") == 2020
    assert load_world().recorded("2018-01-01") == 2019, "never before the base year"


def test_the_command_line_starts_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[World] = []

    def stopped(*_args: object, world: World, **_more: object) -> None:
        asked.append(world)
        raise OptionError("enough", where="--years")

    monkeypatch.setattr("earthprice.study.assess.assess", stopped)
    assert main(["assess", "china-export-control-2025", "--quiet", "--out", str(tmp_path / "result")]) == 2
    assert [w.base_year for w in asked] == [2024]
