"""Two texts on the same draws, a text that changes nothing, money, draws that fail, threads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earthprice.dynamics.schedule import phases
from earthprice.errors import NotClearedError, OptionError
from earthprice.measures.lens import Lens
from earthprice.measures.measures import measure
from earthprice.measures.welfare import UNLICENSED, ledger
from earthprice.results.packing import pack, unpack
from earthprice.runs.engine import Outcome, Point, point, run
from earthprice.runs.issued import same as say_the_same
from earthprice.runs.sample import Sample
from earthprice.study import draws
from earthprice.study.assess import assess
from earthprice.study.ensemble import Pair, Summary, pairs, solved
from earthprice.study.frame import Frame
from earthprice.study.options import Options
from earthprice.world.burdens import burden_sizes
from earthprice.world.terms import PlantContract, Terms
from earthprice.world.world import World
from tests.results.test_packing import alike
from tests.small import framed


def same(a: Summary, b: Summary) -> bool:
    return all(np.array_equal(a.series[k], b.series[k]) for k in a.series) and a.money.keys() == b.money.keys()


def silent(*_: object) -> None:
    """Nobody listens."""


def test_what_a_point_holds_is_what_a_shorter_run_would_find(small: Frame, central: Point) -> None:
    e = small.plan.whole.engine
    head, whole = e.head(5), point(e, central.values, small.plan.whole.baseline(small.plan.use()))
    assert np.array_equal(whole.open[:5], phases(head.years, head.dt, whole.drafts, whole.values))
    assert np.array_equal(whole.burdens, burden_sizes(e.world.network.places, e.names.burdens, whole.values))


def test_a_lens_made_from_another_reads_as_a_new_one(small: Frame, reformed: Outcome) -> None:
    """What a lens has found once is its own: another home, or other periods, start afresh."""
    lens = small.plan.lens
    measure(lens, reformed)
    other, new = replace(lens, home="JPN"), Lens(lens.engine, "JPN")
    made, wanted = measure(other, reformed), measure(new, reformed)
    assert made.keys() == wanted.keys() and all(np.array_equal(made[k], wanted[k], equal_nan=True) for k in wanted)
    assert not np.array_equal(made["exports/magnets/all"], measure(lens, reformed)["exports/magnets/all"])


def test_same_seed_same_bits_for_any_number_of_workers(small: Frame, two: Sample, done: list[Pair]) -> None:
    again = pairs(small.plan, two, None, 0, silent, 2)
    assert all(same(a.reform, b.reform) and same(a.baseline, b.baseline) for a, b in zip(done, again, strict=True))


def test_draws_can_be_kept_and_come_back_to_the_bit(done: list[Pair]) -> None:
    assert alike(unpack(pack(done)), done)


def test_two_reforms_share_their_baseline(world: World, two: Sample) -> None:
    frames = [
        framed(world, text, as_of="2024-08-01", period="year")
        for text in ("china-2021-draft", "china-2024-regulations")
    ]
    one = replace(two, quantiles=two.quantiles[:1])
    first, second = (pairs(f.plan, one, None, 0, silent, 1)[0] for f in frames)
    assert same(first.baseline, second.baseline)
    assert not same(first.reform, second.reform)


def test_a_text_without_its_articles_changes_nothing(small: Frame, far: Point) -> None:
    plan = small.plan.whole
    base = solved(plan, far, plan.baseline(plan.use()))
    off = [a.number for a in small.texts.book.articles if a.measures]
    empty = plan.reform(plan.use(without=off))
    case = solved(plan, far, empty)
    for name, path in base.series.items():
        assert np.allclose(case.series[name], path, rtol=1e-7, atol=1e-9), name
    for key, path in base.money.items():
        assert np.allclose(case.money[key], path, rtol=1e-6, atol=1e-6), key


def test_money_adds_up(small: Frame, reformed: Outcome) -> None:
    """Sum of the ledger = surplus + what is passed on - investment - damage - budgets - stocks' own account."""
    r, p, n = reformed.record, reformed.point, reformed.point.bench.a.shape[0]
    a, price = p.bench.a, r.price[:, :n]
    base = np.where(p.bench.final[None], price @ np.where(a < 0, -a, 0), price @ np.where(a > 0, a, 0))
    gross = price @ np.where(a > 0, a, 0)
    t = reformed.terms
    own = r.surplus + (p.bench.rent + r.price[:, n:] @ np.asarray(reformed.setting.permits.use)) * r.level - r.invested
    own = own + (t.specific + t.advalorem * base + t.markup * gross) * r.level
    stocks = np.asarray(reformed.setting.storage.store | reformed.setting.storage.release)
    taxes = ((t.specific + t.advalorem * base) * r.level - t.entry_support)[:, stocks].sum(1)
    books = ledger(small.plan.lens, reformed)
    held = sum(v for k, v in books.items() if k[1] in ("stockholder", "state reserve"))
    expected = own[:, ~stocks].sum(1) + taxes + held
    expected = expected - r.damage.sum(1) - t.state_cost.sum(1) - t.knowledge_support.sum(1)
    assert np.allclose(sum(books.values()), expected, rtol=1e-6, atol=1e-3)


