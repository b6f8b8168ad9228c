"""What a zone would answer to a consultation: what each article is worth to it, and the wording that would serve it.

An article's effect is the zone's net gain under the text less that under the text without the article. Tried as
proposals are its deletion and, of every parameter that a text can set and gives one number or range, both ends of the
range, or half and twice the number. At the central draw the number of an article that gains the zone most is found, and
the one that does so without a loss to the country whose text it is; they and the deletion are then run over the draws.
Proposed is what gains the zone most in the median, where `LEAST` of the draws agree: among what costs that country
nothing in the median if there is any, since who consults can take that up; else what costs it, which the answer says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError, OptionError
from earthprice.law import Article
from earthprice.law.prose import cited
from earthprice.measures.spread import NIL, SURE, gained, ranged, share_above_nil, verdict
from earthprice.measures.welfare import worth
from earthprice.runs.crew import each
from earthprice.runs.engine import Point
from earthprice.runs.runner import Progress, Runner
from earthprice.runs.sample import Sample
from earthprice.study.attribute import silent
from earthprice.study.draws import central_point, fitted_sample
from earthprice.study.ensemble import laws_and_point, solved
from earthprice.study.frame import Frame, frame
from earthprice.study.money import Money, value_words
from earthprice.study.options import Options, refuse_more
from earthprice.study.start import start
from earthprice.study.wordings import Variant, numbers_to_try, varied, wording
from earthprice.world.terms import Terms
from earthprice.world.world import World

LEAST = SURE["likely"]
"""Share of draws that must agree before a change is proposed, or an article is said to serve."""
PART = 0.05
"""Least part of an article's effect that a group must carry to be named."""
DELETE, VALUE, KEEP, NONE = "delete", "value", "keep", "none"
"""What is proposed: the article goes; one number in it; it stays since it serves; nothing, since draws do not agree."""


class Worth(NamedTuple):
    """A change of the zone's net gain over the draws [bn USD2020], its sign word, and the share of draws above nil."""

    low: float
    middle: float
    high: float
    sign: str
    positive: float


class Other(NamedTuple):
    """A wording that is not proposed: its words, the option of `assess` that runs it, its worth to zone and home."""

    wording: str
    priced: str
    worth: Worth
    at_home: Worth


@dataclass(frozen=True)
class Answer:
    """One article, what it does to the zone, and what the zone would propose.

    Attributes:
        number, number_sure, heading, says, left_out: of the article; `left_out` is what of it is not modelled.
        effect: of the article as drafted.
        groups: who in the zone it moves most, and by how much; at most two.
        kind: what is proposed (`DELETE`, `VALUE`, `KEEP`, `NONE`).
        wording: in words that a text can take up; empty where nothing is asked.
        priced: the option of `assess` that runs the proposal; empty where nothing is asked.
        worth: of the proposal, against the text as drafted; of the best that was tried where none is made.
        at_home: what the same is worth to the country whose text it is.
        variant: what is proposed, as it is run; None where nothing is asked.
        other: where a deletion is proposed, a number that also serves; else what would gain the zone more at a cost to
            that country, where the proposal costs it nothing.
        sources: what the article and its numbers rest on.
    """

    number: str
    number_sure: bool
    heading: str
    says: str
    left_out: str
    effect: Worth
    groups: tuple[tuple[str, Worth], ...]
    kind: str
    wording: str
    priced: str
    worth: Worth
    at_home: Worth
    variant: Variant | None
    other: Other | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """A zone's answer to a text.

    Attributes:
        title, book, zone, name, home: of the text, of the zone, and name of the country whose text it is.
        base, reading, as_of, first, last, discount, seed: what the text is held against, in words, and how.
        draws, cleared: asked for, and those in which every variant cleared.
        whole: net gain of the zone from the text as drafted.
        valued: what a net gain counts, and which part of this one falls in the years reported, in a sentence.
        together, together_home: worth of all proposals at once to the zone and to the country whose text it is, against
            the text as drafted; nil where nothing is proposed.
        answers: articles that act, in their order.
        silent: articles that set nothing the model holds: number, heading, why.
        facts_hash: digest of the facts.
        private: what a world of one's own holds, in words; empty in the world as shipped.
    """

    title: str
    book: str
    zone: str
    name: str
    home: str
    base: str
    reading: str
    as_of: str
    first: int
    last: int
    discount: float
    seed: int
    draws: int
    cleared: int
    whole: Worth
    valued: str
    together: Worth
    together_home: Worth
    answers: tuple[Answer, ...]
    silent: tuple[tuple[str, str, str], ...]
    facts_hash: str
    private: str


