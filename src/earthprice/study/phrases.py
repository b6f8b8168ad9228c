"""Phrases from which the answers are put together, and the language that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from earthprice.measures.spread import FEWEST

KIND = "say."
"""Beginning of the keys of phrases, in a table that holds other words too."""


@dataclass(frozen=True)
class Phrases:
    """Phrases and names in one language.

    Attributes:
        labels: phrases by key, names by `kind.code`, sign words by their English with `_` for blanks.
    """

    labels: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """A phrase with its blanks filled."""
        return self.labels[f"{KIND}{key}"].format(**values)

    def name(self, kind: str, code: str, otherwise: str) -> str:
        """The name of a zone by its code; the other one where this language has none."""
        return self.labels.get(f"{kind}.{code}", otherwise)

    def sign(self, word: str) -> str:
        """A sign word, or what stands in its place."""
        return self.labels.get(word.replace(" ", "_"), word)

    def among(self, draws: int) -> str:
        """Which draws a range holds."""
        return self("most") if draws >= FEWEST else self("one" if draws == 1 else "some", n=draws)


def counted(draws: int) -> str:
    """How many draws, in words: `1 draw`, `1,000 draws`."""
    return "1 draw" if draws == 1 else f"{draws:,} draws"


ENGLISH = Phrases(
    {
        f"{KIND}{key}": words
        for key, words in {
            "most": "9 in 10 draws",
            "one": "{n} draw",
            "some": "{n} draws",
            "range": " ({among}: {low} to {high})",
            "in_all": " ({among})",
            "surely": ", {sign}",
            "surely_in": " ({sign})",
            "said": "{what}: {said}",
            "none": "{what}: none",
            "same": "{what}: no change from {level} {unit}",
            "of": "{change} {unit} at a level of {level}",
            "pair": "{first}, {second}",
            "both": " and ",
            "comma": ", ",
            "list": "; ",
            "stop": ".",
            "magnets": "magnets",
            "article": "article {number}",
            "of_book": "{article} of {book}",
            "names_none": "No measure names another country.",
            "names": "{article} names {zones}",
            "bn_usd": "bn USD",
            "hit": "{names} Net gain at home {gain}, of which unlicensed trades {wild}. {abroad}",
            "hit_lawful": "{names} Net gain at home {gain}. {abroad}",
            "losses": "Abroad the largest losses fall on {words}.",
            "abroad": "Abroad the lowest net gains are {words}.",
            "no_losses": "At the median no country abroad loses.",
            "law_in_force": "the law in force",
            "nothing_changes": "Nothing changes: the text does what {law} does, now and later.",
            "delay": "Two years' delay",
            "costs": "costs",
            "costing": "costing",
            "saves": "saves",
            "saving": "saving",
            "home_country": "the home country",
            "directed": "{subject} {verb} {whom} {amount} {unit}",
            "alone": "{subject}: {amount} {unit} for {whom} in this one run; only many draws tell the direction",
            "tails": "in 1 of 20 draws it {high}, in 1 of 20 it {low}",
            "more": "{verb} more than {amount}",
            "less": "{verb} less than {amount}",
        }.items()
    }
)
"""The language in which a study writes."""
