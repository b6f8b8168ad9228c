"""The verbs that show the model itself: demo; hindcast, it held against the past; calibrate, fitted to the past."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earthprice.cli.arguments import Json, Quiet, Seed
from earthprice.cli.memory import DRAWS, must_have_room
from earthprice.cli.screen import print_json, print_table, print_text, progress
from earthprice.cli.starting import AsOf, begun
from earthprice.errors import EarthpriceError, OptionError

if TYPE_CHECKING:
    from earthprice.demos.catalogue import Entry
    from earthprice.demos.demonstration import Demonstration

SMALL = 4 << 20
"""Place on the disk for what these verbs write [bytes]."""


def demo(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A demonstration; all are listed if left out.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Picture, data and claims are written to DIR/NAME.")
    ] = Path("demo"),
    as_of: AsOf = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """One mechanism of the model at work: what must be seen, the same without the mechanism, and a picture."""
    from earthprice.demos.catalogue import DEMOS, demonstrate, entry_of

    if name is None:
        _list(DEMOS, json=json)
        return
    must_have_room(DRAWS)
    from earthprice.demos.lab import IN_FORCE, Lab
    from earthprice.report.demonstration import as_dict, write_demonstration
    from earthprice.results.folder import claim

    own = entry_of(name).start  # refuses a name before any work
    if own and as_of:
        raise OptionError(f"'{name}' has a start of its own: {own}", where="--as-of", accepted="not with it")
    first = begun(None if as_of else IN_FORCE, as_of)
    start = own or first.words
    with claim(out / name, SMALL, holds=f"{name}.json") as place, progress("demo", quiet=quiet or json) as tell:
        tell(f"demonstration {name}", 0, 1)
        shown = demonstrate(name, Lab(first.start.world, base=first.law))
        tell(f"demonstration {name}", 1, 1)
        files = place.put(partial(write_demonstration, shown))
    if json:
        print_json({"status": "ok" if shown.holds else "differs", "start": start, **as_dict(shown), "files": files})
    else:
        print_text(start)
        _say(shown, files)
    if not shown.holds and not json:
        raise EarthpriceError("a claim does not hold, or holds without its mechanism as well; see the table above.")
    if not shown.holds:
        raise typer.Exit(1)


def _picture(files: list[Path]) -> Path:
    return next(f for f in files if f.suffix == ".svg")


def _list(names: dict[str, Entry], *, json: bool) -> None:
    rows = [{"name": name, "row": entry.row, "shows": entry.shows} for name, entry in names.items()]
    if json:
        print_json({"status": "ok", "demos": rows})
        return
    width = max(len(r["name"]) for r in rows)
    print_text("\n".join(f"earthprice demo {r['name']:<{width}}   {r['row']}  {r['shows']}" for r in rows))


def _say(shown: Demonstration, files: list[Path]) -> None:
    from earthprice.report.demonstration import claims_frame

    print_text(f"{shown.row}. {shown.title}\n\n{shown.words}\nWithout: {shown.removed}")
    if shown.scenario:
        print_text(f"Scenario, no forecast: {shown.scenario}")
    print_text("")
    print_table(claims_frame(shown))
    print_text(f"\nPicture: {_picture(files)}")


def hindcast(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where scores, paths and pictures are written.")
    ] = Path("hindcast"),
    draws: Annotated[int, typer.Option(metavar="N", min=1, help="Draws of what was not known.")] = 60,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Threads; 0: one a core.")] = 0,
    prior: Annotated[
        bool,
        typer.Option(
            "--prior",
            help="Behaviour as the tables have it, not as fitted to the record before each benchmark; what the shipped "
            "fits replay (replayed.csv, rolling.csv) stays.",
        ),
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """The past run with what was known before it, scored against what happened and against three simple rivals."""
    must_have_room(DRAWS)
    from earthprice.past.hindcast import hindcast as run
    from earthprice.past.rolling import coverage_by_distance, rolling
    from earthprice.report.hindcast import as_dict, losers, scores_in_words, write_hindcast
    from earthprice.results.folder import claim

    with claim(out, SMALL, holds="scores.csv") as place, progress("hindcast", quiet=quiet or json) as tell:
        found = run(draws, seed, tell, workers, prior_only=prior)
        ranges = coverage_by_distance(rolling(seed=seed))
        files = place.put(partial(write_hindcast, found, ranges))
    if json:
        print_json({"status": "ok", **as_dict(found, ranges), "files": files})
        return
    pasts = list(found.scores.groupby("past", sort=False))
    for past, scores in pasts:
        title = f"{past}: error of the logarithm, and its ratio to that of simple rivals"
        print_table(scores_in_words(scores), title=title)
    worse = losers(found)
    print_text(f"\nNo better than no change: {', '.join(worse) if worse else 'none'}.")
    print_text(
        f"{found.cleared} of {found.draws} draws cleared, {draws} in each of {len(pasts)} pasts. Pictures: "
        f"{', '.join(str(f) for f in files if f.suffix == '.svg')}"
    )


def calibrate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the fitted draws and their recipe are written.")
    ] = Path("calibration"),
    cutoffs: Annotated[
        list[int] | None,
        typer.Option(
            "--cutoff", metavar="YEAR", help="Last year of the record used; repeatable. All that ship if left out."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", min=1, help="Draws of the fit.")] = 200,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Workers; 0: one a core.")] = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Behaviour fitted to the record up to a year: the draws that `assess` uses, and what each factor learned."""
    must_have_room(DRAWS)
    from earthprice.facts.world import load_world
    from earthprice.past.calibrate import CUTOFFS
    from earthprice.past.calibrate import calibrate as fit
    from earthprice.report.calibration import learned_table, write_calibration
    from earthprice.results.folder import claim

    said = load_world().numbers.words
    with claim(out, SMALL, holds="fitted.csv") as place, progress("calibrate", quiet=quiet or json) as tell:
        fits = {c: fit(c, draws, seed, tell, workers) for c in dict.fromkeys(cutoffs or CUTOFFS)}
        files = place.put(partial(write_calibration, fits, said))
    table = learned_table(fits, said)
    if json:
        recipes = {str(c): f.recipe for c, f in fits.items()}
        print_json({"status": "ok", "recipes": recipes, "learned": table, "files": files})
        return
    print_table(table.drop(columns=["factor"]), title="Scores of the fitted factors; the prior has mean 0, spread 1")
    print_text(f"\nDraws: {out / 'fitted.csv'}. Picture: {_picture(files)}")
