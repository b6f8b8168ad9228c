"""Where a study starts: by what was public on the day up to which its texts see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.cli.starting import begun
from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, prose
from earthprice.law import numbers as law_numbers
from earthprice.law.texts import placed
from earthprice.past.levels import Ahead, left_out
from earthprice.past.matching import matches
from earthprice.runs.engine import point
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import Plan
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.start import start, years_reported
from earthprice.study.stop import Stop
from earthprice.study.stress import stress
from earthprice.world.world import World

Captured = pytest.CaptureFixture[str]
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
    world = start([text], options).world
    assert world.base_year == year
    assert years_reported(options, world) == ((2021 if year == 2019 else 2025), 2035)


def test_several_texts_start_where_the_latest_sees() -> None:
    assert start(["china-2021-draft", "china-export-control-2025"], Options()).world.base_year == 2024


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


def grown(text: str, use: str) -> tuple[Plan, np.ndarray]:
    """A plan, and how much more of a use there is at unchanged prices by its period, at the central draw."""
    plan = frame(text, Options(years=(2021, 2026), period="year"), load_world()).plan
    p = point(plan.engine, plan.values({}), plan.baseline(plan.use()))
    return plan, p.growth[:, [d.growth == use for d in p.drafts]][:, 0]


def test_a_text_is_held_to_the_drivers_that_its_day_knew() -> None:
    """As of August 2024 use of 2019 to 2022 is in print; as of March 2021 that of the base year alone."""
    use = "magnet_uses_high"
    plan, path = grown("china-2024-regulations", use)
    index, own = plan.engine.world.drivers.loc[use]["index"], 1.0 + plan.values({})[f"use/{use}/growth_1"]
    assert plan.texts.as_of == "2024-08-01" and index.index[-1] == 2022
    assert path[:4] == pytest.approx([index[y] / index[2019] for y in range(2019, 2023)])
    assert path[4] / path[3] == pytest.approx(own)
    assert grown("china-2021-draft", use)[1][:4] == pytest.approx(own ** np.arange(4))


def later(table: pd.DataFrame, day: str) -> pd.DataFrame:
    """A table in which whatever was printed after a day says something else."""
    column = "index" if "index" in table else "value"
    return table.assign(**{column: table[column].where(table["published"] <= day, 7.0 * table[column] + 1.0)})


def test_the_draft_of_2021_knows_nothing_printed_later() -> None:
    """As of 15 January 2021 the same draws, laws, paths and ranges, whatever was printed since."""
    day, here = "2021-01-15", load_world()
    fits = {c: fit for c, fit in here.fits.items() if c < 2021}
    other = replace(here, drivers=later(here.drivers, day), observed=later(here.observed, day), fits=fits)
    assert not other.drivers.equals(here.drivers) and not other.observed.equals(here.observed)
    asked = Options(as_of=day, years=(2021, 2023), draws=2, period="year", workers=1, only="figures")
    told = []
    for world in (here, other):
        f = frame("china-2021-draft", asked, world)
        p = point(f.plan.engine, f.plan.values({}), f.plan.baseline(f.plan.use()))
        terms = f.plan.reform(f.plan.use())
        years = list(range(2019, 2024))
        ones = dict.fromkeys(matches(f.plan.lens), np.ones(len(years)))
        left = left_out(f.plan.lens, day, ones, Ahead(years, {}), 2, 1)
        told.append([p.growth, terms.permit_amount, fitted_sample(f).quantiles, *left.values()])
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*told, strict=True))
    held = law_numbers(f.texts.reform.stack, as_of=day)
    assert (held["published"].fillna("") <= day).all() and len(held) < len(law_numbers(f.texts.reform.stack))


@pytest.mark.parametrize(
    ("text", "as_of", "law", "year"),
    [
        (None, "2021-03-01", "china-in-force-2020", 2019),
        (None, "2024-12-01", "china-2024-regulations", 2019),
        (None, "2026-11-01", "china-2026", 2024),
        ("china-2021-draft", None, "china-2021-draft", 2019),
        ("china-2021-draft", "2025-03-01", "china-2021-draft", 2024),
        ("china-in-force-2008", None, "china-in-force-2008", 2008),
    ],
)
def test_a_law_run_alone_starts_by_its_day_or_its_text(
    text: str | None, as_of: str | None, law: str, year: int
) -> None:
    first = begun(text, as_of)
    assert (first.law, first.start.world.base_year) == (law, year)
    assert first.words == f"From the benchmark of {year}, the last one known on {first.start.day}, under {law}."


def test_without_a_text_or_a_day_it_is_today_and_no_later() -> None:
    today = date.today()
    assert begun(None, None).start.day == today.isoformat()
    with pytest.raises(OptionError, match="lies ahead"):
        begun(None, (today + timedelta(days=1)).isoformat())


STOP = ["stress", "export-stop", "--to", "JPN", "--elements", "Dy"]
VERBS = [
    (["check", "china-2021-draft"], "", 2019),
    (["check", "china-2026"], "", 2024),
    (["check", "china-2021-draft", "--as-of", "2025-03-01"], "", 2024),
    (["mine", "nolans", "--as-of", "2026-11-01"], "opening.why_it_opens", 2024),
    (["mine", "nolans", "--under", "china-2021-draft"], "opening.why_it_opens", 2019),
    ([*STOP, "--as-of", "2026-11-01"], "stress.stress", 2024),
    ([*STOP, "--law", "china-2021-draft"], "stress.stress", 2019),
    (["demo", "stop"], "demos", 2019),
    (["demo", "stop", "--as-of", "2026-11-01"], "demos", 2024),
]


@pytest.mark.parametrize(("words", "runs", "year"), VERBS)
def test_every_verb_starts_by_its_day_and_says_so_first(
    words: list[str], runs: str, year: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    asked: list[World] = []

    def stopped(first: object, *rest: object) -> None:
        asked.append(rest[0].world if isinstance(first, str) else first)
        raise OptionError("enough", where="here")

    if not runs:
        assert main(words) == 0
        assert capsys.readouterr().out.startswith(f"From the benchmark of {year}, the last one known on ")
        return
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "earthprice.demos.catalogue.demonstrate" if runs == "demos" else f"earthprice.study.{runs}", stopped
    )
    assert main(words) == 2 and "enough" in capsys.readouterr().err
    assert [w.base_year for w in asked] == [year]


@pytest.mark.parametrize(
    "words",
    [
        ["assess", "china-2021-draft", "--as-of", "2021-01-14"],
        ["check", "china-2024-regulations", "--as-of", "2020-06-01"],
        ["comment", "kachin-2025", "--for", "CHN", "--as-of", "2024-10-17"],
        ["compare", "china-2021-draft", "china-2024-regulations", "--as-of", "2024-06-28"],
        ["mine", "nolans", "--under", "china-2024-regulations", "--as-of", "2020-06-01"],
        ["now", "--law", "china-2026", "--as-of", "2025-08-21"],
        ["show", "china-2021-draft", "--as-of", "2019-01-01"],
        [*STOP, "--law", "china-export-control-2025", "--as-of", "2021-06-01"],
    ],
)
def test_no_verb_runs_a_text_before_it_was_announced(words: list[str], capsys: Captured) -> None:
    assert main(words) == 2
    assert "lies before the text was announced" in capsys.readouterr().err


def test_no_text_is_placed_stopped_or_told_on_a_day_before_it(capsys: Captured) -> None:
    """By whatever door: each hands the day on to the one check, and on the day itself all pass."""
    book = load_rulebook("china-2021-draft")
    stop = Stop(("JPN",), ("Dy",), law=book.rulebook, as_of="2021-01-14")
    doors = (
        lambda day: placed(book, "2019-12-31", day),
        lambda day: prose(book, day),
        lambda day: start([book.rulebook], Options(as_of=day)),
    )
    for door in doors:
        with pytest.raises(OptionError, match=r"2021-01-14 lies before the text was announced, 2021-01-15"):
            door("2021-01-14")
        assert door("2021-01-15")
    with pytest.raises(OptionError, match="lies before the text was announced"):
        stress(load_world(), stop)


def test_a_demonstration_with_a_start_of_its_own_takes_no_day(capsys: Captured) -> None:
    assert main(["demo", "wedge", "--as-of", "2026-11-01"]) == 2
    assert "From the benchmark of 2008" in capsys.readouterr().err
