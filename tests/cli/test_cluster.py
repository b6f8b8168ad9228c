"""`--cluster`: refused with its remedy where Dask is missing or nobody answers."""

from __future__ import annotations

import sys

import pytest

from earthprice.cli import assessing
from earthprice.cli.app import main


def test_without_dask_the_remedy_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code = main(
        ["assess", "china-2021-draft", "--cluster", "tcp://127.0.0.1:9", "--draws", "1", "--out", str(tmp_path / "r")]
    )
    assert code == 2
    assert "pip install 'earthprice[dask]'" in " ".join(capsys.readouterr().err.split())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://no-such-host.invalid:8786"])
def test_an_address_that_does_not_answer_is_refused(address, monkeypatch, capsys, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setattr(assessing, "ANSWERS", "1s")
    code = main(["assess", "china-2021-draft", "--cluster", address, "--draws", "1", "--out", str(tmp_path / "r")])
    said = " ".join(capsys.readouterr().err.split())
    assert code == 2 and f"no scheduler answers at '{address}'" in said
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "address",
    [
        "not an address",
        "",
        "tcp://",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:99999",
        "http://host:8786",
        "inproc://1/2/3",
        "tcp://host:8786/x",
        "tcp://h\x1b[31m:1",
        "tls://",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_asked(address, capsys, tmp_path):
    assert main(["assess", "china-2021-draft", "--cluster", address or " ", "--out", str(tmp_path / "r")]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "is no address" in said and "tls://host:8786" in said and "\x1b" not in said


def test_tls_without_certificates_says_what_to_configure(capsys, tmp_path):
    pytest.importorskip("distributed")
    assert main(["assess", "china-2021-draft", "--cluster", "tls://127.0.0.1:9", "--out", str(tmp_path / "r")]) == 2
    assert "distributed.comm.tls: ca-file" in " ".join(capsys.readouterr().err.split())
