"""The facts as a Frictionless data package: columns, files with their digests, and the terms of every source.

`sources/terms.csv` sorts sources by publisher: the first pattern found in a source's words takes it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from earthprice.facts.schema import Column, load_schema
from earthprice.facts.store import CHOICE_COLUMNS
from tools.rules.tables import FACTS, Row, read, source

POINTER = "pointer"
"""Text of a row whose figure may not be passed on: its other columns say where it stands. Of such a source only single
figures that the model rests on are cited."""
KINDS = {"text": "string", "number": "number", "year": "year", "date": "string", "day": "date", "choice": "string"}
"""Type of a column here, and of a field there; a period has no type there."""
PERIOD = r"[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}(-[0-9]{2}){0,2})?"
LICENCE = {
    "name": "MIT",
    "path": "https://opensource.org/license/mit",
    "title": "MIT: selection, structure and words are ours; a figure keeps the terms of its source",
}


@cache
def terms_of(cited: str) -> Row:
    """The publisher of a source and the terms on which its figures may be passed on."""
    return next(row for row in source("terms") if re.search(row["pattern"], cited))


def counted(rows: Iterable[Row]) -> Counter[str]:
    """Facts by publisher."""
    return Counter(terms_of(row["source"])["publisher"] for row in rows)


def pointers(rows: Iterable[Row]) -> Counter[str]:
    """Rows without their figure by publisher."""
    return counted(row for row in rows if row["text"] == POINTER)


def field(c: Column) -> dict[str, Any]:
    """A column as a field of a table schema."""
    rules: dict[str, Any] = {"required": True} if c.required else {}
    if c.choices:
        rules["enum"] = list(c.choices)
    if c.type == "date":
        rules["pattern"] = PERIOD
    return {"name": c.name, "type": KINDS[c.type], "description": c.words} | ({"constraints": rules} if rules else {})


def resource(name: str, columns: tuple[Column, ...]) -> dict[str, Any]:
    """A table: its file, columns and sources."""
    path = FACTS / f"{name}.csv"
    written, rows = path.read_bytes(), read(path)
    by_name = {c.name: c for c in columns}
    found = counted(rows) if "source" in rows[0] else Counter({"our own": len(rows)})
    return {
        "name": name,
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "bytes": len(written),
        "hash": f"sha256:{sha256(written).hexdigest()}",
        "schema": {
            "fields": [field(by_name[column]) for column in rows[0]],
            "missingValues": [""],
            "primaryKey": columns[0].name,
        },
        "sources": [{"title": title, "facts": n} for title, n in sorted(found.items())],
    }


def package() -> dict[str, Any]:
    """The descriptor of the folder of facts."""
    tables = load_schema()
    rows = [row for name in tables for row in read(FACTS / f"{name}.csv")]
    whole, bare = counted(rows), pointers(rows)
    said = ("licence", "redistribution", "terms", "confidence", "path")
    sources = [
        {
            "title": t["publisher"],
            "facts": whole[t["publisher"]],
            "pointers": bare[t["publisher"]],
            **{k: t[k] for k in said if t[k]},
        }
        for t in source("terms")
    ]
    return {
        "profile": "tabular-data-package",
        "name": "earthprice-facts",
        "title": "Rare earths: facts with unit, date, source and confidence",
        "description": "What the columns and terms mean: docs/data.md. The terms are as we understand them, no advice.",
        "licenses": [LICENCE],
        "sources": sources,
        "resources": [resource(n, c) for n, c in {**tables, "choices": CHOICE_COLUMNS}.items()],
    }


def make(path: Path) -> None:
    """Write the descriptor, a line a table and a source."""
    parts = []
    for key, value in package().items():
        lines = [json.dumps(v, ensure_ascii=False) for v in value] if isinstance(value, list) else []
        body = "[\n  " + ",\n  ".join(lines) + "\n ]" if lines else json.dumps(value, ensure_ascii=False)
        parts.append(f" {json.dumps(key)}: {body}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
