"""The session behind the page: what it runs is what `assess` runs, and what is saved or linked comes back the same."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from earthprice.arithmetic import settled
from earthprice.errors import InputError, OptionError
from earthprice.explore import glance
from earthprice.explore import page as explored
from earthprice.explore import session as sessions
from earthprice.explore.link import opening_of, read_link
from earthprice.explore.matters import delayed
from earthprice.explore.opened import opened, opening
from earthprice.explore.page import Page
from earthprice.explore.saved import command
from earthprice.explore.session import STREAMED, Session
from earthprice.explore.state import LeverState, read_state
from earthprice.explore.words import page_words
from earthprice.law import Prepared, load_rulebook
from earthprice.runs.engine import point
from earthprice.study.draws import central_point
from earthprice.study.ensemble import solved
from earthprice.study.frame import frame, text_alone
from earthprice.study.options import Options
from earthprice.study.start import start

SHORT = Options(years=(2021, 2026), draws=24)


def link(values: Mapping[str, Any]) -> str:
    """The fragment of a link, as the page makes it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(values).encode()) + packer.flush()
    return "#e1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.fixture(scope="module")
def session() -> Session:
    with settled():
        return Session(opened(opening("china-2021-draft", SHORT)))


CLEARED = 1e-8
"""Accuracy of a cleared market: where prices are looked for first moves their last digits."""


def as_assess(book: str, options: Options) -> dict[str, np.ndarray]:
    """The central run of the text as `assess` prepares it."""
    with settled():
        f = text_alone(frame(book, options, start([book], options).world))
        return dict(solved(f.plan, central_point(f), f.plan.whole.reform(f.plan.use())).series)


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray], rtol: float = 0.0) -> None:
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=rtol, atol=1e-9 if rtol else 0.0, err_msg=name)


@pytest.mark.parametrize(
    ("state", "options"),
    [
        ({"changes": {"more_checks.caught": "x2"}}, {"overrides": {"more_checks.caught": "x2"}}),
        ({"reading": "tight"}, {"reading": "tight"}),
        ({"delay": 1.0}, {"delay_years": 1.0}),
        ({"discount": 0.05}, {"discount": 0.05}),
        ({"answers": ["japan-answer"]}, {"answers": ("japan-answer",)}),
    ],
)
def test_a_lever_gives_the_numbers_of_assess(session: Session, state: dict, options: dict) -> None:
    with settled():
        moved = session.run(read_state(state)).pair.reform
    same(dict(moved.series), as_assess("china-2021-draft", Options(years=(2021, 2026), draws=24, **options)), CLEARED)


def test_an_article_that_is_off_is_the_text_without_it(session: Session) -> None:
    with settled():
        off = session.run(LeverState(off=("17",))).pair.reform
        f, begun = session.frame(LeverState()), session.start(session.frame(LeverState()), None)
        without = solved(f.plan, begun.point, f.plan.whole.reform(f.plan.use(without=["17"])))
    same(dict(off.series), dict(without.series), CLEARED)


def test_a_number_that_is_moved_switches_on_nothing_that_is_off(session: Session) -> None:
    """`assess --set` uses a power whose number it moves; who switches it or its article off has it off."""
    moved = {"more_checks.caught": "x2", "product_reserve.target": "x2"}
    off = {"off": ("17",), "used": {"product_reserve": False}}
    with settled():
        plain, both = (session.glance(LeverState(**off, changes=c)).pair.reform for c in ({}, moved))
        on = session.glance(LeverState(changes={"product_reserve.target": "x1"})).pair.reform
        told = session.glance(LeverState(used={"product_reserve": True})).pair.reform
    same(dict(both.series), dict(plain.series))
    same(dict(on.series), dict(told.series), CLEARED)


def test_a_glance_has_the_numbers_of_the_whole_run(session: Session) -> None:
    state = LeverState(changes={"more_checks.caught": "x1.5"})
    with settled():
        seen, whole = session.glance(state).pair, session.run(state).pair
    for name, path in whole.reform.series.items():
        np.testing.assert_allclose(seen.reform.series[name], path, rtol=1e-12, atol=1e-12, err_msg=name)
    assert not seen.reform.money and whole.reform.money


