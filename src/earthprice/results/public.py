"""A public copy of a result made in a private world: a list of what may be seen, not of what may not.

Whoever has the shipped tables can run the same text in them and subtract. What is left is the supplier: a level of its
zone less the shipped level is its output, a price less the shipped price its size, and in one draw even to the digit.
So the copy holds differences between the two laws, both of them in the private world, over enough draws, to two digits;
and no digest of the private tables, with which a guess could be confirmed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.errors import OptionError, ResultError
from earthprice.keep.inside import read_inside
from earthprice.keep.manifest import as_object, read_manifest
from earthprice.measures.spread import FEWEST
from earthprice.report.plain import json_text
from earthprice.results.folder import claim
from earthprice.results.result import FIELDS, RUN_BYTES, TABLE_BYTES, Result, check_fields
from earthprice.results.tables import bibtex, write_csv
from earthprice.study.phrases import counted

PUBLIC = "public.json"
"""What stands in a public copy in the place of run.json."""
DIGITS = 2
"""Significant digits that a number keeps."""
ROOM = 1 << 20
"""Place on the disk that a public copy takes at most [bytes]."""
HEAD = (
    "title",
    "book",
    "baseline",
    "kind",
    "reading",
    "as_of",
    "first_year",
    "last_year",
    "figure_year",
    "base_year",
    "known_from",
    "money",
    "discount",
    "draws",
    "home",
    "answers",
    "versions",
)
"""What of run.json stays, beside what was asked otherwise than by default (`_asked`)."""
FIGURES = ("number", "key", "label", "unit", "year", "diff_p05", "diff_p50", "diff_p95", "sign", "draws")
"""What of the ten figures stays: differences, no level."""
TEXTS = ("rulebook.txt", "rulebooks/")
"""Files that stay as they are, unless one names a private supplier."""
STRIPPED = (
    ("the private supplier's own rows: its capacity, cost, grade, assay, start, its flows", "they are what is private"),
    ("assumptions.csv, and the tables of flows, drivers and exposure", "they hold those rows, or sums of few of them"),
    (
        "levels and paths: prices, output, exports, stocks of either law",
        "less the same run in the shipped tables they are the supplier's output and size",
    ),
    (
        "draws and what holds them: ensemble.nc, paths.nc, iamc.csv, summary.xlsx, figures, report.html, report.docx",
        "in a single draw a difference shows the supplier to the digit",
    ),
    ("gains of the zone in which the supplier lies, and of its groups", "where few others mine they are its profit"),
    (
        "digests of the tables, the seed, the command, and which numbers of the world were set",
        "with them a guess of a capacity or a cost can be confirmed",
    ),
)
"""What is stripped, and why; docs/security.md holds the same."""


def export_public(folder: Path, out: Path) -> tuple[list[Path], list[str]]:
    """Write a copy of a result that may be passed on.

    Args:
        folder: a result made in a private world.
        out: where the copy is to stand.

    Returns:
        The files written, and the files left out because they name a private supplier.

    Raises:
        ResultError: the result holds nothing private, or has too few draws.
        OptionError: the place cannot be used.
    """
    result = Result(folder)
    result.need("private", "options", *HEAD)
    here, there = folder.resolve(), out.resolve()
    if there == here or here in there.parents or there in here.parents:
        raise OptionError(
            f"{out} is the result itself, or holds it, or lies in it", where="--out", accepted="a place of its own"
        )
    private = [str(x).partition("@") for x in result.run["private"]]
    if not private:
        raise ResultError("holds nothing private", where=str(folder), accepted="pass it on as it is")
    if result.run["draws"] < FEWEST:
        what = f"has {counted(result.run['draws'])}, so that its ranges are single draws"
        raise ResultError(what, where=str(folder), accepted=f"a result of {FEWEST} draws or more")
    names, zones = [x[0] for x in private], {x[2] for x in private}
    left: list[str] = []

    def write(made: Path) -> None:
        write_csv(_figures(result.rows("figures"), zones), made / "figures.csv")
        told = {k: result.run[k] for k in HEAD} | _asked(result.run["options"])
        (made / PUBLIC).write_text(json_text(told), encoding="utf-8")
        sources = result.rows("sources")
        (made / "sources.bib").write_text(bibtex(sources[~sources["source"].str.startswith("private file")]), "utf-8")
        (made / "README.txt").write_text(_readme(_asked(result.run["options"])), encoding="utf-8")
        for name, content in _texts(result):
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_bytes(content)
        for path in sorted(p for p in made.rglob("*") if p.is_file()):
            if named := _named(path, names):
                path.unlink()
                left.append(f"{path.relative_to(made)} (names {named})")

    with claim(out, ROOM, holds=PUBLIC) as place:
        return place.put(write), left


def read_public(folder: Path) -> dict[str, Any]:
    """What a public copy says of its run (`HEAD` and `_asked`), as it was written.

    Raises:
        ResultError: a file of it was changed, or lacks something.
    """
    where = f"{folder}/{PUBLIC}"
    content = read_inside(folder, PUBLIC, RUN_BYTES)
    if sha256(content).hexdigest() != read_manifest(folder).files.get(PUBLIC, (0, ""))[1]:
        raise ResultError("was changed after it was written", where=where, accepted="a public copy as it was written")
    told = as_object(content, where)
    check_fields(told, FIELDS, where)
    for name in HEAD:
        if name not in told:
            raise ResultError(f"'{name}' is missing", where=where, accepted="a copy of earthprice export --public")
    return told


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """What makes the figures others than those of the text as it stands: its numbers changed, its delay, periods.

    Of numbers of the world that were changed the count alone: one may be the supplier's.
    """
    changed = options.get("overrides", {})
    law = {name: value for name, value in changed.items() if "/" not in name}
    return {
        "set": law,
        "world_numbers_set": len(changed) - len(law),
        "delay_years": options.get("delay_years", 0.0),
        "period": options.get("period", "auto"),
    }


def _texts(result: Result) -> Iterator[tuple[str, bytes]]:
    """Texts of the law that a result keeps."""
    assert result.manifest is not None
    for name in result.manifest.files:
        if name.startswith(TEXTS):
            yield name, result.read(name, TABLE_BYTES)


def _named(path: Path, names: Sequence[str]) -> str:
    """A private supplier that a file names; empty if none."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return next((name for name in names if name in text), "")


