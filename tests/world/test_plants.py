"""Imported concentrate is separated in what the same home concentrate leaves idle."""

from __future__ import annotations

import pytest

from earthprice.errors import FactsError
from earthprice.facts.world import load_world
from earthprice.world.assembly import assemble
from earthprice.world.plants import lent

HOME, AWAY = "CHN/clay/home/licensed", "CHN/clay/imported/licensed"
GENERAL = "model/separation/use"


def test_idle_lines_take_imported_ore() -> None:
    values = {f"separation/{HOME}/level": 30.0, f"separation/{HOME}/use": 0.6, GENERAL: 0.6}
    assert lent(values, AWAY, 0.5) == pytest.approx(20.0)


def test_a_plant_of_its_own_keeps_its_use() -> None:
    values = {f"separation/{HOME}/level": 3.0, f"separation/{HOME}/use": 0.9, f"separation/{AWAY}/use": 0.7}
    assert lent(values, AWAY, 5.0) == lent(values, HOME, 3.0) == lent({GENERAL: 0.5}, AWAY, 5.0) == 0.0


def test_lines_lent_stay_as_many_whatever_the_balance_makes_of_what_runs_on_them() -> None:
    """Their use was kept instead: 18 t for the 10 t recorded in 2008 made them 34 kt, where 19 stood idle."""
    world = load_world(base_year=2008)
    borrower = "separate/CHN/clay_medium/imported/licensed"
    draft = next(d for d in assemble(world.numbers.central, world.outline) if d.id == borrower)
    row = world.network.activities.loc[borrower]
    assert row["level"] > 1.5 * draft.level and row["capacity"] == pytest.approx(draft.lent)


def test_a_plant_without_any_use_is_refused() -> None:
    with pytest.raises(FactsError, match=f"'{GENERAL}' is missing"):
        lent({}, AWAY, 5.0)
