"""Brown and Eggert's signs on the shipped world: what their abstract states, and what ours does not share."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.demos.brown_eggert import FREE, STILL, signs
from earthprice.demos.lab import Lab
from earthprice.demos.policies import CELLS, ILLEGAL, TAX, PolicyTrials
from earthprice.demos.static import one_period


@pytest.fixture(scope="module")
def bench(lab: Lab) -> PolicyTrials:
    return PolicyTrials(lab)


def test_there_are_48_outcomes(bench: PolicyTrials) -> None:
    assert len(bench.grid) == len(bench.policies) * len(ILLEGAL) * 2 == 48


def test_one_period_under_the_law_in_force_is_the_base_year(bench: PolicyTrials) -> None:
    s, schedule = bench.base
    price, level = one_period(s, schedule, float(bench.lab.years[0]))
    assert price[: len(s.base.price)] == pytest.approx(np.asarray(s.base.price), rel=1e-6)
    assert level == pytest.approx(np.asarray(s.base.level), abs=1e-6 * float(s.base.level.max()))


def test_signs_as_published(bench: PolicyTrials) -> None:
    table = signs(bench).set_index("statement")
    whole = table["agree"] == table["cells"]
    own = {"Dy: others", "Dy: legal output"}
    assert set(table.index[~whole]) == own


def test_where_ours_differs_it_is_by_cerium_and_light_ore(bench: PolicyTrials) -> None:
    # Dear Dy makes magnets dear, so less Nd is used and less light ore is dug: less Ce comes along with it.
    cerium = bench.lab.lens.elements.index("ce")
    others = [i for i, e in enumerate(bench.lab.lens.elements) if e not in ("ce", "dy")]
    for cell in CELLS:
        moved = bench.grid["stockpile dy", cell].price / bench.grid["as before", cell].price - 1.0
        assert moved[cerium] > 0 and np.all(moved[others] < 0)
    light = [k for k in bench.grid["as before", FREE[0]].legal if k not in bench.lab.lens.heavy]
    for cell in FREE:
        after, before = (bench.grid[p, cell].legal for p in ("stockpile dy", "as before"))
        assert sum(after[k] for k in light) < sum(before[k] for k in light)


def test_a_tax_above_the_rent_moves_the_market_even_under_quotas(bench: PolicyTrials) -> None:
    s, schedule = bench.world(("base", "quota"))
    heavy = schedule._replace(specific=schedule.specific + 20.0 * TAX * bench.masks["legal"])
    moved = bench.see((s, heavy)).price / bench.grid["as before", ("base", "quota")].price - 1.0
    assert np.abs(moved).max() > 0.02


def test_more_illegal_output_makes_what_it_digs_cheaper_and_mt_weld_smaller(bench: PolicyTrials) -> None:
    dear = [i for i, e in enumerate(bench.lab.lens.elements) if e not in bench.lab.lens.role("bulk")]
    for regime in ("quota", "no quota"):
        seen = [bench.grid["as before", (level, regime)] for level in ILLEGAL]
        for poor, rich in zip(seen, seen[1:], strict=False):
            assert rich.illegal > poor.illegal and rich.mt_weld < poor.mt_weld + STILL
            assert np.all(rich.price[dear] < poor.price[dear])
