"""What leaves the page of `explore`, by a link or as a rulebook, in a browser: it brings the same numbers back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from earthprice.arithmetic import settled
from earthprice.explore.link import read_link
from earthprice.explore.opened import opened, opening
from earthprice.explore.page import Page as Answers
from earthprice.explore.session import Session
from earthprice.explore.state import LeverState
from earthprice.study.options import Options
from tests.browser.waits import central, painted, start, wait_end, wait_whole


def test_six_actions_lead_to_what_doubling_inspection_does_what_it_rests_on_and_the_link(
    window: Page, server: str
) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(window, server)
    before, taken = central(window), []

    def act(name: str, inside: str = "body") -> None:
        """A click on the first visible control that says this."""
        control = window.locator(inside).locator("button, summary, a").filter(has_text=name, visible=True).first
        control.click()
        taken.append(name)

    act("Inspection")
    act("Double", '[data-article="17"]')
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    painted(window)
    after = central(window)
    assert before["unlicensed"][0] == after["unlicensed"][0] and before["unlicensed"][1] != after["unlicensed"][1]
    act("Rests on", '[data-article="17"]')
    expect(window.locator('[data-article="17"] .lever details p').first).to_contain_text("assumption")
    act("Unlicensed share of mining")
    expect(window.locator("#why")).to_contain_text(after["unlicensed"][1])
    expect(window.locator("#why")).to_contain_text("What that rests on", timeout=600_000)
    expect(window.locator("#why")).to_contain_text("more checks, caught")
    expect(window.locator("#why .says code")).to_have_text("earthprice explain")
    expect(window.locator("#why")).not_to_contain_text("`")
    act("Close", "#why")
    act("Copy link")
    expect(window.get_by_role("button", name="Copied")).to_be_visible()
    assert len(taken) <= 6
    link = window.evaluate("navigator.clipboard.readText()")
    held = read_link(link)
    assert held.rulebook == "my-draft" and list(held.own) == ["my-draft"]
    assert held.state.changes == {"more_checks.caught": "x2"}
    assert "token" not in link


def test_a_link_brings_the_same_numbers_back_and_a_rule_kept_beside_its_draws(window: Page, server: str) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(window, server)
    window.locator("#delay").fill("2")
    window.locator("#delay").press("Tab")
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    wait_end(window)
    assert window.locator("#figures [data-head='Change, central run']").first.text_content() != "–"
    rows = window.locator("#figures tbody").inner_text()
    window.locator("#link").click()
    expect(window.locator("#link")).to_have_text("Copied")
    link = window.evaluate("navigator.clipboard.readText()")
    other = window.context.new_page()
    start(other, link.replace("#", "#token=not-copied&"))
    expect(other.locator("#changed")).to_have_text("Changed: 1")
    wait_end(other)
    assert other.locator("#figures tbody").inner_text() == rows
    assert "#" not in other.url and other.evaluate("sessionStorage.getItem('token')") == "not-copied"
    other.locator("#beside").click()
    other.locator("#delay").fill("1")
    other.locator("#delay").press("Tab")
    expect(other.locator("#figures thead")).to_contain_text(re.compile(r"Kept beside \((central run|median of)"))
    wait_whole(other)
    expect(other.locator("#figures thead")).to_contain_text("Kept beside (median of")
    expect(other.locator("#key")).to_contain_text("Kept beside (median of")
    expect(other.locator("#figures [data-head^='Kept beside']").first).to_contain_text("(central run)")
    broken = window.context.new_page()
    start(broken, f"{server}#e1=AAAA")
    expect(broken.locator("#changed")).to_have_text("Changed: 0")
    expect(broken.locator("#message")).to_contain_text("The link cannot be read")


def test_what_is_saved_gives_the_numbers_on_the_page(window: Page, server: str, tmp_path: Path) -> None:
    start(window, server)
    window.locator('[data-article="17"] summary').first.click()
    window.locator('[data-article="17"]').get_by_role("button", name="Double").first.click()
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    window.locator("#discount").fill("3.5")
    window.locator("#discount").press("Tab")
    expect(window.locator("#changed")).to_have_text("Changed: 2")
    with window.expect_download() as saved:
        window.get_by_role("button", name="Save rulebook").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert path.name in window.locator("#line pre").inner_text()
    painted(window)
    shown = central(window)
    with settled():
        page = Answers(Session(opened(opening(str(path), Options(years=(2021, 2024), draws=24)))))
        moved = LeverState(discount=0.035)
        rows = page.figures(moved, page.central(moved, "en")[1], "en")["figures"]
    assert len(rows) > 10 and all(
        shown[r["key"]] == [r["base"], r["reform"], r["difference"]] for r in rows if r["number"] > 1
    )


def test_a_link_holds_the_language_and_one_of_another_day_is_not_opened(window: Page, server: str) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(window, server)
    window.locator("#language").select_option("ja")
    expect(window.locator("#undo")).to_have_text("元に戻す")
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    window.locator("#link").click()
    expect(window.locator("#link")).to_have_text("コピーしました")
    copied = window.evaluate("navigator.clipboard.readText()")
    other = window.context.new_page()
    start(other, copied)
    expect(other.locator("html")).to_have_attribute("lang", "ja")
    expect(other.locator("#delay")).to_have_value("1")
    held = read_link(copied).model_dump(mode="json")
    later = window.context.new_page()
    pack = "async (held) => `#${await (await import('/link.js')).pack(held)}`"
    start(later, server + window.evaluate(pack, {**held, "language": "en", "as_of": "2021-04-01"}))
    expect(later.locator("#message")).to_contain_text("as known on 2021-04-01")
    expect(later.locator("#changed")).to_have_text("Changed: 0")
