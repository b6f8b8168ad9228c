"""The state of the market on a day: what is shown, of which age, under which law; and its words on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from earthprice.cli import main, stating
from earthprice.cli.stating import range_text, wide
from earthprice.errors import OptionError
from earthprice.study.now import RANGE, Now, moves_between, now
from earthprice.study.options import Options
from tests.small import proposal
from tests.study.test_zones import MEASURE

FEW = Options(draws=2, workers=1)


@pytest.fixture(scope="module")
def after() -> Now:
    return now("2025-08-01", FEW)


def test_the_law_of_the_day_from_the_benchmark_of_the_day(after: Now) -> None:
    assert after.law[-1] == "china-export-control-2025" and after.base_year == 2024 and after.quarter == "2025 Q3"
    before = now("2021-06-01", FEW)
    assert before.law == ("china-in-force-2020",) and before.base_year == 2019 and before.quarter == "2021 Q2"
    assert before.short.empty and len(before.prices)


def test_ranges_and_ages(after: Now) -> None:
    for table in (after.prices, after.flows, after.short):
        assert len(table) and (table["p05"] <= table["p50"]).all() and (table["p50"] <= table["p95"]).all()
        assert (table["last_fact"] == 2024).all() and (table["age_months"] == 8).all()
        assert table[list(RANGE)].gt(0).all().all()


def test_who_is_short_needs_a_licence(after: Now) -> None:
    assert set(after.short["element"]) == {"sm", "gd", "tb", "dy", "holu", "y"}
    assert set(after.short["zone"]) >= {"JPN", "EUR", "USA"} and "CHN" not in set(after.short["zone"])
    assert after.short["let_through"].between(0, 1, inclusive="neither").all()
    assert after.short["p50"].is_monotonic_increasing


def test_the_gap_is_a_price_apart(after: Now) -> None:
    at = after.prices.pivot(index="element", columns="where", values="p50")
    assert at.loc["dy", "abroad"] / at.loc["dy", "home"] > at.loc["ndpr", "abroad"] / at.loc["ndpr", "home"]


def test_recorded_flows_and_those_by_zone_say_that_they_are_counted_otherwise(
    after: Now, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mining elsewhere is held to its record; the zones' own sum is another number."""
    flows = after.flows.set_index(["flow", "zone"])
    assert set(flows.loc["mining elsewhere", "basis"]) == {"record"} and set(flows.loc["mining", "basis"]) == {"model"}
    assert ((after.flows["basis"] == "record") == (after.flows["zone"] == "")).all()
    stating._say(after)
    said = " ".join(capsys.readouterr().out.split())
    assert "each counted as its record is" in said and "as the model counts" in said
    assert "neither adds up to the other" in said


def test_it_is_said_as_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["now", "--as-of", "2025-04-30", "--draws", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["status"] == "ok" and said["quarter"] == "2025 Q2" and {"prices", "flows", "short"} <= set(said)
    assert {"element", "where", "p50", "age_months"} <= set(said["prices"][0])
    assert {"flow", "zone", "p50", "basis"} <= set(said["flows"][0])


AHEAD = (date.today() + timedelta(days=7)).isoformat()
"""Also for a run that goes on past midnight."""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--as-of", AHEAD), "lies ahead"),
        (("--as-of", "May"), "is not a day"),
        (("--as-of", "1999-01-01"), "no benchmark was known"),
        (("--as-of", "2025-05-01", "--law", "china-2026"), "before the text was announced"),
        (("--law", "nope"), "no rulebook 'nope'"),
        (("--as-of", "2025-05-01", "--reading", "lose"), "unknown reading 'lose'"),
    ],
)
def test_what_is_wrong_is_refused(given: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["now", "--draws", "1", "--quiet", *given]) == 2
    assert words in capsys.readouterr().err


def test_a_screen_has_a_range_in_each_cell() -> None:
    table = pd.DataFrame(
        {"a": ["x", "x", "y"], "b": ["u", "v", "u"], "p05": 1.0, "p50": [2.0, 30.4, 444.4], "p95": 5e2, "age_months": 7}
    )
    assert wide(table, "a", "b").to_dict("list") == {
        "a": ["x", "y"],
        "u": ["2 (1–500)", "444 (1–500)"],
        "v": ["30.4 (1–500)", ""],
        "age": [7, 7],
    }
    assert range_text(0.123, 1.26, 12.34) == "1.3 (0.12–12.3)"
    assert range_text(2.0, 2.0, 2.0) == "2" and range_text(0.0, 0.0, 0.0) == "0"


def test_few_draws_are_not_called_nine_in_ten_of_what_is_not_known(after: Now) -> None:
    assert "of 2 draws: too few" in after.among and replace(after, cleared=20).among == "nine in ten"


def test_what_was_nothing_has_no_change_in_per_cent(after: Now) -> None:
    """A flow that begins is told by its levels: no per cent of nil."""
    nil = dict.fromkeys(RANGE, 0.0)
    found = moves_between(replace(after, flows=after.flows.assign(**nil)), after)
    assert len(found) == len(after.flows) and found["change"].isna().all() and (found["p50"] > 0).all()


def test_a_home_without_a_market_for_oxides_is_refused(tmp_path: Path) -> None:
    """Myanmar sells concentrate alone."""
    text = proposal(tmp_path, MEASURE.format(zone="MMR"), "any-zone", "MMR", "2022-01-01", "2021-06-01")
    with pytest.raises(OptionError, match=r"--law: 'any-zone' is law of MMR, which has no market.*AUS, CHN, EUR"):
        now("2022-08-01", FEW, text)
