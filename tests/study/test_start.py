"""Where a study starts: by what was public on the day up to which its texts see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.law import numbers as law_numbers
from earthprice.past.levels import left_out
from earthprice.past.matching import matches
from earthprice.runs.engine import point
from earthprice.study.drawn import drawing
from earthprice.study.ensemble import Plan
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
        left = left_out(f.plan.lens, day, ones, years, 2, 1)
        told.append([p.growth, terms.permit_amount, drawing(f).quantiles, *left.values()])
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*told, strict=True))
    held = law_numbers(f.texts.reform.stack, as_of=day)
    assert (held["published"].fillna("") <= day).all() and len(held) < len(law_numbers(f.texts.reform.stack))
