"""JAX's compiled programs, kept sealed.

JAX trusts what it finds, and never replaces an entry that it cannot read. Here an entry has a digest; one that is not
what was kept is removed, and the program is compiled and kept again. The folder must be the user's alone: what lies
there is machine code.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from jax._src import compilation_cache
from jax._src.compilation_cache_interface import CacheInterface

from earthprice.keep.private import private_folder, tidy_parts
from earthprice.keep.sealed import keep_sealed, kept_sealed

ENDING = ".program"
ENDINGS = (ENDING, ".trace")
"""What lies there: compiled programs, and traced ones (`keep.traced`)."""
ROOM = 1e9
"""Most that the programs may take [bytes]; the oldest go."""
_as_jax_does = compilation_cache.get_file_cache


class Programs(CacheInterface):
    """A folder of compiled programs, as JAX asks for them.

    Args:
        folder: where they are kept; the user's alone.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder

    def get(self, key: str) -> bytes | None:  # pyright: ignore[reportIncompatibleMethodOverride]  the base says None
        """A compiled program; None where none is kept, or what is there is not what was kept."""
        return kept_sealed(self._path / f"{key}{ENDING}", key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a compiled program; a full disk costs no more than to compile it again."""
        with suppress(OSError):
            keep_sealed(self._path / f"{key}{ENDING}", key, value)


def compiled_folder(path: str) -> tuple[CacheInterface, str] | None:
    """The folder of compiled programs (JAX's `get_file_cache`); None, and nothing is kept, where others may write."""
    if "://" in path:  # no folder of this machine: the user's own choice, as JAX has it
        return _as_jax_does(path)
    folder = Path(os.path.abspath(path))
    try:
        private_folder(folder.parent, folder.name)
        _tidy(folder)
    except OSError:
        return None
    return Programs(folder), path


def _tidy(folder: Path) -> None:
    """Remove the oldest programs beyond `ROOM`, and what a killed run has left half-written."""
    found = sorted((p for p in folder.iterdir() if p.suffix in ENDINGS), key=lambda p: p.lstat().st_mtime, reverse=True)
    size = 0
    for path in found:
        size += path.lstat().st_size
        if size > ROOM:
            path.unlink(missing_ok=True)
    tidy_parts(folder)


def seal() -> None:
    """Have JAX keep its compiled programs sealed, from now on in this process."""
    compilation_cache.get_file_cache = compiled_folder
