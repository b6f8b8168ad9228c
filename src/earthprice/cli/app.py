"""The verbs, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from earthprice import __version__
from earthprice.cli import (
    adding,
    assessing,
    commenting,
    doctor,
    drafting,
    exploring,
    mining,
    monitoring,
    own,
    reading,
    showing,
    stating,
    stressing,
)
from earthprice.cli.arguments import AssessArguments, CompareArguments, Json, takes
from earthprice.cli.commands import Commands
from earthprice.cli.screen import forgive_letters, print_json, print_text, say, unmark_private
from earthprice.errors import EarthpriceError

EXIT_CODES = {
    0: "ok",
    1: "our fault, or the machine's (a full disk)",
    2: "something given is wrong: an option, a name, a file",
    3: "too many draws did not clear",
    4: "verify: files are not as they were written",
    5: "verify: another version or machine made the result, and here the tables differ",
    6: "monitor: an indicator left its band",
    130: "interrupted (Ctrl-C)",
    143: "told to stop (SIGTERM)",
}
THREE_THINGS = (
    ("earthprice show china-2021-draft", "the rulebook as prose, article by article"),
    ("earthprice assess china-2021-draft --open", "what it does, in one page"),
    ("earthprice copy china-2021-draft mine.yaml", "a draft of your own to edit, check and assess"),
)
OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "Out of memory", "bad_alloc", "can't start new thread")
"""What compiled programs and threads say of it."""
SHORT = "Memory ran out; nothing was written. Fewer --workers, fewer --draws or fewer --years need less."
EPILOG = "Exit codes: " + "; ".join(f"{code} {words}" for code, words in EXIT_CODES.items()) + "."

app = Commands(
    name="earthprice",
    help="Regulatory impact assessment for rare earths.",
    epilog=EPILOG,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    json: Json = False,
) -> None:
    """Regulatory impact assessment for rare earths."""
    if context.invoked_subcommand:
        return
    if version:
        print_json({"status": "ok", "version": __version__}) if json else print_text(f"earthprice {__version__}")
    elif json:
        print_json({"status": "ok", "try": [{"command": c, "words": w} for c, w in THREE_THINGS]})
    else:
        width = max(len(command) for command, _ in THREE_THINGS)
        print_text("\n".join(f"{command:<{width}}   {words}" for command, words in THREE_THINGS))


app.command("assess", short_help="What a rulebook does: summary and report.")(takes(AssessArguments)(assessing.assess))
app.command("show", short_help="The rulebook as prose.")(drafting.show)
app.command("check", short_help="Whether a rulebook can be assessed.")(drafting.check)
app.command("copy", short_help="A rulebook to edit.")(drafting.copy)
app.command("explore", short_help="A page where levers are moved.")(
    takes(exploring.ExploreArguments)(exploring.explore)
)
app.command("compare", short_help="Rulebooks beside each other.")(takes(CompareArguments)(assessing.compare))
app.command("comment", short_help="The letter to a consultation.")(
    takes(commenting.CommentArguments)(commenting.comment)
)
app.command("explain", short_help="Why this number.")(reading.explain)
app.command("table", short_help="A table of the last result.")(reading.table)
app.command("stress", short_help="What a stop of exports costs importers.")(
    takes(stressing.StressArguments)(stressing.stress)
)
app.command("now", short_help="The state of the market on a day.")(takes(stating.NowArguments)(stating.now))
app.command("mine", short_help="Why a planned mine opens or does not.")(mining.mine)
app.command("monitor", short_help="Which indicator left its band.")(monitoring.monitor)
app.command("world", short_help="A private mine or plant in a world of one's own.")(own.world)
app.command("export", short_help="A public copy of a private result.")(own.export)
app.add_typer(adding.facts, name="facts", short_help="New facts for a world of one's own.")
app.command("verify", short_help="Files as written? A run gives them again?")(reading.verify)
app.command("demo", short_help="One mechanism at work, with and without it.")(showing.demo)
app.command("hindcast", short_help="The past, run and scored.")(showing.hindcast)
app.command("calibrate", short_help="Behaviour fitted to the past.")(showing.calibrate)
app.command("cite", short_help="How to cite a result.")(reading.cite)
app.command("doctor", short_help="What runs here; what is slow and why.")(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (`EXIT_CODES`).

    Args:
        arguments: the words after `earthprice`; by default those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    forgive_letters()
    try:
        return _ran(words, as_json=as_json)
    except Exception as error:
        if as_json:  # one object, whatever happens
            refuse(f"A fault of this program: {type(error).__name__}: {error}", 1, as_json=True)
        raise


def _ran(words: Sequence[str], *, as_json: bool) -> int:
    """The exit code of a command line; what it refuses is said."""
    unmark_private()
    try:
        code = app(args=words, prog_name="earthprice", standalone_mode=False)
    except EarthpriceError as error:
        return refuse(str(error), error.exit_code, as_json=as_json)
    except typer.TyperException as error:
        return refuse(error.format_message(), error.exit_code, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except MemoryError:
        return refuse(SHORT, 1, as_json=as_json)
    except OSError as error:
        return refuse_system(error, as_json=as_json)
    except RuntimeError as error:
        if not any(words in str(error) for words in OUT_OF_MEMORY):
            raise
        return refuse(SHORT, 1, as_json=as_json)
    if code == 130:
        return refuse("Interrupted; nothing was written.", 130, as_json=as_json)
    return code if isinstance(code, int) else 0


def refuse(message: str, code: int, *, as_json: bool) -> int:
    """Say one clear message on stderr and return the exit code."""
    if as_json:
        print_json({"status": "error", "exit_code": code, "message": message})
    else:
        say(f"earthprice: {message}")
    return code


def refuse_system(error: OSError, *, as_json: bool) -> int:
    """A refusal by the system: the disk is full (1), or a path that cannot be read or written (2)."""
    if error.errno == errno.EPIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return refuse(f"The disk is full; nothing was left half-written{where}.", 1, as_json=as_json)
    return refuse(f"{error.strerror or error}{where}.", 2 if error.filename else 1, as_json=as_json)
