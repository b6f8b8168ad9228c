"""Articles and powers switched on or off in a rulebook, as a rulebook that says so itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from earthprice.errors import OptionError
from earthprice.law.instruments import AnyMeasure
from earthprice.law.rulebook import Article, Rulebook


def switched(book: Rulebook, off: Collection[str], used: Mapping[str, bool]) -> Rulebook:
    """The book with articles switched off, and powers used always or never.

    A measure that is switched off is a power that is never used: what it replaces holds on. An article that repeals
    repeals nothing, and reviews under it move nothing.

    Args:
        book: the book.
        off: numbers of its articles.
        used: by measure, whether it is used; a measure of an article that is off is not.

    Raises:
        OptionError: no such article or measure, a duty that is to be used or not, or a power without its numbers.
    """
    numbers = [a.number for a in book.switchable]
    for number in off:
        if number not in numbers:
            raise OptionError(f"article '{number}' cannot be switched off", given=number, accepted=numbers)
    powers = [k for k, m in book.measures.items() if usable(m)]
    for name in used:
        if name not in powers:
            what = f"'{name}' is no power of {book.rulebook} that says what it would do"
            raise OptionError(what, given=name, accepted=powers)
    if not off and not used:
        return book
    articles = [_switched(a, a.number in off, used) for a in book.articles]
    return book.model_copy(update={"articles": articles, "reviews": [r for r in book.reviews if r.under not in off]})


def usable(m: AnyMeasure) -> bool:
    """Whether a measure is a power that may be used: one that is never used may leave out its numbers."""
    if m.kind != "power":
        return False
    try:
        type(m).model_validate(m.model_dump(by_alias=True, exclude_unset=True) | {"used": "always"})
    except ValidationError:
        return False
    return True


def _switched(a: Article, off: bool, used: Mapping[str, bool]) -> Article:
    measures = {k: _use(m, False if off else used.get(k)) for k, m in a.measures.items()}
    update: dict[str, Any] = {"measures": measures}
    if off and a.against_base in ("repeals", "changes"):
        update["against_base"] = "continues"
    return a.model_copy(update=update)


def _use(m: AnyMeasure, use: bool | None) -> AnyMeasure:
    if use is None:
        return m
    return m.model_copy(update={"kind": "power", "used": "always" if use else "never"})
