"""Load a rulebook: parse, validate, check what it refers to; every refusal has file, line, field and nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from earthprice import caps
from earthprice.errors import OptionError, RulebookError, shortened
from earthprice.law.rulebook import Rulebook
from earthprice.law.source import Source, Where, parse_yaml, read

SHELF = Path(__file__).resolve().parent.parent / "rulebooks"
"""The shipped rulebooks."""

FORMAT = "earthprice-rulebook/1"
KEPT: ContextVar[Mapping[str, str] | None] = ContextVar("KEPT", default=None)
"""Texts that are read in the place of files; None: files are read. See `reading_only`."""
QUOTED = re.compile(r"'([^']+)'")

Model = TypeVar("Model", bound=BaseModel)


def shipped() -> tuple[str, ...]:
    """Names of the rulebooks that ship, sorted."""
    return tuple(sorted(p.name.removesuffix(".yaml") for p in SHELF.glob("*.yaml") if ".tests." not in p.name))


def load_rulebook(name_or_path: str | Path) -> Rulebook:
    """A shipped rulebook by name, or any by path.

    Args:
        name_or_path: `china-2021-draft`, or a path that ends in `.yaml` or `.yml` or holds a separator.

    Returns:
        The validated rulebook.

    Raises:
        OptionError: no rulebook of that name ships; says the nearest.
        RulebookError: the file is not as the format says; says file, line, field, what is accepted, nearest name.
    """
    given = str(name_or_path)
    kept = KEPT.get() or {}
    if given in kept:
        return rulebook_from_text(kept[given], f"{given}.yaml")
    if isinstance(name_or_path, str) and given in shipped():
        return _shipped(given)
    if kept:
        raise OptionError(f"no rulebook '{given}' is kept here", where="rulebook", given=given, accepted=kept)
    if isinstance(name_or_path, Path) or given.endswith((".yaml", ".yml")) or "/" in given or "\\" in given:
        return rulebook(read(Path(given)))
    what = f"no rulebook '{given}' ships" if given else "no rulebook named"
    raise OptionError(what, where="rulebook", given=given, accepted=(*shipped(), "a path to a .yaml file"))


def base_of(book: Rulebook, name: str, known: Mapping[str, Rulebook]) -> Rulebook:
    """A book that another builds on: a shipped name, a book given with it, or a file beside it.

    Within `reading_only` it is one of those texts or a shipped name, and no file is looked for.

    Args:
        book: the upper book.
        name: one of its `builds_on`.
        known: books given, by name.

    Raises:
        RulebookError: no such book; says where it was sought.
    """
    kept = KEPT.get() or {}
    if name in kept or name in shipped():
        return load_rulebook(name)
    if name in known:
        return known[name]
    if kept:
        what = f"no rulebook '{name}' is kept here"
        raise RulebookError(what, where=book.where(("builds_on",)), given=name, accepted=kept)
    places = (Path(name), *([Path(f"{name}.yaml")] if not name.endswith((".yaml", ".yml")) else []))
    root = book.folder or Path()
    for place in places:
        for path in (root / place, root / place.name):
            if _is_file(path):
                return load_rulebook(path)
    what = f"no rulebook '{name}' ships, and none lies beside the book"
    raise RulebookError(
        what, where=book.where(("builds_on",)), given=name, accepted=(*shipped(), f"a file in {root.resolve()}")
    )


def _is_file(path: Path) -> bool:
    """Whether a file is there; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1)
def shipped_heads() -> dict[str, dict[str, Any]]:
    """What stands above the articles of each shipped rulebook, by name; reads no article."""
    heads = {}
    for name in shipped():
        text = (SHELF / f"{name}.yaml").read_text(encoding="utf-8")
        heads[name] = dict(parse_yaml(text.partition("\nsources:")[0], f"{name}.yaml").tree)
    return heads


@contextmanager
def reading_only(texts: Mapping[str, str]) -> Iterator[None]:
    """Within the block a rulebook is one of these texts, or else one that ships; no other file is read.

    Args:
        texts: text of a rulebook by each name or path under which it may be asked for.
    """
    token = KEPT.set(texts)
    try:
        yield
    finally:
        KEPT.reset(token)


@lru_cache(maxsize=32)
def _shipped(name: str) -> Rulebook:
    return rulebook(read(SHELF / f"{name}.yaml"))


def rulebook_from_text(text: str, name: str = "rulebook.yaml") -> Rulebook:
    """Validate a rulebook given as text; errors as of `load_rulebook`."""
    return rulebook(parse_yaml(text, name))


def rulebook(source: Source) -> Rulebook:
    """Validate a parsed file."""
    tree = source.tree
    if not isinstance(tree, dict):
        raise RulebookError("a rulebook is a mapping", where=source.where(()), accepted=f"format: {FORMAT} first")
    if tree.get("format") != FORMAT:
        what = f"format '{tree.get('format', '')}'"
        raise RulebookError(what, where=source.where(("format",)), accepted=f"format: {FORMAT}")
    book = validated(Rulebook, source)
    object.__setattr__(book, "_source", source)
    RulebookError.refuse(chain(_check_names(book), _check_articles(book), _check_references(book)))
    return book


def validated(model: type[Model], source: Source) -> Model:
    """Validate a parsed file against a model; every failure becomes a line of one `RulebookError`, with its place."""
    try:
        return model.model_validate(source.tree)
    except ValidationError as error:
        found = error.errors(include_url=False)
    by_place: dict[Where, ErrorDetails] = {}
    for each in found:  # of a choice of kinds every kind fails: one line says it
        by_place.setdefault(_path(each["loc"], source.tree)[0] + _last(each), each)
    RulebookError.refuse(_translated(each, source) for each in by_place.values())
    raise AssertionError("a failed validation has a failure")


