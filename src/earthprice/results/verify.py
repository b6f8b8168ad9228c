"""Verify a result: are the files as they were written, and does a run give them again?

The two are asked apart. The first needs the manifest alone and can be answered for ever, by any version. The second
runs the texts that the result keeps, and no other, and compares the tables: the same bits where program, libraries and
machine are the same; elsewhere the result says which version made it.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from earthprice.errors import InputError, OptionError, ResultError
from earthprice.facts.world import load_world
from earthprice.keep.inside import short
from earthprice.keep.manifest import MANIFEST, Difference, differences, read_manifest
from earthprice.law.load import reading_only
from earthprice.results.origin import apart, origin
from earthprice.results.public import PUBLIC
from earthprice.results.result import RUN, TABLE_BYTES, Result, frame_from_csv, holds, must_be_result
from earthprice.results.tables import TABLES, write_csv
from earthprice.runs.runner import Progress
from earthprice.study.assess import Options, assess
from earthprice.study.buyer import buyer_of
from earthprice.world.world import World

BOOK_BYTES = 2_000_000
"""Greatest rulebook that is read [bytes]."""
CHANGED, ELSEWHERE, OURS = 4, 5, 1
"""Exit codes: files are not as they were written; another version or machine gives others; the same one does."""


@dataclass(frozen=True)
class Verdict:
    """The two answers.

    Attributes:
        files: how many files the manifest lists.
        digest: one SHA-256 for all of them.
        changed: files that are not as they were written.
        tables: one row a table of the run: `table`, `same` (byte for byte), `words` (what differs).
        unasked: why no run was made; empty if one was.
        apart: what differs between where it was made and here.
        made_by: version of earthprice that made it.
        private: suppliers of the user's own in the world that it was made in, `id@zone`.
    """

    files: int
    digest: str
    changed: tuple[Difference, ...]
    tables: tuple[dict[str, Any], ...]
    unasked: str
    apart: tuple[str, ...]
    made_by: str
    private: tuple[str, ...] = ()

    @property
    def differing(self) -> tuple[str, ...]:
        """Tables that the run does not give again."""
        return tuple(str(row["table"]) for row in self.tables if not row["same"])

    @property
    def exit_code(self) -> int:
        """0, or the first of `CHANGED`, `ELSEWHERE` and `OURS` that holds."""
        if self.changed:
            return CHANGED
        if self.differing or (self.unasked and self.apart):
            return ELSEWHERE if self.apart else OURS
        return 0

    @property
    def status(self) -> str:
        """The exit code as a word."""
        return {0: "ok", CHANGED: "changed", ELSEWHERE: "other version", OURS: "differs"}[self.exit_code]

    @property
    def remedy(self) -> str:
        """How to run it where it was made; empty where that is here."""
        if not self.apart:
            return ""
        return (
            f"It was made by earthprice {self.made_by}; what differs: {'; '.join(self.apart)}. For the same bits, "
            f"pip install 'earthprice=={self.made_by}' on such a machine with the versions under made_on in "
            f"{RUN}, and earthprice verify there."
        )


def verify(folder: Path, tell: Progress, *, files_only: bool = False, tables: Path | None = None) -> Verdict:
    """Answer both questions about a result.

    Args:
        folder: a result folder, wherever it lies.
        tell: takes words, done, total.
        files_only: ask the first alone, and run nothing.
        tables: folder of the world's tables; the shipped ones if None.

    Raises:
        ResultError: no result, one without a manifest, one that lacks what a run needs, or one made with other tables.
    """
    public = holds(folder, PUBLIC) and holds(folder, MANIFEST)
    if public and not files_only:
        what = "is a public copy, which nobody can run again"
        raise ResultError(what, where=str(folder), accepted="--files: whether its files are as written")
    if not public:
        must_be_result(folder)
    if not (folder / MANIFEST).exists():
        raise ResultError(
            f"has no {MANIFEST}, so that nobody can tell whether its files are as written",
            where=str(folder),
            accepted="a result of a version after 0.1.0",
        )
    listing = read_manifest(folder)
    changed = tuple(differences(folder, listing))
    head = (len(listing.files), listing.digest, changed)
    private = () if public or _needed(changed) else tuple(Result(folder).run.get("private", ()))
    if files_only or _needed(changed):
        why = "not asked" if files_only else "run.json or a rulebook is not as it was written"
        return Verdict(*head, (), why, (), listing.version, private)
    result = Result(folder)
    result.need("rulebook", "books", "options", "facts_hash", "base_year")
    differs = tuple(apart(result.run.get("made_on", {"earthprice": listing.version}), origin()))
    world = load_world(tables, result.run["base_year"])
    if world.hash != result.run["facts_hash"]:
        there = f"facts {result.run['facts_hash']}"
        if tables or not differs:
            what = f"was made with other tables of the world: {there}, here {world.hash}"
            raise ResultError(what, where=str(folder), accepted="--world DIR with its tables, or --files")
        differs = (*differs, f"tables of the world: {there} there, {world.hash} here (--world DIR for its own)")
    try:
        rows = tuple(_rerun(result, tell, world))
    except InputError as error:
        if not differs:
            raise
        return Verdict(*head, (), f"this version refuses what was asked: {error}", differs, listing.version, private)
    return Verdict(*head, rows, "", differs, listing.version, private)


def _needed(changed: tuple[Difference, ...]) -> bool:
    """Whether something that a run needs is not as it was written."""
    return any(
        d.path == RUN or (d.path.startswith("rulebooks/") and d.words != "is not of the result") for d in changed
    )


def _rerun(result: Result, tell: Progress, world: World) -> list[dict[str, Any]]:
    """Run a result again from the rulebooks that it keeps, and compare its tables with those that were written."""
    assert result.manifest is not None
    texts = kept_texts(result)
    options = options_made_with(result)
    names = [n for n in TABLES if f"tables/{n}.csv" in result.manifest.files]
    if not names:
        raise ResultError("holds no tables as CSV to compare", where=str(result.folder), accepted="a result with them")
    with reading_only(texts):
        again = assess(str(result.run["rulebook"]), options, tell, world=world)
    with tempfile.TemporaryDirectory() as fresh:
        for name in names:
            write_csv(getattr(again, name), Path(fresh) / f"{name}.csv")
        return [_compare(result, name, (Path(fresh) / f"{name}.csv").read_bytes()) for name in names]


def kept_texts(result: Result) -> dict[str, str]:
    """Text of each rulebook that a result keeps, by its id and by the name or path under which it was asked for.

    Raises:
        ResultError: one is missing, was changed, or is not the one that run.json names.
    """
    texts: dict[str, str] = {}
    for book in result.run["books"]:
        content = result.read(str(book["file"]), BOOK_BYTES)
        where = f"{result.folder}/{book['file']}"
        if sha256(content).hexdigest() != book["sha256"]:
            raise ResultError("was changed after it was written", where=where, accepted="the text that was run")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ResultError(f"byte {error.start} is not UTF-8", where=where) from error
        texts |= {name: text for name in (book["rulebook"], book["given"], *book.get("named", ())) if name}
    return texts


def options_made_with(result: Result) -> Options:
    """The options that a result was made with; how many workers did the work changes nothing and is left out.

    Raises:
        OptionError: an option that this version does not have.
    """
    given = {k: v for k, v in result.run["options"].items() if k != "workers"}
    known = Options.__dataclass_fields__
    for name in given:
        if name not in known:
            raise OptionError(f"no option {short(name)}", where=f"{RUN}: options", accepted=known, given=name)
    if given.get("buyer"):
        given["buyer"] = buyer_of(given["buyer"], f"{RUN}: options, buyer")
    return Options(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def _compare(result: Result, name: str, now: bytes) -> dict[str, Any]:
    assert result.manifest is not None
    path = f"tables/{name}.csv"
    if sha256(now).hexdigest() == result.manifest.files[path][1]:
        return {"table": name, "same": True, "words": ""}
    try:
        before = result.read(path, TABLE_BYTES)
    except ResultError:
        return {"table": name, "same": False, "words": "differs from what was written, which is not there any more"}
    was, new = before.splitlines(), now.splitlines()
    lines = sum(a != b for a, b in zip(was, new)) + abs(len(was) - len(new))
    return {"table": name, "same": False, "words": f"{lines} of {len(was)} lines differ{_largest(before, now, path)}"}


def _largest(before: bytes, now: bytes, where: str) -> str:
    """The largest relative difference of any number, and its column, in words."""
    was, new = frame_from_csv(before, where), pd.read_csv(io.BytesIO(now), encoding="utf-8-sig", low_memory=False)
    if list(was) != list(new) or len(was) != len(new):
        return ", and the tables have not the same rows and columns"
    worst: dict[str, float] = {}
    for column in was.select_dtypes("number").columns.intersection(new.select_dtypes("number").columns):
        a, b = was[column].to_numpy(float), new[column].to_numpy(float)
        size = np.maximum(np.abs(a), np.abs(b))
        ratio = np.divide(np.abs(a - b), size, out=np.zeros_like(size), where=size > 0)
        ratio[np.isnan(a) != np.isnan(b)] = np.inf
        worst[str(column)] = float(np.nan_to_num(ratio, nan=0.0, posinf=np.inf).max(initial=0.0))
    name = max(worst, key=lambda c: worst[c], default="")
    return f", by {worst[name]:.2g} of the number at most, in {name}" if name and worst[name] > 0 else ", in words"
