"""Reading within a folder that may have been made by anybody: no way out of it, no links, sizes bounded."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from earthprice.errors import ResultError

LEVELS = 4
"""Most folders within one another."""
MOST = 200_000_000
"""Greatest file that is read [bytes]."""
LISTED = 5000
"""Most files that a folder may hold."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)


def parts(name: object, where: str) -> tuple[str, ...]:
    """The levels of a path that stays inside its folder: `tables/figures.csv`.

    Raises:
        ResultError: no text, a whole path, one with `..`, or one that is too deep or too long.
    """
    found = tuple(name.split("/")) if isinstance(name, str) else ()
    odd = not found or any(p in ("", ".", "..") or "\\" in p or "\0" in p or ":" in p for p in found)
    if odd or not encodable(str(name)) or len(found) > LEVELS or len(str(name)) > 255:
        raise ResultError(
            f"{short(name)} is no path inside the folder", where=where, accepted="a path such as tables/figures.csv"
        )
    return found


def encodable(text: str) -> bool:
    """Whether a text has a form in UTF-8: half a letter, as JSON can spell it, has none."""
    return not any(0xD800 <= ord(c) < 0xE000 for c in text)


def short(value: object) -> str:
    """A value that somebody else wrote, short and without control characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_inside(folder: Path, name: str, most: int = MOST) -> bytes:
    """A file's bytes, by its path inside a folder; no link is followed below the folder.

    Args:
        folder: the folder.
        name: path inside it, with `/`.
        most: greatest size [bytes].

    Raises:
        ResultError: the path leads out, is a link or no file; the file is missing, cannot be read, or is larger.
    """
    where = f"{folder}/{name}"
    levels = parts(name, str(folder))
    try:
        return _read(folder, levels, most, where)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise ResultError("is a link", where=where, accepted="a file of the result itself") from error
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise ResultError(f"'{name}' is missing", where=str(folder), accepted="a whole result") from error
        raise ResultError(f"cannot be read: {error.strerror or error}", where=where) from error


def _read(folder: Path, levels: tuple[str, ...], most: int, where: str) -> bytes:
    if os.open not in os.supports_dir_fd:  # where folders cannot be held open, each level is looked at first
        for depth in range(1, len(levels) + 1):
            if folder.joinpath(*levels[:depth]).is_symlink():
                raise OSError(errno.ELOOP, "is a link")
        return _whole(os.open(folder.joinpath(*levels), os.O_RDONLY), most, where)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in levels[:-1]:
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | NO_LINK, dir_fd=at)
            os.close(at)
            at = below
        return _whole(os.open(levels[-1], os.O_RDONLY | NO_LINK | NO_WAIT, dir_fd=at), most, where)
    finally:
        os.close(at)


def _whole(handle: int, most: int, where: str) -> bytes:
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ResultError("is not a file", where=where)
        if found.st_size > most:
            raise ResultError(f"holds {found.st_size} bytes", where=where, accepted=f"at most {most}")
        return stream.read(most + 1)[:most]


def listed(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder, links and empty folders too: path inside it, and what it is.

    Folders that hold something are not themselves listed.

    Raises:
        ResultError: more than `LISTED` files, or folders too deep within one another.
        OSError: a folder cannot be read.
    """
    left = LISTED
    waiting = [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder / above) as found:
            entries = sorted(found, key=lambda e: e.name)
        for e in entries:
            name = f"{above}{e.name}"
            left -= 1
            if left < 0 or name.count("/") >= LEVELS:
                raise ResultError(f"holds more than {LISTED} files or {LEVELS} levels", where=str(folder))
            if e.is_dir(follow_symlinks=False):
                waiting.append(f"{name}/")
            else:
                yield name, e.stat(follow_symlinks=False)
        if not entries and above:
            yield above, os.lstat(folder / above)