def _figures(table: pd.DataFrame, zones: set[str]) -> pd.DataFrame:
    """Differences of the ten figures to two digits; net gains of the suppliers' zones are left out.

    A zone without a row of its own is one of the others, whose gain is left out then.
    """
    rows, known = [f"gain_{zone}" for zone in zones], set(table["key"])
    hidden = [row if row in known else "gain_others" for row in rows]
    kept = table.loc[~table["key"].isin(hidden), list(FIGURES)]
    return kept.assign(**{c: kept[c].map(coarse) for c in FIGURES if c.startswith("diff_")})


def coarse(x: Any) -> float:
    """A number to `DIGITS` significant digits."""
    x = float(x)
    return x if not math.isfinite(x) or x == 0 else round(x, DIGITS - 1 - math.floor(math.log10(abs(x))))


def _readme(asked: dict[str, Any]) -> str:
    """What the folder is, what was asked otherwise than the text has it, and what was stripped."""
    changed = [f"{name} = {value}" for name, value in asked["set"].items()]
    if count := asked["world_numbers_set"]:
        changed.append(f"{count} number{'s' * (count > 1)} of the world")
    changed += [f"entry into force {asked['delay_years']:g} years later"] * bool(asked["delay_years"])
    otherwise = f"Not as the text has it: {'; '.join(changed)}.\n\n" if changed else ""
    rows = "\n".join(f"- {what}: {why}." for what, why in STRIPPED)
    return (
        "The public copy of a result of earthprice that was made in a private world: differences between two laws, "
        f"both run in that world, to {DIGITS} digits.\n\n{otherwise}Left out:\n{rows}\n\n"
        "Nobody can run it again without the private tables. What is left still says that there is a supplier, and "
        "what the text does in a world with it.\n"
    )
