"""The data package of the facts: it says what ships, what ships keeps to it, and what may not be passed on is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from frictionless import Package

from tools.rules.package import POINTER, terms_of
from tools.rules.tables import FACTS, SOURCES, WORLD, read, source, write

PACKAGE = json.loads((FACTS / "datapackage.json").read_text(encoding="utf-8"))


def test_frictionless_finds_nothing_to_mend() -> None:
    """Descriptor, digests, columns, types, words, keys: read by others' code."""
    found = Package(str(FACTS / "datapackage.json")).validate()
    assert found.valid, found.to_summary()
    assert not found.warnings and len(found.tasks) == len(PACKAGE["resources"])


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("value", "6.45 USD", "type-error"),
        ("published", "2021-13-01", "type-error"),
        ("confidence", "D", "constraint-error"),
        ("source", "", "constraint-error"),
        ("date", "spring", "constraint-error"),
        ("id", "prices-0001", "primary-key"),
        ("note", "another", "hash-count"),
    ],
)
def test_frictionless_finds_what_is_wrong(column: str, cell: str, kind: str, tmp_path: Path) -> None:
    """One cell otherwise; where it is not the digest that is asked, the table has none."""
    described = next(r for r in PACKAGE["resources"] if r["name"] == "prices")
    first, second, *rest = read(FACTS / described["path"])
    write(tmp_path / described["path"], list(first), [first, second | {column: cell}, *rest])
    left = {"hash", "bytes"} if kind != "hash-count" else {"bytes"}
    alone = PACKAGE | {"resources": [{k: v for k, v in described.items() if k not in left}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(alone), encoding="utf-8")
    assert [kind] in Package(str(tmp_path / "datapackage.json")).validate().flatten(["type"])


def test_every_table_is_described_and_every_row_counted() -> None:
    assert {r["path"] for r in PACKAGE["resources"]} == {p.name for p in FACTS.glob("*.csv")} - {"schema.csv"}
    for resource in PACKAGE["resources"]:
        assert sum(s["facts"] for s in resource["sources"]) == len(read(FACTS / resource["path"]))


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
