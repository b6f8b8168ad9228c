"""The verb that opens the page: explore."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from earthprice.cli.arguments import Seed, SeenUntil, read_years
from earthprice.cli.ending import ends_well
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import say
from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.explore.opened import PageOpening

PORT = 7117
"""Port asked for first; another free one where it is taken."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEEDS = "pip install 'earthprice[explore]'"


@dataclass(frozen=True, kw_only=True)
class ExploreArguments:
    """The options of `explore`."""

    rulebook: Annotated[
        str, typer.Argument(metavar="RULEBOOK|LINK", help="A shipped rulebook, a YAML file, or a link of the page.")
    ] = "china-2021-draft"
    years: Annotated[str | None, typer.Option(metavar="FIRST-LAST", help="First and last year, as of assess.")] = None
    as_of: SeenUntil = None
    draws: Annotated[int, typer.Option(metavar="N", min=24, help="Draws of a whole answer.")] = 200
    seed: Seed = 1
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Processes that run draws; 0: one a core.")] = 0
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = LOOPBACK[0]
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0: any that is free.")] = PORT
    open: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True


def explore(a: ExploreArguments) -> None:
    """A page on this machine: move what a rulebook sets, see what it does. Ctrl-C ends it, with exit code 0."""
    must_have_room(COMPUTES)
    try:
        from earthprice.explore.serving import serve
    except ImportError as error:
        raise OptionError("the page needs two more packages.", where="explore", accepted=f"after {NEEDS}") from error
    say("Opening the rulebook; what a machine has not compiled yet takes it a minute, once.")
    asked, fragment = _asked(a)
    token = "" if a.host in LOOPBACK else secrets.token_urlsafe(24)
    place = _listening(a.host, a.port)
    address = f"http://{f'[{a.host}]' if ':' in a.host else a.host}:{place.getsockname()[1]}/"
    said = "&".join(x for x in (f"token={token}" if token else "", fragment) if x)
    shown = f"{address}#{said}" if said else address

    def ready() -> None:
        ends_well("The page has ended.")
        say(f"The page is at {shown}\nCtrl-C ends it.")
        if a.open:
            webbrowser.open(shown)

    serve(asked, place, a.host, token, ready)


def _asked(a: ExploreArguments) -> tuple[PageOpening, str]:
    """What is opened, and the fragment under which the page finds what a link has moved."""
    from earthprice.explore.link import is_link, opening_of, read_link
    from earthprice.explore.opened import opening
    from earthprice.study.options import Options

    if is_link(a.rulebook):
        return opening_of(read_link(a.rulebook)), a.rulebook.rpartition("#")[2]
    years = None if a.years is None else read_years(a.years)
    options = Options(years=years, as_of=a.as_of, draws=a.draws, seed=a.seed, workers=a.workers)
    return opening(a.rulebook, options), ""


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens on the port, or on any that is free where another page has it.

    Raises:
        OptionError: the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for asked in (port, 0):
        place = socket.socket(family, socket.SOCK_STREAM)
        try:
            place.bind((host, asked))
            place.listen(64)
            return place
        except (OSError, UnicodeError) as error:
            place.close()
            failed = error
        say(f"Port {asked} is taken, by another page perhaps: a free one is used.")
    raise OptionError(
        f"nothing can listen on '{host}' ({failed})", where="--host", accepted="an address of this machine"
    )
