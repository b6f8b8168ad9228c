"""The stack: law in force, the text assessed, answers of others. Later books take the place of measures of earlier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from earthprice.errors import OptionError, RulebookError
from earthprice.law.amounts import number_key
from earthprice.law.instruments import AnyMeasure, Cap, Charge, Exempt, Penalty, Portion
from earthprice.law.load import SHELF, base_of, load_rulebook
from earthprice.law.reviews import ReviewRule
from earthprice.law.rulebook import Article, Rulebook

ISSUING = {"cap", "licence", "share"}
"""Instruments that issue permits, each with a name of its own in `Terms`."""


@dataclass(frozen=True)
class Item:
    """A measure in its place: book and article.

    Attributes:
        name: what its permits and numbers are called: `id`, or `JPN:id` where they would be taken for those of a
            measure of another country below (`_named`).
    """

    id: str
    measure: AnyMeasure
    article: Article
    book: Rulebook
    name: str

    @property
    def country(self) -> str:
        """Jurisdiction of the book."""
        return self.book.jurisdiction

    def where(self, *field: str | int) -> str:
        """File, line and field."""
        return self.book.where((*self.book.position(self.id), *field))


@dataclass(frozen=True)
class Stack:
    """Rulebooks in order, bases first.

    Attributes:
        books: the rulebooks.
        top: name of the rulebook assessed.
        above: the stack of a text that is held against this one; where a reading of it is lacking here, this one is
            read by its own default.
    """

    books: tuple[Rulebook, ...]
    top: str
    above: Stack | None = None

    @property
    def name(self) -> str:
        """The books joined: `china-in-force-2020 + china-2021-draft`."""
        return " + ".join(b.rulebook for b in self.books)

    @property
    def top_book(self) -> Rulebook:
        """The rulebook whose articles are switched by `without` and `only`."""
        return next(b for b in self.books if b.rulebook == self.top)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every measure of every book, in order."""
        found: list[Item] = []
        for book, article in ((b, a) for b in self.books for a in b.articles):
            for k, m in article.measures.items():
                found.append(Item(k, m, article, book, _named(k, m, book, found)))
        return tuple(found)

    @cached_property
    def by_country(self) -> dict[str, dict[str, Item]]:
        """The last measure of each id, by jurisdiction: measures of several countries may have one id."""
        found: dict[str, dict[str, Item]] = {}
        for item in self.items:
            found.setdefault(item.country, {})[item.id] = item
        return found

    @cached_property
    def latest(self) -> dict[str, Item]:
        """What an id alone means: the last measure of the text's country, or of the first country that has it."""
        found: dict[str, Item] = {}
        for country in (self.top_book.jurisdiction, *self.by_country):
            found = self.by_country.get(country, {}) | found
        return found

    def meant(self, item: Item) -> bool:
        """Whether an id alone means this measure, or one of the same country that it continues or replaces."""
        return self.latest[item.id].country == item.country

    @cached_property
    def reviews(self) -> tuple[tuple[Rulebook, ReviewRule], ...]:
        """Every review with its book."""
        return tuple((b, r) for b in self.books for r in b.reviews)

    @cached_property
    def readings(self) -> dict[str, str]:
        """Readings of all books, with their words."""
        return {k: r.words for b in self.books for k, r in b.readings.items()}

    @property
    def default_reading(self) -> str:
        """The default of the topmost book that has readings, first of the text's own country; empty if none has."""
        home = self.top_book.jurisdiction
        found = [(b.jurisdiction == home, k) for b in self.books for k, r in b.readings.items() if r.default]
        return next((k for at_home in (True, False) for own, k in reversed(found) if own == at_home), "")

    def reading(self, name: str | None) -> str:
        """Check a reading's name.

        Raises:
            OptionError: no book of the stack has it.
        """
        if name is None or (self.above and name in self.above.readings and name not in self.readings):
            return self.default_reading
        if name not in self.readings and (name or self.readings):
            raise OptionError(f"no reading '{name}'", where="reading", given=name, accepted=self.readings)
        return name

    @cached_property
    def _sets(self) -> tuple[dict[str, bool], ...]:
        """By measure, the readings of its country's books of which it names one, and whether each is a default."""
        named = [(item.country, {n for _, n in _readings_named(item)}) for item in self.items]
        return tuple(
            {k: r.default for b in self.books if _of_country(b, c, mine) for k, r in b.readings.items()}
            for c, mine in named
        )

    @cached_property
    def _countries(self) -> dict[str, set[str]]:
        """By reading, the countries whose law is read so: that of the text if it has the reading, else all."""
        text = self.above or self
        found: dict[str, set[str]] = {}
        for book in (*text.books, *self.books):
            for name in book.readings:
                found.setdefault(name, set()).add(book.jurisdiction)
        home = text.top_book.jurisdiction
        return {name: {home} & countries or countries for name, countries in found.items()}

    def read(self, position: int, reading: str) -> str:
        """How a measure is read: as chosen, or by the default of its own readings where that is none of them.

        A reading of the text's own country is none of another's that has one of the same name.
        """
        known = self._sets[position]
        if not known or (reading in known and self.items[position].country in self._countries[reading]):
            return reading
        return next((k for k, first in known.items() if first), reading)

    @cached_property
    def ended_by(self) -> dict[int, tuple[int, ...]]:
        """Position of a measure -> positions of the measures that replace it."""
        found: dict[int, list[int]] = {}
        for later, item in enumerate(self.items):
            for old in item.measure.replaced:
                for k, base in enumerate(self.items[:later]):
                    if base.id == old and base.country == item.country and base.book.rulebook != item.book.rulebook:
                        found.setdefault(k, []).append(later)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def repealed_by(self) -> dict[int, tuple[tuple[Rulebook, Article], ...]]:
        """Position of a measure -> articles that repeal it."""
        found: dict[int, list[tuple[Rulebook, Article]]] = {}
        for book, article in self._repealing():
            for k, item in enumerate(self.items):
                earlier = self.books.index(item.book) < self.books.index(book)
                if earlier and item.id in article.see and item.book.jurisdiction == book.jurisdiction:
                    found.setdefault(k, []).append((book, article))
        return {k: tuple(v) for k, v in found.items()}

    def _repealing(self) -> list[tuple[Rulebook, Article]]:
        return [(b, a) for b in self.books for a in b.articles if a.against_base == "repeals"]