def test_damage_abroad_is_not_homes(small: Frame, reformed: Outcome, done: list[Pair]) -> None:
    at = np.array([z == small.plan.lens.home for z in small.plan.engine.place_zones])
    books = ledger(small.plan.lens, reformed)
    assert np.allclose(books["CHN", "neighbours (damage)"], -reformed.record.damage[:, at].sum(1))
    total = reformed.record.damage.sum(1)
    series = measure(small.plan.lens, reformed)
    assert np.allclose(series["damage"] + series["damage_abroad"], total)


def test_unlicensed_groups_stand_apart(done: list[Pair]) -> None:
    groups = {g for _, g in done[0].baseline.money}
    assert set(UNLICENSED) <= groups and "licensed miner" in groups


def test_overrides_act_on_the_reform_alone(world: World, two: Sample, done: list[Pair]) -> None:
    key = "tracing_system.coverage"
    f = framed(world, overrides={key: "x1.4"})
    found = pairs(f.plan, replace(two, quantiles=two.quantiles[:1]), None, 0, silent, 1)
    assert same(found[0].baseline, done[0].baseline)
    assert found[0].reform.series["unlicensed_share"][-1] < done[0].reform.series["unlicensed_share"][-1]
    with pytest.raises(OptionError, match="coverage"):
        framed(world, overrides={"tracing_system.coverag": "x1.4"})


def test_delay_moves_the_text_two_years(world: World) -> None:
    soon, late = (framed(world, delay_years=delay, period="year").plan for delay in (0.0, 2.0))
    years = soon.engine.years
    now, base, then = soon.reform(soon.use()), soon.baseline(soon.use()), late.reform(late.use())

    def first(terms: Terms) -> float:
        changed = np.abs(terms.resource_cost - base.resource_cost) + np.abs(terms.specific - base.specific)
        changed = changed.max(1)
        return float(years[np.argmax(changed > 1e-9)])

    assert first(then) == first(now) + 2


def test_as_of_hides_a_later_quota(world: World) -> None:
    before, after = (framed(world, as_of=day).plan for day in ("2021-03-01", "2021-12-31"))
    amounts = [p.baseline(p.use()).permit_amount for p in (before, after)]
    t = list(before.engine.years).index(2022)
    assert not np.array_equal(amounts[0][t], amounts[1][t])


def test_all_draws_not_cleared_is_refused(world: World, monkeypatch: pytest.MonkeyPatch, done: list[Pair]) -> None:
    broken = [replace(p, baseline=replace(p.baseline, finite=False)) for p in done]
    assert broken[0].status == "not_cleared"
    monkeypatch.setattr(draws, "joined", lambda *_: broken)
    with pytest.raises(NotClearedError, match="no draw cleared"):
        assess("china-2021-draft", Options(draws=2, years=(2021, 2027), only="figures"), world=world)


def test_a_tax_on_mines_abroad_is_paid_to_the_state_that_levies_it(world: World) -> None:
    path = Path(__file__).parents[1] / "law" / "texts" / "foreign-tax.yaml"
    f = framed(world, str(path), years=(2021, 2023))
    p = point(f.plan.engine, f.plan.values({}), f.plan.baseline(f.plan.use()))
    taxed = run(f.plan.engine, p, f.plan.reform(f.plan.use()))
    (levy,) = taxed.terms.foreign
    paid = (levy.specific * taxed.record.level).sum(1)
    booked = ledger(f.plan.lens, taxed)
    plain = ledger(f.plan.lens, replace(taxed, terms=replace(taxed.terms, foreign=())))
    assert paid[-1] > 50.0  # 1,000 USD on each of well over 50,000 t
    assert np.allclose(booked["JPN", "state"] - plain["JPN", "state"], paid)
    assert np.allclose(booked["CHN", "state"] - plain["CHN", "state"], -paid)
    assert np.allclose(sum(booked.values()), sum(plain.values()))


def test_contracts_that_say_the_same_are_the_same_and_others_are_not() -> None:
    """Compiled apart they hold other arrays, which no plain comparison compares."""
    one, again = (PlantContract(3, 7, 0, *(np.full(4, x) for x in (90.0, 0.3, 1.0))) for _ in range(2))
    assert say_the_same((one,), (again,)) and not say_the_same((one,), (replace(again, strike=np.full(4, 91.0)),))
