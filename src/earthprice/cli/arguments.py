"""The options of the verbs as frozen values, and how Typer is told of them.

A verb takes one value, such as `AssessArguments`; `takes` spells its fields out as Typer's parameters. Only light
imports here: `--help` reads this file.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.study.buyer import Buyer
    from earthprice.study.options import Options

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Seed = Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the draws.")]
SeenUntil = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="See nothing published later (YYYY-MM-DD).")
]
ResultFolder = Annotated[Path, typer.Argument(metavar="RESULT", help="A result folder.", show_default=True)]
LAST_RESULT = Path("result")
"""Where a verb that runs a text puts what it finds, and one that reads a result looks for it."""
WorldFolder = Annotated[
    Path | None,
    typer.Option("--world", metavar="DIR", help="A world of one's own: a folder as `copy world DIR` writes it."),
]


def named_so(incomplete: str) -> list[str]:
    """Shipped rulebooks whose names begin so, for the shell's completion; it completes files itself."""
    from earthprice.law.load import shipped

    return [name for name in shipped() if name.startswith(incomplete)]


RulebookName = Annotated[
    str,
    typer.Argument(
        metavar="RULEBOOK", help="A shipped rulebook's name, or a path to a YAML file.", autocompletion=named_so
    ),
]

Zones = Annotated[list[str], typer.Option("--for", metavar="ZONE,…", help="Whose page this is, such as JPN.")]
AnsweringTexts = Annotated[
    list[str], typer.Option("--with", metavar="RULEBOOK", help="The other side's answer; repeatable.")
]


@dataclass(frozen=True, kw_only=True)
class StudyArguments:
    """What `assess`, `compare` and `comment` share."""

    against: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Baseline rulebook; by default the law it builds on, else the law in force."),
    ] = None
    reading: Annotated[
        str | None, typer.Option(metavar="NAME", help="How the powers are used; by default as the text says.")
    ] = None
    as_of: SeenUntil = None
    years: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST-LAST", help="First and last year; by default 2021, or the year after the benchmark, to 2035."
        ),
    ] = None
    overrides: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a parameter: measure.param=0.5 (set), =x0.5 (times), =+5% (more). Repeatable.",
        ),
    ] = field(default_factory=list)
    delay: Annotated[str, typer.Option(metavar="2y", help="Entry into force that many years later (2y or 6m).")] = "0y"
    discount: Annotated[float, typer.Option(metavar="SHARE", help="Discount rate a year, such as 0.03.")] = 0.03
    world: WorldFolder = None
    draws: Annotated[int, typer.Option(metavar="N", min=1, help="Draws of what is not known.")] = 200
    seed: Seed = 1
    period: Annotated[
        Literal["auto", "year", "half", "quarter"],
        typer.Option(
            metavar="auto|year|half|quarter",
            help="Length of a period; auto: quarters or halves where something begins, years elsewhere.",
        ),
    ] = "auto"
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Processes; 0: one a core.")] = 0
    quiet: Quiet = False
    json: Json = False


@dataclass(frozen=True, kw_only=True)
class AssessArguments(StudyArguments):
    """The options of `assess`."""

    reading: Annotated[
        str | None, typer.Option(metavar="NAME|all", help="How the powers are used; all: every reading beside it.")
    ] = None
    rulebook: RulebookName
    zones: Zones = field(default_factory=list)
    answers: AnsweringTexts = field(default_factory=list)
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the result; replaced as a whole.")] = Path(
        "result"
    )
    buyer: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="One's own purchase, in YAML (docs/report.md): its cost, its shortfall and from when, by quarter.",
        ),
    ] = None
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the report's labels.")] = "en"
    only: Annotated[
        str | None,
        typer.Option(
            metavar="figures",
            help="The figures and their paths alone: no articles, readings, delay, drivers or options.",
        ),
    ] = None
    prior: Annotated[
        bool,
        typer.Option("--prior", help="Also run the prior alone, without what was fitted to the record, and show both."),
    ] = False
    slopes: Annotated[
        bool,
        typer.Option(
            "--slopes",
            help="Also take the slope of every figure by every factor, so that drivers tell more; about a minute.",
        ),
    ] = False
    horizon: Annotated[
        bool,
        typer.Option(
            "--horizon",
            help="Also run every option at the central draw beyond the years reported, and say what changes ranks.",
        ),
    ] = False
    batch: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Draws at once in one compiled program; 0: one by one, unless there is an accelerator.",
        ),
    ] = 0
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget draws that an interrupted run has left.")] = False
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://host:8786.")
    ] = None
    docx: Annotated[bool, typer.Option("--docx", help="Also page one for Word, as DIR/page-one.docx.")] = False
    open: Annotated[bool, typer.Option("--open", help="Open the report when it is written.")] = False


@dataclass(frozen=True, kw_only=True)
class CompareArguments(StudyArguments):
    """The options of `compare`."""

    rulebooks: Annotated[
        list[str], typer.Argument(metavar="RULEBOOK…", help="Two or more rulebooks.", autocompletion=named_so)
    ]
    csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")] = False


