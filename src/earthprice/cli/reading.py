"""The verbs that read a result: explain, table, verify, cite."""

from __future__ import annotations

import json as jsons
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earthprice.cli.arguments import Json, Result, read_names
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import console, print_json, print_table, print_text, progress
from earthprice.errors import EarthpriceError, OptionError
from earthprice.report.printed import for_bibtex, from_csv, shown

if TYPE_CHECKING:
    import pandas as pd
    from rich.tree import Tree

LAST = Path("result")
From = Annotated[Path, typer.Option("--result", metavar="DIR", help="The result to read.")]


def explain(
    key: Annotated[str, typer.Argument(metavar="NUMBER", help="A number's key, such as exports.dy.JPN.2025.")],
    result: From = LAST,
    json: Json = False,
) -> None:
    """Why this number: its flows, articles, parameters and sources, on one screen."""
    from earthprice.study.explain import explain as trace

    _must_be_result(result)
    tree = trace(result, key)
    if json:
        print_json({"status": "ok", "key": key, **tree})
    else:
        console().print(_tree(key, tree))


def _tree(label: str, thing: object) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(shown(label), style="bold"), guide_style="dim")
    _grow(tree, thing)
    return tree


def _grow(tree: Tree, thing: object) -> None:
    from rich.text import Text

    if isinstance(thing, dict):
        for name, value in thing.items():
            if isinstance(value, dict | list):
                _grow(tree.add(Text(shown(str(name)), style="bold")), value)
            else:
                tree.add(Text.assemble((shown(str(name)), "dim"), " ", shown(str(value))))
    elif isinstance(thing, list):
        for value in thing:
            parts = value.values() if isinstance(value, dict) else [value]
            tree.add(Text(shown("  ".join(str(v) for v in parts if v not in ("", None)))))


def table(
    name: Annotated[str, typer.Argument(metavar="NAME", help="exports, groups, articles, figures, series, …")],
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="COLUMN,…", help="Sort by these columns and show them first.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows; repeatable.")
    ] = None,
    result: From = LAST,
    csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
    json: Json = False,
) -> None:
    """A table of the last result."""
    from earthprice.report.cells import each_text

    rows = _arranged(_filtered(each_text(_read_table(result, name), from_csv), where or []), read_names(by or []))
    if json:
        print_json({"status": "ok", "table": name, "rows": rows})
    else:
        print_table(rows, csv=csv)


def _read_table(result: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    _must_be_result(result)
    paths = {p.stem: p for p in sorted((result / "tables").glob("*.csv"))}
    if name not in paths:
        raise OptionError(f"{result} has no table '{name}'.", where="NAME", accepted=paths, given=name)
    return pd.read_csv(paths[name], encoding="utf-8-sig")


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


def verify(result: Result = LAST, json: Json = False) -> None:
    """Run a result again from its run.json and compare every table bit for bit."""
    must_have_room(COMPUTES)
    _read_run(result)
    from earthprice.report.verify import rerun

    with progress(quiet=json) as tell:
        rows = rerun(result, tell)
    differs = [str(r["table"]) for r in rows if not r["same"]]
    if json:
        print_json({"status": "ok" if not differs else "differs", "tables": rows})
    else:
        for row in rows:
            print_text(f"{'same   ' if row['same'] else 'DIFFERS'}  {row['table']}  {row['words']}".rstrip())
    if differs and not json:
        raise EarthpriceError(f"{len(differs)} of {len(rows)} tables differ: {', '.join(differs)}.")
    if differs:
        raise typer.Exit(1)


def cite(result: Result = LAST, json: Json = False) -> None:
    """How to cite a result: a sentence and a BibTeX entry."""
    text, bibtex = citation(_read_run(result))
    if json:
        print_json({"status": "ok", "text": text, "bibtex": bibtex})
    else:
        print_text(f"{text}\n\n{bibtex}")


def citation(run: dict[str, Any]) -> tuple[str, str]:
    """A sentence and a BibTeX entry for a run.

    Raises:
        OptionError: run.json lacks what a citation names.
    """
    needed = ("title", "rulebook", "baseline", "reading", "as_of", "draws", "seed", "versions", "facts_hash")
    for name in needed:
        if name not in run:
            raise OptionError(f"'{name}' is missing.", where="run.json", accepted="a run.json of earthprice assess")
    version = run["versions"]["earthprice"]
    rests = (
        f"rulebook {run['rulebook']} against {run['baseline']}, reading {run['reading']}, as of {run['as_of']}, "
        f"{run['draws']} draws, seed {run['seed']}, facts {run['facts_hash']}"
    )
    text = f"earthprice authors. {run['title']}: impact assessment. earthprice {version}; {rests}."
    key = "".join(c for c in str(run["rulebook"]).removesuffix(".yaml") if c.isalnum())
    fields = {
        "author": "{earthprice authors}",
        "title": for_bibtex(f"{run['title']}: impact assessment"),
        "note": for_bibtex(f"earthprice {version}; {rests}"),
    }
    entry = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items())
    return text, f"@misc{{earthprice_{key},\n{entry}\n}}"


def _must_be_result(folder: Path) -> None:
    if not (folder / "run.json").is_file():
        raise OptionError(
            f"'{folder}' is no result folder: it has no run.json.",
            where="RESULT",
            accepted="a folder written by earthprice assess",
        )


def _read_run(folder: Path) -> dict[str, Any]:
    _must_be_result(folder)
    try:
        run = jsons.loads((folder / "run.json").read_text(encoding="utf-8"))
    except jsons.JSONDecodeError as error:
        raise OptionError(
            f"run.json cannot be read: {error.msg}.", where=f"{folder}/run.json:{error.lineno}"
        ) from error
    return dict(run)