def stack(*books: Rulebook | str | Path, top: str = "") -> Stack:
    """Put rulebooks upon the ones they build on.

    Args:
        books: rulebooks, names or paths, in order; what a book builds on is found and put below it.
        top: name of the text assessed; the last of `books` if empty, so that answers to it are stacked with its name.

    Returns:
        The stack, with references between its books checked.

    Raises:
        RulebookError: a book sets a measure of a book below without `replaces`, refers to what is not there, or two
            books of one name have different texts.
        OptionError: a name that does not ship; no book at all.
    """
    if not books:
        raise OptionError("a stack needs a rulebook", where="stack")
    given = [b if isinstance(b, Rulebook) else load_rulebook(b) for b in books]
    one_text(given)
    order = ordered(given)
    result = Stack(order, top or given[-1].rulebook)
    RulebookError.refuse(chain(_check_replaced(result), _check_references(result)))
    return result


def ordered(books: Sequence[Rulebook]) -> tuple[Rulebook, ...]:
    """Books with all that they build on, bases first, each once."""
    known, order = {b.rulebook: b for b in books}, {}
    for book in books:
        _place(book, known, order, ())
    return tuple(order.values())


def _place(book: Rulebook, known: dict[str, Rulebook], order: dict[str, Rulebook], above: tuple[str, ...]) -> None:
    if book.rulebook in above:
        raise RulebookError("rulebooks build on each other in a circle", where=" > ".join((*above, book.rulebook)))
    for name in book.bases:
        base = base_of(book, name, known)
        one_text((*known.values(), *order.values(), base))
        _place(known.get(base.rulebook, base), known, order, (*above, book.rulebook))
    order.setdefault(book.rulebook, book)


