"""Verify a result: run it again from its run.json and its rulebooks, and compare every table bit for bit."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from earthprice import __version__
from earthprice.errors import OptionError
from earthprice.law import load_rulebook, shipped
from earthprice.report.tables import TABLES, write_csv
from earthprice.study.assess import Options, assess

Tell = Callable[[str, int, int], None]


def rerun(folder: Path, tell: Tell) -> list[dict[str, Any]]:
    """Run a result again from the rulebooks that it keeps, and compare its tables with those that were kept.

    Args:
        folder: a result folder.
        tell: takes words, done, total.

    Returns:
        One row a rulebook and a table: `table`, `same` (byte for byte), `words` (what differs, empty if nothing).

    Raises:
        OptionError: run.json lacks what a run needs, or a rulebook is not in the result.
    """
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if "rulebook" not in run:
        raise OptionError("'rulebook' is missing.", where=f"{folder}/run.json", accepted="a run.json of earthprice")
    books = [_Book(folder, book) for book in run.get("books") or []]
    again = assess(_asked(str(run["rulebook"]), books), _options(run, books), tell)
    rows = [book.row() for book in books]
    with tempfile.TemporaryDirectory() as fresh:
        for name in TABLES:
            write_csv(getattr(again, name), Path(fresh) / f"{name}.csv")
        rows += [_compare(folder / "tables" / f"{name}.csv", Path(fresh) / f"{name}.csv", run) for name in TABLES]
    return rows


class _Book:
    """A rulebook that the result keeps."""

    def __init__(self, folder: Path, said: Mapping[str, Any]) -> None:
        self.name, self.given, self.file = str(said["rulebook"]), str(said["given"]), str(said["file"])
        self.path, self.ships = folder / self.file, bool(said["ships"])
        if not self.path.is_file():
            raise OptionError(f"'{self.file}' is missing.", where=str(folder), accepted="a whole result")
        self.whole = sha256(self.path.read_bytes()).hexdigest() == said["sha256"]
        shelf = self.ships and self.name in shipped()
        self.current = shelf and load_rulebook(self.name).text == self.path.read_bytes().decode()

    def asked(self) -> str:
        """What to assess: a shipped book by its name if it still reads so, else the copy."""
        return self.name if self.current else str(self.path)

    def row(self) -> dict[str, Any]:
        """Whether the copy is as it was written, and whether a shipped book that lies below still reads so."""
        if not self.whole:
            return {"table": self.file, "same": False, "words": "was changed after the result was written"}
        if self.ships and not self.current and not self.given:
            return {"table": self.file, "same": False, "words": "ships with another text now, which was used"}
        return {"table": self.file, "same": True, "words": ""}


def _asked(name: str, books: Sequence[_Book]) -> str:
    """The copy of a rulebook that was asked for by a name or path; the name itself where the result keeps none."""
    return next((b.asked() for b in books if b.given == name), name)


def _options(run: Mapping[str, Any], books: Sequence[_Book]) -> Options:
    given = dict(run.get("options", {}))
    known = {f.name for f in dataclasses.fields(Options)}
    for name in given:
        if name not in known:
            raise OptionError(f"no option '{name}'.", where="run.json: options", accepted=known, given=name)
    if given.get("against"):
        given["against"] = _asked(str(given["against"]), books)
    given["answers"] = [_asked(str(name), books) for name in given.get("answers", ())]
    return Options(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def _compare(old: Path, new: Path, run: Mapping[str, Any]) -> dict[str, Any]:
    if not old.is_file():
        return {"table": old.stem, "same": False, "words": "is not in the result"}
    before, after = old.read_bytes(), new.read_bytes()
    if before == after:
        return {"table": old.stem, "same": True, "words": ""}
    was, now = before.splitlines(), after.splitlines()
    lines = sum(a != b for a, b in zip(was, now)) + abs(len(was) - len(now))
    version = str(run.get("versions", {}).get("earthprice", __version__))
    words = f"{lines} of {len(was)} lines differ"
    return {
        "table": old.stem,
        "same": False,
        "words": words
        if version == __version__
        else f"{words}; it was made by earthprice {version}, this is {__version__}",
    }
