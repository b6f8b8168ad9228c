"""Runners: the same results in the same order from threads, spawned processes and a cluster, whoever dies."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from time import sleep, time

import pytest

from earthprice.errors import OptionError, WorkerLostError
from earthprice.runs.crew import Crew, each
from earthprice.runs.runner import begin


def silent(*_: object) -> None:
    return


def square(x: int) -> int:
    return x * x


def whose(x: int) -> tuple[int, int]:
    sleep(0.02)
    return x, os.getpid()


def refuse(x: int) -> int:
    if x == 3:
        raise OptionError("three is refused", where="x", accepted="any other")
    return x


def dies_once(folder: Path, x: int) -> int:
    """Kills the process that does job 2, the first time; never the one that runs the tests."""
    mark = folder / "died"
    if x == 2 and os.getpid() != int((folder / "home").read_text()) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    sleep(0.02)
    return x * x


def dies(x: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return x


@pytest.mark.parametrize(("size", "spawned"), [(1, 0), (2, 0), (2, 1), (3, 3)])
def test_results_come_in_the_order_of_the_jobs(size: int, spawned: int) -> None:
    told: list[tuple[int, int]] = []
    with Crew(size, spawned) as crew:
        assert each(range(20), square, lambda i, n: told.append((i, n)), crew) == [x * x for x in range(20)]
        assert each((), square, silent, crew) == []
    assert told == [(i, 20) for i in range(1, 21)]


def test_a_number_is_so_many_threads() -> None:
    assert each(range(5), square, silent, 2) == [0, 1, 4, 9, 16]


def test_spawned_processes_share_the_work() -> None:
    with Crew(2, 1) as crew:
        while crew.waiting:
            sleep(0.01)
        found = each(range(12), whose, silent, crew)
        assert {pid for _, pid in found} == {os.getpid(), *crew.processes}
    assert [x for x, _ in found] == list(range(12))


@pytest.mark.parametrize("spawned", [0, 2])
def test_what_a_job_raises_is_raised_as_it_was(spawned: int) -> None:
    with Crew(2, spawned) as crew, pytest.raises(OptionError, match=r"x: three is refused\. Accepted: any other"):
        each(range(6), refuse, silent, crew)


def test_the_job_of_a_process_that_dies_is_done_by_another(tmp_path: Path) -> None:
    (tmp_path / "home").write_text(str(os.getpid()))
    with Crew(2, 2) as crew:
        assert each(range(10), partial(dies_once, tmp_path), silent, crew) == [x * x for x in range(10)]
    assert (tmp_path / "died").exists()


def test_a_job_that_kills_every_process_is_reported() -> None:
    with Crew(1, 1) as crew, pytest.raises(WorkerLostError, match="fewer --workers need less"):
        each([1], dies, silent, crew)


def test_a_crew_leaves_no_process_behind() -> None:
    with Crew(2, 2) as crew:
        each(range(4), square, silent, crew)
        left = crew.processes
    until = time() + 10
    while time() < until and any(alive(pid) for pid in left):
        sleep(0.02)
    assert len(left) == 2 and not any(alive(pid) for pid in left)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


class Notes(dict):
    """Keeps what it is given."""

    def put(self, name: str, done: object) -> None:
        self[name] = done


class Counting:
    """A runner that counts what it starts."""

    def __init__(self) -> None:
        self.jobs: list[int] = []

    def start(self, work, jobs) -> list[Future]:
        self.jobs += jobs
        out = []
        for job in jobs:
            future: Future = Future()
            future.set_result(work(job))
            out.append(future)
        return out


def test_only_what_is_not_kept_is_done_again() -> None:
    kept, runner = Notes({"1": 1, "3": 9}), Counting()
    told: list[tuple[int, int]] = []
    assert each(range(5), square, lambda i, n: told.append((i, n)), runner, kept) == [0, 1, 4, 9, 16]
    assert runner.jobs == [0, 2, 4] and told[-1] == (5, 5)
    assert kept == {str(x): x * x for x in range(5)}


def test_jobs_are_kept_as_they_are_done() -> None:
    kept = Notes()
    with Crew(1) as crew:
        begun = begin(range(3), square, crew, kept)
        until = time() + 10
        while len(kept) < 3 and time() < until:
            sleep(0.01)
    assert kept == {"0": 0, "1": 1, "2": 4}
    assert begun.done(silent) == [0, 1, 4]


def test_jobs_that_nobody_waits_for_are_not_begun() -> None:
    held, done = threading.Event(), list[int]()
    with Crew(1) as crew:
        begun = begin(range(5), lambda i: (held.wait(), done.append(i)), crew)
        begun.drop()
        held.set()
    assert done in ([], [0]), "the one that was under way at most"


def test_an_interruption_is_passed_on_and_leaves_no_thread() -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        each(range(50), lambda _: sleep(0.02), stop, 2)
    sleep(0.3)
    assert threading.active_count() <= before
