"""Words of the report: the table of labels, the fixed words for signs, names of goods and zones."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from earthprice.errors import OptionError

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

    def figure(self, key: str, label: str) -> str:
        """Label of one of the ten figures: the study's own in English, the table's in another language."""
        return label if self.language == "en" else self.labels.get(f"figure.{key}", label)


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
