"""The verbs that run the model: assess, compare."""

from __future__ import annotations

import re
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import typer

from earthprice.cli.arguments import AssessArguments, CompareArguments, command_line, options_of
from earthprice.cli.ending import last_words
from earthprice.cli.memory import COMPUTES, DRAWS, must_have_room
from earthprice.cli.screen import coloured, print_json, print_page, print_table, print_text, progress, say
from earthprice.cli.starting import reading
from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.runs.cluster import Cluster
    from earthprice.runs.crew import Crew
    from earthprice.runs.runner import Begun
    from earthprice.study.assessment import Assessment

CLEARED_ENOUGH = 0.95
"""Below this share of draws that are in the figures the exit code is 3: the ranges leave out one draw in twenty at
either end, so the draws that are missing could themselves be the end of a range."""


ANSWERS = "10s"
"""How long a scheduler may take to answer."""
ADDRESS = re.compile(r"(?P<scheme>tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")
PRINTED = "the address that `dask scheduler` prints, such as tcp://host:8786 or tls://host:8786"
TLS = (
    "distributed.comm.tls: ca-file, client.cert and client.key in ~/.config/dask/distributed.yaml, or the variables "
    "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ..__CLIENT__CERT and ..__CLIENT__KEY"
)


KEPT = "the finished draws are kept, the same command goes on from there"


def assess(a: AssessArguments) -> None:
    """What a rulebook does, against the law in force continued: a summary here, the report in DIR."""
    must_have_room(DRAWS)
    from earthprice.study.workers import gathered

    with gathered(a.draws, a.workers, a.batch) as crew:  # it reads what it needs while this process does
        _assessed(a, crew)


def _assessed(a: AssessArguments, crew: Crew) -> None:
    from earthprice.report.summary import summary_text, to_json
    from earthprice.results.folder import claim
    from earthprice.results.kept_draws import Shelf
    from earthprice.results.result import RUN
    from earthprice.results.write import FORMATS, QUICK, WORD, begin_early, check_formats, write_report
    from earthprice.study.assess import assess as run
    from earthprice.study.start import start

    options = options_of(a)
    world = start([a.rulebook], options, reading(a.world)).world
    formats = (*(QUICK if a.only else FORMATS), *([WORD] if a.docx else []))
    check_formats(formats, a.language)
    shelf = Shelf(fresh=a.fresh, say=_silent if a.quiet or a.json else say)
    with claim(a.out, holds=RUN) as place, progress("assess", quiet=a.quiet or a.json) as tell:
        runner = connected(a.cluster) if a.cluster else crew
        last_words(KEPT)
        try:
            pictures: list[Begun | None] = []
            drawn = partial(begin_early, runner=crew, formats=formats, language=a.language)
            early = partial(_first_page, pictures, drawn, shown=not (a.json or a.quiet))
            found = run(a.rulebook, options, tell, world=world, runner=runner, store=shelf, page_one=early)
        except KeyboardInterrupt:
            say(f"earthprice: {KEPT}.")
            raise
        assessment = replace(found, meta=replace(found.meta, command=command_line("assess", a)))
        tell("writing the report", 0, 1)
        files = write_report(
            assessment,
            place,
            formats=formats,
            language=a.language,
            runner=crew,
            early=pictures[-1] if pictures else None,
        )
    last_words(f"the result stands in {a.out}")
    shelf.close()
    lost = len(assessment.meta.lost) / assessment.meta.draws
    enough = 1 - lost >= CLEARED_ENOUGH
    if a.json:
        print_json({**to_json(assessment, files), "status": "ok" if enough else "not cleared"})
    else:
        print_page(summary_text(assessment, colour=coloured()) if a.quiet else f"\n{_better(assessment)}")
        print_text(f"Report: {a.out / 'report.html'}")
    if lost and not a.json:
        why = "they did not clear, or their money does not add up"
        say(f"earthprice: {lost:.1%} of the draws are in no figure: {why}.")
    if a.open:
        webbrowser.open((a.out / "report.html").resolve().as_uri())
    if not enough:
        raise typer.Exit(3)


def connected(address: str) -> Cluster:
    """The runner of a Dask cluster.

    Raises:
        OptionError: no address, Dask is not installed, TLS without certificates, or no scheduler answers.
    """
    from earthprice.runs.cluster import Cluster

    found = ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 65536:
        raise OptionError(f"'{address}' is no address", where="--cluster", accepted=PRINTED)
    try:
        from distributed import Client, Security
    except ImportError as error:
        raise OptionError(
            "Dask is not installed.", where="--cluster", accepted="after pip install 'earthprice[dask]'"
        ) from error
    try:
        security = Security(require_encryption=True) if found["scheme"] == "tls" else Security()
        if found["scheme"] == "tls" and security.get_connection_args("client").get("ssl_context") is None:
            raise OptionError(
                "TLS needs certificates, and Dask's configuration names none", where="--cluster", accepted=TLS
            )
        return Cluster(Client(address, timeout=ANSWERS, security=security, set_as_default=False))
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise OptionError(
            f"no scheduler answers at '{address}' ({error})", where="--cluster", accepted=PRINTED
        ) from error


def _first_page(
    pictures: list[Begun | None], draw: Callable[[Assessment], Begun | None], made: Assessment, *, shown: bool
) -> None:
    """Show the first page as soon as it stands, and begin its pictures; the options and the report follow."""
    from earthprice.report.summary import summary_text

    if shown:
        print_page(summary_text(made, colour=coloured()))
    pictures.append(draw(made))


def _better(made: Assessment) -> str:
    """What would do better than the text: known when the options are done, after the first page."""
    from earthprice.report.summary import question_text

    return "\n".join(question_text(q, coloured()) for q in made.questions if q["question"] == "better")


def _silent(_words: str) -> None:
    return


def compare(a: CompareArguments) -> None:
    """Two or more rulebooks beside each other: the ten figures of each, on the same draws."""
    must_have_room(COMPUTES)
    from earthprice.study.compare import compare_prepared, same_as_alone, same_baseline
    from earthprice.study.periods import clock_words
    from earthprice.study.start import start

    options = options_of(a)
    begun = start(a.rulebooks, options, reading(a.world))
    frames = same_baseline(a.rulebooks, options, begun.world)
    said = f"{begun.words} {clock_words(next(iter(frames.values())).plan.engine)} {same_as_alone(frames)}"
    with progress("compare", quiet=a.quiet or a.json) as tell:
        table = compare_prepared(frames, tell)
    if a.json:
        print_json({"status": "ok", "rulebooks": a.rulebooks, "words": said, "figures": table})
        return
    say(said) if a.csv else print_text(said)
    print_table(table, csv=a.csv)
