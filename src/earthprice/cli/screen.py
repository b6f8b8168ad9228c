"""What the terminal shows: tables, JSON, colour, progress. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import typer

from earthprice import not_kept
from earthprice.cli.first_run import announce_first_run
from earthprice.report.printed import printable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

Report = Callable[[str, int, int], None]
"""How a study tells its progress: words, done, total."""


def coloured() -> bool:
    """Whether stdout takes colour: a terminal, and NO_COLOR is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def forgive_letters() -> None:
    """Letters that the terminal's encoding lacks are replaced, not refused, so that no run ends on one."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def console(*, err: bool = False) -> Console:
    """A Rich console on stdout or stderr that never cuts a table that is piped away."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(stderr=err, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else 160)


def say(words: str) -> None:
    """One line to stderr."""
    typer.echo(printable(words), err=True)


def print_text(words: str) -> None:
    """Words to stdout."""
    typer.echo(printable(words))


@cache
def say_once(words: str) -> None:
    """One line to stderr, once in a process."""
    say(words)


def print_json(thing: object) -> None:
    """One JSON object to stdout; what is not a number becomes null."""
    from earthprice.report.plain import json_text

    typer.echo(json_text(thing), nl=False)


def print_table(table: pd.DataFrame, *, title: str = "", csv: bool = False) -> None:
    """A table on the terminal, or as CSV."""
    if csv:
        from earthprice.results.cells import csv_text

        typer.echo(csv_text(table), nl=False)
        return
    from rich.table import Table

    drawn = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in table.columns:
        numeric = table[column].dtype.kind in "iuf"
        drawn.add_column(printable(str(column)), justify="right" if numeric else "left", overflow="fold")
    for row in table.itertuples(index=False):
        drawn.add_row(*(_cell(v) for v in row))
    console().print(drawn)


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"
    return printable(str(value))


@contextmanager
def progress(verb: str, *, quiet: bool) -> Iterator[Report]:
    """A progress bar on stderr; plain lines, one a stage, where stderr is no terminal; nothing if `quiet`.

    Before it a line where nothing is kept between two runs, or where the verb runs for the first time (`first_run`).
    """
    if quiet:
        yield lambda _words, _done, _total: None
        return
    if not_kept:
        say_once(
            f"earthprice: nothing is kept between two runs: {not_kept}. Programs are compiled anew each time, and "
            "an interrupted run starts anew."
        )
    with announce_first_run(verb, say), _bar() if sys.stderr.isatty() else nullcontext(_stage_lines()) as tell:
        yield tell


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=console(err=True), transient=True) as bar:

        def tell(words: str, done: int, total: int) -> None:
            task = tasks.setdefault(words, None)
            if task is None:
                task = tasks[words] = bar.add_task(printable(words), total=total)
            bar.update(task, completed=done, total=total)

        yield tell


def _stage_lines() -> Report:
    seen: set[str] = set()

    def tell(words: str, _done: int, total: int) -> None:
        if words not in seen:
            seen.add(words)
            say(f"{words} ({total})" if total > 1 else words)

    return tell
