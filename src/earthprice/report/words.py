"""Words of the report: the table of labels, the fixed words for signs, names of goods and zones."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from earthprice.errors import OptionError
from earthprice.study.meta import Meta

LANGUAGES = ("en", "zh", "ja")

MARKS = {"nearly_sure": "●", "likely": "◐", "leaning": "○", "no_clear_sign": "○"}
"""Marks of the sign words; what stands in place of one has none."""


@dataclass(frozen=True)
class Words:
    """Labels in one language, looked up by key.

    Attributes:
        language: en, zh or ja.
        labels: label by key.
    """

    language: str
    labels: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The label of a key, its blanks filled with `values`."""
        text = self.labels[key]
        return text.format(**values) if values else text

    def name(self, kind: str, code: str) -> str:
        """Name of a good, zone or figure by its code; the code itself where the table holds none."""
        return self.labels.get(f"{kind}.{code}", code)

    def scored(self, said: str) -> str:
        """A hindcast's verdict, such as `yes (0.76)`."""
        verdict, bracket, ratio = said.partition(" (")
        return f"{self.labels.get(f'scored_{verdict}', verdict)}{bracket}{ratio}"

    def figure(self, key: str, label: str) -> str:
        """Label of one of the ten figures: the study's own in English, the table's in another language."""
        if self.language == "en":
            return label
        if key.startswith("gain_"):
            return self("figure.gain", zone=self.name("zone", key.removeprefix("gain_")))
        return self.labels.get(f"figure.{key}", label)


def side_names(words: Words, against: str, kind: str, book: str) -> tuple[str, str]:
    """What the two sides of an assessment are called: two texts beside each other bear their names.

    Args:
        words: labels of one language.
        against: rulebook asked for as baseline, or nothing.
        kind: of the text: `draft`, `law` or `text`.
        book: name of the text.
    """
    if against:
        return against, book
    return words("no_such_law" if kind == "law" else "no_reform"), words(f"text_{kind}")


def named(words: Words, m: Meta) -> Words:
    """The labels with what is compared called by its name: what the text is held against, and what the text is.

    Args:
        words: labels of one language.
        m: the head of the assessment.
    """
    base, text = side_names(words, m.against, m.kind, m.book)
    if m.against:
        against = words("against_text", law=m.against)
    else:
        against = words("against_law" if m.kind == "law" else "against", base=base, law=m.baseline)
    note = words("ten_figures_note", base=base, text=text)
    told = {"against": against, "no_reform": base, "text": text, "ten_figures_note": note}
    return replace(words, labels={**words.labels, **told})


@cache
def words(language: str = "en") -> Words:
    """The labels of one language.

    Raises:
        OptionError: the language is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise OptionError(f"no labels in language '{language}'", where="language", accepted=LANGUAGES, given=language)
    text = resources.files("earthprice.report").joinpath("labels.csv").read_text("utf-8")
    return Words(language, {row["key"]: row[language] for row in csv.DictReader(text.splitlines())})


def sign_key(word: str) -> str:
    """Key of a sign word, or of what stands in its place, in the table of labels."""
    return word.replace(" ", "_")
