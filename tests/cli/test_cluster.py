"""`--cluster`: refused with its remedy where Dask is missing or nobody answers."""

from __future__ import annotations

import sys

import pytest

from earthprice.cli import assessing
from earthprice.cli.app import main


def test_without_dask_the_remedy_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code = main(["assess", "china-2021-draft", "--cluster", "tcp://127.0.0.1:9", "--draws", "1", "--out",
                 str(tmp_path / "r")])  # fmt: skip
    assert code == 2
    assert "pip install 'earthprice[dask]'" in " ".join(capsys.readouterr().err.split())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "not an address"])
def test_an_address_that_does_not_answer_is_refused(address, monkeypatch, capsys, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setattr(assessing, "ANSWERS", "1s")
    code = main(["assess", "china-2021-draft", "--cluster", address, "--draws", "1", "--out", str(tmp_path / "r")])
    said = " ".join(capsys.readouterr().err.split())
    assert code == 2 and f"no scheduler answers at '{address}'" in said
    assert not (tmp_path / "r").exists()
