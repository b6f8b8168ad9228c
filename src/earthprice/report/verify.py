"""Verify a result: run it again from its run.json and compare every table bit for bit."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from earthprice import __version__
from earthprice.errors import OptionError
from earthprice.report.tables import TABLES, write_csv
from earthprice.study.assess import Options, assess

Tell = Callable[[str, int, int], None]


def rerun(folder: Path, tell: Tell) -> list[dict[str, Any]]:
    """Run a result again and compare its tables with those that were kept.

    Args:
        folder: a result folder.
        tell: takes words, done, total.

    Returns:
        One row a table: `table`, `same` (byte for byte), `words` (what differs, empty if nothing).

    Raises:
        OptionError: run.json lacks what a run needs.
    """
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    again = assess(_rulebook(folder, run), _options(run), tell)
    with tempfile.TemporaryDirectory() as fresh:
        for name in TABLES:
            write_csv(getattr(again, name), Path(fresh) / f"{name}.csv")
        return [_compare(folder / "tables" / f"{name}.csv", Path(fresh) / f"{name}.csv", run) for name in TABLES]


def _rulebook(folder: Path, run: Mapping[str, Any]) -> str | Path:
    """The name of a shipped rulebook, or the copy of one's own that the result keeps."""
    if "rulebook" not in run:
        raise OptionError("'rulebook' is missing.", where=f"{folder}/run.json", accepted="a run.json of earthprice")
    kept = folder / "rulebook.yaml"
    return kept if str(run["rulebook"]).endswith((".yaml", ".yml")) and kept.is_file() else str(run["rulebook"])


def _options(run: Mapping[str, Any]) -> Options:
    given = run.get("options", {})
    known = {f.name for f in dataclasses.fields(Options)}
    for name in given:
        if name not in known:
            raise OptionError(f"no option '{name}'.", where="run.json: options", accepted=known, given=name)
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
