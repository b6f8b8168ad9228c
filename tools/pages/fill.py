"""Pages of docs/ that are written from what ships: the text between two marks is replaced, the rest is ours."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def section(text: str, name: str) -> re.Match[str]:
    """What stands between `<!-- made: NAME -->` and the `<!-- made: end -->` after it; exits where it is not one."""
    found = list(re.finditer(rf"(?<=<!-- made: {re.escape(name)} -->\n)(.*?)(?=<!-- made: end -->)", text, re.DOTALL))
    if len(found) != 1:
        sys.exit(f"the page has {len(found)} places for '{name}'; it needs one: <!-- made: {name} -->")
    return found[0]


def filled(text: str, bodies: Mapping[str, str]) -> str:
    """A page with the text under each mark replaced."""
    for name, body in bodies.items():
        place = section(text, name)
        text = f"{text[: place.start()]}\n{body}\n\n{text[place.end() :]}"
    return text


def fill(page: str, bodies: Mapping[str, str]) -> None:
    """Fill a page of docs/ in place."""
    path = DOCS / page
    path.write_text(filled(path.read_text(encoding="utf-8"), bodies), encoding="utf-8")
    print(f"{page} written")
