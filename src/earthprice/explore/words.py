"""Words of the page, by language, from one table."""

from __future__ import annotations

import csv
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


def page_words(language: str) -> dict[str, str]:
    """The words of the page by key.

    Raises:
        OptionError: the page has no such language.
    """
    if language not in languages():
        raise OptionError(f"no words in language '{language}'", where="language", accepted=languages(), given=language)
    return _table()[language]
