"""The floor of the United States in the shipped world: who is paid, by whom, and what a loose wording invites."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import load_rulebook
from earthprice.law.load import SHELF
from earthprice.measures.costs import state_pays
from earthprice.measures.money_audit import Users, missed
from earthprice.measures.welfare import NEIGHBOURS, STATE, ledger
from earthprice.runs.engine import Outcome, run
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import laws_and_point
from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options

NAME, PLANT = "usa-floor-2025", "separate/USA/mountain_pass/home/licensed"


def built(text: str) -> tuple[Frame, Outcome, Outcome]:
    """The frame, and the central run without the text and with it."""
    f = frame(text, Options(draws=1, years=(2025, 2029), period="year"), load_world(base_year=2024))
    base, reform, p = laws_and_point(f.plan, fitted_sample(f), 0)
    return f, run(f.plan.engine, p, base), run(f.plan.engine, p, reform)


@pytest.fixture(scope="module")
def floor() -> tuple[Frame, Outcome, Outcome]:
    return built(NAME)


def test_the_named_plant_earns_the_floor_whatever_the_price_and_makes_more(floor) -> None:
    """By hand: below the strike the plant earns the strike, above it the price less the share given back."""
    f, without, floored = floor
    c = floored.terms.contracts[0]
    names = f.world.network.activities.index
    assert names[c.activity] == PLANT
    years = floored.terms.years >= 2026
    price, strike, back = floored.record.price[years, c.good], c.strike[years], c.back[years]
    assert (price[:3] < strike[:3] - 5).all() and price[3] > strike[3] + 2, "the floor binds to 2028, not in 2029"
    assert back[3] == pytest.approx(0.3) and 0.0 < back[2] < 0.3, "from the middle of 2028"
    earned = price + floored.insured[years, 0] / floored.point.bench.a[c.good, c.activity]
    assert earned[:3] == pytest.approx(strike[:3], rel=1e-6)
    assert earned[3] == pytest.approx(price[3] - 0.3 * (price[3] - strike[3]), abs=0.02), "the kink is rounded"
    more = floored.record.level[years, c.activity] / without.record.level[years, c.activity]
    assert (more[:3] > 1.2).all() and (np.diff(more) < 0).all() and more[3] > 1.0, "the less, the nearer the price"
    assert (price < without.record.price[years, c.good]).all(), "what it makes beside the others takes the price down"


def test_the_state_pays_what_the_plant_gets_and_every_dollar_is_booked(floor) -> None:
    f, _, floored = floor
    lens = f.plan.lens
    books = ledger(lens, floored)
    assert missed(lens, Users(floored), books, NEIGHBOURS).size < 1e-9
    c = floored.terms.contracts[0]
    paid = floored.insured[:, 0] * floored.record.level[:, c.activity]
    free = replace(floored, terms=replace(floored.terms, contracts=()))
    gone = ledger(lens, free)["USA", STATE] - books["USA", STATE]
    assert gone == pytest.approx(paid) and paid[2:5].min() > 10, "MUSD a year, from the state's purse"
    assert paid[5] < 0, "in 2029 the price stands above the strike, and a part comes back"
    assert state_pays(lens, floored)["contracts"] == pytest.approx(paid), "and it is told as a row of page one"


def test_a_floor_paid_from_abroad_is_booked_abroad(floor) -> None:
    f, _, floored = floor
    zones, lens = f.plan.engine.names.zones, f.plan.lens
    theirs = replace(floored.terms.contracts[0], payer=zones.index("JPN"))
    moved = replace(floored, terms=replace(floored.terms, contracts=(theirs,)))
    books, before = ledger(lens, moved), ledger(lens, floored)
    assert missed(lens, Users(moved), books, NEIGHBOURS).size < 1e-9
    paid = floored.insured[:, 0] * floored.record.level[:, theirs.activity]
    assert books["USA", STATE] - before["USA", STATE] == pytest.approx(paid)
    assert before["JPN", STATE] - books["JPN", STATE] == pytest.approx(paid)


def test_without_its_article_the_bits_are_those_without_the_book(floor) -> None:
    f, without, floored = floor
    assert f.plan.reform({**f.plan.use(), "without": ["1"]}).contracts == ()
    dark = tuple(replace(c, covered=np.zeros_like(c.covered)) for c in floored.terms.contracts)
    base, _, p = laws_and_point(f.plan, fitted_sample(f), 0)
    off = run(f.plan.engine, p, replace(base, contracts=dark))
    assert all(np.array_equal(x, y, equal_nan=True) for x, y in zip(off.record, without.record, strict=True))


def test_stocking_up_is_paid_once(floor) -> None:
    """What is put in stock is paid when it is made and not again when it is sold: stocks do not enter what is paid."""
    f, _, floored = floor
    c, ids = floored.terms.contracts[0], f.world.network.activities.index
    made = floored.record.level[:, c.activity] * floored.point.bench.a[c.good, c.activity]
    below = np.nan_to_num(c.strike - floored.record.price[:, c.good])
    gap = np.where(below > 0, below, c.back * below)
    paid = floored.insured[:, 0] * floored.record.level[:, c.activity]
    assert paid[2:5] == pytest.approx((gap * made)[2:5], rel=1e-6)
    assert paid[5] == pytest.approx((gap * made)[5], rel=0.02), "near the strike, where the kink is rounded"
    store = ids.get_indexer([f"ndpr_oxide@USA/{verb}" for verb in ("store", "release")])
    assert not floored.paid[:, store].any() and floored.record.level[2:, store].max() > 0


def test_a_floor_that_does_not_name_its_feed_draws_concentrate_from_abroad(floor, tmp_path: Path) -> None:
    """Relabelling: oxide of foreign ore becomes American in the plant; the state pays for it too."""
    text = (SHELF / f"{NAME}.yaml").read_text("utf-8")
    loose = text.replace(", concentrate: mountain_pass", "").replace(f"rulebook: {NAME}", "rulebook: loose")
    (tmp_path / "loose.yaml").write_text(loose, "utf-8")
    assert load_rulebook(NAME).articles[0].measures["floor_ndpr"].acts_on.concentrate == "mountain_pass"
    f, named, (_, _, open_to_all) = floor[0], floor[2], built(str(tmp_path / "loose.yaml"))
    ids = f.world.network.activities.index
    foreign = ids.get_loc("separate/USA/monazite/imported/licensed")
    whole = open_to_all.record.level[:, foreign].sum()
    assert whole > 1.2 * named.record.level[:, foreign].sum(), "foreign ore comes for the floor"
    assert (open_to_all.paid[2:5, foreign] > 0).all() and open_to_all.paid[5, foreign] < 0, "above the strike it pays"
    assert not named.paid[:, foreign].any()
