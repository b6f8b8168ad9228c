"""A cluster that is lost ends a study with words, within the time stated, and one that comes back does not."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from earthprice.errors import WorkerLostError
from earthprice.runs.cluster import Cluster
from earthprice.runs.runner import begin


class Client:
    """What `Cluster` asks of Dask's client; its jobs are never done."""

    def __init__(self, status: str = "running", workers: int = 1) -> None:
        self.status, self.workers, self.jobs = status, workers, list[Future[Any]]()

    def get_executor(self, retries: int) -> Client:
        return self

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.jobs.append(Future())
        return self.jobs[-1]

    def nthreads(self) -> dict[str, int]:
        if self.workers < 0:
            raise OSError("closed")
        return dict.fromkeys(map(str, range(self.workers)), 1)


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (Client("connecting"), "scheduler"),
        (Client("closed"), "scheduler"),
        (Client(workers=-1), "scheduler"),
        (Client(workers=0), "no worker"),
    ],
    ids=["connecting", "closed", "unheard", "idle"],
)
def test_a_cluster_that_is_lost_ends_the_study_in_time(client: Client, words: str) -> None:
    start = time.monotonic()
    with pytest.raises(WorkerLostError, match=f"{words}.* for 1 s; the finished draws are kept"):
        begin([1, 2], str, Cluster(client, patience=1.0)).done(lambda _done, _total: None)
    assert time.monotonic() - start < 4
    assert all(job.cancelled() for job in client.jobs[1:])


def test_a_cluster_that_comes_back_goes_on() -> None:
    client = Client("connecting")
    runner = Cluster(client, patience=0.4)
    time.sleep(0.5)
    client.status = "running"
    runner.must_be_well()
    client.workers = 0
    runner.must_be_well()


def test_a_job_that_the_scheduler_dropped_is_said_in_words() -> None:
    client = Client()
    begun = begin([1], str, Cluster(client))
    client.jobs[1].set_exception(CancelledError())
    with pytest.raises(WorkerLostError, match="a job was dropped"):
        begun.done(lambda _done, _total: None)
