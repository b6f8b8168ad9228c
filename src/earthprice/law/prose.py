"""A rulebook as prose, article by article, as a lawyer checks it. Complete: a number not printed is a bug."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from earthprice.errors import several
from earthprice.law.floors import Contract
from earthprice.law.instruments import (
    AnyMeasure,
    Cap,
    Charge,
    Conduct,
    Exempt,
    Penalty,
    Portion,
    Standard,
    Support,
)
from earthprice.law.load import load_rulebook
from earthprice.law.quantity import Quantity, Value
from earthprice.law.reviews import IndicatorRow, Plain, ReviewRule
from earthprice.law.rulebook import Article, Rulebook
from earthprice.law.strict import check_day
from earthprice.law.units import SHARES

WIDTH = 110
MARK = "**assumption**"
"""How an assumption is marked; a shell may colour it."""

MODELLED = {
    "fully": "modelled",
    "partly": "modelled in part",
    "elsewhere": "modelled elsewhere",
    "not": "not modelled",
    "as aims": "aims",
}
AGAINST = {
    "new": "new against the law in force",
    "changes": "changes the law in force",
    "continues": "continues the law in force",
    "repeals": "repeals the law in force",
}
PARAMETERS = {
    "rate": "Rate", "due_on": "Due on", "amount": "Amount", "wait": "Wait", "refused": "Refused",
    "interest": "Interest", "content": "Oxide in a tonne as the notice weighs it",
    "at_least": "At least", "at_most": "At most", "base": "Practice without it", "obeyed": "Obeyed by", "cost": "Cost",
    "caught": "Caught", "budget": "Budget", "times_gain": "Fine in times of the gain", "seized": "Seized",
    "wealth": "Largest fine that can be collected", "floor": "Least fine", "case_size": "Size of a case",
    "closed": "Closed for", "coverage": "Covers", "detects": "Brings to light", "target": "Target", "pace": "Pace",
    "buy_below": "Buys below", "tonnes": "Up to", "lasts": "Lasts", "sellers": "Sellers", "elasticity": "Elasticity",
    "strike": "Made up to", "back": "Given back of what lies above", "covers": "Share of output under contract",
    "days": "Stock in days of use", "build": "Built up within", "release_above": "Sold above",
    "release": "Most that is sold of it", "basis": "Price at the plant above the index by",
}  # fmt: skip

BREAK = re.compile(r"(?<!\d)-|-(?!\d)")
"""A dash that stands for a space in the number of an act, such as `order-71-1-2`; not one between figures."""


def act_name(number: str) -> str:
    """The number of an article that is no figure, as an act's name: `order 71-1-2`; a figure as it is."""
    return BREAK.sub(" ", number)


def prose(book: Rulebook | str, as_of: str | None = None) -> str:
    """The whole rulebook as plain text.

    Args:
        book: a rulebook, or its name.
        as_of: day up to which publications are known; values published later are marked, not left out.

    Returns:
        Text of lines of at most 110 letters; assumptions carry the word `**assumption**`.

    Raises:
        OptionError: no day, or one before the text was announced.
    """
    book = load_rulebook(book) if isinstance(book, str) else book
    if as_of is not None:
        book.must_be_announced(check_day(as_of))
    parts = [_head(book), *_readings(book), *(_article(a, as_of) for a in book.articles)]
    parts += [_review(r) for r in book.reviews] + [_sources(book)]
    return "\n\n".join(parts) + "\n"


