"""The verbs that read a result: explain, table, verify, cite."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earthprice.cli.arguments import LAST_RESULT, Json, ResultFolder, WorldFolder, read_names
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import mark_private, print_drawn, print_json, print_table, print_text, progress
from earthprice.cli.starting import read_result
from earthprice.errors import OptionError
from earthprice.report.printed import file_alone, for_bibtex, from_csv, printable

if TYPE_CHECKING:
    import pandas as pd
    from rich.tree import Tree

    from earthprice.results.verify import Verdict

CITED = ("title", "rulebook", "baseline", "reading", "as_of", "draws", "seed", "versions", "facts_hash")
"""What a citation names, of run.json."""
WIDE = 96
"""Letters of a source that are shown; `--json` has all of them."""
From = Annotated[Path, typer.Option("--result", metavar="DIR", help="The result to read.")]


def explain(
    key: Annotated[str, typer.Argument(metavar="NUMBER", help="A number's key, such as exports.dy.JPN.2026.")],
    result: From = LAST_RESULT,
    json: Json = False,
) -> None:
    """Why this number: its flows, articles, parameters and sources, on one screen."""
    from earthprice.results.explain import explain as trace

    tree = trace(read_result(result).folder, key)
    if json:
        print_json({"status": "ok", "key": key, **tree})
    else:
        print_drawn(_tree(key, tree))


def _tree(label: str, thing: object) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(printable(label), style="bold"), guide_style="dim")
    _grow(tree, thing)
    return tree


def _grow(tree: Tree, thing: object) -> None:
    from rich.text import Text

    if isinstance(thing, dict):
        for name, value in thing.items():
            if isinstance(value, dict | list):
                _grow(tree.add(Text(printable(str(name)), style="bold")), value)
            else:
                tree.add(Text.assemble((printable(str(name)), "dim"), " ", printable(str(value))))
    elif isinstance(thing, list):
        for value in thing:
            parts = value.values() if isinstance(value, dict) else [value]
            said = "  ".join(str(v) for v in parts if v not in ("", None))
            tree.add(Text(printable(textwrap.shorten(said, WIDE, placeholder=" …") if len(said) > WIDE else said)))


def table(
    name: Annotated[str, typer.Argument(metavar="NAME", help="exports, groups, articles, figures, series, …")],
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="COLUMN,…", help="Sort by these columns and show them first.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows; repeatable.")
    ] = None,
    result: From = LAST_RESULT,
    csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
    json: Json = False,
) -> None:
    """A table of the last result."""
    from earthprice.results.cells import each_text

    rows = _arranged(_filtered(each_text(read_result(result).rows(name), from_csv), where or []), read_names(by or []))
    if json:
        print_json({"status": "ok", "table": name, "rows": rows})
    else:
        print_table(rows, csv=csv)


def _filtered(rows: pd.DataFrame, conditions: list[str]) -> pd.DataFrame:
    for condition in conditions:
        column, equals, value = condition.partition("=")
        _must_be_column(rows, column, "--where")
        if not equals:
            raise OptionError(f"'{condition}' is not COLUMN=VALUE.", where="--where", accepted="such as year=2026")
        known = sorted({str(v) for v in rows[column]})
        wanted = value.split("|")
        for one in wanted:
            if one not in known:
                raise OptionError(f"no row has {column} '{one}'.", where="--where", accepted=known, given=one)
        rows = rows.loc[rows[column].astype(str).isin(wanted)]
    return rows


def _arranged(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    for column in columns:
        _must_be_column(rows, column, "--by")
    if not columns:
        return rows
    rest = [c for c in rows.columns if c not in columns]
    return rows.sort_values(columns, kind="stable")[[*columns, *rest]]


def _must_be_column(rows: pd.DataFrame, column: str, where: str) -> None:
    if column not in rows.columns:
        raise OptionError(f"no column '{column}'.", where=where, accepted=[str(c) for c in rows.columns], given=column)


def verify(
    result: ResultFolder = LAST_RESULT,
    files: Annotated[
        bool, typer.Option("--files", help="Only whether the files are as they were written; nothing is run.")
    ] = False,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Are the files as they were written, and does a run from the texts kept with them give the tables again?

    The first is told by digests, for ever and by any version. The second is asked of this version on this machine: the
    same bits where the result was made by the same; elsewhere it says which version made it and how to install that
    one. Exit codes: 4 files are not as they were written; 5 another version or machine made it and the tables differ;
    1 the same one, and they differ.
    """
    if not files:
        must_have_room(COMPUTES)
    from earthprice.results.verify import verify as judge
    from earthprice.world.world import private_sentence

    with progress("verify", quiet=json) as tell:
        verdict = judge(result, tell, files_only=files, tables=world)
    mark_private(verdict.private, private_sentence(verdict.private))
    if json:
        print_json({"status": verdict.status, "exit_code": verdict.exit_code, **_answers(verdict)})
    else:
        print_text("\n".join(_said(verdict)))
    if verdict.exit_code:
        raise typer.Exit(verdict.exit_code)


