"""The letter to a consultation: what a zone would answer to a text, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from earthprice.law.prose import act_name
from earthprice.measures.rounding import between, rounded, signed, with_range
from earthprice.measures.spread import FEW, FEWEST, SAME, UNKNOWN, among
from earthprice.report.document import Block, Document, Heading, Paragraph
from earthprice.report.printed import files_alone
from earthprice.report.word_table import Table
from earthprice.study.comment import DELETE, KEEP, NONE, Answer, Comment, Worth, serves
from earthprice.world.world import in_sentence

UNIT = "bn USD of 2020"
BOTH, OPEN, COSTS = "both", "open", "costs"
"""Whom a proposal serves: zone and home; the zone, home not clearly; the zone, at a cost to home."""
NUMBERS = re.compile("[0-9]+-[0-9]+")
"""Number of an article that stands for several."""
BLANKS = (("To:", "[the authority that consults]"), ("From:", "[your name and whom you speak for]"))
"""What the sender fills in."""


def letter(c: Comment, command: str, version: str) -> Document:
    """The letter: what is asked in one table, then each article with its reason, worth and sources.

    Args:
        c: the zone's answer.
        command: the command that gives it again.
        version: of earthprice.
    """
    said = replace(c, name=in_sentence(c.name), home=in_sentence(c.home))
    return Document(f"Comment on {c.title}", tuple(_letter(said, command, version)))


def _letter(c: Comment, command: str, version: str) -> Iterator[Block]:
    if c.private:
        yield Paragraph(c.private, lead="Before you send this:")
    for lead, text in BLANKS:
        yield Paragraph(text, lead=lead)
    yield Paragraph(_opening(c))
    yield Heading("What we ask, article by article")
    yield Paragraph(f"Present values from {c.first} on, of all years to come, in {UNIT}.", small=True)
    groups = [(words, [x for x in c.answers if _side(c, x) == side]) for side, words in _sides(c).items()]
    for words, answers in groups:
        if answers:
            yield from _group(c, words, answers)
    yield Paragraph(_how_to_read(c), small=True)
    yield Heading("Our reasons")
    for x in (x for _, answers in groups for x in answers):
        yield from _clause(c, x)
    if c.silent:
        yield Heading("Articles on which we do not comment")
        yield Paragraph(
            "They set nothing that the reckoning holds, which says nothing of their weight in law.", small=True
        )
        yield Table(("article", "heading", "why"), [[act_name(n), heading, why] for n, heading, why in c.silent])
    yield Heading("How this was reckoned")
    yield Paragraph(_method(c, command, version), small=True)


def _sides(c: Comment) -> dict[str, str]:
    """Kinds of answers and their headings, in the order of the letter: first what serves both."""
    asked = {
        BOTH: f"What serves {c.name} and {c.home}",
        OPEN: f"What serves {c.name}, with no loss to {c.home} in the median",
        COSTS: f"What serves {c.name} at a cost to {c.home}",
    }
    own = {BOTH: f"What serves {c.name}"}
    return {
        **(own if c.home == c.name else asked),
        KEEP: "What we support as drafted",
        NONE: "Where we ask for no change",
    }


def _side(c: Comment, x: Answer) -> str:
    """Which kind an answer is."""
    if not x.wording:
        return x.kind
    if c.home == c.name or serves(x.at_home):
        return BOTH
    return COSTS if x.at_home.middle < 0 else OPEN


def _group(c: Comment, words: str, answers: list[Answer]) -> Iterator[Block]:
    """A heading and the table of its answers."""
    yield Heading(words, 2)
    if not answers[0].wording:
        rows = [[_name(x), _span(x.effect), x.effect.sign] for x in answers]
        yield Table(("article", f"what it does to {c.name}", "sign"), rows, (1,))
        return
    heads = ("article", f"what it does to {c.name}", "wording proposed", f"worth to {c.name}", "sign")
    rows = [[_name(x), _span(x.effect), x.wording, _span(x.worth), x.worth.sign] for x in answers]
    if c.home != c.name:
        heads += (f"worth to {c.home}", "sign")
        rows = [[*row, _span(x.at_home), x.at_home.sign] for row, x in zip(rows, answers, strict=True)]
    yield Table(heads, rows, (1, 3, 5))


def _opening(c: Comment) -> str:
    asked = [x for x in c.answers if x.wording]
    first = (
        f"As drafted, the text changes the net gain of {c.name} by {_words(c.whole, c.cleared)}, against {c.base}. "
        f"{c.valued}"
    )
    if not asked:
        return f"{first} No change of wording that was tried serves {c.name} in four of five draws, so none is asked."
    many = "one change" if len(asked) == 1 else f"{len(asked)} changes"
    made = "it is" if len(asked) == 1 else "made together they are"
    worth = f"{made} worth {_words(c.together, c.cleared)}"
    if c.home == c.name:
        return f"{first} We ask for {many} of wording; {worth}."
    costly = sum(_side(c, x) == COSTS for x in asked)
    return (
        f"{first} We ask for {many} of wording; {worth} to {c.name}, and to {c.home} "
        f"{_words(c.together_home, c.cleared)}. {costly or 'None'} of what we ask "
        f"{'cost' if costly > 1 else 'costs'} {c.home} in the median."
    )


def _clause(c: Comment, x: Answer) -> Iterator[Block]:
    yield Heading(_name(x), 2)
    yield Paragraph(x.says, lead="The draft (in our words):")
    yield Paragraph(_effect(c, x), lead="What it does:")
    if x.wording:
        yield Paragraph(x.wording, lead="We propose:")
        yield Paragraph(f"{_both(c, x.worth, x.at_home)}{_priced(x.priced)}.", lead="Worth:")
    if x.other:
        o = x.other
        lead = "Or, milder:" if x.kind == DELETE and o.priced else f"Not asked, since it costs {c.home}:"
        yield Paragraph(f"{o.wording} Worth {_both(c, o.worth, o.at_home)}{_priced(o.priced)}.", lead=lead)
    yield Paragraph(_reason(c, x), lead="Why:")
    yield Paragraph("; ".join(x.sources) or "none is named in the rulebook", lead="Sources:", small=True)


def _both(c: Comment, zone: Worth, home: Worth) -> str:
    """A worth to the zone and, where it is another, to the country whose text it is."""
    if c.home == c.name:
        return _words(zone, c.cleared)
    return f"to {c.name} {_words(zone, c.cleared)}, to {c.home} {_words(home, c.cleared)}"


def _priced(option: str) -> str:
    return f" (priced with {option})" if option else ""


def _effect(c: Comment, x: Answer) -> str:
    said = f"It changes the net gain of {c.name} by {_words(x.effect, c.cleared)}."
    if x.effect.sign == SAME:
        said = f"It changes nothing for {c.name} in any draw."
    moved = "; ".join(f"{group}: {_span(w)}" for group, w in x.groups)
    left = f" Not reckoned: {x.left_out}" if x.left_out else ""
    return f"{said}{f' Most of it falls on {moved}.' if moved else ''}{left}"


def _reason(c: Comment, x: Answer) -> str:
    """Why the proposal, in a sentence: what the article costs, what it leaves open, or why nothing is asked."""
    if x.kind == KEEP:
        return f"We support the article as drafted: {c.name} gains by it {_agree(x.effect)}."
    if x.kind == NONE:
        return f"No change is asked: by the best of those tried {c.name} gains {_agree(x.worth)}."
    costs = f" It costs {c.home}; we ask since it serves {c.name}." if _side(c, x) == COSTS else ""
    if x.kind == DELETE:
        return f"Without the article the law in force continues; {c.name} gains by that {_agree(x.worth)}.{costs}"
    free = f" that costs {c.home} nothing" if not costs and c.home != c.name else ""
    return (
        f"{c.name} gains {_agree(x.worth)} by fixing the number there, and more in the median than by any other change "
        f"tried{free}.{costs}"
    )


def _agree(w: Worth) -> str:
    return "in no draw" if w.sign == SAME else f"in {round(100 * w.positive)} % of the draws"


def _name(x: Answer) -> str:
    many = "Articles" if NUMBERS.fullmatch(x.number) else "Article"
    return f"{many} {act_name(x.number)}{'' if x.number_sure else ' (number uncertain)'}, {x.heading}"


def _span(w: Worth) -> str:
    """A worth with its range, `0` where nothing changes."""
    if w.sign == SAME:
        return "0"
    return with_range(w.middle, w.low, w.high, sign=True)


def _words(w: Worth, draws: int) -> str:
    """A worth in a sentence: median, range, which draws it holds, sign."""
    if w.sign == SAME:
        return f"nothing in any of {draws} draws"
    if w.sign == UNKNOWN:
        return "what no draw tells, since none clears"
    middle, low, high = rounded(w.middle, w.low, w.high)
    ends = "" if w.low == w.high else f": {between(low, high)}"
    sign = "" if w.sign == FEW else f", {w.sign}"
    return f"{signed(middle)} {UNIT} ({among(draws)}{ends}{sign})"


def _how_to_read(c: Comment) -> str:
    first = "" if c.home == c.name else f"; one that costs {c.home} nothing in the median goes before one that does"
    few = "" if c.cleared >= FEWEST else f" With fewer than {FEWEST} draws no sign word is given."
    return (
        f"Median and {among(c.cleared)}. What an article does: the text with it less the text without it, where the "
        "law in force stays. Worth: the text with that wording less the text as drafted, all else as drafted, so that "
        f"worths do not add up. A change is proposed where {c.name} gains in at least four of five draws{first}.{few} "
        "A number tried is an end of the range that the text leaves open, or half or twice the number that it gives."
    )


def _method(c: Comment, command: str, version: str) -> str:
    read = f", read {c.reading.replace('_', ' ')}" if c.reading else ""
    return (
        f"earthprice {version}, rulebook {c.book}{read}, as known on {c.as_of}; facts {c.facts_hash[:12]}, seed "
        f"{c.seed}; {c.cleared} of {c.draws} draws in which the text and every wording cleared. "
        f"Again with: {files_alone(command)}. "
        f"Gains are those of all groups of {c.name}, unlicensed trades included; what third countries lose or gain "
        "by a wording is not in this letter. Articles are in our own words, and numbers marked as uncertain should be "
        "checked against the official text. This is no legal advice."
    )
