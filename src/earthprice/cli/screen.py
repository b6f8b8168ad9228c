"""What the terminal shows: tables, JSON, colour, progress. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import typer

from earthprice import not_kept
from earthprice.cli.first_run import announce_first_run
from earthprice.report.printed import printable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, ConsoleRenderable

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


@dataclass
class PrivateMark:
    """What is said of everything that this process prints, where it rests on suppliers of the user's own.

    Attributes:
        names: the suppliers, `id@zone`; empty where there are none.
        words: the same in a sentence.
        said: whether a text has said so.
    """

    names: tuple[str, ...] = ()
    words: str = ""
    said: bool = False


MARK = PrivateMark()
"""Of the command that runs."""
SAID = "PRIVATE:"
"""Beginning of a sentence that says so."""


def mark_private(names: Sequence[str], words: str) -> None:
    """From now on every JSON object names these suppliers, and the first text says so before anything else."""
    if tuple(names) != MARK.names:
        MARK.names, MARK.words, MARK.said = tuple(names), words.strip(), False


def unmark_private() -> None:
    """A new command begins, which has read nothing yet."""
    mark_private((), "")


def _say_private(words: str = "", *, err: bool = False) -> None:
    """Say once that it is private, unless the words to come do."""
    if MARK.words and not MARK.said:
        MARK.said = True
        if SAID not in words:
            typer.echo(printable(MARK.words), err=err)


def say(words: str) -> None:
    """One line to stderr."""
    MARK.said = MARK.said or SAID in words
    typer.echo(printable(words), err=True)


def print_text(words: str) -> None:
    """Words to stdout."""
    _say_private(words)
    typer.echo(printable(words))


def print_page(words: str) -> None:
    """Words to stdout whose colours stay."""
    _say_private(words)
    typer.echo(words)


def print_drawn(drawn: ConsoleRenderable) -> None:
    """A table or a tree to stdout."""
    _say_private()
    console().print(drawn)


@cache
def say_once(words: str) -> None:
    """One line to stderr, once in a process."""
    say(words)


def print_json(thing: Mapping[str, object]) -> None:
    """One JSON object to stdout; what is not a number becomes null. `private` names suppliers of the user's own."""
    from earthprice.report.plain import json_text

    typer.echo(json_text({**thing, "private": MARK.names} if MARK.names else thing), nl=False)


def print_headed(heading: str, table: pd.DataFrame) -> None:
    """A table on the terminal under its heading; nothing where it is empty."""
    if len(table):
        print_text(heading)
        print_table(table)
        print_text("")


def print_table(table: pd.DataFrame, *, title: str = "", csv: bool = False) -> None:
    """A table on the terminal, or as CSV."""
    if csv:
        from earthprice.results.cells import csv_text

        _say_private(err=True)
        typer.echo(csv_text(table), nl=False)
        return
    from rich.table import Table

    drawn = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in table.columns:
        numeric = table[column].dtype.kind in "iuf"
        drawn.add_column(printable(str(column)), justify="right" if numeric else "left", overflow="fold")
    for row in table.itertuples(index=False):
        drawn.add_row(*(_cell(v) for v in row))
    print_drawn(drawn)


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
