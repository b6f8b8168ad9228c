"""Runs on the workers of a Dask cluster: the same jobs as a `Crew` does on one machine, with the same bits."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from earthprice.study.parallel import ATTEMPTS, Work, do


class Cluster:
    """A runner on a cluster.

    Work goes to the scheduler as a task of its own, from which every worker takes a copy once and which is done again
    if the workers that hold it die; so are the jobs of a worker that dies.

    Args:
        client: a `distributed.Client`; its workers need the same earthprice.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = client.get_executor(retries=ATTEMPTS)

    def start(self, work: Work, jobs: Sequence[Any]) -> list[Future[Any]]:
        """One future a job, in their order."""
        held = self._client.submit(_held, work, pure=False, retries=ATTEMPTS)
        return [self._pool.submit(do, held, job) for job in jobs]


def _held(work: Work) -> Work:
    return work
