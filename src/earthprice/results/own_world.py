"""A world of one's own on the disk: new text of some of its tables, tried before it is put in, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from earthprice.errors import EarthpriceError, InputError, OptionError
from earthprice.facts.world import benchmarks, is_shipped, loaded
from earthprice.results.folder import GIVEN, copied, must_take_files
from earthprice.results.parts import BEGUN, locked_folder

WORLD_OPTION = "--world"
WRITABLE = "a folder of one's own that may be written, as `earthprice copy world DIR` makes it"

AGAIN = "the same command again, once nothing else changes the tables"


def must_be_world(folder: Path) -> None:
    """Refuse a folder that holds no tables of a world, and that of the shipped one.

    Raises:
        OptionError: says how to make one.
    """
    if is_shipped(folder):
        accepted = "a folder as `earthprice copy world DIR` writes it"
        raise OptionError("the shipped world is not changed", where=WORLD_OPTION, accepted=accepted)
    if not (folder / "deposits.csv").is_file():
        what = f"{folder} holds no tables of a world"
        raise OptionError(what, where=WORLD_OPTION, accepted=f"a folder as `earthprice copy world {folder}` writes it")


class OwnWorld:
    """The folder of a world that is being changed by this process and by no other.

    Args:
        folder: the folder.
        read: digest of its tables as they were when the work began.
    """

    def __init__(self, folder: Path, read: str) -> None:
        self.folder, self._read = folder, read

    def put(self, texts: Mapping[str, str]) -> None:
        """Give tables their new text, all or none; what was read of the folder before is forgotten.

        Args:
            texts: text by file name.

        Raises:
            OptionError: the tables are not as they were when the work began, or may not be written.
            EarthpriceError: the disk is full; the tables are as they were.
        """
        if _tables(self.folder) != self._read:
            what = f"{self.folder} was changed meanwhile; nothing was written"
            raise OptionError(what, where=WORLD_OPTION, accepted=AGAIN)
        try:
            self._write(texts)
        except OSError as error:
            what = f"{self.folder} could not be written: {error.strerror or error}; it is as it was"
            if error.errno in GIVEN:
                raise OptionError(what, where=WORLD_OPTION, accepted=WRITABLE) from error
            raise EarthpriceError(f"{what}.") from error
        finally:
            loaded.cache_clear()
            benchmarks.cache_clear()

    def _write(self, texts: Mapping[str, str]) -> None:
        """Write all beside their places, then move each in; if one cannot be, those before it go back."""
        there = [name for name in texts if (self.folder / name).exists()]
        moved: list[str] = []
        with _hidden(self.folder) as new, _hidden(self.folder) as old:
            for name in there:
                shutil.copy2(self.folder / name, old / name)
            for name, text in texts.items():
                (new / name).write_text(text, encoding="utf-8")
            try:
                for name in texts:
                    moved.append(name)
                    os.replace(new / name, self.folder / name)
            except BaseException:
                for name in moved:
                    if name in there:
                        os.replace(old / name, self.folder / name)
                    else:
                        (self.folder / name).unlink(missing_ok=True)
                raise


@contextmanager
def own_world(folder: Path) -> Iterator[OwnWorld]:
    """Hold a world's folder for a change: whether it can be made is looked at now, before the work.

    Args:
        folder: the folder.

    Raises:
        OptionError: it is the shipped world's or none, it may not be written, or another process is changing it.
    """
    must_be_world(folder)
    must_take_files(folder, WORLD_OPTION, WRITABLE)
    lock = locked_folder(folder)
    if lock is None:
        what = f"{folder} is being changed by another process; nothing was written"
        raise OptionError(what, where=WORLD_OPTION, accepted=AGAIN)
    loaded.cache_clear()
    benchmarks.cache_clear()
    try:
        yield OwnWorld(folder, _tables(folder))
    finally:
        os.close(lock)


@contextmanager
def staged(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """A copy of a world's folder with new text of some tables, to be tried before `OwnWorld.put` moves it in.

    Args:
        folder: the world's folder.
        texts: text by file name.

    Raises:
        InputError: what is wrong with the copy, told of the folder itself.
    """
    with _hidden(Path(tempfile.gettempdir())) as made:
        tried = made / folder.name
        copied(folder, tried)
        for name, text in texts.items():
            (tried / name).write_text(text, encoding="utf-8")
        try:
            yield tried
        except InputError as error:
            if str(tried) not in str(error):
                raise
            told = {k: x.replace(str(tried), str(folder)) if isinstance(x, str) else x for k, x in error.given.items()}
            raise type(error)(**told) from error


@contextmanager
def _hidden(above: Path) -> Iterator[Path]:
    """A hidden folder that goes in the end, also where Ctrl-C is the end."""
    made = Path(tempfile.mkdtemp(prefix=".earthprice-", suffix=".part", dir=above))
    BEGUN.append(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        BEGUN.remove(made)


def _tables(folder: Path) -> str:
    """One SHA-256 of the tables of a folder, by name."""
    tables = sorted(p for p in folder.iterdir() if p.suffix == ".csv")
    return sha256("".join(f"{p.name} {sha256(p.read_bytes()).hexdigest()}\n" for p in tables).encode()).hexdigest()
