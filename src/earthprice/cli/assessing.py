"""The verbs that run the model: assess, compare."""

from __future__ import annotations

import webbrowser
from dataclasses import replace

import typer

from earthprice.cli.arguments import AssessArguments, CompareArguments, command_line, options_of
from earthprice.cli.screen import coloured, print_json, print_table, progress, say

CLEARED_ENOUGH = 0.95
"""Below this share of cleared draws the exit code is 3: the ranges leave out one draw in twenty at either end, so the
draws that are missing could themselves be the end of a range."""


def assess(a: AssessArguments) -> None:
    """What a rulebook does, against the law in force continued: a summary here, the report in DIR."""
    from earthprice.report.summary import summary_text, to_json
    from earthprice.report.write import write_report
    from earthprice.study.assess import assess as run

    options = options_of(a)
    with progress(quiet=a.quiet or a.json) as tell:
        found = run(a.rulebook, options, tell)
        assessment = replace(found, meta={**found.meta, "command": command_line("assess", a)})
        tell("writing the report", 0, 1)
        files = write_report(assessment, a.out, language=a.language)
    cleared = float(assessment.meta["cleared"])
    enough = cleared >= CLEARED_ENOUGH
    if a.json:
        print_json({**to_json(assessment, files), "status": "ok" if enough else "not cleared"})
    else:
        typer.echo(summary_text(assessment, colour=coloured()))
        typer.echo(f"Report: {a.out / 'report.html'}")
    if cleared < 1 and not a.json:
        say(f"earthprice: {1 - cleared:.1%} of the draws did not clear and are in no figure.")
    if a.open:
        webbrowser.open((a.out / "report.html").resolve().as_uri())
    if not enough:
        raise typer.Exit(3)


def compare(a: CompareArguments) -> None:
    """Two or more rulebooks beside each other: the ten figures of each, on the same draws."""
    from earthprice.study.compare import compare as run

    options = options_of(a)
    with progress(quiet=a.quiet or a.json) as tell:
        table = run(a.rulebooks, options, tell)
    if a.json:
        print_json({"status": "ok", "rulebooks": a.rulebooks, "figures": table})
    else:
        print_table(table, csv=a.csv)
