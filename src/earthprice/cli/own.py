"""The verbs of a world of one's own: world, export."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from earthprice.cli.arguments import LAST_RESULT, Json, ResultFolder, WorldFolder, read_years
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_headed, print_json, print_text, progress
from earthprice.cli.starting import marked
from earthprice.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd

    from earthprice.study.displaced import Displaced


def world(
    action: Annotated[Literal["add"], typer.Argument(metavar="ACTION", help="What is done: add.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A private mine or plant, a few lines of YAML.")],
    folder: WorldFolder = None,
    years: Annotated[
        str | None, typer.Option(metavar="FIRST-LAST", help="Compared in the last year; to 2035 if left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=0, help="Draws for ranges; 0: none.")] = 0,
    json: Json = False,
) -> None:
    """Add a private mine or plant to a world of one's own, and say whose output and which prices it moves.

    A file holds lines such as `id: my_mine`, `zone: AUS`, `stage: mining`, `capacity: 5 kt REO/yr`,
    `cost: 6 USD2020/kg REO`, `grade: 2.1 % REO`, `start: 2030`; all keys: docs/data.md. Nothing is written unless the
    file is whole and the world with it can be balanced at every benchmark.
    """
    must_have_room(COMPUTES)
    from earthprice.facts.addition import addition, capacity_words, worlds_of
    from earthprice.facts.supplier import SupplierFile, read_supplier
    from earthprice.law.source import read
    from earthprice.law.texts import in_force
    from earthprice.results.own_world import own_world, staged
    from earthprice.study.displaced import Extent, displaced
    from earthprice.study.options import LAST_YEAR

    if folder is None:
        what = "the shipped world is not changed"
        raise OptionError(
            what, where="--world", accepted="--world DIR, a folder as `earthprice copy world DIR` writes it"
        )
    today = date.today().isoformat()
    asked = Extent(read_years(years)[1] if years else LAST_YEAR, today, draws)
    with own_world(folder) as held:
        own, worlds = read(file), worlds_of(folder)
        supplier = read_supplier(SupplierFile(own.name, own.tree, own.lines), worlds[max(worlds)])
        made = addition(folder, worlds, supplier)
        with progress("world", quiet=json) as tell, staged(folder, made.texts) as tried:
            tell("balance every benchmark", 0, 1)
            after = worlds_of(tried)
            tell("run the law in force without it and with it", 0, 1)
            found = displaced(after[max(after)], [supplier.id], in_force(today), asked)
        held.put(made.texts)
        marked(after[max(after)])
    capacity = capacity_words(supplier, after[max(after)])
    if json:
        said: dict[str, object] = {
            "id": supplier.id,
            "capacity": capacity,
            "world": str(folder),
            "taken": made.taken,
            "tables": sorted(made.texts),
        }
        print_json({"status": "ok", **said, **asdict(found)})
        return
    print_text(f"{supplier.id} is in {folder}, as private. What the file does not say is taken from what it is like:")
    print_text("\n".join(f"- {of}: {', '.join(said)}" for of, said in made.taken.items()) or "- nothing")
    print_text(capacity)
    _show(found)
    then = f"mine {supplier.id}" if supplier.stage == "mining" else "assess china-2021-draft"
    print_text(f"Next: earthprice {then} --world {folder}")


def _show(found: Displaced) -> None:
    """What is displaced, on the screen."""
    print_text(f"\n{found.words}\n")
    for heading, table in (("Output, largest loss first", found.output.head(12)), ("Prices", _most(found.prices))):
        print_headed(heading, table)


def _most(prices: pd.DataFrame, count: int = 8) -> pd.DataFrame:
    """The prices that move most, of those that move."""
    moved = prices[prices["change_pct"].abs() > 0]
    return moved.loc[moved["change_pct"].abs().sort_values(ascending=False).index].head(count)


def export(
    result: ResultFolder = LAST_RESULT,
    public: Annotated[bool, typer.Option("--public", help="Without what tells the private numbers.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the copy is to stand.")] = Path("public"),
    json: Json = False,
) -> None:
    """A copy of a result made in a private world, without what could be turned back into the private numbers."""
    from earthprice.results.public import STRIPPED, export_public

    if not public:
        raise OptionError("what may be seen of it is not said", where="export", accepted="--public")
    files, left = export_public(result, out)
    if json:
        stripped = [{"what": what, "why": why} for what, why in STRIPPED]
        print_json({"status": "ok", "files": [str(f) for f in files], "stripped": stripped, "left_out": left})
        return
    rows = "\n".join(f"- {what}: {why}." for what, why in STRIPPED)
    print_text(f"{out} written. Stripped:\n{rows}")
    if left:
        print_text(f"Left out, too: {', '.join(left)}.")
