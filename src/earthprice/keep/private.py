"""Folders of the user alone, for what the program keeps between two runs.

Whoever can write there could hand a later run numbers, or code, of his own. So every level below the user's cache
folder belongs to this user, is no link, and is closed to all others (0700); above it no other user may be able to put
another folder in its place. Where that does not hold nothing is kept, and the run goes on.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path

SHARED = stat.S_IWGRP | stat.S_IWOTH
"""Others may write."""
DAY = 86400.0
"""Seconds."""
SYSTEM = 0
"""The user that may do everything anyhow."""


class NotPrivateError(OSError):
    """A folder or file that others could have written, or that is not what its name says."""


def cache_root() -> Path:
    """The user's cache folder: `XDG_CACHE_HOME` if it is a whole path, else `.cache` at home.

    Raises:
        NotPrivateError: neither is known, such as for a user without a home.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given)
    home = os.path.expanduser("~") if os.environ.get("HOME", "~") else ""
    if os.path.isabs(home) and os.path.isdir(home):
        return Path(home) / ".cache"
    raise NotPrivateError("no home folder is known (HOME, XDG_CACHE_HOME)")


def private_folder(root: Path, *names: str) -> Path:
    """The folder `root/names...`, made where it is missing and checked level by level.

    Args:
        root: a folder of the user, such as `cache_root()`; what lies above it may be the system's.
        names: levels below, each the user's alone (0700).

    Raises:
        NotPrivateError: a level is a link, no folder, another user's, or may be written by others.
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        root.mkdir(mode=0o700, parents=True)
    _must_be_out_of_reach(root)
    folder = root
    for name in names:
        folder = folder / name
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _must_be_ours(folder)
    return folder


def _must_be_ours(folder: Path) -> None:
    """This user's, a folder, no link, not written by others; what others may read is closed to them."""
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise NotPrivateError(f"{folder} is a link")
    if not stat.S_ISDIR(found.st_mode):
        raise NotPrivateError(f"{folder} is not a folder")
    if not _owned(found, ()):
        raise NotPrivateError(f"{folder} belongs to another user")
    if _posix() and found.st_mode & SHARED:
        raise NotPrivateError(f"{folder} may be written by others; look at what lies there, then chmod 700")
    if _posix() and stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def _must_be_out_of_reach(root: Path) -> None:
    """No other user can put another folder, or a link, in the place of `root`."""
    for link in (root, *root.parents):
        if link.is_symlink() and not _owned(link.lstat(), (SYSTEM,)):
            raise NotPrivateError(f"{link} is another user's link")
    real = root.resolve(strict=True)
    if not real.is_dir():
        raise NotPrivateError(f"{root} is not a folder")
    for level in (real, *real.parents):
        found = level.stat()
        if not _owned(found, (SYSTEM,)):
            raise NotPrivateError(f"{level} belongs to another user")
        if _posix() and found.st_mode & SHARED and not found.st_mode & stat.S_ISVTX:
            raise NotPrivateError(f"{level} may be written by others")


def read_private(path: Path, most: int) -> bytes:
    """A file's bytes; the file must be this user's, no link, and not written by others.

    Args:
        path: the file.
        most: greatest size that is read [bytes].

    Raises:
        NotPrivateError: it is not, or it is larger.
        OSError: there is none, or it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise NotPrivateError(f"{path} is not a file")
        if not _owned(found, ()) or (_posix() and found.st_mode & SHARED):
            raise NotPrivateError(f"{path} could have been written by others")
        if found.st_size > most:
            raise NotPrivateError(f"{path} holds {found.st_size} bytes, more than {most}")
        return stream.read(most + 1)


def write_private(path: Path, text: bytes) -> None:
    """Write a file, whole or not at all, readable by this user alone.

    Raises:
        OSError: it cannot be written; nothing is left then.
    """
    part = path.with_name(f".{os.urandom(8).hex()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with open(handle, "wb") as stream:
            stream.write(text)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def tidy_parts(folder: Path) -> None:
    """Remove what runs that were killed have left half-written by `write_private` a day ago or earlier.

    Raises:
        OSError: it cannot be removed.
    """
    for part in folder.glob(".????????????????.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.lstat().st_mtime > DAY:
                part.unlink()


def _owned(found: os.stat_result, others: tuple[int, ...]) -> bool:
    return not _posix() or found.st_uid in (os.geteuid(), *others)


def _posix() -> bool:
    """Whether files have an owner and a mode here."""
    return hasattr(os, "geteuid")