class Gains(NamedTuple):
    """Present value of the zone by group and of home in one run [bn USD], and whether the run may count.

    `within` is that of the zone in the years reported alone.
    """

    good: bool
    groups: Mapping[str, float]
    home: float
    within: float = 0.0

    @property
    def total(self) -> float:
        """Of all groups."""
        return sum(self.groups.values())


@settled()
def comment(
    rulebook: str,
    options: Options,
    progress: Progress | None = None,
    *,
    world: World | None = None,
    runner: Runner | int = 0,
) -> Comment:
    """Price a text article by article for one zone, and find the wording that serves it.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        options: `zones` holds the one zone whose answer it is.
        progress: called with (words, done, total).
        world: the world; the last benchmark known by what the text sees if None.
        runner: as of `crew.each`.

    Raises:
        RulebookError, OptionError: what was given does not fit, or `zones` is not one zone.
        NotClearedError: there is no draw in which the text and every proposal cleared.
    """
    refuse_more(options, "comment", but="zones")
    if len(options.zones) != 1:
        raise OptionError(f"{len(options.zones)} zones", where="--for", accepted="one zone, whose comment it is")
    tell = progress or (lambda _words, _done, _total: None)
    f = frame(rulebook, options, world or start([rulebook], options).world)
    live = f.texts.book.acting(f.plan.changes.law)
    asked = [*(Variant(a.number) for a in live), *_best_values(f, live, tell, runner)]
    draws = fitted_sample(f)
    found = each(range(options.draws), partial(_tried, f, draws, asked), partial(tell, "draws"), runner)
    kept = {i: row for i, row in enumerate(found) if all(g.good for g in row)}
    if not kept:
        raise NotClearedError("there is no draw in which the text and every proposal cleared")
    rows, names = list(kept.values()), f.world.structure["zones"].set_index("id")["name"].to_dict()
    answers = tuple(_answer(f, a, asked, rows) for a in live)
    together, together_home = _together(f, draws, answers, kept, partial(tell, "together"), runner)
    return Comment(
        title=f.texts.book.title,
        book=f.texts.book.rulebook,
        zone=options.zones[0],
        name=names[options.zones[0]],
        home=names[f.plan.lens.home],
        base=f.texts.against or f"{f.texts.baseline.stack.name} continued",
        reading=f.texts.reading,
        as_of=f.texts.as_of,
        first=f.first,
        last=f.plan.engine.last,
        discount=options.discount,
        seed=options.seed,
        draws=options.draws,
        cleared=len(rows),
        whole=_worth(np.array([row[1].total - row[0].total for row in rows])),
        valued=_valued(f, names[options.zones[0]], rows),
        together=together,
        together_home=together_home,
        answers=answers,
        silent=tuple((a.number, a.heading, _why(a)) for a in f.texts.book.articles if a not in live),
        facts_hash=f.world.hash,
        private=f.world.private_words.strip(),
    )


def _valued(f: Frame, name: str, rows: Sequence[list[Gains]]) -> str:
    """What a net gain counts, and which part of the zone's falls in the years reported (`money.value_words`)."""
    within = gained([row[1].within - row[0].within for row in rows])
    return value_words(Money(f.plan, f.first, f.options.discount), {name: within})


def _best_values(f: Frame, live: Sequence[Article], tell: Progress, runner: Runner | int) -> list[Variant]:
    """Of each article the number that gains the zone most at the central draw, and of those that cost home nothing."""
    tried = [v for a in live for v in numbers_to_try(f, a)]
    work = partial(_gains_at, f, central_point(f))
    now, *found = each([[], *([v] for v in tried)], work, partial(tell, "wordings"), runner)
    more = {v: g.total - now.total if g.good else 0.0 for v, g in zip(tried, found, strict=True)}
    free = {v: more[v] for v, g in zip(tried, found, strict=True) if g.home - now.home > -NIL}
    best: dict[Variant, None] = {}
    for of in (more, free):
        rising = sorted((v for v in of if of[v] > NIL), key=lambda v: of[v])
        best |= dict.fromkeys({v.article: v for v in rising}.values())
    return list(best)


def _gains(f: Frame, p: Point, terms: Terms) -> Gains:
    c, plan, zone = solved(f.plan, p, terms), f.plan, f.options.zones[0]
    value = worth(plan.engine, f.first, f.options.discount, plan.rates)
    own, home = ([k for k in c.money if k[0] == z] for z in (zone, plan.lens.home))
    within = replace(value, end=0.0)(c, own) / 1e3
    return Gains(c.good, {k[1]: value(c, [k]) / 1e3 for k in own}, value(c, home) / 1e3, within)


