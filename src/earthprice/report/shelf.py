"""The shelf: finished draws in the user's cache, so that an assessment that was interrupted goes on where it stopped.

What is kept is told apart by everything that it hangs on, the program's own text included, and is removed when the
assessment is done. The folder is the user's alone (0700), as is that of the compiled programs.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

MOST = 4
"""Interrupted assessments that are kept; the oldest go."""
ROOM = 500e6
"""Most that they may take [bytes]; the oldest go."""


class Shelf:
    """Keeps the finished draws of one assessment (`study.parallel.Store`).

    Args:
        fresh: forget what an interrupted run has left.
        say: told how many draws are taken from there.
        root: folder of all assessments; by default in the user's cache.
    """

    def __init__(self, *, fresh: bool = False, say: Callable[[str], None] = print, root: Path | None = None) -> None:
        self._fresh, self._say = fresh, say
        self._root = root or default_root()
        self._folder = self._root

    def opened(self, said: str) -> Shelf:
        """What was kept of the assessment that these words tell apart from all others."""
        self._folder = self._root / sha256(f"{program()}\n{said}".encode()).hexdigest()[:24]
        if self._fresh:
            shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.utime(self._folder)
        self._tidy()
        if count := len(list(self._folder.glob("*.pickle"))):
            self._say(f"earthprice: going on from {count} draws of a run that was interrupted (--fresh starts anew).")
        return self

    def get(self, name: str) -> Any:
        """What was kept under a name, None if nothing was or it cannot be read."""
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            return pickle.loads((self._folder / f"{name}.pickle").read_bytes())
        return None

    def put(self, name: str, done: Any) -> None:
        """Keep something under a name, whole or not at all; a full disk costs no more than the chance to go on."""
        path = self._folder / f"{name}.pickle"
        with suppress(OSError):
            part = path.with_suffix(f".{os.getpid()}")
            part.write_bytes(pickle.dumps(done))
            part.replace(path)

    def close(self) -> None:
        """The assessment is done: nothing of it needs to be kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tidy(self) -> None:
        """Remove the oldest assessments beyond `MOST` and `ROOM`."""
        with suppress(OSError):
            others = [p for p in self._root.iterdir() if p.is_dir() and p != self._folder]
            size = _size(self._folder)
            for i, folder in enumerate(sorted(others, key=lambda p: p.stat().st_mtime, reverse=True)):
                size += _size(folder)
                if i + 1 >= MOST or size > ROOM:
                    shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.iterdir())


def default_root() -> Path:
    """The folder in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "earthprice" / "draws"


@cache
def program() -> str:
    """Digest of the program's own text, and the versions of what it calculates with."""
    whole = sha256()
    for path in sorted(Path(__file__).resolve().parent.parent.rglob("*.py")):
        whole.update(path.read_bytes())
    return " ".join([whole.hexdigest(), *(version(name) for name in ("earthprice", "jax", "jaxlib", "numpy", "scipy"))])
