"""Results that were tampered with, in every way that `tests.fuzz.results` knows."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from earthprice.errors import InputError
from earthprice.keep.manifest import MANIFEST, write_manifest
from earthprice.results.explain import explain
from tests.fuzz.results import KEYS, READERS, WAYS, Mutant, as_written, attempt, base


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


@pytest.mark.parametrize("name", ["exports", "flows"])
def test_a_column_under_another_name_is_missed_in_words(name: str, tmp_path: Path) -> None:
    """One of 40 at random: flows without `status` ended in a traceback."""
    folder = tmp_path / "result"
    shutil.copytree(base() / "result", folder)
    path = folder / "tables" / f"{name}.csv"
    text = path.read_text(encoding="utf-8-sig")
    heads, _, rows = text.partition("\n")
    for column in heads.split(","):
        renamed = ",".join("x" if c == column else c for c in heads.split(","))
        path.write_text(f"{renamed}\n{rows}", encoding="utf-8")
        (folder / MANIFEST).unlink(missing_ok=True)
        write_manifest(folder, "0.2.0")
        for key in KEYS:
            with suppress(InputError):
                explain(folder, key)
