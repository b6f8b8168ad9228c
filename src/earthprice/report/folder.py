"""A result folder that is there whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earthprice.errors import EarthpriceError, OptionError

MARK = "run.json"
"""A folder that holds this file is an earlier result and may be replaced."""


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Gives a folder beside `folder` to write into, and puts it in its place when all is written.

    Whatever goes wrong in between, a full disk or an interruption, the part written is removed and an earlier result
    stays as it was.

    Args:
        folder: where the result is to stand.

    Raises:
        OptionError: `folder` holds something that is not a result, or is a file.
        EarthpriceError: the disk is full or may not be written.
    """
    folder = Path(folder)
    _must_be_free(folder)
    token = secrets.token_hex(4)
    part = folder.parent / f".{folder.name}.{token}.part"
    old = folder.parent / f".{folder.name}.{token}.old"
    try:
        part.mkdir(parents=True)
        yield part
        _put(part, folder, old)
    except OSError as error:
        raise _unwritten(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _put(part: Path, folder: Path, old: Path) -> None:
    """Puts the finished folder in its place; an earlier result goes back if that fails."""
    if folder.exists():
        folder.rename(old)
    try:
        part.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)


def _must_be_free(folder: Path) -> None:
    accepted = "a new or empty folder, or one that holds an earlier result"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OptionError(f"{folder} is not a folder.", where="the result's folder", accepted=accepted)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        what = f"{folder} holds files that are not a result of earthprice; nothing was written."
        raise OptionError(what, where="the result's folder", accepted=accepted)


def _unwritten(folder: Path, error: OSError) -> EarthpriceError:
    reason = error.strerror or str(error)
    before = "The earlier result is unchanged." if folder.exists() else "Nothing half-written is left."
    return EarthpriceError(f"The report could not be written to {folder}: {reason}. {before}")
