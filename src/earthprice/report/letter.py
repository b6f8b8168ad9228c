"""The letter to a consultation: what a zone would answer to a text, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from earthprice.law.prose import act_name
from earthprice.measures.rounding import between, rounded, signed
from earthprice.measures.spread import FEW, FEWEST, SAME, among
from earthprice.report.document import Block, Document, Heading, Paragraph
from earthprice.report.word_table import Table
from earthprice.study.comment import DELETE, KEEP, NONE, VALUE, Answer, Comment, Worth

UNIT = "bn USD of 2020"
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
    return Document(f"Comment on {c.title}", tuple(_letter(c, command, version)))


def _letter(c: Comment, command: str, version: str) -> Iterator[Block]:
    for lead, text in BLANKS:
        yield Paragraph(text, lead=lead)
    yield Paragraph(_opening(c))
    yield Heading("What we ask, article by article")
    heads = ("article", f"what it does to {c.name}", "wording proposed", "worth", "sign", f"worth to {c.home}")
    yield Paragraph(f"Present values in {UNIT}.", small=True)
    yield Table(heads, [_row(c, x) for x in c.answers], (1, 3, 5))
    yield Paragraph(_how_to_read(c), small=True)
    for x in c.answers:
        yield from _clause(c, x)
    if c.silent:
        yield Heading("Articles on which we do not comment")
        yield Paragraph(
            "They set nothing that the reckoning holds, which says nothing of their weight in law.", small=True
        )
        yield Table(("article", "heading", "why"), [[act_name(n), heading, why] for n, heading, why in c.silent])
    yield Heading("How this was reckoned")
    yield Paragraph(_method(c, command, version), small=True)


def _opening(c: Comment) -> str:
    asked = sum(bool(x.wording) for x in c.answers)
    first = (
        f"As drafted, the text changes the net gain of {c.name} by {_words(c.whole, c.cleared)}, as a present value "
        f"from {c.first} to {c.last} at {100 * c.discount:g} % a year, against {c.base} continued."
    )
    if not asked:
        return f"{first} No change of wording that was tried serves {c.name} in four of five draws, so none is asked."
    many = "one change" if asked == 1 else f"{asked} changes"
    return f"{first} We ask for {many} of wording; made together they are worth {_words(c.together, c.cleared)}."


def _row(c: Comment, x: Answer) -> list[str]:
    effect = _span(x.effect)
    if x.kind in (VALUE, DELETE):
        return [_name(x), effect, x.wording, _span(x.worth), x.worth.sign, _span(x.at_home)]
    said = f"none: it serves {c.name}" if x.kind == KEEP else "none: draws do not agree on any change that was tried"
    return [_name(x), effect, said, "", x.effect.sign, ""]


def _clause(c: Comment, x: Answer) -> Iterator[Block]:
    yield Heading(_name(x), 2)
    yield Paragraph(x.says, lead="The draft (in our words):")
    yield Paragraph(_effect(c, x), lead="What it does:")
    if x.wording:
        yield Paragraph(x.wording, lead="We propose:")
        to_home = f" To {c.home}: {_words(x.at_home, c.cleared)}." if c.home != c.name else ""
        yield Paragraph(f"{_words(x.worth, c.cleared)}{_priced(x.priced)}.{to_home}", lead="Worth:")
    if x.milder:
        said, priced, worth = x.milder
        yield Paragraph(f"{said} Worth {_words(worth, c.cleared)}{_priced(priced)}.", lead="Or, milder:")
    yield Paragraph(_reason(c, x), lead="Why:")
    yield Paragraph("; ".join(x.sources) or "none is named in the rulebook", lead="Sources:", small=True)


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
    if x.kind == DELETE:
        return f"Without the article the law in force continues; {c.name} gains by that {_agree(x.worth)}."
    return (
        f"{c.name} gains {_agree(x.worth)} by fixing the number there, and more in the median than by any other number "
        "tried or by dropping the article."
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
    middle, low, high = rounded(w.middle, w.low, w.high)
    return signed(middle) if w.low == w.high else f"{signed(middle)} ({between(low, high)})"


def _words(w: Worth, draws: int) -> str:
    """A worth in a sentence: median, range, which draws it holds, sign."""
    if w.sign == SAME:
        return f"nothing in any of {draws} draws"
    middle, low, high = rounded(w.middle, w.low, w.high)
    sign = "" if w.sign == FEW else f", {w.sign}"
    return f"{signed(middle)} {UNIT} ({among(draws)}: {between(low, high)}{sign})"


def _how_to_read(c: Comment) -> str:
    few = "" if c.cleared >= FEWEST else f" With fewer than {FEWEST} draws no sign word is given."
    return (
        f"Median and {among(c.cleared)}. What an article does: the text with it less the text without it, where the "
        "law in force stays. Worth: the text with that wording less the text as drafted, all else as drafted, so that "
        f"worths do not add up. A change is proposed where at least four of five draws agree.{few} A number tried is "
        "an end of the range that the text leaves open, or half or twice the number that it gives."
    )


def _method(c: Comment, command: str, version: str) -> str:
    read = f", read {c.reading.replace('_', ' ')}" if c.reading else ""
    return (
        f"earthprice {version}, rulebook {c.book}{read}, as known on {c.as_of}; facts {c.facts_hash[:12]}, seed "
        f"{c.seed}; {c.cleared} of {c.draws} draws in which the text and every wording cleared. Again with: {command}. "
        f"Gains are those of all groups of {c.name}, unlicensed trades included; what third countries lose or gain "
        "by a wording is not in this letter. Articles are in our own words, and numbers marked as uncertain should be "
        "checked against the official text. This is no legal advice."
    )
