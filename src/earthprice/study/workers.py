"""Workers of a study on this machine: begun before what a study needs is read here, since they read it as well."""

from __future__ import annotations

from importlib import import_module

from earthprice.runs.crew import Crew, batch_size, cores
from earthprice.runs.size import check_run

SPAWN = 8
"""Draws from which worker processes pay for their start."""


def gathered(draws: int, workers: int, batch: int = 0) -> Crew:
    """Who does the runs on this machine: a process a core beside this one, which has work of its own meanwhile.

    A compiled program runs on one thread of its process, so threads would take turns. They do when there are too few
    draws to pay for processes, or one worker is asked for, or draws go to the one accelerator in batches.

    Args:
        draws: as of `Options`, like the others.
        workers: how many are wanted.
        batch: draws at once.

    Raises:
        OptionError: a number of draws or of workers that no run can have.
    """
    check_run(draws, 0, workers)
    size = 1 if batch_size(batch) else cores(workers)
    return Crew(size, size if draws >= SPAWN and size > 1 else 0, ready)


def ready() -> None:
    """What a worker process does before it joins: to import a study is most of it."""
    import_module("earthprice.study.assess")