def _answers(v: Verdict) -> dict[str, Any]:
    """Both answers for other programs."""
    return {
        "files": {
            "as_written": not v.changed,
            "count": v.files,
            "sha256": v.digest,
            "changed": [{"path": d.path, "words": d.words} for d in v.changed],
        },
        "run": {
            "asked": not v.unasked,
            "why_not": v.unasked,
            "same": None if v.unasked else not v.differing,
            "tables": list(v.tables),
            "made_by": v.made_by,
            "differs_here": list(v.apart),
            "remedy": v.remedy,
        },
    }


def _said(v: Verdict) -> list[str]:
    """Both answers in words."""
    out = [f"{d.words:<21}  {repr(d.path)[1:-1]}" for d in v.changed]
    gone = sum(d.words != "is not of the result" for d in v.changed)
    foreign = f", and {len(v.changed) - gone} not of the result" if len(v.changed) > gone else ""
    out += [
        f"Files as written: {'no' if v.changed else 'yes'}, {v.files - gone} of {v.files}{foreign}; "
        f"SHA-256 of the result {v.digest}.",
        "",
    ]
    out += [f"{'same   ' if row['same'] else 'DIFFERS'}  {row['table']}  {row['words']}".rstrip() for row in v.tables]
    if v.unasked:
        return [*out, f"A run gives them again: {v.unasked}.", *([v.remedy] if v.remedy else [])]
    same = len(v.tables) - len(v.differing)
    out += [f"A run gives them again: {'no' if v.differing else 'yes'}, {same} of {len(v.tables)} tables to the bit."]
    if not v.differing:
        return out
    return [*out, v.remedy or "It was made by this version on this machine: this is a fault of earthprice."]


def cite(result: ResultFolder = LAST_RESULT, json: Json = False) -> None:
    """How to cite a result: a sentence and a BibTeX entry."""
    from earthprice.results.public import PUBLIC, read_public
    from earthprice.results.result import RUN, holds

    if holds(result, PUBLIC) and not holds(result, RUN):
        text, bibtex = citation(read_public(result))
    else:
        folder = read_result(result)
        folder.need(*CITED)
        text, bibtex = citation(folder.run)
    if json:
        print_json({"status": "ok", "text": text, "bibtex": bibtex})
    else:
        print_text(f"{text}\n\n{bibtex}")


def citation(run: dict[str, Any]) -> tuple[str, str]:
    """A sentence and a BibTeX entry for a run.

    Args:
        run: run.json, with all of `CITED`; or what a public copy says, which has neither seed nor digest of its facts
            and names the rulebook by its `book`.
    """
    from earthprice.study.phrases import counted

    version, rulebook = (
        run["versions"].get("earthprice", "unknown"),
        file_alone(str(run.get("rulebook") or run["book"])),
    )
    public = "differences alone, made in a private world"
    again = f"seed {run['seed']}, facts {run['facts_hash']}" if "seed" in run else public
    rests = (
        f"rulebook {rulebook} against {run['baseline']}, reading {run['reading']}, as of {run['as_of']}, "
        f"{counted(run['draws'])}, {again}"
    )
    text = f"earthprice authors. {run['title']}: impact assessment. earthprice {version}; {rests}."
    key = "".join(c for c in rulebook.removesuffix(".yaml") if c.isalnum())
    fields = {
        "author": "{earthprice authors}",
        "title": for_bibtex(f"{run['title']}: impact assessment"),
        "note": for_bibtex(f"earthprice {version}; {rests}"),
    }
    entry = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items())
    return text, f"@misc{{earthprice_{key},\n{entry}\n}}"
