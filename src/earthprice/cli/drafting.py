"""The verbs for the text itself: show, check, copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earthprice.cli.arguments import Book, Json
from earthprice.cli.screen import console, print_json, print_table
from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.law.rulebook import Rulebook
    from earthprice.law.stack import Stack

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="See nothing published later (YYYY-MM-DD).")]


def show(rulebook: Book, as_of: AsOf = None, json: Json = False) -> None:
    """The rulebook as prose, article by article; assumptions stand in another colour."""
    from rich.text import Text

    from earthprice.law.load import load_rulebook
    from earthprice.law.prose import prose

    book = load_rulebook(rulebook)
    text = prose(book, as_of=as_of)
    if json:
        print_json({"status": "ok", "rulebook": book.rulebook, "title": book.title, "prose": text})
        return
    shown = Text(text)
    shown.highlight_regex(r"(?m)^(?:Article|Art\.) .*$", "bold")
    shown.highlight_regex(r"\[?assum(?:ption|ed)\b[^\n]*", "yellow")
    console().print(shown, soft_wrap=True)


def check(
    rulebook: Annotated[str | None, typer.Argument(metavar="RULEBOOK", help="A name or a path.")] = None,
    as_of: AsOf = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of the format, for an editor's completion.")
    ] = False,
    json: Json = False,
) -> None:
    """Whether a rulebook can be assessed: what it reaches, what it rests on, which articles it leaves out."""
    from earthprice.law.schema import json_schema

    if schema:
        print_json(json_schema())
        return
    if not rulebook:
        raise OptionError("no rulebook named", where="RULEBOOK", accepted="a shipped name, a path, or --schema")
    found = _examine(rulebook, as_of)
    if json:
        print_json({"status": "ok", **found})
        return
    typer.echo(found["words"])
    print_table(found["measures"])
    for line in found["notes"]:
        typer.echo(line)


def _examine(rulebook: str, as_of: str | None) -> dict[str, Any]:
    from earthprice.facts.world import load_world
    from earthprice.law.load import load_rulebook
    from earthprice.law.stack import stack

    book = load_rulebook(rulebook)
    stacked = stack(book)
    network = load_world().network
    return {"rulebook": book.rulebook, **_reached(stacked, network, as_of), "notes": _notes(book, stacked)}


def _reached(stacked: Stack, network: Any, as_of: str | None) -> dict[str, Any]:
    raise NotImplementedError


def _notes(book: Rulebook, stacked: Stack) -> list[str]:
    raise NotImplementedError


def copy(
    rulebook: Book,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; never overwritten.")],
    json: Json = False,
) -> None:
    """Copy a rulebook to a file of your own, to edit, check and assess."""
    from earthprice.law.load import SHELF, load_rulebook, shipped

    load_rulebook(rulebook)
    source = SHELF / f"{rulebook}.yaml" if rulebook in shipped() else Path(rulebook)
    text = source.read_text(encoding="utf-8")
    if target.is_dir():
        target = target / source.name
    if target.suffix not in (".yaml", ".yml"):
        raise OptionError(
            f"'{target}' would not be read as a rulebook.", where="FILE", accepted="a name ending in .yaml"
        )
    if target.exists():
        raise OptionError(f"'{target}' exists and is not overwritten.", where="FILE", accepted="a new name")
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    if json:
        print_json({"status": "ok", "file": str(target)})
    else:
        typer.echo(f"{target} written; next: earthprice check {target}")
