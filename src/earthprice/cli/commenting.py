"""The verb for a consultation: comment."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from earthprice import __version__
from earthprice.cli.arguments import RulebookName, StudyArguments, Zones, command_line, options_of
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_json, print_text, progress
from earthprice.cli.starting import reading
from earthprice.errors import OptionError

FORMS = (".md", ".docx")
"""Endings of the files that a letter is written to."""


@dataclass(frozen=True, kw_only=True)
class CommentArguments(StudyArguments):
    """The options of `comment`."""

    rulebook: RulebookName
    zones: Zones = field(default_factory=list)
    out: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="A new file, .md or .docx; repeatable. Printed as Markdown if left out."),
    ] = field(default_factory=list)


def comment(a: CommentArguments) -> None:
    """The letter to a consultation: for one zone, what each article is worth to it and which wording would serve it."""
    must_have_room(COMPUTES)
    from earthprice.report.document import markdown
    from earthprice.report.letter import letter
    from earthprice.results.folder import must_be_new, new_file
    from earthprice.results.word import must_have_word, word
    from earthprice.study.comment import comment as run
    from earthprice.study.start import start

    for path in a.out:
        if path.suffix not in FORMS:
            raise OptionError(f"'{path}' is no letter", where="--out", accepted="a name ending in .md or .docx")
        must_be_new(path)
    if len({path.resolve() for path in a.out}) < len(a.out):
        raise OptionError("a file is named twice", where="--out", accepted="each file once")
    if any(path.suffix == ".docx" for path in a.out):
        must_have_word("--out")
    options = options_of(a)
    world = start([a.rulebook], options, reading(a.world)).world
    with progress("comment", quiet=a.quiet or a.json) as tell:
        found = run(a.rulebook, options, tell, world=world, runner=a.workers)
    document = letter(found, command_line("comment", replace(a, out=[])), __version__)
    for path in a.out:
        new_file(path, word(document) if path.suffix == ".docx" else markdown(document))
    if a.json:
        print_json(
            {"status": "ok", **asdict(found), "private": list(world.private), "files": [str(path) for path in a.out]}
        )
    elif a.out:
        print_text("\n".join(f"{path} written" for path in a.out))
    else:
        print_text(markdown(document))