def takes(arguments: type[Any]) -> Callable[[Callable[[Any], None]], Callable[..., None]]:
    """A decorator: the verb takes one value of the dataclass `arguments`; Typer sees its fields as parameters."""
    hints = get_type_hints(arguments, include_extras=True)

    def spell_out(verb: Callable[[Any], None]) -> Callable[..., None]:
        def command(**given: Any) -> None:
            verb(arguments(**given))

        parameters = [_parameter(f, hints[f.name]) for f in dataclasses.fields(arguments)]
        command.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess]
        command.__annotations__ = hints
        command.__name__, command.__doc__ = verb.__name__, verb.__doc__
        return command

    return spell_out


def _parameter(f: dataclasses.Field[Any], hint: Any) -> inspect.Parameter:
    default = inspect.Parameter.empty if _default(f) is dataclasses.MISSING else _default(f)
    return inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _default(f: dataclasses.Field[Any]) -> Any:
    """What a field holds where nothing is given; `MISSING` where something must be."""
    return f.default if f.default_factory is dataclasses.MISSING else f.default_factory()


def command_line(verb: str, a: StudyArguments) -> str:
    """The words that ask for the same result again: the arguments that are not left at their defaults.

    How it is shown (`--json`, `--quiet`, `--open`) and who runs it (`--workers`, `--cluster`, `--fresh`) changes no
    number: left out.
    """
    plain: list[str] = []
    words: list[str] = []
    hints = get_type_hints(type(a), include_extras=True)
    for f in dataclasses.fields(a):
        value = getattr(a, f.name)
        if value == _default(f) or f.name in ("json", "quiet", "open", "workers", "fresh", "cluster"):
            continue
        name = _spelt(f.name, hints[f.name])
        for one in value if isinstance(value, list) else [value]:
            words += [name, str(one)] if name else []
            plain += [] if name else [str(one)]
    return shlex.join(["earthprice", verb, *plain, *words])


def _spelt(name: str, hint: Any) -> str:
    """The option's name on the command line; empty for an argument."""
    info = hint.__metadata__[0]
    if isinstance(info, typer.models.ArgumentInfo):
        return ""
    said = [w for w in (info.default, *(info.param_decls or ())) if isinstance(w, str) and w.startswith("--")]
    return said[0] if said else f"--{name.replace('_', '-')}"


def options_of(a: StudyArguments) -> Options:
    """The study's options from the words of the command line.

    Raises:
        OptionError: a year, a delay or an override cannot be read.
    """
    from earthprice.study.options import Options

    return Options(
        against=a.against,
        reading=a.reading,
        as_of=a.as_of,
        years=None if a.years is None else read_years(a.years),
        draws=a.draws,
        seed=a.seed,
        zones=tuple(read_names(getattr(a, "zones", []))),
        answers=tuple(getattr(a, "answers", [])),
        overrides=read_overrides(a.overrides),
        delay_years=read_delay(a.delay),
        discount=a.discount,
        period=a.period,
        workers=a.workers,
        prior=getattr(a, "prior", False),
        slopes=getattr(a, "slopes", False),
        horizon=getattr(a, "horizon", False),
        batch=getattr(a, "batch", 0),
        only=getattr(a, "only", None),
        buyer=read_buyer(getattr(a, "buyer", None)),
    )


def read_buyer(path: Path | None) -> Buyer | None:
    """A purchase from a YAML file; None where none is given."""
    from earthprice.law.source import read
    from earthprice.study.buyer import buyer_of

    return None if path is None else buyer_of(read(path).tree, str(path))


def read_years(words: str) -> tuple[int, int]:
    """`2021-2035` as (2021, 2035)."""
    found = re.fullmatch(r"\s*([0-9]{4})\s*[-–:]\s*([0-9]{4})\s*", words)
    if not found or int(found[1]) > int(found[2]):
        raise OptionError(
            f"'{words}' is not a span of years.", where="--years", accepted="FIRST-LAST, such as 2021-2035"
        )
    return int(found[1]), int(found[2])


def read_delay(words: str) -> float:
    """`2y`, `1.5y`, `6m` or `2` as years."""
    found = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]{1,9})?)\s*([ym]?)\s*", words)
    if not found:
        raise OptionError(f"'{words}' is not a delay.", where="--delay", accepted="years or months, such as 2y or 6m")
    return float(found[1]) / (12 if found[2] == "m" else 1)


def read_names(words: list[str]) -> list[str]:
    """Names given one by one or with commas, each once."""
    return list(dict.fromkeys(name.strip() for part in words for name in part.split(",") if name.strip()))


def read_overrides(words: list[str]) -> dict[str, str]:
    """`measure.param=VALUE` as {`measure.param`: `VALUE`}; what VALUE means is the study's to read."""
    overrides: dict[str, str] = {}
    for part in words:
        name, equals, value = part.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise OptionError(f"'{part}' is not NAME=VALUE.", where="--set", accepted="such as more_checks.caught=x0.5")
        if name.strip() in overrides:
            raise OptionError(f"'{name.strip()}' is set twice.", where="--set", accepted="each name once")
        overrides[name.strip()] = value.strip()
    return overrides
