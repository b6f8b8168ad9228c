"""Ensembles: one result for any number of workers, in a batch, after an interruption, and on a cluster."""

from __future__ import annotations

import io
import os
import pickle
import signal
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from earthprice import caps
from earthprice.dynamics.schedule import with_permit_room
from earthprice.runs.batch import run_batch
from earthprice.runs.cluster import Cluster
from earthprice.runs.crew import Crew
from earthprice.runs.engine import run
from earthprice.runs.sample import Sample
from earthprice.study.draws import draws_key
from earthprice.study.ensemble import Pair, begin_pairs, joined, laws_and_point, pairs, rerun_reform, solved
from earthprice.study.frame import Frame, postponed
from earthprice.study.workers import ready
from earthprice.world.world import World
from tests.small import framed


def silent(*_: object) -> None:
    return


def same(one: list[Pair], two: list[Pair]) -> bool:
    """Whether two ensembles hold the same bits."""
    return [p.draw for p in one] == [p.draw for p in two] and all(
        np.array_equal(x, y, equal_nan=True) for p, q in zip(one, two, strict=True) for x, y in zip(flat(p), flat(q))
    )


def flat(p: Pair) -> list[np.ndarray]:
    return [x for c in (p.baseline, p.reform) for part in (c.series, c.money, c.rare) for _, x in sorted(part.items())]


@pytest.fixture(scope="module")
def apart(small: Frame, two: Sample) -> list[Pair]:
    """The same draws in one spawned process."""
    with Crew(1, 1, ready) as crew:
        return pairs(small.plan, two, None, 0, silent, crew)


def test_two_spawned_processes_give_the_same_bits_as_one(small: Frame, two: Sample, apart: list[Pair]) -> None:
    with Crew(2, 2, ready) as crew:
        assert same(pairs(small.plan, two, None, 0, silent, crew), apart)


def test_a_spawned_process_agrees_with_this_one(apart: list[Pair], done: list[Pair]) -> None:
    """This process may have compiled its programs itself, where the other loads them: the last digits may differ."""
    for p, q in zip(apart, done, strict=True):
        assert p.draw == q.draw
        assert all(np.allclose(x, y, rtol=1e-7, atol=1e-9, equal_nan=True) for x, y in zip(flat(p), flat(q)))


def test_a_batch_gives_the_same_answers(small: Frame, two: Sample, done: list[Pair]) -> None:
    three = replace(two, quantiles=two.quantiles[[0, 1, 0]])  # both laws: six runs side by side, as below
    found = pairs(replace(small.plan, batch=3), three, None, 0, silent, 1)
    assert [p.draw for p in found] == [0, 1, 2]
    for p, q in zip(found, [*done, done[0]], strict=True):
        assert p.status == q.status == "cleared"
        for x, y in zip(flat(p), flat(q), strict=True):
            assert np.allclose(x, y, rtol=1e-6, atol=1e-6)


def test_the_text_later_is_that_of_a_run_of_its_own(small: Frame, two: Sample, done: list[Pair]) -> None:
    """Beside both laws of its draw, one by one and in a batch; of no draw where it is not asked."""
    later = postponed(small.rulebook, small.options, small.world).alone()
    plan = replace(small.plan, texts=later)
    with Crew(1) as crew:
        found = [
            joined(begin_pairs(p, two, crew, None, later), None, silent)
            for p in (small.plan, replace(small.plan, batch=2))
        ]
    for one, other, p in zip(*found, done, strict=True):
        _, reform, at = laws_and_point(plan.whole, two, p.draw)
        alone = solved(plan, at, reform)
        assert p.later is None and one.later and other.later and one.later.good
        for name, values in alone.series.items():
            assert np.allclose(one.later.series[name], values, rtol=1e-6, atol=1e-6, equal_nan=True), name
            assert np.allclose(other.later.series[name], values, rtol=1e-6, atol=1e-6, equal_nan=True), name
    assert same(found[0], done), "both laws are those of a run without it"


