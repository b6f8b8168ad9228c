"""Reviews: they act after their lag, within their limits, and only on caps in force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.dynamics.state import Record
from earthprice.errors import RulebookError
from earthprice.world.terms import Review

from .conftest import boom

PERMITS = ("permits", "permit_use", "permit_amount", "permit_held", "permit_granted")
INDICATOR = "price_real:ndpr_oxide@CHN"


def rule(base, **changes) -> Review:
    use0 = float(base.terms.permit_use[0] @ base.bench.level)
    given = dict(
        permit="dig",
        first=2021,
        every=1,
        indicators=(INDICATOR,),
        low=(0.95,),
        high=(1.05,),
        above=(0.5,),
        below=(0.5,),
        lag=(1,),
        at_most=0.08,
        never_below=0.5 * use0,
        never_above=1.15 * use0,
        cap="dig",
    )
    return Review(**{**given, **changes})


def run(base, review: Review, amount: np.ndarray | None = None) -> tuple[Record, float]:
    use0 = float(base.terms.permit_use[0] @ base.bench.level)
    issued = np.full_like(base.terms.permit_amount, np.inf)
    issued[:, 0] = use0 if amount is None else amount * use0
    c = base.under(permit_amount=issued, reviews=(review,))
    return c.run(growth=boom(c)), use0


def test_a_review_acts_after_its_lag(base) -> None:
    """Demand jumps in 2020: a review that sees last year moves in 2021, one that sees three years back in 2023."""
    for lag, year in ((1, 2), (2, 3), (3, 4)):
        record, use0 = run(base, rule(base, first=2020, lag=(lag,)))
        issued = record.permit_amount[:, 0] / use0
        assert issued[:year] == pytest.approx(1.0, rel=1e-4) and issued[year] > 1.01


def test_a_review_waits_for_its_first_year_and_its_turn(base) -> None:
    record, use0 = run(base, rule(base, first=2022, every=3, never_above=9.0 * run(base, rule(base))[1]))
    moved = np.flatnonzero(np.abs(np.diff(record.permit_amount[:, 0] / use0)) > 1e-6) + 1
    assert set(moved) <= {3, 6, 9} and 3 in moved


def test_a_review_stays_within_its_limits(base) -> None:
    record, use0 = run(base, rule(base))
    issued = record.permit_amount[:, 0] / use0
    assert (issued[1:] / issued[:-1] <= 1.08 + 1e-9).all() and issued.max() == pytest.approx(1.15, rel=1e-4)
    shrinks, _ = run(base, rule(base, above=(-0.5,), below=(0.0,)))
    assert shrinks.permit_amount[:, 0].min() >= 0.5 * use0 * (1 - 1e-6)
    assert (shrinks.permit_amount[1:, 0] / shrinks.permit_amount[:-1, 0] >= 0.92 - 1e-9).all()


def test_inside_its_band_a_review_does_nothing(base) -> None:
    record, use0 = run(base, rule(base, low=(0.0,), high=(100.0,)))
    assert record.permit_amount[:, 0] == pytest.approx(use0, rel=1e-4)


def test_a_cap_not_in_force_is_not_reviewed(base) -> None:
    amount = np.where(np.arange(11) < 4, np.inf, 1.0)
    record, use0 = run(base, rule(base, first=2019, never_above=1.5 * use(base)), amount)
    assert record.permit_amount[4, 0] == pytest.approx(use0, rel=0.09)


def test_what_reviews_have_moved_stays_with_the_cap_when_an_exemption_comes(base) -> None:
    """The second permit of the cap, from the sixth period on, began where no review had been."""
    first, use0 = base.terms.permits[0], use(base)
    two = replace(
        base.terms,
        permits=(first, f"{first}~2"),
        permit_use=np.vstack([base.terms.permit_use[:1]] * 2),
        permit_amount=np.where(np.arange(11)[:, None] < 6, [use0, np.inf], [np.inf, use0]),
        permit_held=np.ones((11, 2)),
        permit_granted=np.ones((11, 2)),
    )
    both = [rule(base, permit=p, never_above=9.0 * use0) for p in two.permits]
    c = base.under(**{k: getattr(two, k) for k in PERMITS}, reviews=tuple(both))
    issued = c.run(growth=boom(c)).permit_amount / use0
    one, _ = run(base, rule(base, permit=first, never_above=9.0 * use0))
    assert issued[5, 0] > 1.05
    assert np.append(issued[:6, 0], issued[6:, 1]) == pytest.approx(one.permit_amount[:, 0] / use0, rel=1e-3)


def use(base) -> float:
    return float(base.terms.permit_use[0] @ base.bench.level)


@pytest.mark.parametrize("name", ["unlicensed_share", "exports", "high_end_share", "recovery_rate"])
def test_shares_start_at_the_base_year(base, still: Record, name: str) -> None:
    """A review that looks back before the base year sees the base year."""
    at = base.names.indicators.index(f"{name}:CHN")
    seen = float(still.indicator[0, at])
    assert 0 < seen <= 1.0 + 1e-9
    band = dict(indicators=(f"{name}:CHN",), low=(seen * 0.999,), high=(seen * 1.001,), lag=(7,), first=2019)
    record, use0 = run(base, rule(base, **band))
    assert record.permit_amount[:3, 0] == pytest.approx(use0, rel=1e-4)


def test_indicators_say_what_they_are_called(base, still: Record, grown: Record) -> None:
    act, level = base.world.network.activities, grown.level[1]
    found = dict(zip(base.names.indicators, grown.indicator[1], strict=True))
    ships = base.mask(doing="ship", zone="CHN", status="licensed")
    reo = base.world.network.reo.to_numpy()
    assert found["exports:CHN"] == pytest.approx((level * reo)[ships].sum() / (base.bench.level * reo)[ships].sum())
    high, magnets = (base.mask(stage="magnet", zone="CHN", **k) for k in ({"tier": "high"}, {}))
    assert found["high_end_share:CHN"] == pytest.approx(level[high].sum() / level[magnets].sum())
    mines = base.mask(stage="mining", zone="CHN", status="licensed")
    wild = base.mask(stage="mining", zone="CHN", status="unlicensed")
    assert found["unlicensed_share:CHN"] == pytest.approx(level[wild].sum() / level[mines | wild].sum())
    assert found["exports:MMR"] > 0 and len(found) == len(base.names.indicators) and len(act) == len(level)


def test_a_lag_beyond_memory_is_refused(base) -> None:
    with pytest.raises(RulebookError, match="sees an indicator 12 years late.*at most 8 years"):
        run(base, rule(base, lag=(12,)))


def test_a_lag_as_long_as_memory_is_taken(base) -> None:
    """Eight years back from 2027 is the base year's price, from 2028 the first of the boom."""
    record, use0 = run(base, rule(base, first=2019, lag=(8,)))
    issued = record.permit_amount[:, 0] / use0
    assert issued[:9] == pytest.approx(1.0, rel=1e-4) and issued[9] > 1.01
