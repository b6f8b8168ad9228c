"""What permits issue that hang on what would be used without them: licences to ship, and caps of some of a year's days.

The law below is China's of 2025, which refuses a tenth of the scarce goods that ask for a licence to leave.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, prepare, stack
from earthprice.runs.engine import Engine, Outcome, Point, engine, point, run
from earthprice.runs.issued import granted_before
from earthprice.world.terms import Terms, no_law
from tests.small import proposal

CONTROL = "china-export-control-2025"
PLANT = "separate/SEA/mt_weld/imported/licensed"
LANE = "{doing: ship, zone: CHN, partner: EUR, good: [magnet_high, magnet_low]}"


def dated(day: str, value: str) -> str:
    return f'{{from: "{day}", {value}, basis: assumption, why: "Test."}}'


class Market:
    """The world of 2024 from one point, and terms of the law of 2025 with and without one measure more."""

    def __init__(self) -> None:
        self.e: Engine = engine(load_world(base_year=2024), 2032)
        self.law = self.terms()
        self.p: Point = point(self.e, self.e.world.numbers.central, self.law)
        self.base: Outcome = run(self.e, self.p, self.law)

    def terms(self, path: str = "") -> Terms:
        books = [CONTROL, *([load_rulebook(path)] if path else [])]
        return prepare(stack(*books), self.e.world.network).terms(self.e.years)

    def wrote(self, tmp_path: Path, zone: str, day: str, measure: str, *values: str) -> Terms:
        one = f"one: {{kind: duty, {measure}, values: [{', '.join(values)}]}}}}\n"
        return self.terms(proposal(tmp_path, one, "one", zone, day))

    def licence(self, tmp_path: Path, day: str, refused: float) -> Terms:
        measure = f"instrument: licence, acts_on: {LANE}, refused: {{unit: share"
        return self.wrote(tmp_path, "CHN", day, measure, dated(day, f"value: {refused}"))

    def stop(self, tmp_path: Path, first: str, end: str, most: float = 0.0) -> Terms:
        """A cap on the plant in Southeast Asia from one day to another."""
        plant = "{doing: run, stage: separation, zone: SEA, concentrate: mt_weld}"
        measure = f"instrument: cap, acts_on: {plant}, counts: t REO, amount: {{unit: t REO/year"
        return self.wrote(tmp_path, "SEA", first, measure, dated(first, f"value: {most}"), dated(end, "lifted: true"))

    def output(self, o: Outcome) -> np.ndarray:
        return o.record.level[:, self.e.world.network.activities.index.get_loc(PLANT)]


@pytest.fixture(scope="module")
def market() -> Market:
    return Market()


def same(a: Outcome, b: Outcome) -> bool:
    """Whether levels and prices of goods are alike to the last bit."""
    prices = np.array_equal(a.record.price[:, : a.goods], b.record.price[:, : b.goods])
    return prices and np.array_equal(a.record.level, b.record.level)


def test_a_licence_within_a_wider_one_that_refuses_nothing_moves_nothing(market: Market, tmp_path: Path) -> None:
    assert same(run(market.e, market.p, market.licence(tmp_path, "2026-01-01", 0.0)), market.base)


def test_a_licence_within_a_wider_one_moves_nothing_before_it_is_in_force(market: Market, tmp_path: Path) -> None:
    """The lane to Europe was held at 77 % in 2025 and 90 % from then on by a licence of 2030."""
    terms = market.licence(tmp_path, "2030-01-01", 1.0)
    mine = [i for i, n in enumerate(terms.permits) if n.startswith("one/")]
    before = market.e.years < 2030
    assert mine and (terms.permit_granted[before][:, mine] == 1.0).all()
    assert (terms.permit_granted[~before][:, mine] == 0.0).all()
    after = run(market.e, market.p, terms)
    assert after.record.level[before] == pytest.approx(market.base.record.level[before], rel=1e-6, abs=1e-9)
    lane = (terms.permit_use[mine] > 0.0).any(0)
    assert after.record.level[~before][:, lane] == pytest.approx(0.0, abs=1e-6)
    assert (market.base.record.level[~before][:, lane] > 1.0).all()


@pytest.mark.parametrize("days", [1, 31])
def test_a_stop_of_some_days_beside_licences_takes_these_days(market: Market, tmp_path: Path, days: int) -> None:
    """One day of 2030 took 1.04 % of the year: the other days had the use of a world whose licences refuse nothing."""
    terms = market.stop(tmp_path, "2030-01-01", "2030-01-02" if days == 1 else "2030-02-01")
    stopped = run(market.e, market.p, terms)
    left = market.output(stopped) / market.output(market.base)
    t = market.e.years == 2030
    assert same(run(market.e, market.p, terms, pigou=np.zeros_like(terms.specific)), stopped)
    assert left[t] == pytest.approx(1.0 - days / 365, abs=2e-4) and left[market.e.years < 2030] == pytest.approx(1.0)


def test_runs_that_tell_what_is_used_are_kept_and_no_more_than_are_needed(market: Market, tmp_path: Path) -> None:
    p, e, t = replace(market.p, _lifted={}), market.e, len(market.e.years)
    run(e, p, market.law)
    assert p._lifted.keys() == {(t, False)}, "licences alone: one run"
    granted = p._lifted[t, False][1]
    early = market.stop(tmp_path, "2025-01-01", "2025-01-02")
    run(e, p, replace(early, permit_granted=np.where(e.years[:, None] < 2026, 1.0, early.permit_granted)))
    assert p._lifted.keys() == {(t, False)}, "licences refuse nothing until the stop is over"
    run(e, p, market.stop(tmp_path, "2030-01-01", "2030-01-02"))
    first, second = p._lifted[t, False][1], p._lifted[t, True][1]
    assert same(first, granted) and not same(second, granted)
    run(e, p, market.stop(tmp_path, "2030-01-01", "2030-01-02", 5000.0))
    assert p._lifted[t, False][1] is first and p._lifted[t, True][1] is second, "another total asks for the same two"
    assert second.free is None and (second.terms.permit_granted == 1.0).all()


def test_a_licence_within_one_of_the_base_year_counts_from_that_ones_share() -> None:
    """Levels of the base year hold what the wide licence refused then: of them, a tenth more refused leaves 0.9."""
    use = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    share, names = np.array([[0.8, 0.72, 1.0, 1.0]]), ("wide", "narrow", "spare 0", "cap")
    law = replace(no_law(np.array([2024.0]), 3, 1, 1), permits=names, permit_use=use, permit_granted=share)
    base = replace(law, permits=names[:1], permit_use=use[:1], permit_granted=share[:, :1])
    before = granted_before(base, law)
    assert before.tolist() == [0.8, 0.8, 1.0, 1.0]
    assert (law.permit_granted[0] / before) == pytest.approx([1.0, 0.9, 1.0, 1.0])