def test_a_law_run_again_is_found_near_the_prices_it_had(small: Frame, two: Sample, done: list[Pair]) -> None:
    """To the bit, without a step: the prices of a draw are handed on to what is run in it later."""
    again = rerun_reform(small.plan, two, done, silent, 1)
    assert all(
        np.array_equal(p.reform.series[k], q.reform.series[k], equal_nan=True)
        for p, q in zip(again, done, strict=True)
        for k in p.reform.series
    )


def test_laws_with_room_for_few_and_for_many_permits_run_side_by_side(
    small: Frame, two: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, _, p = laws_and_point(small.plan.whole, two, 0)
    e = small.plan.whole.engine
    alone = run(e, p, base)
    monkeypatch.setattr(caps, "PERMIT_STEP", caps.PERMIT_STEP // 2)
    many = with_permit_room(base, caps.PERMIT_STEP + 1)
    assert len(many.permits) == 2 * len(with_permit_room(base).permits), "in twice the room"
    both = run_batch(e, [(p, base), (p, many)] * 3)
    assert {found.record.price.shape for found in both} == {alone.record.price.shape}
    for found in both:
        assert np.allclose(found.record.level, alone.record.level, rtol=1e-6, atol=1e-6)


class Stops(dict):
    """Keeps what it is given, as bytes; the study is interrupted at the first."""

    def put(self, name: str, done: object) -> None:
        self[name] = pickle.dumps(done)

    def get(self, name: str) -> object:
        return pickle.loads(self[name]) if name in self else None


def test_an_interrupted_ensemble_goes_on_with_the_same_bits(small: Frame, two: Sample, done: list[Pair]) -> None:
    kept = Stops()

    def interrupt(_words: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with Crew(1) as crew, pytest.raises(KeyboardInterrupt):
        joined(begin_pairs(small.plan, two, crew, kept), None, interrupt)
    assert "0" in kept
    kept.pop("1", None)
    begun = dict(kept)
    with Crew(1) as crew:
        assert same(joined(begin_pairs(small.plan, two, crew, kept), None, silent), done)
    assert kept["0"] == begun["0"] and set(kept) == {"0", "1"}


def test_what_changes_a_draw_changes_what_is_kept(small: Frame, world: World) -> None:
    told = [draws_key(small)]
    for changes in (
        {"seed": 2},
        {"draws": 7},
        {"years": (2021, 2026)},
        {"batch": 3},
        {"delay_years": 1.0},
        {"overrides": {"model/ore/years": "x1.1"}},
        {"only": "figures"},
    ):
        told.append(draws_key(framed(world, **changes)))
    assert len(set(told)) == len(told)
    assert draws_key(framed(world, workers=2, prior=True)) == told[0]


def test_a_case_holds_its_own_figures_and_no_more(done: list[Pair]) -> None:
    found = flat(done[0])
    held = {id(x): x.nbytes for x in (row if row.base is None else row.base for row in found)}
    assert sum(held.values()) == sum(row.nbytes for row in found), "a view keeps the whole run alive"


class Counted(pickle.Pickler):
    """Counts the arrays that it hands on."""

    arrays = 0

    def reducer_override(self, given: Any) -> Any:
        self.arrays += isinstance(given, np.ndarray)
        return NotImplemented


def test_a_pair_is_handed_on_to_the_bit_and_in_few_pieces(done: list[Pair]) -> None:
    """Of a thousand small arrays apart, packing and unpacking would take a tenth of the time of a draw."""
    stream = io.BytesIO()
    packer = Counted(stream)
    packer.dump(done[0])
    assert same([pickle.loads(stream.getvalue())], done[:1])
    assert packer.arrays < 20 < len(done[0].reform.series)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_gives_the_same_bits(small: Frame, two: Sample, apart: list[Pair]) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        distributed.Client(local) as client,
    ):
        killed: list[int] = []

        def kill(_words: str, _done: int, _total: int) -> None:
            if not killed:
                busy = next(iter(client.run(os.getpid).values()))
                os.kill(busy, signal.SIGKILL)
                killed.append(busy)

        more = replace(two, quantiles=two.quantiles[[0, 1, 0, 1]])
        found = pairs(small.plan, more, None, 0, kill, Cluster(client))
    assert killed and [p.draw for p in found] == list(range(4))
    assert all(same([replace(p, draw=p.draw % 2)], [apart[p.draw % 2]]) for p in found)
