"""docs/data.md says what the schema and the choices say."""

from __future__ import annotations

from pathlib import Path

from earthprice.facts.schema import load_schema, markdown
from earthprice.facts.store import load_facts

PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def between(name: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.partition(f"<!-- {name}: generated -->\n")[2].partition(f"\n<!-- {name}: end -->")[0].strip()


def test_the_schema_section_is_the_schema() -> None:
    assert between("schema") == markdown(load_schema())


def test_the_choices_section_is_the_choices() -> None:
    rows = [f"| `{c.quantity}` | {c.chosen} | {c.why} |" for c in load_facts().choices.itertuples(index=False)]
    assert between("choices").splitlines()[2:] == rows
