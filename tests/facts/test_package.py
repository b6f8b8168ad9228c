"""The data package of the facts: it says what ships, what ships keeps to it, and what may not be passed on is not."""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tools.rules.package import POINTER, terms_of
from tools.rules.tables import FACTS, SOURCES, WORLD, read, source

PACKAGE = json.loads((FACTS / "datapackage.json").read_text(encoding="utf-8"))
NAME = {"type": "string", "pattern": r"^[-a-z0-9._/]+$"}
TEXT = {"type": "string", "minLength": 1}
FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {
        "name": TEXT,
        "type": {"enum": ["string", "number", "year", "date"]},
        "constraints": {
            "type": "object",
            "propertyNames": {"enum": ["required", "enum", "pattern"]},
            "properties": {"enum": {"type": "array", "minItems": 1, "uniqueItems": True}},
        },
    },
}
RESOURCE = {
    "type": "object",
    "required": ["name", "path", "schema", "encoding", "bytes", "hash"],
    "properties": {
        "name": NAME,
        "path": {"type": "string", "pattern": r"^(?!.*\.\.)[^/].*$"},
        "profile": {"const": "tabular-data-resource"},
        "bytes": {"type": "integer"},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "schema": {"required": ["fields"], "properties": {"fields": {"type": "array", "items": FIELD, "minItems": 1}}},
    },
}
RULES = {
    "type": "object",
    "required": ["name", "resources", "licenses", "sources"],
    "properties": {
        "profile": {"const": "tabular-data-package"},
        "name": NAME,
        "resources": {"type": "array", "minItems": 1, "items": RESOURCE},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"required": ["name"]}, {"required": ["path"]}]},
        },
        "sources": {"type": "array", "minItems": 1, "items": {"required": ["title"], "properties": {"title": TEXT}}},
    },
}
"""What the published profiles `tabular-data-package` and `table-schema` demand of what stands here."""
READ = {
    "string": str,
    "number": float,
    "year": lambda cell: date(int(cell), 1, 1),
    "date": date.fromisoformat,
}


def test_the_descriptor_keeps_the_published_rules() -> None:
    Draft202012Validator(RULES).validate(PACKAGE)
    names = [r["name"] for r in PACKAGE["resources"]]
    assert len(set(names)) == len(names)
    assert {r["path"] for r in PACKAGE["resources"]} == {p.name for p in FACTS.glob("*.csv")} - {"schema.csv"}


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda r: r["name"])
def test_a_table_is_as_it_is_described(resource: dict[str, Any]) -> None:
    written, rows = (FACTS / resource["path"]).read_bytes(), read(FACTS / resource["path"])
    assert len(written) == resource["bytes"] and resource["hash"] == f"sha256:{sha256(written).hexdigest()}"
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    assert list(fields) == list(rows[0])
    for row in rows:
        for name, cell in row.items():
            rules = fields[name].get("constraints", {})
            if not cell:
                assert not rules.get("required"), row
                continue
            READ[fields[name]["type"]](cell)
            assert cell in rules.get("enum", [cell]) and re.fullmatch(rules.get("pattern", "(?s:.*)"), cell), row
    keys = [row[resource["schema"]["primaryKey"]] for row in rows]
    assert len(set(keys)) == len(keys)
    assert sum(s["facts"] for s in resource["sources"]) == len(rows)


def test_every_source_has_terms() -> None:
    assert {s["redistribution"] for s in PACKAGE["sources"]} == {"free", "quoted", "pointer"}
    assert all(s["facts"] > 0 and s["licence"] and s["terms"] for s in PACKAGE["sources"]), "a pattern takes nothing"
    assert terms_of("UN Comtrade (China reporter), Argus")["redistribution"] == "pointer"
    assert terms_of("SMM, as printed by USGS")["redistribution"] == "quoted", "the narrower terms hold"
    assert terms_of("USGS MCS 2021")["redistribution"] == "free"


def test_what_may_not_be_passed_on_is_a_pointer_unless_the_model_rests_on_it() -> None:
    files = [*WORLD.glob("*.csv"), FACTS / "choices.csv", *SOURCES.glob("*.csv")]
    rested = set(re.findall(r"[a-z_]+-\d{4}", "".join(p.read_text(encoding="utf-8") for p in files)))
    pointers = 0
    for resource in PACKAGE["resources"][:-1]:
        for row in read(Path(FACTS / resource["path"])):
            closed = terms_of(row["source"])["redistribution"] == "pointer"
            if row["text"] == POINTER:
                assert closed and not (row["value"] or row["low"] or row["high"]), row
                assert row["id"] not in rested, row
                pointers += 1
            else:
                assert not closed or row["id"] in rested, f"{row['id']} is not ours to pass on"
    assert pointers > 200 and {t["redistribution"] for t in source("terms")} >= {"pointer"}
