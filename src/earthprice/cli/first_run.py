"""The first run of a verb in a version here: what it does before any work shows, and how long that took before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from earthprice import __version__, not_kept
from earthprice.keep.sealed import keep_sealed, kept_sealed

FILE, NAME = "compiling.seconds", "seconds of compiling by version and verb"
ROUGH = 40.0
"""Seconds of compiling before the first figures of an assessment, on one of two cores of a server of 2021 (EPYC)."""
COUNTED = "/jax/core/compile/"
"""Events of JAX whose lengths count: tracing, lowering, compiling."""


def folder() -> Path | None:
    """Where compiled programs are kept; None where nothing is, or where it is no folder of this machine."""
    given = os.environ.get("JAX_COMPILATION_CACHE_DIR", "")
    return None if not_kept or not given or "://" in given else Path(given)


def here() -> str:
    """What has to be the same for a program to be fetched: the versions."""
    return f"earthprice {__version__}, jaxlib {version('jaxlib')}"


def record(root: Path) -> dict[str, dict[str, float]]:
    """Seconds that were spent compiling, by `here` and verb, the last one last."""
    found = kept_sealed(root / FILE, NAME)
    return json.loads(found) if found else {}


def first_words(verb: str, known: dict[str, dict[str, float]], now: str) -> str:
    """What a first run says before it begins; nothing where the verb has run before in these versions."""
    if verb in known.get(now, {}):
        return ""
    times = [by[verb] for by in known.values() if verb in by]
    took = f"{times[-1]:.0f} s when it was last done here" if times else f"some {ROUGH:.0f} s on an ordinary machine"
    return (
        f"earthprice: first `{verb}` in this version here. The market, its years and their slopes are compiled into "
        f"machine code before the first figures: {took}. What is compiled is kept, so the next run is faster."
    )


@contextmanager
def announce_first_run(verb: str, say: Callable[[str], None]) -> Iterator[None]:
    """Say what a first run is about to do, and remember how long it compiled.

    Args:
        verb: what is run.
        say: told the words, once, before the work.
    """
    root = folder()
    known = record(root) if root else {}
    said = first_words(verb, known, here()) if root else ""
    if not root or not said:
        yield
        return
    say(said)
    from jax import monitoring

    taken: list[float] = []

    def hear(event: str, seconds: float, **_: str | int) -> None:
        if event.startswith(COUNTED):
            taken.append(seconds)

    monitoring.register_event_duration_secs_listener(hear)
    yield
    known.setdefault(here(), {})[verb] = sum(taken)
    with suppress(OSError):  # a full disk costs no more than the same words next time
        keep_sealed(root / FILE, NAME, json.dumps(known).encode())
