"""Text where it is printed: one function for every place that text of a rulebook, an option or a table can reach.

    printable    the terminal, a text file, a page, a picture: nothing that steers the reader's screen
    for_csv      a cell of a CSV file, which spreadsheets run if it looks like a formula
    for_bibtex   a field of BibTeX, which TeX runs
    for_markdown text of Markdown, which a reader's program makes into a page
    for_json     a text of JSON, with every letter kept
    file_alone   a file by its name, without the folders of whoever ran it

`results.cells` has the same for whole tables and for a workbook's rows. HTML and SVG are escaped by what writes them
(Jinja, Vega); they get text as `printable` has it.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufeff"
    "\ud800-\udfff" + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF)) + "]"
)
"""Control and escape codes, letters that turn the direction of writing, halves of letters, and what is no letter."""
INSTEAD = "\ufffd"
"""What stands for a letter that cannot be shown."""

WHOLE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]")
"""How a path begins that holds all folders down to its file."""

LIVE = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20].")
"""What a spreadsheet takes for a formula, or would after the apostrophe before it."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s?%?")

MARKUP = re.compile(r"[\\`*_\[\]<>|~#]")
"""What Markdown reads as markup, wherever it stands."""

TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "%&#_$"},
}
"""Letters that TeX runs, as it prints them; braces always in pairs, since BibTeX counts even escaped ones."""


def printable(text: str) -> str:
    """Text without what steers a terminal or a reader's eye: such letters become U+FFFD, lines end in a line feed."""
    return HIDDEN.sub(INSTEAD, text.replace("\r\n", "\n").replace("\r", "\n"))


def each_printable(thing: Any) -> Any:
    """Mappings, lists and texts whose every text is as `printable` has it; what is no text stays."""
    if isinstance(thing, dict):
        return {each_printable(k): each_printable(v) for k, v in thing.items()}
    if isinstance(thing, list | tuple):
        return [each_printable(v) for v in thing]
    return printable(thing) if isinstance(thing, str) else thing


def file_alone(given: str) -> str:
    """The name of a file or a text as it was given, without the folders above a whole path, which tell whose it is."""
    return re.split(r"[/\\]", given.rstrip("/\\"))[-1] if WHOLE.match(given) else given


def files_alone(command: str) -> str:
    """A command with every whole path in it as `file_alone` has it."""
    return shlex.join([file_alone(word) for word in shlex.split(command)])


def for_csv(text: str) -> str:
    """A cell of CSV: an apostrophe before what a spreadsheet would run, as OWASP's page on CSV injection has it.

    Numbers stay as they are, `-5` and `+5 %` too. `from_csv` takes the apostrophe off again.
    """
    plain = printable(text)
    return f"'{plain}" if LIVE.match(plain) and not NUMBER.fullmatch(plain) else plain


def from_csv(text: str) -> str:
    """A cell as it was before `for_csv`."""
    return text[1:] if text.startswith("'") and LIVE.match(text[1:]) else text


def for_bibtex(text: str) -> str:
    """A field of BibTeX that TeX prints letter by letter, in one line."""
    return "".join(TEX.get(c, c) for c in " ".join(printable(text).split()))


def for_markdown(text: str) -> str:
    """Text that Markdown prints letter by letter: no markup, no table's end, no link and no HTML of its own."""
    return MARKUP.sub(r"\\\g<0>", printable(text))


def for_json(text: str) -> str:
    """JSON whose texts hold no letter that steers a screen or that UTF-8 cannot hold: those are spelt by number."""
    return HIDDEN.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
