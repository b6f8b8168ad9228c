"""The questions asked of the minister, each answered in a sentence with its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from earthprice.law.prose import act_name
from earthprice.measures.rounding import decimals, level_places, more_than_nil, number, rounded
from earthprice.measures.spread import FEWEST, SAME, SURE, UNCLEAR, UNKNOWN, changed, gained, ranged, verdict
from earthprice.measures.welfare import NEIGHBOURS, UNLICENSED
from earthprice.study.alternatives import TEXT
from earthprice.study.bands import Bands, series_behind
from earthprice.study.ensemble import Pair, Plan
from earthprice.study.figures import LEAST, PART, in_year, symbols
from earthprice.study.money import Money, said_value, shares_of_losses
from earthprice.study.phrases import ENGLISH, Phrases
from earthprice.world.world import in_sentence

LOSERS = 3
"""Countries that lose most, named at most."""
FINEST = 9
"""Decimals from which a level without a change is cut to three significant figures."""


@dataclass(frozen=True)
class Dates:
    """First year that counts, year of the figures, and discount rate [share/yr]."""

    first: int
    year: int
    discount: float


def questions(
    plan: Plan,
    kept: Sequence[Pair],
    delayed: Sequence[Pair],
    exports: pd.DataFrame,
    asked: Dates,
    say: Phrases = ENGLISH,
    bands: Bands | None = None,
) -> list[dict[str, str]]:
    """Will exports fall, whom does it hit, and of a text that is no law yet, why now.

    Args:
        plan: the plan.
        kept: cleared draws.
        delayed: the text two years later, on any of the same draws; why now is not asked without any.
        exports: the export table.
        asked: first year, figure year, discount rate.
        say: the language of the answers; the questions and what stands behind the answers are in English.
        bands: what is left out of levels, as in the ten figures, so that a level is one number; None: nothing.
    """
    money = Money(plan, asked.first, asked.discount)
    both = [_fall(plan, kept, asked.year, say, bands), _hit(money, kept, exports, say)]
    return both if plan.texts.kind == "law" or not delayed else [*both, _now(money, kept, delayed, say)]


def better(options: pd.DataFrame, held_against: str, home: str, page: tuple[float, int]) -> dict[str, str]:
    """What would do better than the text for home, or that nothing would.

    It must gain more in most draws and in the median; of those that do, the one that is ahead in the most draws.

    Args:
        options: options on shared draws (`alternatives.COLUMNS`).
        held_against: what the text is held against, in words.
        home: name of the home country.
        page: net gain of home by the text as the ten figures have it [bn USD], and their draws.
    """
    one = options.drop_duplicates("option").set_index("option")
    over = one["over_text"].dropna()
    asked = {"question": "better", "asked": "What would do better than this text?"}
    if over.empty:
        return asked | {"answer": f"Not known: {TEXT} or every other option clears in too few draws.", "because": ""}
    gains = options[options["key"].str.startswith("gain_")].drop_duplicates("option").set_index("option")["p50"]
    ahead = [o for o in map(str, over.index) if float(gains[o]) > float(gains[TEXT])]
    first = max(ahead or map(str, over.index), key=lambda o: (float(over[o]), float(gains[o])))
    count = int(one.loc[first, "draws"])
    many = round(float(over[first]) * count)
    because = (
        f"Net gain of {home}, {len(over)} options beside the text, to do nothing among them (table of figure 10), "
        "on the same draws."
    )
    if 2 * many <= count or not ahead:
        most = f" The nearest is {first}, in {many} of {count} draws." if many else ""
        return asked | {
            "answer": f"None of the options tried, in most draws and in the median.{most}",
            "because": because,
        }
    more, text = (about(float(gains[o])) for o in (first, TEXT))
    whole = "" if page[1] == count else f"; by the text on all {page[1]} draws, as below, {about(page[0])}"
    return asked | {
        "answer": f"{first[0].upper()}{first[1:]}: in {many} of {count} draws {home} is better off by it than by "
        f"the text ({more} against {text} bn USD, medians of these draws against {held_against}{whole}).",
        "because": because,
    }


def about(x: float) -> str:
    """A number to the two figures its range supports, with a real minus sign."""
    if not np.isfinite(x):
        return UNKNOWN
    if x == 0:
        return "0"
    digits = 1 - int(np.floor(np.log10(abs(x))))
    return f"{round(x, digits):,.{max(digits, 0)}f}".replace("-", "−")


def spread(x: np.ndarray, unit: str, say: Phrases = ENGLISH) -> str:
    """Median and range in words; the median alone where all draws agree, `unknown` where none knows."""
    x = x[np.isfinite(x)]
    if not len(x):
        return say.sign(UNKNOWN)
    low, middle, high = (float(v) for v in ranged(x))
    said, below, above = rounded(middle, low, high)
    ends = "" if low == high else say("range", among=say.among(len(x)), low=below, high=above)
    return f"{said} {unit}{ends}"


def surely(change: np.ndarray, phrase: str = "surely", say: Phrases = ENGLISH) -> str:
    """The sign word behind a change, in a phrase; nothing where there is none to give."""
    found = verdict(change)
    return say(phrase, sign=say.sign(found)) if found in SURE or found == UNCLEAR else ""


def _shipped(plan: Plan, kept: Sequence[Pair], names: Sequence[str], year: int) -> tuple[np.ndarray, np.ndarray]:
    """Exports of some rows together in a year without and with the reform [t REO/yr], by draw."""
    rows = [in_year(plan, kept, f"exports/{n}/all", year) for n in names]
    base, reform = (sum((row[side] for row in rows), np.zeros(len(kept))) for side in (0, 1))
    return base, reform


def change_in_words(
    words: str,
    base: np.ndarray,
    reform: np.ndarray,
    percent: bool = True,
    unit: str = "t",
    say: Phrases = ENGLISH,
    levels: tuple[float, float] | None = None,
) -> str:
    """A level's change in words: amount of amount, then per cent with its range, then the sign word.

    Args:
        words: what flows.
        base: without the reform [unit], by draw.
        reform: with it.
        percent: whether a percentage says anything of so small a flow.
        unit: unit of both.
        say: the language.
        levels: level without and with the reform as tables have it (`levels_of`); the medians of both if None.
    """
    change = changed(base, reform)
    levels = levels or (float(np.median(base)), float(np.median(reform)))
    if max(levels) < LEAST:
        return say("none", what=words)
    if verdict(change) == SAME:
        level = number(levels[0], level_places(*levels, FINEST))
        return say("same", what=words, level=level, unit=unit)
    some = base > LEAST
    share = 100.0 * (reform[some] / base[some] - 1.0)
    low, middle, high = (float(v) for v in ranged(change))
    places = level_places(*levels, decimals(middle, low, high))
    tonnes = say("of", change=rounded(middle, low, high)[0], level=number(levels[0], places), unit=unit)
    whole = percent and some.all()
    said = say("pair", first=tonnes, second=spread(share, "%", say)) if whole else spread(change, unit, say)
    return say("said", what=words, said=f"{said}{surely(change, say=say)}")


def levels_of(
    bands: Bands | None, name: str, sides: Sequence[np.ndarray], kept: Sequence[Pair], year: int
) -> tuple[float, float]:
    """Medians without and with the reform of a level with what is left out of it, as the ten figures have it.

    Args:
        bands: what is left out; None: nothing.
        name: of the measure.
        sides: the model's values, by draw.
        kept: the draws.
        year: the year.
    """
    draws, series = [p.draw for p in kept], series_behind(bands.lens, name) if bands else ""
    base, reform = (float(np.median(bands.year(series, x, draws, year) if bands else x)) for x in sides)
    return base, reform


def _fall(plan: Plan, kept: Sequence[Pair], year: int, say: Phrases, bands: Bands | None) -> dict[str, str]:
    lens, titles = plan.lens, symbols(plan.lens)
    scarce, lead = lens.role("value_heavy"), lens.headline[:1]
    rows = [(say("both").join(titles[e] for e in names), names) for names in (scarce, lead, lens.role("bulk"))]
    flows = [*rows[:2], (say("magnets"), ("magnets",)), rows[2]]
    parts = []

    def told(words: str, names: Sequence[str], percent: bool = True, say: Phrases = say) -> str:
        sides = _shipped(plan, kept, names, year)
        return change_in_words(
            words, *sides, percent, say=say, levels=levels_of(bands, f"exports/{names[0]}/", sides, kept, year)
        )

    for words, names in rows[:2]:
        raw = [f"{e}_raw" for e in names]
        alone, whole = (np.median(_shipped(plan, kept, of, year)[0]) for of in (raw, names))
        part = 100.0 * alone / max(whole, LEAST)
        parts.append(told(f"{words} in oxides and metals alone ({about(part)} % of it)", raw, part >= PART, ENGLISH))
    because = (
        f"Elements in all forms together, from concentrate to magnets, {year}, against {plan.texts.held_against} in "
        f"the same year. {'; '.join(parts)}. {_falls(flows[0][0], *_shipped(plan, kept, scarce, year))}{_scope(plan)}"
        f"{f' {APART}' if bands else ''}"
    )
    return {
        "question": "fall",
        "asked": "Will exports fall?",
        "answer": say("list").join(told(*f) for f in flows) + say("stop"),
        "because": because,
    }


APART = "A level has what the model leaves out of the record in it, tonnes and per cent of change are the model's own."
"""Why a change over its level need not be its per cent."""


def _falls(words: str, base: np.ndarray, reform: np.ndarray) -> str:
    """In how many draws a flow falls by more than 10 and 30 %; nothing where there is none."""
    some = base > LEAST
    if not some.any():
        return ""
    fall = 100.0 * (1.0 - reform[some] / base[some])
    by_10, by_30 = (f"{int(np.sum(fall >= least))}" for least in (10, 30))
    return f"Exports of {words} fall by more than 10 % in {by_10} of {len(fall)} draws, by more than 30 % in {by_30}. "


def _scope(plan: Plan) -> str:
    acts = [article for article, names in _acting(plan) if "ship" in names.get("doing", ())]
    if acts:
        return f"What acts on shipments: {', '.join(dict.fromkeys(acts))}."
    wild = plan.lens.mask(zone=plan.lens.home, status="unlicensed").any()
    ways = "dug, separated and caught" if wild else "dug, made and held"
    return f"The text itself holds no measure on shipments: the change comes through what is {ways}."


def _acting(plan: Plan, say: Phrases = ENGLISH) -> list[tuple[str, Mapping[str, Sequence[str]]]]:
    """What the text and what it stands on add to the baseline or end: each measure's article, and what it acts on."""
    held, latest = {b.rulebook for b in plan.texts.baseline.stack.books}, plan.texts.reform.stack.latest
    added = [b for b in plan.texts.reform.stack.books if b.rulebook not in held]
    return [
        (_article(a.number, b.rulebook if len(added) > 1 else "", say), on.names())
        for b in added
        for a in b.articles
        for m in (*a.measures.values(), *(latest[k].measure for k in a.see if a.against_base == "repeals"))
        if (on := getattr(m, "acts_on", None)) is not None
    ]


