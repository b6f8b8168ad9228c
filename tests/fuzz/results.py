"""Results that were tampered with: what reads a result refuses them in words, reads nothing outside, shows no other
number than was written."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.cli.reading import CITED, citation
from earthprice.errors import EarthpriceError, InputError, ResultError
from earthprice.keep.manifest import MANIFEST, write_manifest
from earthprice.law import load_rulebook
from earthprice.report.plain import json_text
from earthprice.results.explain import explain
from earthprice.results.folder import claim, must_be_free
from earthprice.results.result import Result
from earthprice.results.verify import kept_texts, options_made_with, verify
from earthprice.results.write import write_records, write_tables
from tests.fuzz.harness import Target
from tests.report.synthetic import make_assessment

NAME = "china-2021-draft"
CANARY = "canary,outside\nread,1\n"
TABLES = ("figures", "exports", "series", "groups", "flows", "articles", "drivers", "assumptions", "sources")
KEYS = ("price_ndpr", "exports.dy.JPN.2026", "price.ndpr.2026", "groups.CHN.licensed miners")
HUGE = 40 << 30

Tamper = Callable[[Path, random.Random], None]


@functools.cache
def base() -> Path:
    """A folder `result` as it was written, and a `canary.csv` beside it."""
    above = Path(tempfile.mkdtemp(prefix="earthprice-fuzz-"))
    made = make_assessment()
    book = {"rulebook": NAME, "version": 3, "given": NAME, "ships": True, "text": load_rulebook(NAME).text}
    options = {"draws": 3, "years": [2021, 2035], "answers": []}
    meta = dataclasses.replace(made.meta, rulebook=NAME, books=[book], options=options)
    factor = made.assumptions["parameter"].to_list()
    known = made.assumptions.assign(factor=factor, own="")
    full = dataclasses.replace(made, meta=meta, flows=_flows(), assumptions=known)

    def write(into: Path) -> None:
        (into / "tables").mkdir()
        write_records(full, into)
        write_tables(full, into / "tables")

    with claim(above / "result", 1 << 20) as place:
        place.put(write)
    (above / "canary.csv").write_text(CANARY, encoding="utf-8")
    return above


def _flows() -> pd.DataFrame:
    kinds = {
        "stage": "trade",
        "zone": "CHN",
        "good": "dy_oxide",
        "status": "licensed",
        "group": "licensed miners",
        "district": "",
    }
    rows = [
        {"scenario": scenario, "year": year, "activity": f"ship_{partner}", "partner": partner, **kinds, "level": level}
        for scenario, level in (("baseline", 1.0), ("reform", 0.5))
        for year in (2023, 2026)
        for partner in ("JPN", "USA")
    ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Mutant:
    """How a result is tampered with, and what is done to its manifest after.

    Attributes:
        name: of the way.
        tamper: does it.
        manifest: `as it was`, `forged` (so that it fits again), or `none`.
        seed: of the random numbers that the way uses.
    """

    name: str
    tamper: Tamper
    manifest: str
    seed: int

    def __str__(self) -> str:
        return f"{self.name}, manifest {self.manifest}, seed {self.seed}"


def make(chance: random.Random) -> Mutant:
    """A mutant."""
    name = chance.choice(sorted(WAYS))
    return Mutant(name, WAYS[name], chance.choice(("as it was", "forged", "none")), chance.randrange(1 << 30))


@contextlib.contextmanager
def tampered(mutant: Mutant) -> Iterator[Path]:
    """The result, tampered with, in a folder of its own."""
    with tempfile.TemporaryDirectory() as above:
        shutil.copytree(base(), above, dirs_exist_ok=True)
        folder = Path(above) / "result"
        if mutant.manifest != "as it was":
            (folder / MANIFEST).unlink()
        mutant.tamper(folder, random.Random(mutant.seed))
        if mutant.manifest == "forged" and not (folder / MANIFEST).exists():
            with contextlib.suppress(InputError, OSError):
                write_manifest(folder, "0.1.0")
        yield folder


def attempt(mutant: Mutant) -> None:
    """Have every verb read it.

    Raises:
        EarthpriceError: the last refusal, if one refused.
    """
    refusal: EarthpriceError | None = None
    with tampered(mutant) as folder:
        outside = {p: p.stat().st_size for p in folder.parent.rglob("*") if p.is_file() and not p.is_symlink()}
        for name, read in READERS.items():
            try:
                said = read(folder)
            except InputError as error:
                refusal = error
                said = str(error)
            else:
                if mutant.manifest == "as it was" and name != "verify":
                    assert said == as_written(name), f"{name}: other numbers than were written"
            assert "canary,outside" not in said and "read,1" not in said, f"{name} read outside the folder"
        assert outside == {p: p.stat().st_size for p in outside}, "a file was touched"
    if refusal is not None:
        raise refusal


@functools.cache
def as_written(name: str) -> str:
    """What a reader says of the result as it was written."""
    return READERS[name](base() / "result")


def _tables(folder: Path) -> str:
    result = Result(folder)
    return "".join(result.rows(name).to_csv(index=False) for name in TABLES)


def _cite(folder: Path) -> str:
    result = Result(folder)
    result.need(*CITED)
    return "\n".join(citation(result.run))


def _verify(folder: Path) -> str:
    verdict = verify(folder, lambda *_: None, files_only=True)
    if verdict.changed:
        raise ResultError("; ".join(map(str, verdict.changed)))
    result = Result(folder)
    result.need("rulebook", "books", "options")
    return f"{options_made_with(result)} {kept_texts(result)}"


def _free(folder: Path) -> str:
    must_be_free(folder)
    return ""


READERS: dict[str, Callable[[Path], str]] = {
    **{key: functools.partial(lambda key, folder: json_text(explain(folder, key)), key) for key in KEYS},
    "tables": _tables,
    "cite": _cite,
    "verify": _verify,
    "free": _free,
}


def _some(folder: Path, chance: random.Random) -> Path:
    return folder / chance.choice(
        ("run.json", MANIFEST, *(f"tables/{n}.csv" for n in TABLES), f"rulebooks/{NAME}.yaml")
    )


def _table(folder: Path, chance: random.Random) -> Path:
    return folder / "tables" / f"{chance.choice(TABLES)}.csv"


def _put(text: str | bytes) -> Tamper:
    content = text.encode() if isinstance(text, str) else text
    return lambda folder, chance: _write(_some(folder, chance), content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _away(folder: Path, chance: random.Random) -> Path:
    path = _some(folder, chance)
    path.unlink(missing_ok=True)
    return path


def _linked(target: str) -> Tamper:
    return lambda folder, chance: _away(folder, chance).symlink_to(target)


def _sparse(folder: Path, chance: random.Random) -> None:
    with _some(folder, chance).open("ab") as stream:
        stream.truncate(HUGE)


def _flip(folder: Path, chance: random.Random) -> None:
    path = _some(folder, chance)
    text = bytearray(path.read_bytes() if path.exists() else b"x")
    for _ in range(chance.randrange(1, 6)):
        text[chance.randrange(len(text))] = chance.randrange(256)
    path.write_bytes(text)


def _cut(folder: Path, chance: random.Random) -> None:
    path = _some(folder, chance)
    text = path.read_bytes() if path.exists() else b"x"
    path.write_bytes(text[: chance.randrange(len(text))])


ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 1e308, 10**9, 10**30, "", "x" * 100_000, "\x1b[31m", [], {}, [[]], {"a": [1]}),
    *("/etc/shadow", "../canary.csv", "~", ["../canary.csv"], float("nan"), "9999-99-99", "\ud800"),
)


def _field(folder: Path, chance: random.Random) -> None:
    """A value of run.json or of its options becomes something else, or goes."""
    path = folder / "run.json"
    run = json.loads(path.read_text("utf-8"))
    held = chance.choice((run, run, run["options"], run["books"][0], run["versions"]))
    name = chance.choice(sorted(held))
    if chance.random() < 0.2:
        del held[name]
    else:
        held[name] = chance.choice(ODD)
    path.write_text(json.dumps(run), "utf-8")


def _entry(folder: Path, chance: random.Random) -> None:
    """The same for a row of the manifest."""
    if not (folder / MANIFEST).exists():
        write_manifest(folder, "0.1.0")
    said = json.loads((folder / MANIFEST).read_text("utf-8"))
    held = chance.choice((said, *said["files"]))
    held[chance.choice(sorted(held))] = chance.choice(ODD)
    (folder / MANIFEST).write_text(json.dumps(said), "utf-8")


ELSEWHERE = ("../canary.csv", "/etc/shadow", "rulebooks/../../canary.csv", "rulebooks", "", ".", "run.json\0")


def _rulebook_path(folder: Path, chance: random.Random) -> None:
    run = json.loads((folder / "run.json").read_text("utf-8"))
    whole = str(folder.parent / "canary.csv")
    run["books"][0]["file"] = chance.choice((*ELSEWHERE, whole))
    (folder / "run.json").write_text(json.dumps(run), "utf-8")


def _rows(change: Callable[[list[list[str]], random.Random], list[list[str]]]) -> Tamper:
    def tamper(folder: Path, chance: random.Random) -> None:
        path = _table(folder, chance)
        lines = [line.split(",") for line in path.read_text("utf-8-sig").splitlines()]
        path.write_text("\n".join(",".join(row) for row in change(lines, chance)), "utf-8")

    return tamper


def _without_column(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    k = chance.randrange(len(rows[0]))
    return [row[:k] + row[k + 1 :] for row in rows]


def _renamed(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    k = chance.randrange(len(rows[0]))
    return [[*rows[0][:k], chance.choice(("", "x", rows[0][0], "year")), *rows[0][k + 1 :]], *rows[1:]]


def _cell(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    odd = ("", "word", "nan", "inf", "-1e400", "9" * 400, "0x10", "\x00", "=1+1", "[/red]", "1_000", "٣", '"')
    for _ in range(chance.randrange(1, 40)):
        row = chance.choice(rows[1:] or rows)
        row[chance.randrange(len(row))] = chance.choice(odd)
    return rows


def _fifo(folder: Path, chance: random.Random) -> None:
    os.mkfifo(_away(folder, chance))


def _folder(folder: Path, chance: random.Random) -> None:
    _away(folder, chance).mkdir()


def _all_linked(folder: Path, chance: random.Random) -> None:
    name = chance.choice(("tables", "rulebooks"))
    (folder / name).rename(folder.parent / "apart")
    (folder / name).symlink_to(folder.parent / "apart")


def _many(folder: Path, chance: random.Random) -> None:
    (folder / "more").mkdir()
    for i in range(30):
        (folder / "more" / f"{i}\n\x1b[31m").write_text("mine")


def _deep(folder: Path, chance: random.Random) -> None:
    (folder / "/".join(["a"] * chance.randrange(2, 60))).mkdir(parents=True)


def _unreadable(folder: Path, chance: random.Random) -> None:
    _some(folder, chance).unlink(missing_ok=True)


WAYS: dict[str, Tamper] = {
    "five": _put("5"), "list": _put("[]"), "null": _put("null"), "empty": _put(""), "object": _put("{}"),
    "space": _put(" \n"), "text": _put('"x"'), "not json": _put("{"), "nan": _put("NaN"), "nul": _put(b"\0" * 1000),
    "not utf-8": _put(b"\xff\xfe{}"), "utf-16": _put("{}".encode("utf-16")), "nested": _put("[" * 100_000),
    "nested objects": _put('{"a":' * 50_000), "digits": _put('{"draws": ' + "9" * 50_000 + "}"),
    "commas": _put("," * 100_000), "lines": _put(",\n" * 700_000), "one heading": _put("a,b,c\n"),
    "quote": _put('a,b\n"1,2\n3'), "ragged": _put("a,b\n1,2,3,4\n"), "mark alone": _put("\ufeff"),
    "latin": _put("a,b\nZürich,1\n".encode("latin-1")), "same heading": _put("key,key\n1,2\n"),
    "link out": _linked("../canary.csv"), "link abroad": _linked("/etc/passwd"), "link to itself": _linked("run.json"),
    "link nowhere": _linked("nowhere"), "link to zeros": _linked("/dev/zero"), "sparse": _sparse, "fifo": _fifo,
    "folder": _folder, "missing": _unreadable, "flipped": _flip, "cut": _cut, "field": _field, "field again": _field,
    "manifest entry": _entry, "rulebook elsewhere": _rulebook_path, "column gone": _rows(_without_column),
    "column renamed": _rows(_renamed), "cells": _rows(_cell), "cells again": _rows(_cell),
    "half the rows": _rows(lambda rows, chance: rows[: len(rows) // 2]),
    "rows twice": _rows(lambda rows, chance: rows + rows[1:]),
    "rows mixed": _rows(lambda rows, chance: [rows[0], *chance.sample(rows[1:], len(rows) - 1)]),
    "heading alone": _rows(lambda rows, chance: rows[:1]), "tables elsewhere": _all_linked, "files added": _many,
    "deep": _deep, "as it was": lambda folder, chance: None,
}  # fmt: skip
"""Ways to tamper with a result."""

RESULTS = Target("results", make, attempt, str, small=20)
