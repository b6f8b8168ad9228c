"""The verbs for the text itself: show, check, copy."""

from __future__ import annotations

import re
from json import dumps as json_string
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earthprice.caps import LAST_RUN
from earthprice.cli.arguments import Json, RulebookName, SeenUntil, named_so
from earthprice.cli.screen import coloured, console, print_json, print_table, print_text, say
from earthprice.errors import OptionError, several
from earthprice.report.printed import printable

if TYPE_CHECKING:
    from rich.text import Text

    from earthprice.law.cases import CaseResult
    from earthprice.law.rulebook import Rulebook

ASSUMED = re.compile(r"\((?:[^()]*; )?\*\*assumption\*\*(?:[^()]|\([^()]*\))*\)")
"""What the prose says of an assumption, in brackets."""

SCHEMA = "rulebook.schema.json"
EDITOR = f"# yaml-language-server: $schema={SCHEMA}\n"
"""First line of a copy: where an editor finds the schema, beside the copy; it is what `check --schema` prints."""
WORLD = "world"
"""What is copied where no rulebook is: the tables of the world; or these with some more rows, `world-NAME`."""
MORE = ("scrap",)
"""Rows that can be had beside the tables: illustrations of what nobody counts."""


def show(rulebook: RulebookName, as_of: SeenUntil = None, json: Json = False) -> None:
    """The rulebook as prose, article by article; assumptions stand in another colour."""
    from rich.text import Text

    from earthprice.law.load import load_rulebook
    from earthprice.law.prose import prose

    book = load_rulebook(rulebook)
    text = prose(book, as_of=as_of)
    if json:
        print_json({"status": "ok", "rulebook": book.rulebook, "title": book.title, "prose": text})
        return
    text = printable(text)
    console().print(_painted(text) if coloured() else Text(text), soft_wrap=True)


def _painted(text: str) -> Text:
    """Prose in colour: headings bold, what is an assumption in yellow instead of between stars."""
    from rich.text import Text

    shown = Text()
    end = 0
    for found in ASSUMED.finditer(text):
        shown.append(text[end : found.start()])
        shown.append(found[0].replace("**", ""), style="yellow")
        end = found.end()
    shown.append(text[end:])
    shown.highlight_regex(r"(?m)^Art\. [^\[\n]*", "bold")
    return shown


def check(
    rulebook: Annotated[
        str | None, typer.Argument(metavar="RULEBOOK", help="A name or a path.", autocompletion=named_so)
    ] = None,
    as_of: SeenUntil = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of the format, for an editor's completion.")
    ] = False,
    cases: Annotated[
        bool,
        typer.Option("--cases", help="Print every case of the file NAME.tests.yaml beside the book, as it came out."),
    ] = False,
    json: Json = False,
) -> None:
    """Whether a rulebook can be assessed: what it reaches, what it rests on, which articles it leaves out.

    The cases in NAME.tests.yaml beside the book are run, without the market; one that fails is an error.
    """
    from earthprice.law.numbers import json_schema

    if schema:
        print_json(json_schema())
        return
    if not rulebook:
        raise OptionError("no rulebook named", where="RULEBOOK", accepted="a shipped name, a path, or --schema")
    found = _examine(rulebook, as_of)
    failed = [case for case in found["cases"] if not case["passed"]]
    if json:
        print_json({"status": "ok" if not failed else "cases fail", **found})
    else:
        print_text(f"{found['start']}\n{found['words']}.")
        if not cases:
            print_table(found["measures"])
        _tell_cases(found["cases"], failed, every=cases)
        print_text("\n".join(found["notes"]))
    if failed:
        raise typer.Exit(2)


def _tell_cases(cases: list[dict[str, Any]], failed: list[dict[str, Any]], *, every: bool) -> None:
    for case in cases if every else failed:
        said = _pairs(case["got"])
        if not case["passed"]:
            said = f"expected {_pairs(case['expected'])}; got {said}"
        print_text(f"{'holds' if case['passed'] else 'FAILS'}  {case['case']}: {said}")
    print_text(
        f"{len(cases) - len(failed)} of {len(cases)} cases hold." if cases else "No cases stand beside the book."
    )


