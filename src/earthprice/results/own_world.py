"""A world of one's own on the disk: new text of some of its tables, tried before it is put in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from earthprice.errors import OptionError
from earthprice.facts.world import benchmarks, is_shipped, loaded
from earthprice.results.folder import copied


def must_be_world(folder: Path) -> None:
    """Refuse a folder that holds no tables of a world, and that of the shipped one.

    Raises:
        OptionError: says how to make one.
    """
    if is_shipped(folder):
        accepted = "a folder as `earthprice copy world DIR` writes it"
        raise OptionError("the shipped world is not changed", where="--world", accepted=accepted)
    if not (folder / "deposits.csv").is_file():
        what = f"{folder} holds no tables of a world"
        raise OptionError(what, where="--world", accepted=f"a folder as `earthprice copy world {folder}` writes it")


@contextmanager
def staged(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """A copy of a world's folder with new text of some tables, to be tried before `put` moves it in.

    Args:
        folder: the world's folder.
        texts: text by file name.
    """
    with tempfile.TemporaryDirectory(prefix=".earthprice-", dir=folder.resolve().parent) as made:
        tried = Path(made) / folder.name
        copied(folder, tried)
        for name, text in texts.items():
            (tried / name).write_text(text, encoding="utf-8")
        yield tried


def put(folder: Path, tried: Path, texts: Mapping[str, str]) -> None:
    """Move the tables that were tried into the world's folder; what was read of it before is forgotten.

    Args:
        folder: the world's folder.
        tried: the copy of `staged`, which loads.
        texts: text by file name.
    """
    for name in texts:
        os.replace(tried / name, folder / name)
    loaded.cache_clear()
    benchmarks.cache_clear()
