"""The page's server: what it streams and in which order, that the newest move wins, and that no path reaches a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import resources
from typing import Any

import httpx
import pytest

from earthprice.arithmetic import settled
from earthprice.cli.exploring import _listening
from earthprice.explore.guard import SCRIPTS, door
from earthprice.explore.opened import opened, opening
from earthprice.explore.page import Page
from earthprice.explore.server import AHEAD, FAULT, Server, application
from earthprice.explore.session import Session
from earthprice.explore.state import LeverState
from earthprice.report import theme
from earthprice.study.options import Options

HERE = "http://127.0.0.1:7117"
STEPS = ["central", "figures", "money", "draws", "matters", "rare", "end"]
SENT = {"content-type": "application/json", "origin": HERE}


class Here:
    """Drawers without processes: every job is done by a thread of this one, on the session of the page."""

    size, ready = 1, True

    def __init__(self, session: Session) -> None:
        self.session, self.hand, self.done, self.dying = session, ThreadPoolExecutor(1), 0, 0
        self.order: list[float] = []

    def start(self, work: Any, state: LeverState, job: Any) -> Future[Any]:
        def run() -> Any:
            self.done += 1
            self.order.append(state.delay)
            if self.dying:
                self.dying -= 1
                raise BrokenProcessPool
            with settled():
                return work(self.session, state, job)

        return self.hand.submit(run)

    def close(self) -> None:
        self.hand.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with settled():
        session = Session(opened(opening("china-2021-draft", Options(years=(2021, 2023), draws=24))))
    made = Server(Page(session), Here(session))
    yield made
    made.close()


def asked(server: Server, *moves: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The lines that answer some moves, sent one after the other without waiting."""
    server.__dict__.pop("turn", None)  # a semaphore belongs to one loop

    async def all_moves() -> list[httpx.Response]:
        transport = httpx.ASGITransport(application(server, door("127.0.0.1", 7117, "")))
        async with httpx.AsyncClient(transport=transport, base_url=HERE, timeout=300) as client:
            return await asyncio.gather(*(client.post("/state", json=m, headers=SENT) for m in moves))

    return [[json.loads(line) for line in r.text.splitlines()] for r in asyncio.run(all_moves())]


def get(server: Server, method: str, path: str, **how: Any) -> httpx.Response:
    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(application(server, door("127.0.0.1", 7117, "")), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE, timeout=300) as client:
            return await client.request(method, path, **how)

    return asyncio.run(one())


def test_the_central_run_comes_first_then_its_money_then_draws(server: Server) -> None:
    (lines,) = asked(server, {"tab": "a", "seq": 1, "state": {"changes": {"more_checks.caught": "x2"}}})
    assert [x["step"] for x in lines] == STEPS
    central, figures, money, draws, matters, rare, _ = lines
    assert {b["chart"] for b in central["lines"]} == {"price", "digging", "ore"} and central["status"] == "cleared"
    assert all(r["sign"] in ("", "no change") for r in [*figures["figures"], *money["figures"]])
    alone, many = (next(s["answer"] for s in x["sentences"] if s["question"] == "now") for x in (matters, draws))
    assert "in this one run" in alone and "in this one run" not in many and "in 1 of 20 draws" in many
    assert draws["whole"] and draws["draws"] == 24 and any(r["sign"] for r in draws["figures"])
    keys = {r["key"] for r in [*figures["figures"], *money["figures"]]}
    of_rare = {r["key"]: r["raw"] for r in rare["figures"]}
    assert keys - set(of_rare) == {r["key"] for r in draws["figures"]} == set(matters["articles"]["without"])
    assert {r["number"] for r in [*figures["figures"], *money["figures"]]} == set(range(1, 11))
    assert all(r["raw"]["reform"] is None for r in figures["figures"] if r["key"] in of_rare)
    assert all(5 < raw["base"] < 200 and raw["base"] != raw["reform"] for raw in of_rare.values()) and len(of_rare) > 1
    assert matters["articles"]["most"] in server.page.acting(LeverState())
    assert "x2" in figures["command"]


