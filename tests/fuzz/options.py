"""Options of the command line: read and checked as the verbs do before their work, which is not done."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import typer
from typer.main import get_command

from earthprice.cli.app import app
from earthprice.cli.arguments import AssessArguments, options_of, read_names
from earthprice.cli.stressing import StressArguments, read_half_year
from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, prose
from earthprice.study.frame import frame
from earthprice.study.stress import Stop, in_table_names
from tests.fuzz.harness import Target
from tests.fuzz.trees import DATES, NUMBERS, TEXTS

ASSESS = {
    "--against": ("china-in-force-2020", "china-in-force-2015", "japan-answer"),
    "--reading": ("tight", "loose", "all", "reviewed"),
    "--as-of": ("2021-03-01", "2019-01-01"),
    "--years": ("2021-2026", "2021-2050", "2021-2051", "2021-9999", "2030-2021", "2020-2022", "2021-2021",
                "２０２１-２０２６"),
    "--for": ("JPN", "JPN,USA", "CHN", "XXX", ","),
    "--with": ("japan-answer", "china-2021-draft", "/", "../x.yaml"),
    "--set": ("more_checks.caught=x0.5", "more_checks.caught=0.3", "storage/world/pace=+5%", "a=b", "=", "a=1=2",
              "more_checks.caught=x1e308", "more_checks.caught=nan", "more_checks.caught=-5%"),
    "--delay": ("2y", "6m", "0y", "1.5y", "101y", "1200m", "y", "²y"),
    "--discount": ("0.03", "0", "3", "-0.1"),
    "--draws": ("8", "0", "1000000000", "-1"),
    "--seed": ("1", "0", "-1"),
    "--period": ("year", "half", "quarter", "month"),
    "--workers": ("1", "5000"),
    "--batch": ("0", "4", "99999"),
}  # fmt: skip
STRESS = {
    "--to": ("JPN", "all", "JPN,EUR", "XXX", ""),
    "--elements": ("Dy,Tb", "dy", "Xx", ","),
    "--months": ("6", "0", "61", "1e-300", "nan", "inf"),
    "--begin": ("2022-01", "2022-13", "2035-07", "2036-01", "²⁰²²-01", "2022-٠١", "2022-1"),
}
SHOW = {"--as-of": ("2021-03-01",)}
VERBS: dict[str, tuple[list[str], dict[str, tuple[str, ...]]]] = {
    "assess": (["china-2021-draft"], ASSESS),
    "stress": (["export-stop", "--to", "JPN", "--elements", "Dy"], STRESS),
    "show": (["japan-answer"], SHOW),
}


def make(rng: random.Random) -> list[str]:
    """A verb with one to three options, plain or strange."""
    verb = rng.choice(("assess", "assess", "stress", "show"))
    given, known = VERBS[verb]
    words = [verb, *given]
    for name in rng.sample(list(known), min(len(known), rng.choice((1, 1, 2, 3)))):
        odd = rng.choice((rng.choice(TEXTS), str(rng.choice(NUMBERS[:-1])), rng.choice(DATES), "nan", "inf", "-inf"))
        words += [name, rng.choice((rng.choice(known[name]), rng.choice(known[name]), odd))]
    return words


def attempt(words: list[str]) -> None:
    """Read the words and check them; the library that reads them refuses in words too."""
    verb, *rest = words
    try:
        command = get_command(app).commands[verb]  # pyright: ignore[reportAttributeAccessIssue]
        given = command.make_context(verb, rest).params
    except typer.TyperException as error:
        raise OptionError(error.format_message()) from error
    CHECKS[verb](given)


def _assess(given: dict[str, Any]) -> None:
    a = AssessArguments(**given)
    frame(a.rulebook, options_of(a), load_world())


def _stress(given: dict[str, Any]) -> None:
    a = StressArguments(**given)
    begin = read_half_year(a.begin) if a.begin else 2022.0
    in_table_names(
        load_world(), Stop(tuple(read_names(a.to)), tuple(read_names(a.elements)), a.months, begin, a.magnets)
    )


def _show(given: dict[str, Any]) -> None:
    prose(load_rulebook(given["rulebook"]), as_of=given["as_of"])


CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {"assess": _assess, "stress": _stress, "show": _show}

OPTIONS = Target("options", make, attempt, " ".join, small=25)
