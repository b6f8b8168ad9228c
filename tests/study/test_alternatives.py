"""Options beside the text, and clauses of one text in another: each has its own law, and each has a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from earthprice.runs.engine import Point, engine
from earthprice.runs.rare import UserCost
from earthprice.runs.sample import Sample
from earthprice.study import alternatives as alternatives_room
from earthprice.study.alternatives import (
    _all,
    _without_totals,
    alternatives,
    best,
    compared,
    on_shared_draws,
    option_terms,
    until_shared,
)
from earthprice.study.draws import central_point
from earthprice.study.ensemble import Pair, Plan, Summary
from earthprice.study.evasion import _lesson, evasion
from earthprice.study.figures import Figure, catalogue
from earthprice.study.frame import Frame, frame
from earthprice.study.money import Money, country_gains
from earthprice.study.options import Options
from earthprice.world.override import parse
from earthprice.world.world import World


@pytest.fixture(scope="module")
def cases(small: Frame, two: Sample, central: Point) -> dict[str, Summary]:
    """Every option at the first draw, with a user cost of 1 USD a kilogram of ore."""
    long = small.plan.whole.engine
    ones = np.ones((len(long.years), len(long.names.bodies)))
    user = UserCost(value=ones, moved=0.0, rounds=0, discount=0.03)
    return dict(zip([a.words for a in alternatives(small.plan)], _all(small.plan, two, user, (0, None)), strict=True))


def test_every_option_clears(cases: dict[str, Summary]) -> None:
    assert {n for n, c in cases.items() if c.status == "not_cleared"} == set()


def test_softer_stricter_market_based_and_present_law_are_there(cases: dict[str, Summary]) -> None:
    words = " | ".join(cases)
    for wanted in (
        "(softer)",
        "(stricter)",
        "read reviewed",
        "half as much",
        "charge for damage",
        "damage and ore",
        "instead of totals",
        "under the present law",
    ):
        assert wanted in words


def test_the_best_option_depends_on_whose_gain_counts() -> None:
    gains = {"do nothing": [0, 0], "cartel": [5, -9], "charge": [-1, 8], "share": [1, 2]}
    rows = {k: np.tile(np.array(v, float), (30, 1)) for k, v in gains.items()}
    assert best(rows) == {"cartel": "home", "charge": "world", "share": "nobody worse off"}
    assert best({k: rows[k] for k in ("do nothing", "cartel")}) == {
        "cartel": "home",
        "do nothing": "world; nobody worse off",
    }


def test_nobody_is_worse_off_only_if_no_country_is(small: Frame, done: list[Pair]) -> None:
    """Australia gains 3, South-East Asia loses 1; page one tells both as others, who gain 2."""

    def moved(of: dict[str, float]) -> Summary:
        money = dict(done[0].baseline.money)
        for zone, x in of.items():
            key = next(k for k in money if k[0] == zone)
            money[key] = money[key] + x
        return replace(done[0].baseline, money=money)

    money = Money(small.plan, small.first, 0.03)
    assert [g.label for g in country_gains(money)][0] == small.plan.lens.home
    assert sorted(g.label for g in country_gains(money)) == sorted(small.plan.engine.names.zones)
    harms, helps = moved({"AUS": 3e3, "SEA": -1e3}), moved({"AUS": 1e3})
    pairs = [replace(done[0], draw=i) for i in range(30)]
    options = {"harms": {p.draw: harms for p in pairs}, "helps": {p.draw: helps for p in pairs}}
    on = on_shared_draws(pairs, [], options)
    shown = catalogue(small.plan, small.year, small.first, 0.03)
    found = compared(on, shown, country_gains(money)).drop_duplicates("option").set_index("option")["best_for"]
    assert "world" in found["harms"] and "nobody" not in found["harms"]


def test_no_reading_of_another_countrys_law_is_an_option_of_home(world: World) -> None:
    """A text of Japan has none and stands on China's law, which Japan cannot choose to read loosely."""
    for text, some in (("japan-answer", False), ("china-2021-draft", True)):
        plan = frame(text, Options(draws=2, years=(2021, 2022)), world).plan
        assert {"tight", "loose"} <= set(plan.texts.readings)
        assert any("read loose" in a.words for a in alternatives(plan)) == some


