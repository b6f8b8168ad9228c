"""Words of the report: the table of labels, the fixed words for signs, names of goods and zones."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from earthprice.errors import OptionError

LANGUAGES = ("en", "zh", "ja")

NEARLY_SURE, LIKELY, LEANING = 0.95, 0.80, 0.60
"""Least share of draws of one sign for each of the fixed sign words."""

MARKS = {"nearly_sure": "●", "likely": "◐", "leaning": "○", "no_clear_sign": "○"}


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


def sign_key(share_positive: float) -> str:
    """Key of the sign word for the share of draws in which the difference is above zero.

    Args:
        share_positive: share of draws [0-1]; NaN when unknown.
    """
    if not math.isfinite(share_positive):
        return "no_clear_sign"
    share = max(share_positive, 1.0 - share_positive) + 1e-12
    if share >= NEARLY_SURE:
        return "nearly_sure"
    if share >= LIKELY:
        return "likely"
    return "leaning" if share >= LEANING else "no_clear_sign"


def direction(share_positive: float) -> str:
    """`+` or `−` where most draws agree, an empty string without a clear sign."""
    if sign_key(share_positive) == "no_clear_sign":
        return ""
    return "+" if share_positive > 0.5 else "\u2212"
