"""The made sections of docs/data.md: columns of the tables, choices, factors, licences of the facts."""

from __future__ import annotations

from earthprice.facts.schema import load_schema, schema_tables
from earthprice.facts.store import load_facts
from earthprice.facts.world import load_world
from tools.pages.fill import fill
from tools.rules.package import package

HEAD = "| publisher | figures | pointers | licence | passed on | terms |", "| --- | ---: | ---: | --- | --- | --- |"


def choices() -> str:
    """The choices between rivals as a table of Markdown."""
    rows = [f"| `{c.quantity}` | {c.chosen} | {c.why} |" for c in load_facts().choices.itertuples(index=False)]
    return "\n".join(["| quantity | chosen | why |", "| --- | --- | --- |", *rows])


def factors() -> str:
    """What a draw moves, how much of it together, and why, as a table of Markdown."""
    rows = load_world().numbers.factors.fillna("").itertuples(index=False)
    cells = [f"| {r.words} | `{r.pattern}` | {r.common:g} | {r.own} | {r.why} |" for r in rows]
    return "\n".join(["| factor | numbers | common | own part | why |", "| --- | --- | ---: | --- | --- |", *cells])


def licences() -> str:
    """Facts by publisher, and on which terms they stand here, as a table of Markdown."""
    rows = [
        f"| {s['title']} | {s['facts'] - s['pointers']} | {s['pointers']} | {s['licence']} | {s['redistribution']} | "
        f"{s['terms']} |"
        for s in package()["sources"]
    ]
    return "\n".join([*HEAD, *rows])


def bodies() -> dict[str, str]:
    """What the page must say of what ships, by mark."""
    columns = {"schema": schema_tables(load_schema()), "world schema": schema_tables(load_schema(room="world"))}
    return {"choices": choices(), "factors": factors(), "licences": licences(), **columns}


if __name__ == "__main__":
    fill("data.md", bodies())
