"""Clauses: what two texts have otherwise, and one text with a clause as the other has it.

A clause is what must change together to make sense: measures that take the place of the same measure of the law in
force (the draft fines mining and separation in one sentence, the later text in two), a repeal, or the day of entry
into force. A clause that does not fit into the other text alone takes along the changed clauses that name it; what it
took along, and why it fits nowhere if it does not, is said in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from earthprice.errors import RulebookError
from earthprice.law.compile import Prepared, prepare
from earthprice.law.instruments import AnyMeasure, Exempt, Penalty
from earthprice.law.numbers import entering
from earthprice.law.rulebook import Article, Rulebook
from earthprice.law.stack import stack
from earthprice.law.strict import decimal_year
from earthprice.world.network import Network

WORDS_ONLY = {"source", "why", "published", "basis", "confidence", "says"}
"""Keys of a measure and its values that change no number, unless they are a parameter of that name (`basis`)."""
ENTRY = "entry_into_force"
"""Id of the clause that is the day of entry into force."""


@dataclass(frozen=True)
class Clause:
    """What the second text has otherwise than the first.

    Attributes:
        measures: ids of the measures that go together.
        repeals: names of measures of the law in force that one of the texts repeals.
        first, second: articles; empty where a text has no such clause.
        date: whether it is the day of entry into force.
    """

    measures: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    date: bool = False

    @property
    def id(self) -> str:
        """Name: the measures joined by `+`, `repeal of X`, or `entry_into_force`."""
        return ENTRY if self.date else "+".join(self.measures) or f"repeal of {'+'.join(self.repeals)}"

    @property
    def words(self) -> str:
        """changed, new or dropped, with the articles."""
        if self.date:
            return f"changed: {self.first[0]} to {self.second[0]}"
        if not self.first:
            return f"new: art. {', '.join(self.second)}"
        if not self.second:
            return f"dropped: art. {', '.join(self.first)} of the first"
        return f"changed: art. {', '.join(self.first)} to {', '.join(self.second)}"


@dataclass(frozen=True)
class Swap:
    """A text with a clause as the other text has it.

    Attributes:
        clause: the clause.
        prepared: the stack with that text; None where the wording fits nowhere.
        words: what was taken along or left out, or why it does not fit; empty if nothing.
    """

    clause: Clause
    prepared: Prepared | None
    words: str


def clauses(first: Rulebook, second: Rulebook) -> list[Clause]:
    """Clauses that differ between two texts: measures matched by id, repeals by what they name, and the entry."""
    found = [_of_measures(group, first, second) for group in _groups(first, second)]
    ended = [dict(_repeals(b)) for b in (first, second)]
    for name in dict.fromkeys((*ended[0], *ended[1])):
        if (name in ended[0]) != (name in ended[1]):
            places = [(e[name],) if name in e else () for e in ended]
            found.append(Clause(repeals=(name,), first=places[0], second=places[1]))
    if first.in_force.date != second.in_force.date:
        found.append(Clause(first=(first.in_force.date,), second=(second.in_force.date,), date=True))
    return found


def _groups(first: Rulebook, second: Rulebook) -> list[list[str]]:
    """Measures that differ; those that take the place of the same measure stand together."""
    changed = [n for n in dict.fromkeys((*first.measures, *second.measures)) if _acts(first, n) != _acts(second, n)]
    groups: list[tuple[list[str], set[str]]] = []
    for name in changed:
        ends = {old for b in (first, second) if name in b.measures for old in b.measures[name].replaced}
        same = [g for g in groups if g[1] & ends]
        groups = [g for g in groups if g not in same]
        groups.append(([*(n for g in same for n in g[0]), name], ends.union(*(g[1] for g in same))))
    return [g[0] for g in groups]


def _of_measures(names: list[str], first: Rulebook, second: Rulebook) -> Clause:
    under = [{m: a.number for a in b.articles for m in a.measures} for b in (first, second)]
    places = [tuple(dict.fromkeys(u[n] for n in names if n in u)) for u in under]
    return Clause(measures=tuple(names), first=places[0], second=places[1])


def _repeals(book: Rulebook) -> Iterator[tuple[str, str]]:
    return ((name, a.number) for a in book.articles if a.against_base == "repeals" for name in a.see)


def _acts(book: Rulebook, name: str) -> object:
    """What acts in a measure: everything but its words; nothing where it is absent or a power that is never used."""
    measure = book.measures.get(name)
    if measure is None or measure.used == "never":
        return None
    return _bare(measure.model_dump(by_alias=True), book.start)


def _bare(thing: object, start: float) -> object:
    if isinstance(thing, dict):
        bare = {k: _bare(v, start) for k, v in thing.items() if k not in WORDS_ONLY or isinstance(v, dict)}
        when = bare.get("from")
        if isinstance(when, int | str) and thing.get("basis") not in ("notice", "record"):
            after = decimal_year(when) - start  # years after entry into force; growth steps on 1 January
            if after > 0 and any(bare.get(k) is not None for k in ("yearly_change", "yearly_change_of")):
                after = float(ceil(decimal_year(when)) - floor(start))
            bare["from"] = round(max(0.0, after), 2)
        return bare
    return [_bare(v, start) for v in thing] if isinstance(thing, list | tuple) else thing


def with_clauses(book: Rulebook, other: Rulebook, moved: Sequence[Clause]) -> tuple[Rulebook, tuple[str, ...]]:
    """The book with some clauses as the other text has them, and the duties left out since neither text sets them.

    A measure is replaced where it stands, left out, or added under its own article's number of the other text; its
    dates count from the book's entry into force as they did from the other's. A repeal is taken back or added. A
    penalty for breach of a duty that the book then lacks no longer names it.
    """
    names = {n for c in moved for n in c.measures}
    theirs = entering(other, book.in_force.date).measures
    taken = {n: m for n, m in theirs.items() if n in names}
    articles = [_amended(a, names, taken, {n for c in moved for n in c.repeals}) for a in book.articles]
    for a in other.articles:
        mine = {k: taken[k] for k in a.measures if k in taken and k not in book.measures}
        again = [n for c in moved for n in c.repeals if a.against_base == "repeals" and n in a.see]
        if mine or again:
            extra = {"measures": mine, "number": f"{a.number} of the other text", "see": again}
            articles.append(a.model_copy(update=extra | ({} if again else {"against_base": "new"})))
    changed = book.model_copy(update={"articles": articles})
    gone = {*book.measures, *other.measures} - set(changed.measures)
    lost = {n for m in changed.measures.values() if isinstance(m, Penalty) for n in m.for_breach_of if n in gone}
    changed = changed.model_copy(update={"articles": [_without_names(a, gone) for a in changed.articles]})
    if any(c.date for c in moved):
        changed = _dated(changed, other)
    return changed, tuple(sorted(lost))


def _amended(a: Article, names: set[str], taken: dict[str, AnyMeasure], repeals: set[str]) -> Article:
    """An article with its measures as the other text has them, and without a repeal that the other text lacks."""
    measures = {k: taken.get(k, m) for k, m in a.measures.items() if k not in names or k in taken}
    update: dict[str, object] = {"measures": measures}
    if a.against_base == "repeals" and repeals & set(a.see):
        left = [n for n in a.see if n not in repeals]
        update |= {"see": left, "against_base": "repeals" if left else "continues"}
    return a.model_copy(update=update)


def _without_names(a: Article, gone: set[str]) -> Article:
    """An article that no longer sees, and whose penalties no longer punish a breach of, what is not there."""
    measures = dict(a.measures)
    for k, m in a.measures.items():
        if isinstance(m, Penalty) and gone & set(m.for_breach_of):
            measures[k] = m.model_copy(update={"for_breach_of": [n for n in m.for_breach_of if n not in gone]})
    return a.model_copy(update={"measures": measures, "see": [n for n in a.see if n not in gone]})


def _dated(book: Rulebook, other: Rulebook) -> Rulebook:
    """The book announced and in force on the other's days; what counts from its entry moves along."""
    return entering(book, other.in_force.date).model_copy(update={"announced": other.announced})