def _article(number: str, book: str, say: Phrases = ENGLISH) -> str:
    """An article as a sentence names it: `article 8`, or an act by its own name; with its book if several are."""
    name = say("article", number=number) if number[:1].isdigit() else act_name(number).capitalize()
    return say("of_book", article=name, book=book) if book else name


def _names(plan: Plan, titles: Mapping[str, str], say: Phrases = ENGLISH) -> str:
    """Which other countries the text's measures name."""
    found: dict[str, list[str]] = {}
    for article, given in _acting(plan, say):
        for pattern in (*given.get("zone", ()), *given.get("partner", ())):
            zones = [z for z in titles if z != plan.lens.home and pattern != "*" and fnmatchcase(z, pattern)]
            found.setdefault(article, []).extend(titles[z] for z in zones)
    found = {article: zones for article, zones in found.items() if zones}
    if not found:
        return say("names_none")
    named = ((article, say("comma").join(dict.fromkeys(z))) for article, z in found.items())
    said = say("list").join(say("names", article=article, zones=z) for article, z in named)
    return f"{said[0].upper()}{said[1:]}{say('stop')}"


def _hit(money: Money, kept: Sequence[Pair], exports: pd.DataFrame, say: Phrases) -> dict[str, str]:
    e, here = money.plan.engine, money.plan.lens.home
    zones = e.world.structure["zones"]
    named = {z: say.name("zone", z, name) for z, name in zip(zones["id"], zones["name"], strict=True)}
    titles = {z: in_sentence(name) for z, name in named.items()}
    gains = {z: money.gains(kept, (z,)) for z in e.names.zones}
    wild = money.gains(kept, (here,), UNLICENSED)
    abroad = {z: float(np.median(v)) for z, v in gains.items() if z != here}
    order, alone = sorted(abroad, key=lambda z: abroad[z]), len(kept) == 1  # a run tells numbers, only draws who loses
    lose = [z for z in order if abroad[z] < 0 and more_than_nil(*ranged(gains[z])[[1, 0, 2]])]
    losers = (order if alone else lose)[:LOSERS]
    unit = say("bn_usd")
    words = say("comma").join(f"{titles[z]} {spread(gains[z], unit, say)}{surely(gains[z], say=say)}" for z in losers)
    answer = say(
        "hit" if money.plan.lens.mask(zone=here, status="unlicensed").any() else "hit_lawful",
        names=_names(money.plan, titles, say),
        gain=f"{spread(gains[here], unit, say)}{surely(gains[here], say=say)}",
        wild=spread(wild, unit, say),
        abroad=say("abroad" if alone else "losses", words=words) if losers else say("no_losses"),
    )
    because = said_value(money, kept, {z: (z,) for z in (here, *losers)}, named)
    if losers and not alone:
        of = {z: (z,) for z in losers}
        shares = (f"{named[z]} {100 * x:.0f} %" for z, x in shares_of_losses(money, kept, of).items())
        because += f" Shares of all losses abroad, country by country: {', '.join(shares)}{_buys(exports, of, named)}."
    return {"question": "hit", "asked": "Whom does it hit?", "answer": answer, "because": because}