def one_text(books: Iterable[Rulebook]) -> None:
    """Refuse two books of one name with different texts: one would take the place of the other unsaid.

    Raises:
        RulebookError: two such books.
    """
    known: dict[str, Rulebook] = {}
    for book in books:
        if not known.setdefault(book.rulebook, book).same_text(book):
            what = f"two different texts are called '{book.rulebook}'; one name, one text"
            where = book.where(("rulebook",)) if book.folder != SHELF else known[book.rulebook].where(("rulebook",))
            raise RulebookError(what, where=where, accepted="rulebook: another name, in one of the two files")


def _check_replaced(s: Stack) -> Iterator[RulebookError]:
    for k, item in enumerate(s.items):
        below = {o.id for o in s.items[:k] if o.book is not item.book and o.book.jurisdiction == item.book.jurisdiction}
        for key, olds in (("replaces", item.measure.replaced), ("adds_to", item.measure.added_to)):
            for old in olds:
                if old not in below:
                    what = f"{key} '{old}', which no book below sets"
                    yield RulebookError(what, where=item.where(key), given=old, accepted=below)
        if item.id in below and item.id not in item.measure.replaced:
            yield RulebookError(
                f"'{item.id}' is set by a book below too", where=item.where(), accepted=f"replaces: {item.id}"
            )


def _named(key: str, m: AnyMeasure, book: Rulebook, before: Sequence[Item]) -> str:
    """`Item.name`: told apart from a measure of another country where both issue permits or share uncertain numbers."""
    for other in (o for o in before if o.id == key and o.country != book.jurisdiction):
        if {m.instrument, other.measure.instrument} <= ISSUING or _uncertain(key, m) & _uncertain(key, other.measure):
            return f"{book.jurisdiction}:{key}"
    return key


def _uncertain(key: str, m: AnyMeasure) -> set[str]:
    """Keys of a measure's own numbers that have a range."""
    values = [(name, v) for name, q in m.quantities().items() for v in q.values]
    return {number_key(key, name, v) for name, v in values if v.range and not v.of_format}


def _of_country(book: Rulebook, country: str, readings: set[str]) -> bool:
    """Whether a book is of a country and has one of some readings."""
    return book.jurisdiction == country and bool(readings & book.readings.keys())


def _check_references(s: Stack) -> Iterator[RulebookError]:
    ids = set(s.latest)
    for book in s.books:
        for i, article in enumerate(book.articles):
            for k, name in enumerate(article.see):
                if name not in ids:
                    where = book.where(("articles", i, "see", k))
                    yield RulebookError(f"sees '{name}', which no book sets", where=where, given=name, accepted=ids)
    for item in s.items:
        for field, name, accepted in _references(item, s):
            if name not in accepted:
                what = f"'{name}' is not a measure that fits here"
                yield RulebookError(what, where=item.where(*field), given=name, accepted=accepted)
        yield from _check_readings(item, s)
    for book, review in s.reviews:
        yield from _check_review(s, book, review)


class Reference(NamedTuple):
    """A name that a measure refers to: the field that holds it, and the names that fit there."""

    field: tuple[str | int, ...]
    name: str
    accepted: set[str]


def _references(item: Item, s: Stack) -> Iterator[Reference]:
    measure, own = item.measure, s.by_country[item.country]
    caps = {k for k, o in own.items() if isinstance(o.measure, Cap)}
    if isinstance(measure, Penalty):
        bound = {k for k, o in own.items() if o.measure.instrument in ("cap", "licence", "standard", "tracing")}
        yield from (Reference(("for_breach_of", i), name, bound) for i, name in enumerate(measure.for_breach_of))
    if isinstance(measure, Exempt):
        yield Reference(("from_measure",), measure.from_measure, caps)
    for key, quantity in measure.quantities().items():
        for i, value in enumerate(quantity.values):
            if value.yearly_change_of is not None:
                alike = {k for k, o in own.items() if k != item.id and _leads(o, key)}
                yield Reference((key, "values", i, "yearly_change_of"), value.yearly_change_of, alike)


