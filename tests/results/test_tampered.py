"""Results that were tampered with, in every way that `tests.fuzz.results` knows."""

from __future__ import annotations

import time

import pytest

from earthprice.errors import InputError
from tests.fuzz.results import READERS, WAYS, Mutant, as_written, attempt


@pytest.mark.parametrize("manifest", ["as it was", "forged", "none"])
@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused_in_words_or_shows_what_was_written(way: str, manifest: str) -> None:
    as_written("tables")  # the result is made before the clock starts
    began = time.process_time()
    try:
        attempt(Mutant(way, WAYS[way], manifest, 1))
    except InputError as error:
        assert error.exit_code == 2 and len(str(error)) < 2000
    assert time.process_time() - began < 8, "eight readers, two seconds each at most"


def test_half_a_letter_in_the_manifest_is_refused() -> None:
    """One of 300 at random: it ended in a traceback."""
    with pytest.raises(InputError, match="no path inside"):
        attempt(Mutant("manifest entry", WAYS["manifest entry"], "as it was", 591456178))


def test_every_reader_reads_the_result_as_it_was_written() -> None:
    assert len(WAYS) >= 30 and all(isinstance(as_written(name), str) for name in READERS)
