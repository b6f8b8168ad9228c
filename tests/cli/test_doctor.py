"""The doctor: what it looks at, what it calls slow or wrong, and why."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from earthprice.cli import doctor, first_run, main

WELL = doctor.Machine(cores=4, allowed=4.0, load=0.5, memory=16e9)


def test_it_looks_at_everything_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    found = {f["name"]: f for f in said["findings"]}
    assert said["status"] == "ok"
    names = "versions, 64 bit, addresses, cores, memory, threads, cache, compiled, explore"
    assert ", ".join(found) == names
    assert f"jax {metadata.version('jax')}" in found["versions"]["value"]
    assert found["64 bit"]["value"].startswith("yes")
    assert all(bool(f["why"]) == (f["state"] != "ok") for f in found.values())
    assert main(["doctor"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(found)


def test_what_is_wrong_ends_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _name: ["no-such-library>=1", "httpx; extra == 'test'"])
    assert main(["doctor", "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["status"] == "error"
    assert said["findings"][0]["state"] == "wrong"
    assert said["findings"][0]["why"] == "no-such-library missing: pip install earthprice"


@pytest.mark.parametrize(
    ("look", "machine", "remedy"),
    [
        (doctor.cores_carried, WELL._replace(allowed=1.5), "--workers 1"),
        (doctor.cores_carried, WELL._replace(load=9.0), "9 processes"),
        (doctor.cores_carried, WELL._replace(cores=1, allowed=1.0), "one after another"),
        (doctor.memory, WELL._replace(memory=3e9), "--workers 2"),
    ],
)
def test_a_machine_that_is_slow_says_why(look, machine: doctor.Machine, remedy: str) -> None:
    assert look(WELL) == (look(WELL).name, look(WELL).value, "ok", "")
    found = look(machine)
    assert found.state == "slow" and remedy in found.why


def test_the_limits_of_a_container_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CGROUP", tmp_path)
    free = doctor.machine()
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text("2000000000\n")
    assert doctor.machine()[1::2] == (0.5, 2e9)
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert doctor.machine()[1::2] == free[1::2]


def test_what_the_surroundings_say_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert doctor.threads()[1:3] == ("OMP_NUM_THREADS=8", "slow")
    monkeypatch.setattr(doctor, "not_kept", "no home folder is known")
    assert doctor.cache().state == "slow" and "no home folder" in doctor.cache().why
    monkeypatch.setattr(doctor, "not_kept", "")
    monkeypatch.setattr(first_run, "not_kept", "")
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "compiled"))
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / "a.program").write_bytes(b"0" * 3_000_000)
    assert doctor.cache() == ("cache", f"{tmp_path}, 3 MB", "ok", "")
    assert doctor.compiled().state == "slow"
    monkeypatch.setattr(doctor, "find_spec", lambda _name: None)
    assert doctor.browser().state == "absent" and "pip install" in doctor.browser().why


def test_too_few_addresses_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "COMPUTES", 1e30)
    monkeypatch.setattr("earthprice.cli.memory.resource.getrlimit", lambda _which: (10**9, 10**9))
    found = doctor.addresses()
    assert found.state == "wrong" and "ulimit -v unlimited" in found.why