def _fill(text: str, indent: int = 0) -> str:
    pad = " " * indent
    return textwrap.fill(
        text, WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def _head(book: Rulebook) -> str:
    f = book.in_force
    ground = (
        f"{MARK}: {f.why}" if f.basis == "assumption" else f"{f.basis}, {f.source}" + (f": {f.why}" if f.why else "")
    )
    lines = [
        book.title.upper(),
        f"{book.rulebook}, version {book.version}; {book.jurisdiction}; {book.status.replace('_', ' ')}.",
        f"Announced {book.announced}. In force {f.date} ({ground})",
    ]
    lines += [f"Builds on {', '.join(book.bases)}; what is not named here continues from there."] if book.bases else []
    lines += [f"{several(book.articles_count, 'article')}."] if book.articles_count else []
    if book.scope:
        by = f" (art. {book.scope.article})" if book.scope.article else ""
        lines.append(f"Covers {', '.join(book.scope.stages)}{by}.")
    return "\n".join(_fill(line) for line in [*lines, book.text_status.strip()])


def _readings(book: Rulebook) -> Iterator[str]:
    if book.readings:
        rows = [f"{k}{' (default)' if r.default else ''}: {r.words}" for k, r in book.readings.items()]
        yield "\n".join(
            ["Readings of the powers, an authority's choice, never a probability:", *(_fill(r, 2) for r in rows)]
        )


def _article(a: Article, as_of: str | None) -> str:
    sure = "" if a.number_sure else "?"
    status = [MODELLED[a.modelled], AGAINST.get(a.against_base or "", "")]
    lines = [f"Art. {a.number}{sure} {a.heading}. [{'; '.join(s for s in status if s)}; source: {a.source}]", a.says]
    if a.why_not:
        lines.append(f"Left out: {a.why_not}")
    if a.aims:
        lines.append(f"Aims: {', '.join(a.aims)}.")
    if a.see:
        lines.append(f"See {', '.join(a.see)}.")
    text = "\n".join(_fill(line, 0 if i == 0 else 2) for i, line in enumerate(lines))
    return "\n".join([text, *(_measure(name, m, as_of) for name, m in a.measures.items())])


def _measure(name: str, m: AnyMeasure, as_of: str | None) -> str:
    used = ", ".join(m.used) if isinstance(m.used, list) else m.used
    kind = f"power, used: {used}" if m.kind == "power" else "duty"
    first = f"- {name}: {m.instrument.replace('_', ' ')} ({kind}). {_acts_on(m)}{_manner(m)}"
    lines = [_fill(first, 2)] + ([_fill(m.says, 4)] if m.says else [])
    if m.replaced:
        lines.append(_fill(f"Takes the place of {', '.join(m.replaced)}.", 4))
    if m.added_to:
        lines.append(_fill(f"Acts on top of {', '.join(m.added_to)}.", 4))
    for key, quantity in m.quantities().items():
        lines.append(_fill(f"{PARAMETERS[key]}: {_quantity(quantity, as_of)}.", 4))
    return "\n".join(lines)


def _acts_on(m: AnyMeasure) -> str:
    keys = {k: " or ".join(v) for k, v in m.acts_on.names().items()}
    words = ", ".join(f"{k} {v}" for k, v in keys.items())
    said = f"Acts on {words}." if words else ""
    if not m.holds:
        return said
    least = f"at least {_number(m.holds.at_least, 'share')} " if m.holds.at_least is not None else "the mass "
    where = f"{' or '.join(m.holds.stages)} in {' or '.join(m.holds.origin)}"
    return f"{said} Of that, {least}of rare earths that went through {where}."


def _manner(m: AnyMeasure) -> str:
    said: list[str] = []
    if isinstance(m, Charge):
        base = f"burden {m.burden}" if m.burden else m.base.replace("_", " ")
        said.append(f"{m.levy.upper() if m.levy == 'vat' else m.levy.capitalize()} on {base}.")
    elif isinstance(m, Cap):
        counts = f"burden {m.burden}" if m.burden else m.counts
        shared = m.shared_out
        named = "; ".join(f"{d} {_number(s, 'share')}" for d, s in (shared.shares or {}).items())
        said.append(f"Counts {counts}; shared out by {f'named shares ({named})' if named else 'capacity'},")
        said.append("tradable." if shared.tradable else "not tradable between districts.")
    elif isinstance(m, Standard):
        said.append(f"Quantity: {m.quantity}{f', burden {m.burden}' if m.burden else ''}.")
    elif isinstance(m, Portion):
        of = ", ".join(f"{k} {' or '.join(v)}" for k, v in m.of.names().items()) if m.of else "where it arrives"
        apart = f", each {' and '.join(m.each)} apart" if m.each else ""
        said.append(f"Share of use ({of}), counted in {m.counts}{apart}.")
    elif isinstance(m, Penalty):
        said.append(f"For breach of {', '.join(m.for_breach_of)}, by the unlicensed.")
    elif isinstance(m, Support):
        said.append(f"Into {m.into}.")
    elif isinstance(m, Contract):
        said.append(f"On {m.good} that they make, sold or put in stock.")
    elif isinstance(m, Exempt):
        said.append(f"From {m.from_measure}.")
    elif isinstance(m, Conduct):
        said.append("Mark-up 1/(sellers x elasticity).")
    return " " + " ".join(said) if said else ""


def _quantity(quantity: Quantity, as_of: str | None) -> str:
    return "; ".join(_value(v, quantity.unit, as_of) for v in quantity.values)


def _value(v: Value, unit: str, as_of: str | None) -> str:
    default = v.of_format
    when = "" if default else f" from {v.start}"
    reading = f", reading {v.reading}" if v.reading else ""
    late = as_of is not None and v.published is not None and v.published > as_of
    ground = [MARK if v.basis == "assumption" else v.basis, v.source or "", "default of the format" if default else ""]
    ground += [f"published {v.published}" if v.published else "", f"not yet known on {as_of}" if late else ""]
    words = ", ".join(g for g in ground if g) + (f": {v.why.rstrip('.')}" if v.why else "")
    return f"{_amount(v, unit)}{when}{reading} ({words})"


def _amount(v: Value, unit: str) -> str:
    if v.lifted:
        return "lifted"
    if v.set_by:
        return f"moved by review {v.set_by}"
    if v.yearly_change_of:
        return f"grows as {v.yearly_change_of}"
    shown = "share" if v.grows else unit
    middle = v.yearly_change if v.grows else v.value
    low, high = v.range or (None, None)
    span = f"{_number(low, shown)} to {_number(high, shown)}" if low is not None and high is not None else ""
    number = f"{_number(middle, shown)} ({span})" if middle is not None and span else span
    number = number or _number(middle if middle is not None else 0.0, shown)
    return f"{number} a year" if v.grows else f"{number} {_unit(unit)}".rstrip()


def drafted(parameter: str, quantity: Quantity) -> str:
    """A parameter as the text has it, without what it rests on: `Fine in times of the gain: 1 to 5 multiple`."""
    said = "; ".join(_amount(v, quantity.unit) for v in quantity.values)
    return f"{PARAMETERS[parameter]}: {said}"


def dated(parameter: str, unit: str, x: float, day: str) -> str:
    """The same parameter with one number from a day on, as a proposal words it."""
    return f"{PARAMETERS[parameter]}: {_number(x, unit)} {_unit(unit)}".rstrip() + f" from {day}"


def cited(book: Rulebook, article: Article) -> tuple[str, ...]:
    """What an article and the numbers in it rest on: sources with their confidence, assumptions with their reason."""
    values = [v for m in article.measures.values() for q in m.quantities().values() for v in q.values]
    keys = dict.fromkeys(k for k in (article.source, *(v.source for v in values)) if k)
    named = [
        f"{c.cite} (confidence {c.confidence}){f', {c.url}' if c.url else ''}"
        for k in keys
        if (c := book.sources.get(k))
    ]
    assumed = dict.fromkeys(v.why for v in values if v.basis == "assumption" and v.why and not v.of_format)
    return (*named, *(f"assumption of the rulebook: {why}" for why in assumed))


def _number(x: float, unit: str) -> str:
    """A number as a lawyer writes it: shares in per cent, thousands with a comma."""
    if unit in SHARES:
        return f"{_plain(100 * x)} %"
    return _plain(x)


def _plain(x: float) -> str:
    text = f"{round(x, 10):,.10f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unit(unit: str) -> str:
    """The unit after a number; of a share only what it is a share of is left, the per cent sign says the rest."""
    return unit.removeprefix("share").strip() if unit in SHARES else unit


def _review(r: ReviewRule) -> str:
    ground = f"{MARK}: {r.why}" if r.basis == "assumption" else f"{r.basis}, {r.source}"
    limits = [f"At most {_given(r.at_most)} each time", f"never below {_given(r.never_below)}"]
    head = f"Review {r.id} (art. {r.under}), every {_given(r.every)}, first {r.first}"
    lines = [
        f"{head}; moves {', '.join(r.lever)} ({ground})",
        r.says,
        *(_row(row) for row in r.rows),
        f"{', '.join(limits)}, never above {_given(r.never_above)}.",
    ]
    return "\n".join(_fill(line, 0 if i == 0 else 2) for i, line in enumerate(lines))


def _row(row: IndicatorRow) -> str:
    of = f" of {row.of}" if row.of else ""
    low, high = (_number(x, row.unit) for x in row.band)
    seen = f"seen {_given(row.seen_late)} late"
    moves = [f"above {row.above}" if row.above else "", f"below {row.below}" if row.below else ""]
    place = row.zone or row.district
    return (
        f"- {row.look_at}{of}, {place} ({row.unit}, {seen}): band {low} to {high}; {'; '.join(m for m in moves if m)}."
    )


def _given(p: Plain) -> str:
    return f"{_number(p.value, p.unit)} {_unit(p.unit)}".rstrip()


def _sources(book: Rulebook) -> str:
    rows = [f"{k} [{c.confidence}]: {c.cite}{f' {c.url}' if c.url else ''}" for k, c in book.sources.items()]
    return "\n".join(["Sources (A seen, B recalled firmly, C doubtful):", *(_fill(r, 2) for r in rows)])
