"""What an assessment sets side by side: a text, and the law without it, jurisdiction by jurisdiction.

Below both sides stands the law of every country: what the text builds on, what `against` names, else the shipped law in
force on the day of the text's announcement, or on the day whose law a text put together is. A text that builds on
nothing of its own country is added to that law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earthprice.errors import InputError, OptionError
from earthprice.law.compile import Prepared, prepare
from earthprice.law.load import load_rulebook, shipped, shipped_heads
from earthprice.law.note import Note
from earthprice.law.numbers import delay
from earthprice.law.outside import outside
from earthprice.law.rulebook import Rulebook
from earthprice.law.stack import Stack, one_text, ordered, stack
from earthprice.world.network import Network

Books = tuple[Rulebook, ...]


@dataclass(frozen=True)
class Asked:
    """Which texts an assessment sets side by side.

    Attributes:
        rulebook: the text: a shipped name, a path, or the text as it has been loaded.
        against: baseline; the law that the text builds on, or the law in force, if None.
        answers: rulebooks of other jurisdictions stacked on the reform.
        delay_years: entry into force of the text that much later.
        reading: name of a reading, "all", or None for the default.
        as_of: nothing published later is seen; the day of the announcement's second month if None.
        since: first day from which runs tell of the law, so that an older text meets no law that had ended by then.
    """

    rulebook: str | Rulebook
    against: str | None = None
    answers: tuple[str, ...] = ()
    delay_years: float = 0.0
    reading: str | None = None
    as_of: str | None = None
    since: str = ""


@dataclass(frozen=True)
class Texts:
    """The reform, its baseline, and how they are read.

    Attributes:
        book: the rulebook assessed.
        reform, baseline: prepared stacks.
        reading: name of the reading used; readings: those of the text itself, or of the law below it where it has none.
        as_of: day up to which publications are known.
        notes: what the text was added to unsaid, what the baseline lacks beside it, and what of it lies outside its
            jurisdiction.
        against: id of the rulebook that was named as baseline, or that a law put together from several acts builds on;
            empty where the law in force continues.
        unanswered: the reform without the answers to it; the reform itself where there are none.
    """

    book: Rulebook
    reform: Prepared
    baseline: Prepared
    reading: str
    readings: tuple[str, ...]
    as_of: str
    unanswered: Prepared
    notes: tuple[Note, ...] = ()
    against: str = ""

    @property
    def kind(self) -> str:
        """What the text is: a draft, a law that has been adopted, or a text that is neither."""
        return {"proposal": "draft", "draft": "draft", "illustration": "text"}.get(self.book.status, "law")

    @property
    def held_against(self) -> str:
        """What it is held against, in words that follow "against"."""
        return self.against or ("no such law" if self.kind == "law" else "no reform")

    def alone(self) -> Texts:
        """The same without the answers: what the text does by itself."""
        return replace(self, reform=self.unanswered)


@dataclass(frozen=True)
class Sides:
    """Baseline, reform, and reform without the answers as stacks, and what the text was added to unsaid."""

    baseline: Stack
    reform: Stack
    unanswered: Stack
    note: Note | None = None


def texts(asked: Asked, network: Network) -> Texts:
    """Load and stack what an assessment compares.

    Raises:
        RulebookError: a rulebook cannot be read, does not fit the network or the others.
        OptionError: a name that does not ship, a reading that is not there, nothing to compare with.
    """
    book, answers = _book(asked), _answers(_book(asked), asked.answers)
    moved = delay(book, asked.delay_years) if asked.delay_years else book
    against = load_rulebook(asked.against) if asked.against else None
    both = sides(moved, answers, stack(against) if against else None, asked.since)
    reform = prepare(both.reform, network)
    warned = [w for b in (book, *answers) for w in outside(both.reform, reform.ground, reform.reached, b)]
    reading, readings = _reading(both.reform, asked.reading)
    return Texts(
        book,
        reform,
        prepare(both.baseline, network),
        reading,
        readings,
        _as_of(book, asked),
        prepare(both.unanswered, network) if answers else reform,
        tuple(filter(None, (both.note, _lacking(both, book), *warned))),
        against.rulebook if against else both.baseline.top if _succeeds(book, both) else "",
    )


def can_answer(asked: Asked, name: str) -> bool:
    """Whether a rulebook fits upon the text and the law below it as an answer."""
    book, base = _book(asked), stack(asked.against) if asked.against else None
    try:
        sides(book, _answers(book, [name]), base, asked.since)
    except InputError:
        return False
    return True


def _book(asked: Asked) -> Rulebook:
    """The text that is asked for."""
    return asked.rulebook if isinstance(asked.rulebook, Rulebook) else load_rulebook(asked.rulebook)


def seen(rulebook: str) -> str:
    """The day up to which publications are known where none is asked for: that of the announcement's second month.

    Raises:
        RulebookError: the rulebook cannot be read.
    """
    return _second_month(load_rulebook(rulebook))


def placed(book: Rulebook, since: str = "", as_of: str | None = None) -> Stack:
    """A book on the law below it: what it builds on, and the law in force of every other country.

    Args:
        book: the book.
        since: as of `Asked`.
        as_of: day up to which a run of it sees, where there is one.

    Raises:
        OptionError: it was announced after that day.
    """
    if as_of is not None:
        book.must_be_announced(as_of)
    return stack(book) if is_whole_law(book) else sides(book, (), None, since).reform


def in_force(day: str) -> Stack:
    """The shipped law of every country in force on a day."""
    return stack(*_in_force(day, set()))


def _answers(text: Rulebook, asked: Sequence[str]) -> list[Rulebook]:
    """The answers to a text: each once, and each of another country, so that none is the text itself."""
    found = {b.rulebook: b for b in map(load_rulebook, asked)}
    accepted = "rulebooks of other countries, each once"
    if len(found) < len(asked):
        raise OptionError(f"{', '.join(asked)}: one of them twice", where="--with", accepted=accepted)
    for b in found.values():
        if b.jurisdiction == text.jurisdiction:
            said = f"'{b.rulebook}' is law of {b.jurisdiction}, as '{text.rulebook}' is"
            raise OptionError(said, where="--with", accepted=accepted)
    return list(found.values())


def sides(text: Rulebook, answers: Sequence[Rulebook], base: Stack | None, since: str = "") -> Sides:
    """Baseline and reform.

    Per country, the baseline holds the books of `base`, else what the text builds on, else the law in force; the reform
    holds the same and the text, but in the text's own country it holds what the text builds on where it says so, and
    nothing else where the text is a whole law of its own. Answers are laid on top of that; what they build on stands
    on both sides.

    Args:
        text: the text.
        answers: books of other countries, upon the text.
        base: the baseline asked for, with all that it builds on.
        since: as of `Asked`.

    Raises:
        OptionError: nothing to compare with, the two sides would differ by more than the text, or an answer is law in
            force on both sides.
        RulebookError: two texts of one name, or books that do not fit each other.
    """
    own, home = ordered([text])[:-1], text.jurisdiction
    given = base.books if base else ()
    day = max(text.consolidated or text.announced, since)
    law = _in_force(day, {b.jurisdiction for b in (*own, *given)})
    fixed = _below_answers(text, answers)
    one_text((*own, *given, *law, *fixed, text, *answers))
    _above_the_law(answers, (*own, *given, *law), day)
    if base is None and is_whole_law(text) and text.rulebook in shipped():
        raise OptionError(
            f"'{text.rulebook}' is a whole law and builds on no other",
            where="--against",
            accepted="a rulebook to compare with",
        )
    _differ_by_the_text(text, own, given)
    abroad = tuple(b for b in _merged(given, own, law) if b.jurisdiction != home)
    here = _of(given, home) or _of(own, home) or _of(law, home)
    below = _of(own, home) or (() if is_whole_law(text) else here)
    common = (*abroad, *fixed)
    if not (*common, *here):
        raise OptionError(
            f"no law was in force on {text.announced}", where="--against", accepted="a rulebook to compare with"
        )
    reform = stack(*common, *below, text, *answers, top=text.rulebook)
    alone = stack(*common, *below, text) if answers else reform
    below_it = replace(stack(*common, *here), above=reform)
    return Sides(
        below_it, reform, replace(alone, above=reform) if answers else reform, _note(text, own, (*abroad, *below))
    )


def _merged(*sets: Books) -> Books:
    """Books of each country from the first set that has any, in the order of the sets."""
    found: dict[str, Books] = {}
    for books in sets:
        new = dict.fromkeys(b.jurisdiction for b in books)
        found |= {j: _of(books, j) for j in new if j not in found}
    return tuple(b for books in found.values() for b in books)


def _of(books: Sequence[Rulebook], jurisdiction: str) -> Books:
    return tuple(b for b in books if b.jurisdiction == jurisdiction)


def is_whole_law(book: Rulebook) -> bool:
    """Whether a book is the whole law of its country: it says `builds_on: []`, or ships as law in force on nothing."""
    if book.builds_on is not None:
        return not book.bases
    return shipped_heads().get(book.rulebook, {}).get("status") == "in_force"


def _in_force(day: str, but: set[str]) -> Books:
    """The shipped law in force on a day, of countries other than those in `but`: of each the one that began last."""
    latest: dict[str, tuple[str, str]] = {}
    for name, head in shipped_heads().items():
        begun, country = str(head["in_force"]["date"]), str(head["jurisdiction"])
        if head["status"] == "in_force" and begun <= day and country not in but:
            latest[country] = max(latest.get(country, ("", "")), (begun, name))
    return tuple(b for _, name in latest.values() for b in ordered([load_rulebook(name)]))


def _below_answers(text: Rulebook, answers: Sequence[Rulebook]) -> Books:
    """What answers build on, without the text, what builds on it, and themselves: it stands on both sides."""
    names = {text.rulebook, *(a.rulebook for a in answers)}
    found = ordered([text, *answers])
    below = {b.rulebook for b in ordered([text])}
    return tuple(b for b in found if b.rulebook not in names | below and text.rulebook not in b.bases)


def _above_the_law(answers: Sequence[Rulebook], below: Books, day: str) -> None:
    """Refuse an answer that stands below the text: it is there with and without it."""
    names = {b.rulebook for b in below}
    for a in answers:
        if a.rulebook in names:
            raise OptionError(
                f"'{a.rulebook}' stands below the text already, with and without answers (law of {day}, what the text "
                "builds on, or --against)",
                where="--with",
                accepted="rulebooks of other countries that are not law below the text",
            )


def _differ_by_the_text(text: Rulebook, own: Books, given: Books) -> None:
    """Refuse sides of which one lacks books of another country that the other has."""
    for country in {b.jurisdiction for b in own} & {b.jurisdiction for b in given} - {text.jurisdiction}:
        ours, theirs = ([b.rulebook for b in _of(books, country)] for books in (own, given))
        if ours != theirs:
            said = (
                f"of {country}, '{text.rulebook}' builds on {', '.join(ours)}, the baseline holds {', '.join(theirs)}"
            )
            raise OptionError(
                f"{said}: they would differ by more than the text",
                where="--against",
                accepted=f"builds_on: {theirs[-1]} in the text, or no builds_on",
            )


def _succeeds(book: Rulebook, both: Sides) -> bool:
    """Whether the law in force, put together from several acts, is held against its country's earlier law, by name."""
    return (
        book.status == "in_force"
        and book.consolidated is not None
        and both.baseline.top_book.jurisdiction == book.jurisdiction
    )


