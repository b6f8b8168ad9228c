"""The table of words and the fixed sign words."""

import csv
import re
from importlib import resources

import pytest

from earthprice.errors import OptionError
from earthprice.measures.spread import FEW, SAME, SURE, UNCLEAR, UNKNOWN
from earthprice.report.words import LANGUAGES, MARKS, sign_key, words

TABLE = resources.files("earthprice.report").joinpath("labels.csv").read_text("utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))


def test_every_label_stands_in_three_languages():
    assert list(ROWS[0]) == ["key", *LANGUAGES]
    assert len({row["key"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert all(row[language].strip() for language in LANGUAGES), row["key"]
        assert None not in row, row["key"]


def test_blanks_are_the_same_in_every_language():
    for row in ROWS:
        blanks = {tuple(sorted(re.findall(r"\{(\w+)\}", row[language]))) for language in LANGUAGES}
        assert len(blanks) == 1, row["key"]


def test_every_label_that_a_template_asks_for_is_there():
    templates = resources.files("earthprice.report").joinpath("templates")
    for name in ("page.html.j2", "parts.html.j2"):
        asked = re.findall(r'\bw\("([\w.]+)"', templates.joinpath(name).read_text("utf-8"))
        assert set(asked) <= {row["key"] for row in ROWS}


@pytest.mark.parametrize("word", [*SURE, UNCLEAR, FEW, SAME, UNKNOWN])
def test_sign_words_have_labels_and_marks_only_where_there_is_a_sign(word):
    assert words("en")(sign_key(word)) == word
    assert (sign_key(word) in MARKS) == (word in (*SURE, UNCLEAR))


def test_another_language_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="Accepted: en, ja, zh"):
        words("jp")