def test_options_that_the_draws_do_not_tell_apart_are_tied() -> None:
    """One is ahead in 16 of 30 draws: a coin does as much; ahead in 25 of 30 it is the best."""
    base = np.zeros((30, 2))
    near, ahead = (np.where(np.arange(30)[:, None] < n, [1.0, 0.0], [-1.0, 0.0]) + [0.2, 0.0] for n in (16, 25))
    assert best({"do nothing": base - [9, 0], "a": base + [0.0, 1.0], "b": near + [0.0, 1.0]})["a"].count("home (tied)")
    assert best({"do nothing": base - [9, 0], "a": base, "b": ahead})["b"].startswith("home")
    assert "home" not in best({"do nothing": base - [9, 0], "a": base, "b": ahead}).get("a", "")


def test_all_options_stand_on_the_same_draws_and_say_how_many(small: Frame, done: list[Pair]) -> None:
    """An option that fails a draw takes that draw from all; one that fails in many is left out and counted."""
    first = done[0].baseline
    many = [Pair(i, first, done[0].reform) for i in range(10)]
    bad = replace(first, finite=False)
    options = {
        "sound": dict.fromkeys(range(10), first),
        "once lost": {i: bad if i == 3 else first for i in range(10)},
        "mostly lost": {i: bad if i > 2 else first for i in range(10)},
    }
    on = on_shared_draws(many, many, options)
    assert len(on.base) == 9 and {len(c) for c in on.cases.values()} == {9}
    assert set(on.cases) == {"the text", "the text, two years later", "sound", "once lost"}
    assert on.lost == {"mostly lost": 3}
    shown = catalogue(small.plan, small.year, small.first, 0.03)
    table = compared(on, shown, country_gains(Money(small.plan, small.first, 0.03)))
    counts = table.groupby("option", sort=False)["draws"].first()
    assert set(counts.drop("mostly lost")) == {9} and counts["mostly lost"] == 3
    assert table.loc[table["option"] == "mostly lost", "p50"].isna().all()


def test_a_figure_is_read_once_a_case(done: list[Pair]) -> None:
    read: list[Summary] = []
    figure = Figure(9, "gain_CHN", "", "bn USD2020", lambda c: float(read.append(c) or 0.0), gain=True)
    first = done[0]
    on = on_shared_draws([first], [first], {n: {first.draw: first.baseline} for n in ("one", "another")})
    compared(on, [figure], [figure])
    assert len(read) == 1 + len(on.cases) == 5


def test_a_charge_says_what_it_moves_to_those_who_do_not_pay(
    small: Frame, cases: dict[str, Summary], done: list[Pair]
) -> None:
    on = on_shared_draws(done[:1], done[:1], {w: {done[0].draw: c} for w, c in cases.items()})
    gains = [f for f in catalogue(small.plan, small.year, small.first, 0.03) if f.number == 9]
    said = evasion(small.plan, on, small.year, gains)
    assert len(said) == sum(bool(a.charged) for a in alternatives(small.plan)) == 3
    assert all("unlicensed at home" in s and "abroad" in s and "world's net gain" in s for s in said)


@pytest.mark.parametrize(
    ("saved", "moved", "gain", "said"),
    [
        (-1.0, 0.43, 0.5, "undoes 43 %"),
        (-1.0, 1.2, -1.0, "more than undoes 120 %"),
        (-1.0, -0.1, -0.5, "too much"),
        (-1.0, 0.0, 0.5, "Little ore"),
    ],
)
def test_the_lesson_of_a_charge_follows_what_it_moves(saved: float, moved: float, gain: float, said: str) -> None:
    assert said in _lesson(saved, moved, gain)


