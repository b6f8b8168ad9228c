"""A rulebook opened: its texts as they were read, the world it starts from, and the options that no lever moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property

from earthprice.law import Rulebook, Texts, load_rulebook, shipped, texts
from earthprice.law.load import reading_only, shipped_heads
from earthprice.law.texts import can_answer
from earthprice.study.options import Options, asked
from earthprice.study.start import start
from earthprice.world.world import World


@dataclass(frozen=True)
class PageOpening:
    """What a page is opened with; small, so that every process can open the same.

    Attributes:
        rulebook: name of the text.
        texts: texts of rulebooks that do not ship, by name; the only ones read beside those that do.
        options: years, draws, seed and what else no lever moves.
    """

    rulebook: str
    texts: Mapping[str, str]
    options: Options

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within the block only these texts and shipped ones are read."""
        with reading_only(self.texts) if self.texts else nullcontext():
            yield


@dataclass(frozen=True)
class Opened:
    """A rulebook opened.

    Attributes:
        opening: what it was opened with.
        world: the world.
        book: the text.
        texts: what is compared, as the text has it.
    """

    opening: PageOpening
    world: World
    book: Rulebook
    texts: Texts

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Shipped rulebooks of partners that may answer, and that fit upon the law below the text."""
        home = self.book.jurisdiction
        answering = ("proposal", "draft", "illustration")
        heads = shipped_heads()
        names = (n for n in shipped() if heads[n]["jurisdiction"] != home and heads[n]["status"] in answering)
        upon = asked(self.book, self.opening.options, self.world.base_year)
        return tuple(n for n in names if can_answer(upon, n))


def opening(rulebook: str, options: Options) -> PageOpening:
    """A rulebook by name or path, with the texts of all that it builds on.

    Raises:
        RulebookError, OptionError: it cannot be read, or does not fit.
    """
    book = load_rulebook(rulebook)
    found = texts(asked(book, options, 0), start([rulebook], options).world.network)
    every = {b.rulebook: b for s in (found.baseline.stack, found.reform.stack) for b in s.books}
    own = {name: b.text for name, b in every.items() if name not in shipped()}
    return PageOpening(book.rulebook, own, options)


def opened(o: PageOpening) -> Opened:
    """Open: read the texts and load the world."""
    with o.reading():
        world = start([o.rulebook], o.options).world
        book = load_rulebook(o.rulebook)
        found = texts(asked(book, o.options, world.base_year), world.network)
        return Opened(o, world.seen(found.as_of), book, found)