def _note(text: Rulebook, own: Books, below: Books) -> Note | None:
    """That the text was added to law that it does not name; the head says which, as what it is held against."""
    lacking = [b for b in below if b.rulebook not in {o.rulebook for o in own}]
    if not lacking:
        return None
    if all(b.jurisdiction != text.jurisdiction for b in lacking):
        return Note("below", {"text": text.rulebook})
    return Note("added", {"text": text.rulebook, "zone": text.jurisdiction})


def _lacking(both: Sides, book: Rulebook) -> Note | None:
    """What the text stands on and the baseline lacks, so that a difference is of all of them together."""
    held = {b.rulebook for b in both.baseline.books}
    more = [b.rulebook for b in both.unanswered.books if b.rulebook not in held | {book.rulebook}]
    if not more:
        return None
    return Note("lacking", {"text": book.rulebook, "below": " + ".join(more), "law": both.baseline.top})


def _reading(reform: Stack, asked: str | None) -> tuple[str, tuple[str, ...]]:
    """The reading used and all to be told: the text's own, else those of the books below, the lowest one's by default.

    A reading of a book below a text that has its own may be asked for; the text is then read by its own default.
    """
    above = [reform.top_book] if reform.top_book.readings else reform.books
    default = next((n for b in above for n, r in b.readings.items() if r.default), "")
    reading, known = asked if asked not in (None, "all") else default, reform.readings
    if reading and reading not in known:
        raise OptionError(f"unknown reading '{reading}'", where="--reading", accepted=(*known, "all"), given=reading)
    return str(reading), tuple(dict.fromkeys([*(n for b in above for n in b.readings), *filter(None, [reading])]))


def _as_of(book: Rulebook, asked: Asked) -> str:
    """The day up to which publications are known: not before the text was announced, nor before the facts begin."""
    if asked.as_of is None:
        return max(_second_month(book), asked.since)
    book.must_be_announced(asked.as_of)
    if asked.as_of < asked.since:
        said = f"{asked.as_of} lies before the facts begin, {asked.since}"
        raise OptionError(said, where="--as-of", accepted=f"{asked.since} or later")
    return asked.as_of


def _second_month(book: Rulebook) -> str:
    """First day of the second month after the announcement: comments are in, the text is not in force.

    Of a text put together from several acts it is the day whose law it is.
    """
    if book.consolidated is not None:
        return book.consolidated
    year, month = int(book.announced[:4]), int(book.announced[5:7]) + 2
    return f"{year + (month > 12)}-{(month - 1) % 12 + 1:02d}-01"