def test_who_is_charged_for_damage_cleans_up(cases: dict[str, Summary], done: list[Pair]) -> None:
    """A charge on the burden lowers the damage a tonne of those who pay, not their output alone."""
    option = cases["a charge for damage on licensed firms, present law"].series
    nothing = done[0].baseline.series
    t = -1
    dug = [s["feed/licensed_light"][t] + s["feed/licensed_heavy"][t] for s in (option, nothing)]
    each = [s["damage_licensed"][t] / d for s, d in zip((option, nothing), dug, strict=True)]
    assert each[0] < 0.97 * each[1]


def test_a_charge_on_ore_raises_the_price(cases: dict[str, Summary]) -> None:
    at = "price/ndpr_oxide@CHN"
    less = cases["a charge for damage on licensed firms, present law"].series[at][4:]
    more = cases["charges for damage and ore, present law"].series[at][4:]
    assert more.mean() > less.mean() and more[-1] > less[-1], "in a year that follows a dear one more is built"


def test_without_totals_nothing_is_capped_once_the_text_would_bind(small: Frame) -> None:
    terms = small.plan.baseline(small.plan.use())
    free, late = _without_totals(small.plan, terms), small.plan.engine.years >= 2022
    assert np.isinf(free.permit_amount[late]).all()
    assert np.array_equal(free.permit_amount[~late], terms.permit_amount[~late])


@pytest.mark.parametrize(("each_third_lost", "there_are", "tried"), [(True, 30, 7), (False, 30, 5), (True, 6, 6)])
def test_draws_are_tried_until_enough_are_shared(
    done: list[Pair], monkeypatch: pytest.MonkeyPatch, each_third_lost: bool, there_are: int, tried: int
) -> None:
    """The draws compared are the same as if every draw had been tried, and no more are tried than it takes."""
    monkeypatch.setattr(alternatives_room, "DRAWS", 5)
    monkeypatch.setattr(alternatives_room, "ENOUGH", 0.5)
    first = done[0].baseline
    bad, every = replace(first, finite=False), [Pair(i, first, done[0].reform) for i in range(there_are)]
    of = [[first, bad if each_third_lost and i % 3 == 1 else first] for i in range(there_are)]
    jobs: list[int] = []

    def more(asked: Sequence[int], had: int) -> list[list[Summary]]:
        assert had == len(jobs)
        jobs.extend(asked)
        return [of[i] for i in asked]

    found = until_shared(["sound", "often lost"], more, every, every)
    assert jobs == list(range(tried))
    on, of_all = (on_shared_draws(every, every, o) for o in (found, _each(of)))
    assert len(on.base) == min(5, sum(c.good for _, c in of)) and on.lost == of_all.lost == {}
    assert [list(map(id, c)) for c in on.cases.values()] == [list(map(id, c)) for c in of_all.cases.values()]


def _each(of: list[list[Summary]]) -> dict[str, dict[int, Summary]]:
    return {w: {i: cases[k] for i, cases in enumerate(of)} for k, w in enumerate(("sound", "often lost"))}


def test_options_solved_together_are_those_solved_alone(
    small: Frame, two: Sample, central: Point, cases: dict[str, Summary]
) -> None:
    """Options that share a compiled law stay apart: lifting the totals of one leaves them to the other."""
    charges = [cases[w].series["loop/total"] for w in cases if w.startswith("charges for damage and ore")]
    assert not np.array_equal(*charges)
    long = engine(small.world, small.world.base_year + 30)
    user = UserCost(np.ones((len(long.years), len(long.names.bodies))), 0.0, 0, 0.03)
    use, options = small.plan.use(), [a for a in alternatives(small.plan) if a.charged]
    together = list(option_terms(small.plan, central, use, user, options))
    for option, terms in zip(options, together, strict=True):
        alone = next(option_terms(small.plan, central, use, user, [option]))
        arrays = {k: v for k, v in vars(terms).items() if isinstance(v, np.ndarray)}
        assert all(np.array_equal(v, vars(alone)[k], equal_nan=True) for k, v in arrays.items())


