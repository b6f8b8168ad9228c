"""Write the generated sections of docs/data.md again: the schema and the choices."""

from __future__ import annotations

import re
from pathlib import Path

from earthprice.facts.schema import load_schema, markdown
from earthprice.facts.store import load_facts

PAGE = Path(__file__).parents[1] / "docs" / "data.md"


def choices() -> str:
    """The choices between rivals as a table of Markdown."""
    rows = [f"| `{c.quantity}` | {c.chosen} | {c.why} |" for c in load_facts().choices.itertuples(index=False)]
    return "\n".join(["| quantity | chosen | why |", "| --- | --- | --- |", *rows])


def fill(text: str, name: str, body: str) -> str:
    """The page with the section between the markers of `name` replaced."""
    pattern = rf"(<!-- {name}: generated -->\n).*?(\n<!-- {name}: end -->)"
    return re.sub(pattern, lambda found: found[1] + body + found[2], text, flags=re.S)


def main() -> None:
    """Fill both sections in place."""
    text = fill(PAGE.read_text(encoding="utf-8"), "choices", choices())
    PAGE.write_text(fill(text, "schema", markdown(load_schema())), encoding="utf-8")


if __name__ == "__main__":
    main()