def _last(error: ErrorDetails) -> Where:
    """What tells apart failures at one place: the key that is missing or meant."""
    key = error.get("ctx", {}).get("key") or (error["loc"][-1] if error["type"] == "missing" else "")
    return (key,) if key else ()


def _translated(first: ErrorDetails, source: Source) -> RulebookError:
    path, missing = _path(first["loc"], source.tree)
    context = first.get("ctx", {})
    what, accepted, given = first["msg"], "", ""
    if first["type"] == "earthprice":
        what, accepted, given = context["what"], context["accepted"], context["given"]
        path = (*path, context["key"]) if context["key"] else path
    elif first["type"] in ("literal_error", "union_tag_invalid"):
        words = str(context.get("expected") or context.get("expected_tags"))
        accepted = QUOTED.findall(words)
        given = shortened(str(context.get("tag", first["input"])), caps.WORD)
        key = "instrument" if first["type"] == "union_tag_invalid" else ""
        path, what = ((*path, key) if key else path), f"'{given}' is not accepted here."
    elif first["type"] == "union_tag_not_found":
        what, path = "a measure names its instrument.", (*path, "instrument")
    elif first["type"] == "missing":
        what, path = f"'{missing}' is missing.", (*path, missing)
    if not isinstance(first["input"], (dict, list)) and first["type"].endswith(("_type", "_parsing")):
        what = f"{what}, not {shortened(repr(first['input']), caps.WORD)}"
    return RulebookError(what.rstrip(".") + ".", where=source.where(path), accepted=accepted, given=given)


def _path(loc: tuple[int | str, ...], tree: Any) -> tuple[Where, str]:
    """The part of a validator's location that is in the file (tags of unions are not), and what came after it."""
    path: list[int | str] = []
    rest = ""
    for part in loc:
        inside = isinstance(tree, dict) and part in tree
        inside = inside or (isinstance(tree, list) and isinstance(part, int) and part < len(tree))
        if inside:
            path.append(part)
            tree = tree[part]
        else:
            rest = str(part)
    return tuple(path), rest


def _check_names(book: Rulebook) -> Iterator[RulebookError]:
    seen: set[str] = set()
    count = sum(len(a.measures) for a in book.articles)
    if count > caps.MEASURES:
        what = f"the book has {count} measures"
        yield RulebookError(what, where=book.where(("articles",)), accepted=f"at most {caps.MEASURES}")
    for i, article in enumerate(book.articles):
        for name in article.measures:
            if name in seen:
                where = book.where(("articles", i, "measures", name))
                yield RulebookError(f"measure '{name}' is set twice in this book", where=where)
            seen.add(name)
    defaults = [k for k, r in book.readings.items() if r.default]
    if book.readings and len(defaults) != 1:
        what = f"{len(defaults)} readings are the default"
        yield RulebookError(what, where=book.where(("readings",)), accepted="default: true on exactly one reading")
    if "all" in book.readings:
        what = "a reading is called 'all', which `--reading all` takes for every reading"
        yield RulebookError(what, where=book.where(("readings", "all")), accepted="another name")


def _check_articles(book: Rulebook) -> Iterator[RulebookError]:
    numbers = [a.number for a in book.articles]
    covered = [n for a in book.articles for n in a.covers]
    for i, number in enumerate(numbers):
        if number in numbers[:i]:
            yield RulebookError(f"article {number} is listed twice", where=book.where(("articles", i, "number")))
    if book.articles_count is None:
        return
    wanted = range(1, book.articles_count + 1)
    lacking = sorted(set(wanted) - set(covered))
    if lacking or len(covered) != len(wanted):
        what = f"articles {', '.join(map(str, lacking))} are not listed" if lacking else "article numbers overlap"
        yield RulebookError(
            what, where=book.where(("articles",)), accepted="every article, if need be with modelled: not and why_not"
        )


def _check_references(book: Rulebook) -> Iterator[RulebookError]:
    for path, source in _sources(book):
        if source not in book.sources:
            what = f"source '{source}' is not listed"
            yield RulebookError(what, where=book.where(path), given=source, accepted=book.sources)
    reviews = {r.id for r in book.reviews}
    for name, measure in book.measures.items():
        place = book.position(name)
        for key, quantity in measure.quantities().items():
            for i, value in enumerate(quantity.values):
                here = (*place, key, "values", i)
                if value.set_by is not None and value.set_by not in reviews:
                    what = f"review '{value.set_by}' is not in this book"
                    yield RulebookError(what, where=book.where(here), given=value.set_by, accepted=reviews)
        stages = measure.acts_on.names().get("stage", ())
        outside = [s for s in stages if book.scope and s not in book.scope.stages]
        if outside and book.scope:
            what = f"stage '{outside[0]}' lies outside the scope of the book"
            where = book.where((*place, "acts_on", "stage"))
            yield RulebookError(what, where=where, given=outside[0], accepted=book.scope.stages)


def _sources(book: Rulebook) -> Iterator[tuple[Where, str]]:
    if book.in_force.source:
        yield ("in_force", "source"), book.in_force.source
    for i, article in enumerate(book.articles):
        yield ("articles", i, "source"), article.source
        for name, measure in article.measures.items():
            for key, quantity in measure.quantities().items():
                for k, value in enumerate(quantity.values):
                    if value.source:
                        yield ("articles", i, "measures", name, key, "values", k, "source"), value.source
    for i, review in enumerate(book.reviews):
        if review.source:
            yield ("reviews", i, "source"), review.source