def _state_cost(plan: Plan, p: Point, words: str) -> np.ndarray:
    """What the state spends on inspection and research under an option at the central draw [MUSD/yr; T, Z]."""
    (option,) = (a for a in alternatives(plan) if a.words == words)
    unused = UserCost(np.ones((1, 1)), 0.0, 0, 0.03)
    return next(option_terms(plan, p, plan.use(), unused, [option])).state_cost


def test_more_inspection_costs_more(small: Frame, central: Point) -> None:
    """Nobody catches twice as many for nothing: the budget moves with what is caught."""
    plan, use = small.plan, small.plan.use()
    text, now = plan.reform(use).state_cost.sum(), plan.baseline(use).state_cost.sum()
    half, twice = (_state_cost(plan, central, f"the text, enforced {how} as much").sum() for how in ("half", "twice"))
    assert half < text < twice and twice - text == pytest.approx(2 * (text - half))
    assert _state_cost(plan, central, "twice the inspection under the present law").sum() > now


@pytest.mark.parametrize("text", ["china-2021-draft", "china-2024-regulations"])
def test_no_option_acts_before_the_text_would(text: str, world: World) -> None:
    """Twice the inspection under the present law began with that law, years before the text that it is held against."""
    f = frame(text, Options(years=(2021, 2028), draws=1), world)
    plan, p = f.plan, central_point(f)
    start = plan.texts.reform.stack.top_book.start
    law, before = plan.baseline(plan.use()), plan.engine.years + plan.engine.dt <= start + 1e-9
    unused = UserCost(np.ones((1, 1)), 0.0, 0, 0.03)
    options = [a for a in alternatives(plan) if a.side == "baseline" and not a.charged]
    assert before.sum() > 1 and "twice the inspection under the present law" in {a.words for a in options}
    for option, terms in zip(options, option_terms(plan, p, plan.use(), unused, options), strict=True):
        for name in ("caught", "state_cost", "advalorem", "capacity", "resource_cost"):
            was, now = getattr(law, name), getattr(terms, name)
            assert np.array_equal(was[before], now[before]), (option.words, name)
        assert (terms.state_cost[~before] > law.state_cost[~before]).any()


def test_a_text_is_enforced_otherwise_by_its_own_inspections_alone(small: Frame) -> None:
    """Today's inspection is no part of the text: half of it is no way to enforce the text."""
    ids = {n.partition(".")[0] for a in alternatives(small.plan) if "enforced" in a.words for n in a.overrides}
    assert ids == {"more_checks"} and "present_inspection" in small.plan.texts.reform.stack.latest


def test_twice_of_a_number_that_was_set_is_twice_what_was_set(small: Frame, central: Point) -> None:
    (twice,) = (a for a in alternatives(small.plan) if a.words == "the text, enforced twice as much")
    name = "more_checks.caught"
    assert name in twice.overrides
    wild = small.plan.lens.mask(zone=small.plan.lens.home, status="unlicensed", stage="mining")

    def under(**law: Any) -> Plan:
        given = {**small.plan.changes.law, **{k: parse(v, k) for k, v in law.items()}}
        return replace(small.plan, changes=replace(small.plan.changes, law=given))

    def caught(plan: Plan) -> np.ndarray:
        unused = UserCost(np.ones((1, 1)), 0.0, 0, 0.03)
        return next(option_terms(plan, central, plan.use(), unused, [twice])).caught[:, wild]

    told = under(**{**twice.overrides, name: 0.2})
    assert np.allclose(caught(under(**{name: 0.1})), told.reform(told.use()).caught[:, wild])
    assert not np.allclose(caught(under(**{name: 0.1})), caught(small.plan))


def test_where_there_is_no_other_option_none_is_tried() -> None:
    done = [SimpleNamespace(draw=0)]
    assert until_shared([], lambda *_: pytest.fail("nothing to try"), done, done) == {}  # type: ignore[arg-type]
