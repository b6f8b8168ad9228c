"""Runs on the workers of a Dask cluster: the same jobs as a `Crew` does on one machine, with the same bits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from earthprice.errors import WorkerLostError
from earthprice.runs.runner import ATTEMPTS, Work, do

PATIENCE = 60.0
"""Seconds without a scheduler, or without a worker at it, after which a study stops waiting."""
LOOKS = 2.0
"""Seconds between two looks at the cluster."""


class Cluster:
    """A runner on a cluster.

    Work goes to the scheduler as a task of its own, from which every worker takes a copy once and which is done again
    if the workers that hold it die; so are the jobs of a worker that dies.

    Args:
        client: a `distributed.Client`; its workers need the same earthprice.
        patience: seconds to wait for a scheduler or a worker that is lost.
    """

    def __init__(self, client: Any, patience: float = PATIENCE) -> None:
        self._client, self._patience = client, patience
        self._looked = self._well = time.monotonic()
        self._pool = client.get_executor(retries=ATTEMPTS)

    def start(self, work: Work, jobs: Sequence[Any]) -> list[Future[Any]]:
        """One future a job, in their order."""
        held = self._client.submit(_held, work, pure=False, retries=ATTEMPTS)
        return [self._pool.submit(do, held, job) for job in jobs]

    def must_be_well(self) -> None:
        """Stop a study that nobody works at.

        Raises:
            WorkerLostError: no scheduler, or no worker at it, for `PATIENCE` seconds.
        """
        now = time.monotonic()
        if now - self._looked < min(LOOKS, self._patience):
            return
        self._looked = now
        lost = self._lost()
        if not lost:
            self._well = now
        elif now - self._well >= self._patience:
            raise WorkerLostError(
                f"{lost} for {self._patience:.0f} s; the finished draws are kept, the same command "
                "goes on from there once it is back"
            )

    def _lost(self) -> str:
        """What is missing; empty if nothing is."""
        if self._client.status != "running":
            return "the scheduler of the cluster has not answered"
        try:
            return "" if self._client.nthreads() else "the cluster has had no worker"
        except OSError:
            return "the scheduler of the cluster has not answered"


def _held(work: Work) -> Work:
    return work
