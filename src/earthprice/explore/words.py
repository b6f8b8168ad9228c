"""Words of the page, by language, from one table."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from earthprice.errors import OptionError


@cache
def _table() -> dict[str, dict[str, str]]:
    text = resources.files("earthprice.explore").joinpath("words.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {lang: {row["key"]: row[lang] for row in rows} for lang in ("en", "zh", "ja")}


def languages() -> tuple[str, ...]:
    """Languages in which the table has every word."""
    return tuple(lang for lang, words in _table().items() if all(words.values()))


def noted(said: str, language: str) -> str:
    """A note on texts (`Texts.notes`) in a language of the page; as it is where the table has no such note."""
    for key, template in page_words("en").items():
        if key.startswith("note.") and (found := re.fullmatch(_blanks(template), said)):
            return page_words(language)[key].format(**found.groupdict())
    return said


@cache
def _blanks(template: str) -> str:
    """A pattern that finds what stands in the blanks of a sentence; a blank that comes again has the same."""
    parts, found = re.split(r"\{(\w+)\}", template), ""
    for i, part in enumerate(parts):
        again = part in parts[1:i:2]
        found += re.escape(part) if i % 2 == 0 else f"(?P={part})" if again else f"(?P<{part}>.+)"
    return found


def page_words(language: str) -> dict[str, str]:
    """The words of the page by key.

    Raises:
        OptionError: the page has no such language.
    """
    if language not in languages():
        raise OptionError(f"no words in language '{language}'", where="language", accepted=languages(), given=language)
    return _table()[language]