def test_a_newer_move_ends_the_answer_to_an_older_one_of_the_same_tab_and_another_tab_has_its_turns(
    server: Server,
) -> None:
    before = server.drawers.done
    moves = [{"tab": "b", "seq": i, "state": {"delay": 0.5 * i}} for i in range(1, 5)]
    found = asked(server, *moves, {"tab": "c", "seq": 1, "state": {}})
    assert [x["step"] for x in found[3]][-1] == "end" == [x["step"] for x in found[4]][-1]
    assert all(len(lines) <= 2 for lines in found[:3])
    order = server.drawers.order[before:]
    assert len(order) < 3 * 45, "two whole answers"
    of_both = [order.count(delay) for delay in (0.0, 2.0)]
    half = order[: len(order) // 2]
    assert all(half.count(delay) > of_both[i] // 4 for i, delay in enumerate((0.0, 2.0)))


def test_a_tab_that_is_closed_leaves_its_place_and_what_it_asked_for(server: Server) -> None:
    server.__dict__.pop("turn", None)
    before = server.drawers.done

    async def closed() -> None:
        answer = server.answered("f", 1, LeverState(delay=0.5), "en")
        assert b'"central"' in await anext(answer)
        await answer.aclose()

    asyncio.run(closed())
    assert server.streams == 0 and server.drawers.done - before <= 1


async def until_money(answer: AsyncIterator[bytes]) -> list[str]:
    """The steps of an answer up to its money; those after it are not waited for."""
    steps: list[str] = []
    while "money" not in steps:
        steps.append(json.loads(await anext(answer))["step"])
    return steps


def test_a_move_that_comes_between_two_draws_gives_back_the_turns_of_the_one_before_at_once(server: Server) -> None:
    server.__dict__.pop("turn", None)

    async def closed() -> int:
        answer = server.answered("g", 1, LeverState(delay=0.5), "en")
        await until_money(answer)
        assert server.turn._value < AHEAD
        await answer.aclose()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return server.turn._value

    assert asyncio.run(closed()) == AHEAD


def test_a_worker_that_dies_costs_its_job_once_more_and_nothing_else(server: Server) -> None:
    server.__dict__.pop("turn", None)
    server.drawers.dying = 1

    async def closed() -> list[str]:
        answer = server.answered("e", 1, LeverState(delay=1.5), "en")
        steps = await until_money(answer)
        await answer.aclose()
        return steps

    assert asyncio.run(closed()) == STEPS[:3] and not server.drawers.dying


def test_what_is_given_wrong_is_said(server: Server) -> None:
    (lines,) = asked(server, {"tab": "d", "seq": 1, "state": {"changes": {"more_checks.caughtt": "x2"}}})
    assert lines[0]["step"] == "refused" and "caught" in lines[0]["words"]
    past = b'{"state": {}, "seq": 1e400}'
    for body in (b"[", b"[]", b"{}", b'{"state": {"more": 1}}', b'{"state": {}, "seq": "x"}', past, b"[" * 100_000):
        answer = get(server, "POST", "/state", content=body, headers=SENT)
        assert answer.status_code == 422 and answer.text, body[:20]
    assert get(server, "GET", "/opening?language=xx").status_code == 422
    assert get(server, "POST", "/saved", json={"state": {"off": ["3000"]}}, headers=SENT).status_code == 422


def test_a_page_that_another_program_opened_is_refused(server: Server) -> None:
    """One that stood open while a page of another rulebook took its port would show the numbers of that one."""
    of = get(server, "GET", "/opening").json()["of"]
    assert of == Page(server.page.session).of
    other = Session(opened(opening("china-2021-draft", Options(years=(2021, 2023), draws=24, seed=2))))
    assert Page(other).of != of
    for path in ("/state", "/saved"):
        body = {"tab": "i", "seq": 1, "state": {}, "of": "another"}
        assert get(server, "POST", path, json=body, headers=SENT).status_code == 409
    assert get(server, "POST", "/saved", json={"state": {}, "of": of}, headers=SENT).status_code == 200


@pytest.mark.parametrize("error", [StopIteration, KeyError, RuntimeError])
def test_no_fault_leaves_a_request_without_an_answer(
    server: Server, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Nobody waits for ever: what fails where nothing was given wrong is answered in a sentence too."""

    def failing(*_: object) -> None:
        raise error("of its own")

    monkeypatch.setattr(Session, "book", failing)  # of a saved text and of a frame that is not kept
    state = {"state": {"off": ["17"], "delay": 3.25}}
    answer = get(server, "POST", "/saved", json=state, headers=SENT)
    assert (answer.status_code, answer.text) == (500, FAULT)
    (lines,) = asked(server, {"tab": "h", "seq": 1, **state})
    assert lines == [{"seq": 1, "step": "refused", "words": FAULT}] and server.streams == 0


@pytest.mark.parametrize(
    "path",
    [
        "/words.csv",
        "/session.py",
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/explore.css%00",
    ],
)
def test_no_path_reaches_a_file(server: Server, path: str) -> None:
    assert get(server, "GET", path).status_code == 404


def test_the_page_is_served_with_every_module_and_its_style(server: Server) -> None:
    scripts = sorted(f.name for f in resources.files("earthprice.explore").iterdir() if f.name.endswith(".js"))
    assert scripts == sorted(f"{name}.js" for name in SCRIPTS)
    for path in ("/", *(f"/{name}" for name in scripts), "/explore.css"):
        answer = get(server, "GET", path)
        assert answer.status_code == 200 and answer.text.count("\n") < 300
    page = get(server, "GET", "/").text
    assert all(f'"/{name}"' in page for name in scripts)  # each is asked for at once, none only when another has come
    style = get(server, "GET", "/explore.css").text
    for colour in (theme.BASELINE, theme.REFORM, theme.RARE):  # those of the report, light and dark
        assert style.count(colour) == 1 and style.count(theme.DARK[colour]) == 2


def test_the_opening_tells_every_number_with_what_it_rests_on(server: Server) -> None:
    told = get(server, "GET", "/opening").json()
    assert set(told["chapters"]) == set(told["readings"])
    levers = [x for c in told["chapters"][told["reading"]] for m in c["measures"] for x in m["levers"]]
    names = {f"{k}.{p}" for k, m in server.page.session.opened.book.measures.items() for p in m.model_fields_set}
    assert {x["name"] for x in levers} == names & {x["name"] for x in levers} and len(levers) > 12
    for x in levers:
        assert x["least"] <= x["value"] <= x["most"] and x["unit"]
        assert all(d["basis"] and (d["source"] or d["why"]) for d in x["dated"])


def test_a_second_page_takes_another_port_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with _listening("127.0.0.1", 0) as first, _listening("127.0.0.1", first.getsockname()[1]) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
    assert "is taken, by another page perhaps: a free one is used." in capsys.readouterr().err