def _gains_at(f: Frame, p: Point, variants: Sequence[Variant]) -> Gains:
    return _gains(f, p, varied(f.plan.whole, variants, None))


def _tried(f: Frame, draws: Sample, variants: Sequence[Variant], draw: int) -> list[Gains]:
    """One draw: without the text, under it, and under each variant."""
    base, reform, p = laws_and_point(f.plan.whole, draws, draw)
    others = [varied(f.plan.whole, [v], draws.of_law(draw)) for v in variants]
    return [_gains(f, p, terms) for terms in (base, reform, *others)]


def _at_once(f: Frame, draws: Sample, variants: Sequence[Variant], draw: int) -> Gains:
    p = laws_and_point(f.plan.whole, draws, draw).point
    return _gains(f, p, varied(f.plan.whole, variants, draws.of_law(draw)))


def _together(
    f: Frame,
    draws: Sample,
    answers: Sequence[Answer],
    kept: Mapping[int, list[Gains]],
    tell: Callable[[int, int], None],
    runner: Runner | int,
) -> tuple[Worth, Worth]:
    """All that is proposed at once, against the text as drafted: worth to the zone and to home."""
    proposed = [x.variant for x in answers if x.variant]
    if not proposed:
        return _worth(np.zeros(len(kept))), _worth(np.zeros(len(kept)))
    found = each(list(kept), partial(_at_once, f, draws, proposed), tell, runner)
    both = [(g, row[1]) for g, row in zip(found, kept.values(), strict=True) if g.good]
    zone = np.array([g.total - now.total for g, now in both])
    return _worth(zone), _worth(np.array([g.home - now.home for g, now in both]))


def _worth(change: np.ndarray) -> Worth:
    change = gained(change)
    return Worth(*map(float, ranged(change)), verdict(change), share_above_nil(change))


def _answer(f: Frame, a: Article, asked: Sequence[Variant], rows: Sequence[list[Gains]]) -> Answer:
    at = {v: i + 2 for i, v in enumerate(asked) if v.article == a.number}
    mine = {v: _worth(np.array([row[i].total - row[1].total for row in rows])) for v, i in at.items()}
    home = {v: _worth(np.array([row[i].home - row[1].home for row in rows])) for v, i in at.items()}
    serving = sorted((v for v in mine if serves(mine[v])), key=lambda v: -mine[v].middle)
    free = [v for v in serving if home[v].middle >= 0]
    proposed = next(iter([*free, *serving]), None)
    best = proposed or max(mine, key=lambda v: mine[v].middle)
    gone = at[Variant(a.number)]
    effect = _worth(np.array([row[1].total - row[gone].total for row in rows]))
    kind = (VALUE if best.key else DELETE) if proposed else KEEP if serves(effect) else NONE
    milder = [v for v in free or serving if v.key] if kind == DELETE else []
    dearer = [v for v in serving[:1] if free and v != proposed]
    other = next(iter([*milder, *dearer]), None)
    said, priced = wording(f, a, best) if proposed else ("", "")
    return Answer(
        number=a.number,
        number_sure=a.number_sure,
        heading=a.heading,
        says=a.says,
        left_out=a.why_not or "",
        effect=effect,
        groups=_groups(rows, gone, abs(effect.middle)),
        kind=kind,
        wording=said,
        priced=priced,
        worth=mine[best],
        at_home=home[best],
        variant=proposed,
        other=Other(*wording(f, a, other), mine[other], home[other]) if other else None,
        sources=cited(f.texts.book, a),
    )


def serves(w: Worth) -> bool:
    """Whether a change gains in the median, and enough of the draws agree."""
    return w.middle > 0 and w.positive >= LEAST


def _groups(rows: Sequence[list[Gains]], gone: int, whole: float) -> tuple[tuple[str, Worth], ...]:
    """The two groups of the zone that an article moves most, as far as they are a part of the whole."""
    by = {g: _worth(np.array([row[1].groups[g] - row[gone].groups[g] for row in rows])) for g in rows[0][1].groups}
    largest = sorted(by, key=lambda g: -abs(by[g].middle))[:2]
    return tuple((g, by[g]) for g in largest if abs(by[g].middle) > PART * whole)


def _why(a: Article) -> str:
    return "a power that the text does not use" if a.measures and a.modelled != "elsewhere" else silent(a)