def _leads(item: Item, key: str) -> bool:
    """Whether others may grow as a parameter of this measure: it has it, and it follows no other in turn."""
    quantity = item.measure.quantities().get(key)
    return quantity is not None and all(v.yearly_change_of is None for v in quantity.values)


def _readings_named(item: Item) -> list[tuple[tuple[str | int, ...], str]]:
    """Readings that a measure names, each with its field."""
    used = item.measure.used if isinstance(item.measure.used, list) else []
    pairs: list[tuple[tuple[str | int, ...], str]] = [(("used", i), name) for i, name in enumerate(used)]
    for key, quantity in item.measure.quantities().items():
        pairs += [((key, "values", i, "reading"), v.reading) for i, v in enumerate(quantity.values) if v.reading]
    return pairs


def _check_readings(item: Item, s: Stack) -> Iterator[RulebookError]:
    for field, name in _readings_named(item):
        own = {r for b in s.books if b.jurisdiction == item.country for r in b.readings}
        if name not in own:
            yield RulebookError(f"no reading '{name}'", where=item.where(*field), given=name, accepted=own)


def _check_review(s: Stack, book: Rulebook, review: ReviewRule) -> Iterator[RulebookError]:
    where = book.where(("reviews", book.reviews.index(review), "lever"))
    own = s.by_country.get(book.jurisdiction, {})
    caps = {k for k, o in own.items() if isinstance(o.measure, Cap)}
    levers = [lever.removesuffix(".amount") for lever in review.lever]
    for name in levers:
        if name not in caps:
            yield RulebookError(f"'{name}' is not a cap of the stack", where=where, given=name, accepted=caps)
            continue
        amount = own[name].measure.quantities().get("amount")
        if amount is None or all(v.set_by != review.id for v in amount.values):
            what = f"review {review.id} moves {name}, but no value of its amount says so"
            yield RulebookError(what, where=where, accepted=f"set_by: {review.id} in a value of {name}.amount")
    for item in (o for o in s.items if o.book is book):
        for key, quantity in item.measure.quantities().items():
            if any(v.set_by == review.id for v in quantity.values) and (key != "amount" or item.id not in levers):
                yield RulebookError(f"review {review.id} does not move {item.id}.{key}", where=item.where(key))


def contested(s: Stack) -> list[str]:
    """Instruments of the stack that trade law has found against, in plain sentences; no legal verdict.

    China's export quotas and export duties on rare earths were found against commitments in WTO disputes DS431,
    DS432 and DS433 (panel 26 March 2014, Appellate Body 7 August 2014).
    """
    flags: list[str] = []
    by_origin: dict[str, list[str]] = {}
    for item in s.items:
        m, names = item.measure, item.measure.acts_on.names()
        if m.used == "never" or not ("ship" in names.get("doing", ()) or "trade" in names.get("stage", ())):
            continue
        quota = isinstance(m, Cap)
        duty = isinstance(m, Charge) and m.levy == "duty" and item.book.jurisdiction in names.get("zone", ())
        if quota or duty:
            kind = "a quota on shipments" if quota else "a duty on exports"
            where = f"{item.book.rulebook} art. {item.article.number}"
            flags.append(f"{item.id} ({where}) is {kind}: contested under trade law, see WTO DS431, DS432, DS433.")
        if isinstance(m, Portion):
            by_origin.setdefault(f"{item.book.rulebook} art. {item.article.number}", []).append(item.id)
    for where, ids in by_origin.items():
        limit = "limits" if len(ids) == 1 else "limit"
        flags.append(
            f"{', '.join(ids)} ({where}) {limit} shipments by origin: GATT Article XIII asks for like treatment."
        )
    return flags
