"""The shelf: finished draws in the user's cache, so that an assessment that was interrupted goes on where it stopped.

What is kept is told apart by everything that it hangs on, the program's own text and the folder that one works in
included, and is removed when the result stands. Each draw is sealed (`keep.sealed`): one that was damaged, or put under
another's name, is run again. Where others could write, nothing is kept or read.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from earthprice import not_kept
from earthprice.keep.private import cache_root, private_folder
from earthprice.keep.sealed import discard, keep_sealed, kept_sealed
from earthprice.keep.traced import our_text
from earthprice.results.packing import pack, unpack
from earthprice.study.phrases import counted

MOST = 4
"""Interrupted assessments that are kept; the oldest go."""
ROOM = 500e6
"""Most that they may take [bytes]; the oldest go."""
ENDING = ".draws"
OURS = re.compile(r"[0-9a-f]{24}")
"""Name of a folder of one assessment."""


class Shelf:
    """Keeps the finished draws of one assessment (`runs.runner.Store`).

    Args:
        fresh: forget what an interrupted run has left.
        say: told how many draws are taken from there, or why none are kept.
        root: a folder of the user, below which those of all assessments lie; by default the user's cache.
        place: the folder that one works in; draws of an assessment begun in another are not taken.
    """

    def __init__(
        self,
        *,
        fresh: bool = False,
        say: Callable[[str], None] = print,
        root: Path | None = None,
        place: Path | None = None,
    ) -> None:
        self._fresh, self._say, self._root, self._place = fresh, say, root, place
        self._folder: Path | None = None

    def opened(self, said: str) -> Shelf:
        """What was kept of the assessment that these words tell apart from all others."""
        whole = f"{our_text()}\n{self._place or Path.cwd()}\n{said}".encode()
        try:
            above = private_folder(self._root or cache_root(), "earthprice", "draws")
            self._folder = self._opened(above, sha256(whole).hexdigest()[:24])
        except OSError as error:
            self._folder = None
            if str(error) != not_kept:
                self._say(f"earthprice: draws are not kept, so that an interrupted run would start anew: {error}.")
            return self
        if count := len(list(self._folder.glob(f"*{ENDING}"))):
            had = f"going on from {counted(count)} of a run that was interrupted"
            self._say(f"earthprice: {had} (--fresh starts anew).")
        return self

    def _opened(self, above: Path, name: str) -> Path:
        if self._fresh and not (above / name).is_symlink():
            shutil.rmtree(above / name, ignore_errors=True)
        folder = private_folder(above, name)
        os.utime(folder)
        _tidy(above, folder)
        return folder

    def get(self, name: str) -> Any:
        """What was kept under a name, None if nothing was or it is not what was kept."""
        if self._folder is None:
            return None
        path = self._folder / f"{name}{ENDING}"
        content = kept_sealed(path, self._seal(name))
        if content is None:
            return None
        try:
            return unpack(content)
        except ValueError:
            discard(path)
            return None

    def put(self, name: str, done: Any) -> None:
        """Keep something under a name, whole or not at all; a full disk costs no more than the chance to go on.

        Raises:
            UnpackableError: it holds what cannot be packed.
        """
        if self._folder is not None:
            content = pack(done)
            with suppress(OSError):
                keep_sealed(self._folder / f"{name}{ENDING}", self._seal(name), content)

    def close(self) -> None:
        """The result stands: nothing of it needs to be kept."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _seal(self, name: str) -> str:
        assert self._folder is not None
        return f"{self._folder.name}/{name}"


def _tidy(above: Path, ours: Path) -> None:
    """Remove the oldest assessments beyond `MOST` and `ROOM`."""
    others = [p for p in above.iterdir() if OURS.fullmatch(p.name) and p.is_dir() and not p.is_symlink() and p != ours]
    size = _size(ours)
    for i, folder in enumerate(sorted(others, key=lambda p: p.stat().st_mtime, reverse=True)):
        size += _size(folder)
        if i + 1 >= MOST or size > ROOM:
            shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(p.lstat().st_size for p in folder.iterdir())