def test_a_glance_makes_of_measures_what_is_asked_for(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    lens, made = session.frame(LeverState()).plan.lens, list[str]()

    def family(name: str) -> Callable[..., dict[str, np.ndarray]]:
        return lambda *_: made.append(name) or {name: np.arange(100.0)}

    monkeypatch.setattr(glance, "FAMILIES", (family("of charts"), family("of figures")))
    series = glance.Glance(lens, None)  # type: ignore[arg-type]
    assert len(series["of charts"]) == len(lens.engine.years) and made == ["of charts"]
    assert "none" not in series and made == ["of charts", "of figures"] and len(series) == 2


def test_what_is_left_out_of_levels_is_found_once_for_every_milestone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list[int]()
    monkeypatch.setattr(explored, "bands", lambda *given: found.append(len(given[2])))
    page, f = Page(session), session.frame(LeverState())
    for count in 2 * (STREAMED, *explored.FURTHER, 200):
        page._held(f, [SimpleNamespace(draw=n) for n in range(count)])  # type: ignore[misc]
    assert found == [STREAMED, *explored.FURTHER, 200]


def test_a_draw_keeps_what_it_has_found_of_the_law(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A move finds the numbers of its own lever alone, and the terms of the law without the text not at all."""
    found, told = list[object](), Prepared._sheet

    def counted(law: Prepared, *given: Any) -> Any:
        found.append(given)
        return told(law, *given)

    monkeypatch.setattr(Prepared, "_sheet", counted)
    with settled():
        for draw in (0, 1, 2):
            session.run(LeverState(changes={"more_checks.caught": "x1.1"}), draw)
        found.clear()
        for draw in (0, 1, 2):
            session.run(LeverState(changes={"more_checks.caught": "x1.2"}), draw)
    assert len(found) == 3, "one a draw: the text itself, whose number was moved"


def test_a_draw_of_which_nothing_is_kept_is_prepared_once_and_runs_the_text_later_from_there(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, made = LeverState(delay=1.0), list[object]()
    with settled():
        kept = session.run(state, 3, later=True).pair
        monkeypatch.setattr(sessions, "STREAMED", 3)
        monkeypatch.setattr(sessions, "point", lambda *given: made.append(given) or point(*given))
        pair = session.run(state, 3, later=True).pair
        monkeypatch.undo()
        late = delayed(session, state, 3)
    assert len(made) == 1 and pair.later and kept.later
    same(dict(pair.reform.series), dict(kept.reform.series), CLEARED)
    same(dict(pair.later.series), dict(late.series), CLEARED)
    assert not np.array_equal(late.series["mined/home"], pair.reform.series["mined/home"])


MOVED = (
    {"changes": {"more_checks.caught": "x2", "tracing_system.coverage": "x0.5"}},
    {"changes": {"recycler_feed.obeyed": "x1.5"}, "off": ["14"], "used": {"product_reserve": True}},
    {"off": ["17", "20-27"]},
    {"changes": {"more_checks.caught": "x2", "product_reserve.target": "x2"}, "off": ["17"]},
)


@pytest.mark.parametrize("given", MOVED)
def test_what_is_saved_assesses_to_the_same_numbers(session: Session, given: dict, tmp_path: Path) -> None:
    state = read_state(given)
    with settled():
        page = Page(session)
        saved = page.saved(state)
        path = tmp_path / saved["name"]
        path.write_text(saved["text"], encoding="utf-8")
        again = Session(opened(opening(str(path), SHORT)))
        there, here = (s.run(x).pair for s, x in ((session, state), (again, LeverState())))
        draws = [s.run(x, 3).pair for s, x in ((session, state), (again, LeverState()))]
    same(dict(there.reform.series), dict(here.reform.series), rtol=1e-7)
    same(dict(there.baseline.series), dict(here.baseline.series))
    same(dict(draws[0].reform.series), dict(draws[1].reform.series), rtol=1e-7)
    assert path.name in saved["command"] and "--set" not in saved["command"]
    assert "as changed" in saved["text"] and load_rulebook(path).rulebook == path.stem


def test_the_command_of_a_shipped_text_says_what_was_moved(session: Session) -> None:
    state = read_state({"changes": {"more_checks.caught": "x2"}, "reading": "tight", "delay": 2, "discount": 0.05})
    with settled():
        words = command(session, state)
    assert words == (
        "earthprice assess china-2021-draft --years 2021-2026 --set more_checks.caught=x2 --reading tight --delay 2y "
        "--discount 0.05 --draws 24"
    )


def test_the_command_of_another_day_says_it() -> None:
    """The command alone gives what the page shows: without its day it would see what was published by another."""
    options = Options(years=(2025, 2027), draws=24, as_of="2026-06-01")
    with settled():
        s = Session(opened(opening("china-export-control-2025", options)))
        words, on_page = command(s, LeverState()), s.run(LeverState()).pair.reform
    assert "--as-of 2026-06-01" in words and words.startswith("earthprice assess china-export-control-2025 --years")
    same(dict(on_page.series), as_assess("china-export-control-2025", options), CLEARED)


@pytest.mark.parametrize(
    "given",
    [
        {"changes": {"more_checks.caughtt": "x2"}},
        {"changes": {"more_checks.caught": "x-2"}},
        {"changes": {"more_checks.caught": 7.0}},
        {"changes": {"mining_total_light.amount": "x1.1"}},
        {"changes": {"model/ore/years": "x2"}},
        {"off": ["3000"]},
        {"used": {"more_checks": False}},
        {"used": {"stop_power": True}},
        {"answers": ["../../etc/passwd"]},
        {"answers": ["china-2024-regulations"]},
        {"reading": "none such"},
        {"world": {"none/such": 0.5}},
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(session: Session, given: dict) -> None:
    with settled(), pytest.raises(InputError):
        session.glance(read_state(given))


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"changes": {"a": "x" * 1000}},
        {"delay": -1},
        {"delay": float("inf")},
        {"discount": 3},
        {"more": 1},
        {"changes": {f"m.p{i}": 1.0 for i in range(1000)}},
        {"world": {"a": 0.999}},
    ],
)
def test_a_state_is_bounded(given: object) -> None:
    with pytest.raises(OptionError):
        read_state(given)


def linked(session: Session, **more: object) -> dict:
    o = session.opened.opening
    held = {"version": "1", "facts": "f", "rulebook": o.rulebook, "own": {}, "years": [2021, 2026], "seed": 1}
    return held | {"draws": 24, "as_of": "2021-03-01", "state": {"off": ["17"]}} | more


def test_a_link_holds_the_state_and_a_text_of_ones_own(session: Session) -> None:
    found = read_link("http://127.0.0.1:1/" + link(linked(session)))
    assert found.state == LeverState(off=("17",)) and opening_of(found).rulebook == "china-2021-draft"
    text = session.opened.book.text.replace("rulebook: china-2021-draft", "rulebook: mine", 1)
    own = opening_of(read_link(link(linked(session, rulebook="mine", own={"mine": text}))))
    with settled():
        same(
            dict(Session(opened(own)).run(LeverState()).pair.reform.series),
            dict(session.run(LeverState()).pair.reform.series),
        )


def test_a_link_is_not_trusted(session: Session, tmp_path: Path) -> None:
    text = session.opened.book.text
    secret = tmp_path / "secret.yaml"
    secret.write_text(text.replace("rulebook: china-2021-draft", "rulebook: secret", 1), encoding="utf-8")
    on_file = text.replace("builds_on: china-in-force-2020", f"builds_on: {secret}", 1)
    assert on_file != text
    for held in (
        linked(session, rulebook=str(secret)),
        linked(session, rulebook="mine", own={"mine": "format: none"}),
        linked(session, rulebook="mine", own={"mine": on_file.replace("rulebook: china", "rulebook: m", 1)}),
    ):
        with pytest.raises(InputError):
            opened(opening_of(read_link(link(held))))
    for damaged in (
        "#e1=AAAA",
        link(linked(session))[:-9],
        link(linked(session, more=1)),
        link({"a": "b" * 2_000_000}),
    ):
        with pytest.raises(OptionError):
            read_link(damaged)


def test_memory_stays_flat_over_a_thousand_moves(session: Session) -> None:
    with settled():
        for i in range(40):
            session.frame(LeverState(changes={"more_checks.caught": f"x{1 + i / 1000}"}))
        session.glance(LeverState())
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for i in range(1000):
            state = LeverState(changes={"more_checks.caught": f"x{1 + i / 1000}"}, discount=0.001 * (i % 50))
            session.glance(state) if i % 50 == 0 else session.frame(state)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    assert grown < 300e6


def test_every_group_that_gains_or_pays_has_its_words(session: Session) -> None:
    with settled():
        groups = {group for _, group in session.start(session.frame(LeverState()), None).found.money}
    assert not [g for g in groups if f"group.{g}" not in page_words("ja")]


def test_a_link_of_another_version_says_which_and_what_to_do(session: Session) -> None:
    with pytest.raises(OptionError, match="version 99.1 made it, this is version .*open it with that one"):
        read_link(link(linked(session, version="99.1", later="a field that this version does not know")))


def test_a_later_rulebook_saved_assesses_to_the_same_numbers(tmp_path: Path) -> None:
    """The central run of the file as `assess` prepares it, and a draw."""
    options = Options(years=(2025, 2027), draws=24)
    state = read_state({"changes": {"japan_review.refused": "x0.5"}})
    with settled():
        s = Session(opened(opening("china-2026", options)))
        saved = Page(s).saved(state)
        path = tmp_path / saved["name"]
        path.write_text(saved["text"], encoding="utf-8")
        here, again = s.run(state), Session(opened(opening(str(path), options)))
        draws = [x.run(y, 3).pair.reform for x, y in ((s, state), (again, LeverState()))]
    same(dict(here.pair.reform.series), as_assess(str(path), options), rtol=1e-7)
    same(dict(draws[0].series), dict(draws[1].series), rtol=1e-7)
    assert here.pair.reform.series["price/dy_oxide@CHN"][-1] != here.pair.baseline.series["price/dy_oxide@CHN"][-1]
