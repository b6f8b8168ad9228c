"""What the page is told: the opening, the central run of a state, its draws, what matters, what is saved."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from earthprice import __version__
from earthprice.explore.answers import Reader
from earthprice.explore.levers import chapters
from earthprice.explore.matters import acting, articles_that_matter, numbers_that_matter
from earthprice.explore.saved import command, saved_text
from earthprice.explore.session import STREAMED, Latest, Moved, Session
from earthprice.explore.state import LeverState
from earthprice.explore.words import languages, page_words
from earthprice.law.load import shipped_heads
from earthprice.report import theme
from earthprice.report.printed import each_printable
from earthprice.report.words import Words, words
from earthprice.study.bands import Bands, bands
from earthprice.study.ensemble import Pair, Summary
from earthprice.study.figures import FLOW, GAIN, Figure, catalogue, unit_of, verdicts_of
from earthprice.study.frame import Frame
from earthprice.world.world import World

FURTHER = (50, 100)
"""Draws after the first ones after which bands are drawn anew."""


class Page:
    """Answers to a page, from one session.

    Args:
        session: the rulebook opened, and what its moves share.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._readers, self._bands, self._figures = Latest(6), Latest(len(FURTHER) + 2), Latest(6)

    @property
    def draws(self) -> int:
        """Draws of a whole answer."""
        return self.session.opened.opening.options.draws

    @property
    def milestones(self) -> tuple[int, ...]:
        """Numbers of draws after which the page is told."""
        return tuple(n for n in (STREAMED, *FURTHER) if n < self.draws) + (self.draws,)

    @cached_property
    def of(self) -> str:
        """What was opened, and with what: a page that was told another name is one of a program that has ended."""
        o, opening = self.session.opened.opening.options, self.session.opened.opening
        run = (o.years, o.seed, o.draws, o.as_of, o.discount, o.reading)
        said = json.dumps([__version__, self.session.opened.world.hash, opening.rulebook, dict(opening.texts), run])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def opening(self, language: str) -> dict[str, Any]:
        """What stands before any move; of texts that are shown, nothing that steers the reader's eye."""
        o, f = self.session.opened, self.session.frame(LeverState())
        book, reform = o.book, o.texts.reform.stack
        of_report = {
            k: v for k, v in words(language).labels.items() if k.startswith(("zone.", "question.", "chart.", "panel."))
        }
        told = {
            "of": self.of,
            "version": __version__,
            "rulebook": book.rulebook,
            "title": book.title,
            "kind": o.texts.kind,
            "beside": o.texts.against or _words(language)("no_such_law" if o.texts.kind == "law" else "no_reform"),
            "law": o.texts.baseline.stack.name,
            "as_of": o.texts.as_of,
            "years": [f.first, f.plan.engine.last],
            "year": f.year,
            "facts": o.world.hash,
            "seed": f.options.seed,
            "draws": self.draws,
            "reading": o.texts.reading,
            "readings": {r: reform.readings[r] for r in o.texts.readings},
            "answers": {name: shipped_heads()[name]["title"] for name in o.answers},
            "discount": f.options.discount,
            "chapters": {r: chapters(o, r) for r in dict.fromkeys((o.texts.reading, *o.texts.readings))},
            "units": {"exports": FLOW, "damage": unit_of("damage/"), "groups": GAIN},
            "observed": self._reader(f, language).observed(),
            "notes": [page_words(language)[f"note.{n.kind}"].format(**n.blanks) for n in o.texts.notes],
            "words": {**of_report, **_owners(o.world), **page_words(language)},
            "languages": list(languages()),
        }
        return {**each_printable(told), "own": dict(o.opening.texts)}

    def _reader(self, f: Frame, language: str) -> Reader:
        return self._readers.get(
            (id(f), language), lambda: Reader(f, _words(language), self._verdicts, self._figures_of(f))
        )

    def _figures_of(self, f: Frame) -> list[Figure]:
        """The figures of a frame: the same as long as its texts, its years and its discount rate are."""
        key = id(f.plan.texts.reform), id(f.plan.lens), f.first, f.year, f.options.discount
        made = self._figures.get(key, lambda: (f, catalogue(f.plan, f.year, f.first, f.options.discount)))
        return made[1]  # the frame is kept beside them, so that none of the ids comes again

    @cached_property
    def _verdicts(self) -> dict[str, str]:
        f = self.session.frame(LeverState())
        return verdicts_of(f.world.hindcast, f.plan.lens.headline, f.plan.lens.home)

    def central(self, state: LeverState, language: str) -> tuple[dict[str, Any], Moved]:
        """The charts of the central run of a state over the years on screen, and the run."""
        began = time.perf_counter()
        moved = self.session.glance(state)
        told = self._reader(moved.frame, language).central(moved.pair)
        return {"step": "central", **told, "ms": round(1e3 * (time.perf_counter() - began), 1)}, moved

    def figures(self, state: LeverState, moved: Moved, language: str) -> dict[str, Any]:
        """The figures of that run, and the command that gives them."""
        rows = self._reader(moved.frame, language).rows(moved.pair, moved.answered)
        return {"step": "figures", "figures": rows, "command": command(self.session, state)}

    def money(self, state: LeverState, whole: tuple[Pair, Summary | None], language: str) -> dict[str, Any]:
        """What the whole central run adds (`session.whole`)."""
        return {"step": "money", **self._reader(self.session.frame(state), language).money(*whole)}

    def over(self, state: LeverState, kept: Sequence[Pair], done: int, language: str) -> dict[str, Any]:
        """A state over draws that cleared."""
        f = self.session.frame(state)
        reader, whole = self._reader(f, language), done == self.draws
        held = self._held(f, kept)
        told = reader.over(kept, held)
        step = {"step": "draws", "draws": done, "lost": done - len(kept), "whole": whole, **told}
        if not whole:
            return step
        numbers = numbers_that_matter(self.session, f, kept, reader, state.world)
        late = [Pair(p.draw, p.baseline, p.later) for p in kept if p.later]
        return {**step, "sentences": reader.sentences(kept, late, held), "numbers": numbers}

    def _held(self, f: Frame, kept: Sequence[Pair]) -> Bands:
        """What is left out of levels in these draws: the same as long as their baselines are."""
        key = (*self.session.ground(f), f.texts.reform.stack.name, tuple(p.draw for p in kept))
        return self._bands.get(key, lambda: bands(f.plan.lens, f.texts.as_of, kept, f.options.seed))

    @property
    def waits(self) -> bool:
        """Whether it is asked what waiting costs: of a text that is no law yet."""
        return self.session.opened.texts.kind != "law"

    def acting(self, state: LeverState) -> list[str]:
        """Articles that a state may be run without."""
        return acting(self.session.frame(state))

    def matters(
        self, state: LeverState, pair: Pair, cases: Mapping[str, Summary], late: Summary | None, language: str
    ) -> dict[str, Any]:
        """What each article does at the central draw, and the sentences with the one on waiting.

        Args:
            state: the state.
            pair: its whole central run.
            cases: the text without each article.
            late: the text two years later; None where it is not asked what waiting costs.
            language: of the words.
        """
        reader = self._reader(self.session.frame(state), language)
        return {
            "step": "matters",
            "articles": articles_that_matter(pair, cases, reader.figures),
            "sentences": reader.sentences([pair], [Pair(pair.draw, pair.baseline, late)] if late else []),
        }

    def rare(self, state: LeverState, pair: Pair, language: str) -> dict[str, Any]:
        """The figures of rare prices (`matters.with_rare_prices`); none where their runs do not clear."""
        reader = self._reader(self.session.frame(state), language)
        return {"step": "rare", "figures": reader.rare(pair) if pair.good else []}

    def saved(self, state: LeverState) -> dict[str, str]:
        """The state as a rulebook, and the command that assesses it."""
        name, text = saved_text(self.session, state)
        return {"name": f"{name}.yaml", "text": text, "command": command(self.session, state, f"{name}.yaml")}


def colours() -> str:
    """The colours of the report's charts as variables of the page's style sheet, light and dark."""
    light = {"base": theme.BASELINE, "reform": theme.REFORM, "loss": theme.RARE}
    dark = {name: theme.DARK[colour] for name, colour in light.items()}
    day, night = (" ".join(f"--{k}: {v};" for k, v in of.items()) for of in (light, dark))
    return (
        f":root {{ {day} }}\n@media screen {{ :root[data-theme=dark] {{ {night} }} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {night} }} }}\n"
    )


def _owners(world: World) -> dict[str, str]:
    """What an own part of a factor belongs to, by its key: the names of the world's own tables."""
    tables = (world.structure[name] for name in ("deposits", "concentrates", "uses"))
    return {f"whose.{i}": str(n) for t in tables for i, n in zip(t["id"], t["name"], strict=True)}


def _words(language: str) -> Words:
    """The words of the report with those of the page."""
    own = words(language)
    return replace(own, labels={**own.labels, **page_words(language)})
