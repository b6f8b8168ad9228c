"""The schedule: what the law says counts from the base year; use and projects grow alike in periods of any length."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from earthprice import caps
from earthprice.dynamics.schedule import (
    END,
    TURN,
    UNCAPPED,
    Drivers,
    fitted,
    growth,
    middles,
    permit_room,
    phases,
    schedule,
    with_permit_room,
)
from earthprice.errors import OptionError
from earthprice.world.draft import Drafts
from earthprice.world.terms import Review
from earthprice.world.world import Driver

REVIEW = Review("dig", 2021, 1, ("exports:CHN",), (0.9,), (1.1,), (0.5,), (0.5,), (1,), 0.1, 0.0, 9.0, "dig")


def made(base, terms, law=None, **drivers):
    one = np.ones(terms.specific.shape)
    given = {"growth": one, "open": one, "hoard": 0.2, "clock": base.schedule.clock} | drivers
    return schedule(terms, law or base.terms, Drivers(**given), len(base.names.bodies))


def test_multipliers_count_from_the_base_year(base) -> None:
    t = base.terms
    law = replace(
        t,
        capacity=0.5 * t.capacity,
        recovery=1.25 * t.recovery,
        burden=0.8 * t.burden,
        entry=0.25 * t.entry,
        entry_delay=t.entry_delay + 1.0,
    )
    now = replace(law, entry_delay=law.entry_delay + np.arange(len(t.years))[:, None] - 1.0)
    said = made(base, now, law)
    for field in (said.capacity, said.recovery, said.burden, said.entry):
        assert field == pytest.approx(np.ones(field.shape))
    assert said.delay[:, 0] == pytest.approx(np.arange(len(t.years)) - 1.0), "leads hold the wait of the base year"


def test_a_law_awaited_makes_holders_buy_ahead_and_no_cap_is_a_large_one(base) -> None:
    awaited = np.linspace(0.0, 1.0, len(base.terms.years))[:, None] * np.ones(base.terms.specific.shape)
    said = made(base, replace(base.terms, awaited=awaited), hoard=0.3)
    assert said.hoard == pytest.approx(0.3 * awaited) and (said.permit_amount == UNCAPPED).all()
    assert not said.pigou.any() and not said.gift.any()


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.25])
def test_a_year_has_the_same_middle_and_the_same_growth_in_periods_of_any_length(base, dt: float) -> None:
    values, per = base.world.numbers.central, round(1 / dt)
    years = np.arange(2019.0, 2041.0, dt)
    assert middles(years, dt).reshape(-1, per).mean(1) == pytest.approx(np.arange(2019.0, 2041.0))
    fine = growth(years, dt, base.drafts, values).reshape(22, per, -1).mean(1)
    whole = growth(np.arange(2019.0, 2041.0), 1.0, base.drafts, values)
    assert fine[1:] == pytest.approx(whole[1:], rel=5e-3)


def test_use_grows_at_its_rates_and_fades(base) -> None:
    values, years = base.world.numbers.central, np.arange(2019.0, 2200.0)
    path = growth(years, 1.0, base.drafts, values)
    j = next(i for i, d in enumerate(base.drafts) if d.growth and d.doing == "use")
    use = base.drafts[j].growth
    steps = path[1:, j] / path[:-1, j] - 1.0
    assert steps[years[:-1] < TURN] == pytest.approx(values[f"use/{use}/growth_1"])
    assert steps[(years[:-1] >= TURN) & (years[:-1] < END)] == pytest.approx(values[f"use/{use}/growth_2"])
    most = values["model/demand/after_2035"] * values["model/demand/fade"]
    end = path[years == END, j][0] * (1.0 + values[f"use/{use}/growth_2"]) ** most
    assert path[-1, j] == pytest.approx(end, rel=0.01)
    assert (path[:, [d.doing != "use" for d in base.drafts]] == 1.0).all()


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.25])
def test_projects_grow_from_their_year_on(base, dt: float) -> None:
    values, years = {"model/project/phases": 0.1}, np.arange(2019.0, 2041.0, dt)
    drafts = Drafts([base.drafts[0]._replace(start=2022.0)])
    path = phases(years, dt, drafts, values)[:, 0]
    assert not path[years < 2022].any()
    at = {y: path[(years >= y) & (years < y + 1)].mean() for y in (2024, 2030, 2037, 2038)}
    assert at[2024] == pytest.approx(1.2) and at[2030] == pytest.approx(1.8)
    assert at[2038] == pytest.approx(1.1 * at[2037])


def test_room_for_permits_and_reviews_is_one_shape_and_has_an_end(base) -> None:
    one, two = (
        with_permit_room(base.terms),
        with_permit_room(
            replace(
                base.terms,
                permit_use=np.zeros((0, len(base.drafts))),
                permits=(),
                permit_amount=np.zeros((11, 0)),
                permit_held=np.ones((11, 0)),
                permit_granted=np.ones((11, 0)),
            )
        ),
    )
    assert one.permit_use.shape == two.permit_use.shape == (caps.PERMIT_STEP, len(base.drafts))
    assert (
        with_permit_room(one).permits == one.permits
        and with_permit_room(one, caps.PERMIT_STEP + 1).permit_use.shape[0] == 2 * caps.PERMIT_STEP
    )
    assert [permit_room(n) for n in (0, 1, 16, 17, 96)] == [16, 16, 16, 32, 96]
    assert np.isinf(one.permit_amount[:, 2:]).all() and not one.permit_use[2:].any()
    wide = fitted(replace(one, reviews=(REVIEW,))).reviews
    assert len(wide) == caps.REVIEWS and {len(r.low) for r in wide} == {caps.REVIEW_ROWS}
    assert wide[0].above == (0.5, *(0.0,) * (caps.REVIEW_ROWS - 1)) and not any(wide[1].above)


def test_more_permits_or_reviews_than_there_is_room_for_are_refused(base) -> None:
    many = base.terms
    names = tuple(f"p{i}" for i in range(caps.PERMITS + 1))
    with pytest.raises(OptionError, match=f"at most {caps.PERMITS}"):
        with_permit_room(replace(many, permits=names))
    with pytest.raises(OptionError, match=f"at most {caps.REVIEWS} reviewed permits"):
        fitted(replace(many, reviews=(REVIEW,) * (caps.REVIEWS + 1)))
    tall = replace(REVIEW, indicators=("exports:CHN",) * (caps.REVIEW_ROWS + 1))
    with pytest.raises(OptionError, match=f"at most {caps.REVIEW_ROWS} rows"):
        fitted(replace(many, reviews=(tall,)))


def test_a_use_stays_with_its_driver_as_long_as_it_is_recorded_and_then_grows_at_its_own_rates(base) -> None:
    """The year after `TURN` the driver was divided by a rate that no longer held."""
    values, years = base.world.numbers.central, np.arange(2019.0, 2034.0)
    j = next(i for i, d in enumerate(base.drafts) if d.growth and d.doing == "use")
    use = base.drafts[j].growth
    first, second = values[f"use/{use}/growth_1"], values[f"use/{use}/growth_2"]
    seen = np.arange(2019.0, 2029.0)
    driver = Driver(seen, 0.07 * (seen - 2019.0), 0.0, (first, first, first))
    recorded = SimpleNamespace(driven=dict.fromkeys({d.growth for d in base.drafts if d.growth}, driver))
    path = growth(years, 1.0, base.drafts, values, recorded)[:, j]
    assert np.log(path[:10]) == pytest.approx(0.07 * np.arange(10)) and first != second
    assert path[10:] / path[9:-1] == pytest.approx(1.0 + second)


@pytest.mark.parametrize("field", ["entry", "capacity"])
def test_what_the_law_of_the_base_year_forbids_altogether_nobody_knows_the_size_of(base, field: str) -> None:
    law = replace(base.terms, **{field: 0.0 * getattr(base.terms, field)})
    with pytest.raises(OptionError, match="law of the base year lets something not be"):
        made(base, base.terms, law)
    assert np.isfinite(getattr(made(base, law, law), field)).all()