def swap(below: Sequence[Rulebook], book: Rulebook, other: Rulebook, clause: Clause, network: Network) -> Swap:
    """The book with one clause as the other text has it, on top of what lies below it.

    Where the wording does not fit alone, the changed clauses tied to it (one names the other) are swapped with it.

    Args:
        below: the other books of the stack.
        book: the text that is changed.
        other: the text that the clause comes from.
        clause: one of `clauses(other, book)`.
        network: what the text must fit.
    """
    every, moved = clauses(other, book), [clause]
    while True:
        text, lost = with_clauses(book, other, moved)
        try:
            said = [f"together with {', '.join(c.id for c in moved[1:])}"] if moved[1:] else []
            said += [f"a fine no longer names {', '.join(lost)}, which the text then lacks"] if lost else []
            return Swap(clause, prepare(stack(*below, text, top=text.rulebook), network), "; ".join(said))
        except RulebookError as error:
            tied = [c for c in every if c not in moved and _tied(c, moved, (book, other))]
            if not tied:
                return Swap(clause, None, f"not priced: {error}")
            moved += tied


def _tied(one: Clause, moved: Sequence[Clause], books: tuple[Rulebook, Rulebook]) -> bool:
    """Whether a clause names one of those moved, or is named by one."""
    its, theirs = set(one.measures), {n for c in moved for n in c.measures}
    return bool(_names(its, books) & theirs or _names(theirs, books) & its)


def _names(ids: set[str], books: tuple[Rulebook, Rulebook]) -> set[str]:
    """Measures that some measures refer to, in either text."""
    found: set[str] = set()
    for measure in (b.measures[n] for b in books for n in ids if n in b.measures):
        found |= {*measure.added_to, *measure.replaced}
        found |= set(measure.for_breach_of) if isinstance(measure, Penalty) else set()
        found |= {measure.from_measure} if isinstance(measure, Exempt) else set()
        found |= {v.yearly_change_of for q in measure.quantities().values() for v in q.values if v.yearly_change_of}
    return found
