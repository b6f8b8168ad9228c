"""Folders in which results are built, beside their place; what a killed run has left is cleared, or put back.

`.earthprice-TOKEN.part`, locked while its process lives, holds `mark.json` (whose it is), `reserve` (place on the
disk), `result` (being written) and, for a moment, `old` (the earlier result).
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from earthprice.errors import ResultError
from earthprice.keep.manifest import MANIFEST, differences, read_json, read_manifest

try:
    import fcntl
except ImportError:  # where files cannot be locked nothing is cleared
    fcntl = None

NAME = re.compile(r"\.earthprice-[0-9a-f]{16}\.part")
MARK, MARKING, RESERVE, RESULT, OLD = "mark.json", "mark.new", "reserve", "result", "old"
FORMAT = "earthprice-part/1"
PIECE = 1 << 20
OPEN: list[Part] = []
"""Parts that this process is filling."""
BEGUN: list[Path] = []
"""Folders that are being made and hold nothing yet."""


class Part:
    """The folder in which one result is built.

    Args:
        folder: the folder.
        lock: the folder, open and locked.
    """

    def __init__(self, folder: Path, lock: int) -> None:
        self._folder, self._lock = folder, lock

    @property
    def folder(self) -> Path:
        """The folder itself."""
        return self._folder

    @property
    def token(self) -> str:
        """What tells it from others."""
        return self._folder.name.split("-")[1].removesuffix(".part")

    @property
    def old(self) -> Path:
        """Where an earlier result is put while the new one takes its place."""
        return self._folder / OLD

    def begin(self) -> Path:
        """An empty folder to write into; the place held on the disk is given free for it."""
        (self._folder / RESERVE).unlink(missing_ok=True)
        made = self._folder / RESULT
        made.mkdir()
        return made

    def close(self) -> None:
        """Remove what is left; the mark goes last."""
        OPEN.remove(self)
        try:
            _clear(self._folder)
        finally:
            os.close(self._lock)

    def abandon(self) -> None:
        """The process ends here: what is left goes, and an earlier result that lay apart goes back to its place."""
        with suppress(OSError, ResultError):
            _restore(self._folder, read_json(self._folder, MARK, PIECE))
            _clear(self._folder)


def open_part(target: Path, room: int) -> Part:
    """Make a folder beside a result's place, marked as this process's, with place on the disk.

    Args:
        target: where the result is to stand.
        room: place to hold [bytes].

    Raises:
        OSError: it cannot be made, or the disk is full; nothing is left then.
    """
    folder, lock = _locked(target.parent)
    try:
        said = {"format": FORMAT, "target": target.name, "pid": os.getpid(), "host": platform.node()}
        (folder / MARKING).write_text(json.dumps(said), encoding="utf-8")
        (folder / MARKING).rename(folder / MARK)
        _reserve(folder / RESERVE, room)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        BEGUN.remove(folder)
        os.close(lock)
        raise
    part = Part(folder, lock)
    OPEN.append(part)
    BEGUN.remove(folder)
    return part


def _locked(parent: Path) -> tuple[Path, int]:
    """A new folder that this process holds locked; one that was cleared before it could be locked is made again."""
    while True:
        folder = parent / f".earthprice-{os.urandom(8).hex()}.part"
        BEGUN.append(folder)
        folder.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def locked_folder(folder: Path) -> int | None:
    """A folder, open and locked until it is closed or this process ends; None while another process holds it.

    Where the system locks no folders it is open all the same.

    Raises:
        OSError: it cannot be opened.
    """
    if fcntl is None:
        return os.open(os.devnull, os.O_RDONLY)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:
        pass  # a file system without locks
    return lock


def _reserve(path: Path, room: int) -> None:
    """Take place on the disk, so that a full one is known now and not after the work."""
    with path.open("wb") as stream:
        if hasattr(os, "posix_fallocate"):
            try:
                return os.posix_fallocate(stream.fileno(), 0, max(room, 1))
            except OSError as error:
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                    raise
        for _ in range(0, room, PIECE):
            stream.write(bytes(PIECE))


def clear_parts(parent: Path) -> None:
    """Clear what dead runs have left in a folder; an earlier result that lay apart in one goes back to its place.

    Only folders with our mark, of this user and this host, whose process no longer holds the lock.

    Raises:
        OSError: a folder cannot be read.
    """
    for folder in parent.iterdir():
        if NAME.fullmatch(folder.name) and _owned(folder):
            with suppress(OSError, ResultError):
                _clear_dead(folder)


def filled_by_another(target: Path) -> bool:
    """Whether another run, which lives, is building a result for this place; not known where files cannot be locked.

    Raises:
        OSError: the folder above the place cannot be read.
    """
    mine = {part.folder for part in OPEN}
    others = [f for f in target.parent.iterdir() if NAME.fullmatch(f.name) and f not in mine and _owned(f)]
    return any(_lives(folder) and _target(folder) == target.name for folder in others)


def _target(folder: Path) -> str:
    """For which place a part is built; empty where it does not say."""
    try:
        said = read_json(folder, MARK, PIECE)
    except (OSError, ResultError):
        return ""
    return str(said.get("target")) if said.get("format") == FORMAT and said.get("host") == platform.node() else ""


def _lives(folder: Path) -> bool:
    """Whether a process holds a part locked."""
    with suppress(OSError):
        if (lock := locked_folder(folder)) is None:
            return True
        os.close(lock)
    return False


def _owned(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())


def _clear_dead(folder: Path) -> None:
    if fcntl is None:
        return
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its process lives
        if not (folder / MARK).exists():  # killed before the mark stood: only what is empty goes
            (folder / MARKING).unlink(missing_ok=True)
            folder.rmdir()
            return
        said = read_json(folder, MARK, PIECE)
        if said.get("format") == FORMAT and said.get("host") == platform.node():
            _restore(folder, said)
            _clear(folder)
    finally:
        os.close(lock)


def _restore(folder: Path, said: dict[str, Any]) -> None:
    """Where the place is empty now though a result lay there: put the new one there if it is whole, else the old."""
    name = said.get("target")
    if not (folder / OLD).is_dir() or not isinstance(name, str) or Path(name).name != name:
        return
    target = folder.parent / name
    whole = [folder / n for n in (RESULT, OLD) if _whole(folder / n)]
    if whole and not target.exists() and not target.is_symlink():
        whole[0].rename(target)


def _whole(result: Path) -> bool:
    try:
        return not differences(result, read_manifest(result))
    except (ResultError, OSError):
        return False


def _clear(folder: Path) -> None:
    """Remove a part of ours: of an earlier result only the files that we wrote, and the rest only if that is all."""
    _remove_old(folder / OLD)
    shutil.rmtree(folder / RESULT, ignore_errors=True)
    (folder / RESERVE).unlink(missing_ok=True)
    if not (folder / OLD).exists():
        (folder / MARK).unlink(missing_ok=True)
        with suppress(OSError):  # something that is not ours lies there: it stays
            folder.rmdir()


def _remove_old(old: Path) -> None:
    with suppress(ResultError, FileNotFoundError):
        for name in (*read_manifest(old).files, MANIFEST):
            with suppress(FileNotFoundError):
                (old / name).unlink()
    drop_empty(old)
    with suppress(OSError):
        old.rmdir()


def drop_empty(folder: Path) -> None:
    """Remove the empty folders below a folder."""
    for above, _, _ in os.walk(folder, topdown=False):
        if Path(above) != folder:
            with suppress(OSError):  # only what is empty goes
                os.rmdir(above)