def _pairs(values: dict[str, Any]) -> str:
    """`over 30, seized 30`."""
    return ", ".join(f"{k} {v:.6g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items())


def _examine(rulebook: str, as_of: str | None) -> dict[str, Any]:
    from earthprice.law.bounds import bounded
    from earthprice.law.compile import prepare
    from earthprice.law.load import load_rulebook
    from earthprice.law.numbers import numbers
    from earthprice.law.outside import outside
    from earthprice.law.reached import ground, masks, reach
    from earthprice.law.stack import contested
    from earthprice.law.texts import placed
    from earthprice.study.options import Options
    from earthprice.study.start import start

    book = load_rulebook(rulebook)
    first = start([rulebook], Options(as_of=as_of))
    world = first.world
    stacked, network = placed(book, f"{world.base_year}-12-31", as_of), world.network
    own = [item.book is book for item in stacked.items]
    g = ground(network)
    reached_by = masks(stacked, g)
    acting = [m for m, mine, i in zip(reached_by, own, stacked.items) if mine and i.measure.used != "never"]
    abroad = [f"Warning: {words}" for words in outside(stacked, g, reached_by, book)]
    known = numbers(stacked, as_of)
    short = bounded(prepare(stacked, network), range(world.base_year, LAST_RUN + 1), stacked.readings, as_of=as_of)
    known = known[known["book"] == book.rulebook]
    reached, assumed = sum(any(column) for column in zip(*acting)), int((known["basis"] == "assumption").sum())
    outcomes = _cases(rulebook, book)
    verb = "reaches" if len(acting) == 1 else "reach"
    words = f"{several(len(acting), 'measure')} {verb} {reached} of {several(len(network.activities), 'activity')}; "
    rests = f"{assumed} of {several(len(known), 'number')} {'is an assumption' if assumed == 1 else 'are assumptions'}"
    return {
        "rulebook": book.rulebook,
        "start": first.words,
        "words": f"{words}{rests}",
        "reached": reached,
        "numbers": len(known),
        "assumptions": assumed,
        "measures": reach(stacked, network)[own],
        "cases": [{"case": o.case, "passed": o.passed, "expected": o.expected, "got": o.got} for o in outcomes],
        "notes": [*short, _modelled(book), *_unlisted(book), *abroad, *_untested(book, outcomes), *contested(stacked)],
    }


def _modelled(book: Rulebook) -> str:
    counts = dict.fromkeys(("fully", "partly", "elsewhere", "as aims", "not"), 0)
    for article in book.articles:
        counts[article.modelled] += max(1, len(article.covers))
    parts = ", ".join(f"{n} {word}" for word, n in counts.items() if n)
    return f"Articles: {sum(counts.values())}, modelled {parts}."


def _unlisted(book: Rulebook) -> list[str]:
    listed = {n for article in book.articles for n in article.covers}
    absent = [str(n) for n in range(1, max(listed, default=0)) if n not in listed]
    return [f"Warning: articles {', '.join(absent)} are not listed."] if absent else []


def _untested(book: Rulebook, outcomes: list[CaseResult]) -> list[str]:
    """Articles that no case asks about; nothing where there are no cases at all."""
    from earthprice.law.cases import uncased

    left = uncased(book, outcomes) if outcomes else []
    return [f"Articles without a case: {', '.join(left)}."] if left else []


def _cases(rulebook: str, book: Rulebook) -> list[CaseResult]:
    """The lawyer's cases: those beside a file of one's own, or those that ship with a shipped book."""
    from earthprice.law.cases import run_cases
    from earthprice.law.load import SHELF, shipped

    path = SHELF / f"{rulebook}.yaml" if rulebook in shipped() else Path(rulebook)
    beside = path.with_suffix(".tests.yaml")
    return run_cases(book, beside) if beside.is_file() else []


def _renamed(text: str, book: Rulebook, name: str) -> str:
    """A rulebook's text under a name and a title of its own: a copy of a law is a proposal, of a whole law whole."""
    from earthprice.law.texts import is_whole_law

    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_0123456789") or f"{book.rulebook}-copy"
    status = book.status if book.status in ("draft", "illustration") else "proposal"
    title = json_string(f"{plain}, a copy of {book.title}", ensure_ascii=False)
    for key, value in (("rulebook", plain), ("title", title), ("status", status)):
        line = f"{key}: {value}"
        text = re.sub(rf"(?m)^{key}:.*(?:\n[ \t]+\S.*)*$", lambda _, line=line: line, text, count=1)
    if is_whole_law(book) and book.builds_on is None:
        text = re.sub(r"(?m)^text_status:", "builds_on: []\ntext_status:", text, count=1)
    return text if text.startswith(EDITOR) else EDITOR + text


def _schema_beside(target: Path) -> str:
    """Write the schema that a copy's first line names, or renew an older one; what there is to say of it."""
    from earthprice.law.numbers import SCHEMA_ID, json_schema
    from earthprice.results.folder import new_file

    path, text = target.with_name(SCHEMA), f"{json_string(json_schema(), indent=1, ensure_ascii=False)}\n"
    if path.exists():
        held = path.read_text(encoding="utf-8", errors="replace")
        if held == text:
            return ""
        if f'"$id": "{SCHEMA_ID}"' not in held:
            return f"{path} is no schema of rulebooks and stays as it is; without one an editor completes nothing."
        path.unlink()
    new_file(path, text)
    return ""


def copy(
    rulebook: RulebookName,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; never overwritten.")],
    json: Json = False,
) -> None:
    """Copy a rulebook to a file of your own, to edit, check and assess, with a name and a title of its own.

    Beside it stands rulebook.schema.json, which the copy's first line names: an editor completes and marks by it.
    `copy world DIR` copies the tables of the world to a folder, for --world DIR; `copy world-scrap DIR` adds shipments
    of magnet scrap out of Europe, which nobody counts, and a text that ends them, eu-scrap.yaml.
    """
    from earthprice.facts.schema import packaged
    from earthprice.law.load import SHELF, load_rulebook, shipped
    from earthprice.results.folder import new_file, new_folder

    if rulebook in (WORLD, *(f"{WORLD}-{name}" for name in MORE)):
        new_folder(target, packaged(WORLD), *(packaged(f"more/{name}") for name in MORE if rulebook.endswith(name)))
        _written(target, f"earthprice mine nolans --world {target}", json=json)
        return
    book = load_rulebook(rulebook)
    source = SHELF / f"{rulebook}.yaml" if rulebook in shipped() else Path(rulebook)
    text = source.read_text(encoding="utf-8")
    if target.is_dir():
        target = target / source.name
    if target.suffix not in (".yaml", ".yml"):
        raise OptionError(
            f"'{target}' would not be read as a rulebook.", where="FILE", accepted="a name ending in .yaml"
        )
    new_file(target, _renamed(text, book, target.stem))
    if said := _schema_beside(target):
        say(said)
    _written(target, f"earthprice check {target}", json=json)


def _written(target: Path, then: str, *, json: bool) -> None:
    if json:
        print_json({"status": "ok", "file": str(target)})
    else:
        print_text(f"{target} written; next: {then}")