def _buys(exports: pd.DataFrame, rows: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> str:
    """What the zones of some rows buy of home's magnets, in words; nothing where home sells none."""
    bought = exports[(exports["row"] == "magnets") & (exports["year"] == exports["year"].min())]
    by = bought.set_index("partner")["base_p50"]
    if not float(by.get("all", 0.0)):
        return ""
    part = {row: sum(float(by.get(z, 0.0)) for z in of) / float(by["all"]) for row, of in rows.items()}
    return "; of home's magnet exports: " + ", ".join(f"{titles[z]} {100 * x:.0f} %" for z, x in part.items())


@dataclass(frozen=True)
class Verbs:
    """A direction in words: verb and participle above nil, the same below, whom it concerns, and the unit."""

    up: tuple[str, str]
    down: tuple[str, str]
    whom: str
    unit: str

    def of(self, x: float, form: int = 0) -> str:
        """The verb (0) or participle (1) of an amount."""
        return (self.up if x > 0 else self.down)[form]


def directed(subject: str, x: np.ndarray, verbs: Verbs, say: Phrases = ENGLISH) -> str:
    """One sentence with one verb and a positive amount, then the sign word and the tails, or the range of few draws.

    One draw tells a number and no direction: it has no verb, but what is gained with its sign.

    Args:
        subject: what acts.
        x: what it takes by draw, above nil for the first verb.
        verbs: the verbs, whom it concerns, the unit.
        say: the language.
    """
    x = x[np.isfinite(x)]
    if verdict(x) in (UNKNOWN, SAME):
        return say("said", what=subject, said=say.sign(verdict(x)))
    low, middle, high = (float(v) for v in ranged(x))
    amount, unit = about(abs(middle)), verbs.unit
    if len(x) == 1:
        gain = f"{'' if middle > 0 else '+'}{about(-middle)}"
        return say("alone", subject=subject, whom=verbs.whom, amount=gain, unit=unit)
    said = say("directed", subject=subject, verb=verbs.of(middle), whom=verbs.whom, amount=amount, unit=unit)
    if len(x) < FEWEST:
        first, last = (f"{verbs.of(end, 1)} {about(abs(end))}" for end in (low, high))
        few = say.among(len(x))
        return said + (say("range", among=few, low=first, high=last) if low < high else say("in_all", among=few))
    tails = say("tails", high=_beyond(verbs, high, 1, say), low=_beyond(verbs, low, -1, say))
    return f"{said}{surely(x, 'surely_in', say)}{say('list')}{tails}"


def _beyond(verbs: Verbs, end: float, side: int, say: Phrases) -> str:
    """What lies beyond an end of the range: more than it on its own side of nil, less on the other."""
    return say("more" if end * side > 0 else "less", verb=verbs.of(end), amount=about(abs(end)))


def _now(money: Money, kept: Sequence[Pair], delayed: Sequence[Pair], say: Phrases) -> dict[str, str]:
    home = (money.plan.lens.home,)
    texts, late = money.plan.texts, {p.draw: p for p in delayed if p.good}
    if all(p.unchanged for p in kept):
        said = say("nothing_changes", law=texts.against or say("law_in_force"))
        return {"question": "now", "asked": "Why now?", "answer": said, "because": ""}
    both = [(p, late[p.draw]) for p in kept if p.draw in late]
    soon, later = [p for p, _ in both], [q for _, q in both]
    cost, damage = (gained(money.each(soon, home, of) - money.each(later, home, of)) for of in (None, (NEIGHBOURS,)))
    e = money.plan.engine
    dt = np.where(e.years >= money.first, e.dt, 0.0)
    wasted = np.array([[c.reform.series["ore_wasted/own"] @ dt for c in pair] for pair in both]).reshape(-1, 2)
    ore = changed(*wasted.T)
    costs, saves = (say("costs"), say("costing")), (say("saves"), say("saving"))
    answer = directed(say("delay"), cost, Verbs(costs, saves, say("home_country"), say("bn_usd")), say)
    below = {b.rulebook for b in texts.reform.stack.books}
    gone = texts.against not in {"", *below}
    until = (
        f"These two years are measured without either text: the law below goes on, without {texts.against}. "
        if gone
        else ""
    )
    because = (
        f"On {len(both)} of {len(kept)} draws. {until}"
        f"Damage avoided by acting now, in all years to come: {spread(damage, 'bn USD')}; ore that is dug for its "
        f"rare earths, kept from waste from {money.first} to {e.last}: {spread(ore, 'kt REO')}. Purpose cannot be "
        "read from a model."
    )
    return {"question": "now", "asked": "Why now?", "answer": f"{answer}{say('stop')}", "because": because}
