"""Serving: the page is ready once the first central run stands, and its workers are let go however it ends."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest

from earthprice.explore import serving
from earthprice.explore.opened import opening
from earthprice.study.options import Options


def test_it_is_ready_after_the_first_run_and_lets_its_workers_go(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    first = serving.Page.central

    def central(*given: object) -> object:
        order.append("run")
        return first(*given)  # type: ignore[arg-type]

    def ended(*_: object, **__: object) -> None:
        order.append("served")
        raise KeyboardInterrupt

    monkeypatch.setattr(serving.Page, "central", central)
    monkeypatch.setattr(serving, "Drawers", lambda *_: SimpleNamespace(close=lambda: order.append("closed")))
    monkeypatch.setattr(serving.uvicorn.Server, "run", ended)
    with socket.socket() as place:  # Ctrl-C is how it ends: nothing is raised
        place.bind(("127.0.0.1", 0))
        asked = opening("china-2021-draft", Options(years=(2021, 2027), draws=24))
        serving.serve(asked, place, "127.0.0.1", "", lambda: order.append("ready"))
    assert order == ["run", "ready", "served", "closed"]
