"""A stop of exports: its dates, what it refuses, and what is refused of the question."""

from __future__ import annotations

import pytest

from earthprice.errors import OptionError
from earthprice.study.answers import ANSWERS
from earthprice.study.stress import Stop, Stress, checked, refused, stress
from earthprice.world.world import World


@pytest.fixture(scope="module")
def found(world: World) -> Stress:
    return stress(world, Stop(("JPN",), ("Dy",), 6.0))


@pytest.mark.parametrize(
    ("months", "course"),
    [
        (6, {2022.0: 1.0, 2022.5: 0.0}),
        (2, {2022.0: 2 / 6, 2022.5: 0.0}),
        (9, {2022.0: 1.0, 2022.5: 0.5, 2023.0: 0.0}),
        (12, {2022.0: 1.0, 2022.5: 1.0, 2023.0: 0.0}),
    ],
)
def test_months_become_shares_of_half_years(months: float, course: dict[float, float]) -> None:
    assert refused(2022.0, months) == pytest.approx(course)


def test_symbols_and_names_are_read(world: World) -> None:
    stop = checked(world, Stop(("all",), ("Dy", "nd", "pr", "tb")))
    assert stop.elements == ("dy", "ndpr", "tb")
    assert "JPN" in stop.to and "CHN" not in stop.to and "AUS" not in stop.to


@pytest.mark.parametrize(
    ("stop", "where"),
    [
        (Stop(("JPX",), ("Dy",)), "--to"), (Stop(("JPN",), ("Xx",)), "--elements"), (Stop(("JPN",), ()), "--elements"),
        (Stop(("JPN",), ("Dy",), 0.0), "--months"), (Stop(("JPN",), ("Dy",), 99.0), "--months"),
        (Stop(("JPN",), ("Dy",), 6.0, 2019.0), "--begin"), (Stop(("JPN",), ("Dy",), 6.0, 2022.2), "--begin"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(world: World, stop: Stop, where: str) -> None:
    with pytest.raises(OptionError, match=where):
        checked(world, stop)


def test_a_stop_takes_what_was_usual_and_is_filled(found: Stress) -> None:
    path = found.path.set_index("half_year")
    assert path.loc["2021-07", "dearer_pct"] == pytest.approx(0.0, abs=1e-6)
    assert path["dearer_pct"].idxmax() == "2022-01" and path.loc["2022-01", "dearer_pct"] > 1.0
    assert found.filled["tonnes"].sum() == pytest.approx(path.loc["2022-01", "lost_t"], abs=1e-6)
    assert set(found.filled["answer"]) == set(ANSWERS)
    cover = found.cover.iloc[0]
    assert 0.5 * cover["taken_t_per_year"] <= path.loc["2022-01", "lost_t"] + 1e-6
    assert cover["months_of_cover"] == pytest.approx(12 * cover["stock_t"] / cover["taken_t_per_year"])


def test_the_zone_that_gets_nothing_loses(found: Stress) -> None:
    total = found.cost[found.cost["group"] == "all"].set_index("zone")["MUSD2020"]
    assert total["JPN"] < 0
    assert "averaged" in found.within
