"""The page of `explore` in a browser, on a rulebook of one's own whose words try to be more than words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.faults import axe_faults, sticking_out
from tests.browser.waits import central, painted, start, wait_end, wait_whole


def test_axe_finds_nothing_grave_and_nothing_sticks_out(window: Page, server: str) -> None:
    start(window, server)
    wait_whole(window)
    widths = "[...document.querySelectorAll('.card svg')].map(s => s.viewBox.baseVal.width - s.clientWidth)"
    assert all(abs(x) < 2 for x in window.evaluate(widths))  # each chart is drawn to the width that it has
    window.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert axe_faults(window) == []
    window.emulate_media(media="print", color_scheme="dark")
    for part in ("body", ".card"):  # paper is white, with bars on it
        assert window.locator(part).first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert window.locator("#chart-groups rect").first.is_visible()
    window.emulate_media(media="screen", color_scheme="dark")
    for width in (390, 320):
        window.set_viewport_size({"width": width, "height": 844})
        for _ in range(100):  # charts are drawn anew to the width a moment later
            if not sticking_out(window):
                break
            window.wait_for_timeout(100)
        assert sticking_out(window) == []
        window.reload()  # drawn anew to the width
        wait_whole(window)
        names = window.locator("#chart-groups text[text-anchor=end]:not(.value)").all_text_contents()
        assert names and not [name for name in names if "…" in name]
    assert axe_faults(window) == []


def test_keys_alone_go_from_the_opening_to_a_figure_its_reasons_and_back(window: Page, server: str) -> None:
    start(window, server)
    keys = window.keyboard
    keys.press("Tab")
    expect(window.locator(".skip")).to_be_focused()
    window.locator('[data-article="17"] summary').first.focus()
    keys.press("Enter")
    for _ in range(40):
        if window.evaluate("document.activeElement.textContent") == "Double":
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    keys.press("Control+z")
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    window.locator("#figures tbody button").first.focus()
    keys.press("Enter")
    expect(window.locator("#why")).to_be_visible()
    wait_whole(window)
    keys.press("Escape")
    expect(window.locator("#figures tbody button").first).to_be_focused()
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    window.locator("#changed").press("Enter")
    window.locator("#changes button").press("Enter")
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    expect(window.locator("#changed")).to_be_focused()


def test_each_kind_of_lever_moves_and_every_move_goes_back(window: Page, server: str) -> None:
    sent: list[dict[str, Any]] = []
    window.on("request", lambda r: sent.append(r.post_data_json["state"]) if r.url.endswith("/state") else None)
    start(window, server)
    wait_whole(window)  # uncertain numbers become levers then
    window.evaluate("document.querySelectorAll('#levers details').forEach(d => { d.open = true; })")
    window.locator("#choose-reading").select_option("tight")
    window.locator("#reading-part .check input").first.check()
    for number in ("delay", "discount", "more_checks.caught"):
        window.locator(f"[id='{number}-range']").press("ArrowRight")
    window.locator("[data-article='14'] .check input").first.uncheck()
    window.locator(".check", has_text="product reserve").locator("input").check()
    window.locator("#uncertain input[type=range]").first.press("ArrowRight")
    expect(window.locator("#changed")).to_have_text("Changed: 8")
    window.locator("#undo").click()
    expect(window.locator("#changed")).to_have_text("Changed: 7")
    window.locator("#redo").click()
    expect(window.locator("#changed")).to_have_text("Changed: 8")
    expect(window.locator("#changes")).to_contain_text("Entry into force later by: 0.5 years")
    central(window)
    newest = sent[-1]
    assert newest["off"] == ["14"] and newest["used"] == {"product_reserve": True} and newest["reading"] == "tight"
    assert len(newest["answers"]) == len(newest["world"]) == len(newest["changes"]) == 1
    assert newest["delay"] == 0.5 and newest["discount"] == pytest.approx(0.035)
    expect(window.locator("#message")).to_be_hidden()
    window.locator("[id='delay-range']").press("ArrowRight")
    expect(window.locator("#changes")).to_contain_text(re.compile("Entry into force later by: 1 year(?!s)"))
    window.locator("#reset").click()
    expect(window.locator("#changed")).to_have_text("Changed: 0")


LABEL_AND_HALVES = """() => [
  document.getElementById('chart-price').getAttribute('aria-label'),
  [...document.querySelectorAll('#card-price tbody tr')].filter((row) => row.textContent.startsWith('2024'))
    .map((row) => row.querySelector('td').textContent),
]"""
"""Both at once: draws that come in put medians into either."""


def test_a_rule_kept_beside_stands_at_its_own_periods_and_a_year_is_the_mean_of_its_own(
    window: Page, server: str
) -> None:
    """The draft has halves in 2022 and 2024; half a year later it has quarters from 2022 on."""
    start(window, server)
    painted(window)
    window.locator("#card-price details").evaluate("d => { d.open = true; }")
    expect(window.locator("#card-price tbody tr").filter(has_text=re.compile("^2024"))).to_have_count(2)
    label, cells = window.evaluate(LABEL_AND_HALVES)
    said, halves = re.search(r"2024: ([\d.,]+) → ", label), [float(c.split(" ")[0]) for c in cells]
    assert said and len(halves) == 2 and float(said[1]) == pytest.approx(sum(halves) / 2, rel=5e-3)
    window.locator("#beside").click()
    window.locator("#delay").fill("0.5")
    window.locator("#delay").press("Tab")
    painted(window)

    def across(kind: str) -> list[str]:
        drawn = window.locator(f"#chart-price path.line.{kind}:not(.abroad)").first.get_attribute("d") or ""
        return re.findall(r"[ML]([\d.]+),", drawn)

    now, kept = across("reform"), across("kept")
    assert len(kept) == 8 and len(now) == 15  # 2019, 2020, 2021, then 2 + 1 + 2 periods or 4 + 4 + 4
    assert kept == [now[i] for i in (0, 1, 2, 3, 5, 7, 11, 13)]


BUTTON = """async () => {
  const { page } = await import('/page.js'), seen = [], button = document.getElementById('beside');
  const until = performance.now() + 60_000;
  document.getElementById('delay').value = '1';
  document.getElementById('delay').dispatchEvent(new Event('change', { bubbles: true }));
  while (!(seen.includes('wait') && seen.at(-1) === 'ready') && performance.now() < until) {
    seen.push(page.answer.stale === button.disabled ? (button.disabled ? 'wait' : 'ready') : 'wrong');
    await new Promise(requestAnimationFrame);
  }
  return seen;
}"""


def test_a_rule_can_be_kept_beside_once_its_money_is_known_and_no_sooner(window: Page, server: str) -> None:
    """A click in the second before did nothing, and nothing said so."""
    start(window, server)
    wait_whole(window)
    seen = window.evaluate(BUTTON)
    assert seen[-1] == "ready" and set(seen) == {"wait", "ready"}
    window.locator("#beside").click()
    expect(window.locator("#beside")).to_be_enabled()
    expect(window.locator("#chart-price path.line.kept").first).to_be_attached()


def test_levers_show_the_reading_that_runs_and_a_move_that_is_refused_is_taken_back(window: Page, server: str) -> None:
    start(window, server)
    window.locator('[data-article="17"] summary').first.click()
    box, reading = window.locator("[id='more_checks.caught']"), window.locator("#choose-reading")
    expect(box).to_have_value("0.05")
    reading.select_option("tight")
    expect(box).to_have_value("0.6")  # and its article is still unfolded
    expect(box).to_be_visible()
    box.fill("7")
    box.press("Tab")
    expect(box).to_have_value("1")
    window.locator("#changed").click()
    expect(window.locator("#changes")).to_contain_text("0.6 → 1 share of tonnes a year")
    window.locator("#undo").click()
    reading.select_option("as_before")
    box.fill("0.15")
    with window.expect_request(lambda r: r.url.endswith("/state") and '"x3"' in (r.post_data or "")):
        box.press("Tab")
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    painted(window)
    reading.select_option("tight")  # three times 0.6 is more than all
    expect(window.locator("#message")).to_contain_text("The move was taken back", timeout=60_000)
    expect(reading).to_have_value("as_before")
    expect(window.locator("#changes")).to_contain_text("0.05 → 0.15")
    painted(window)
    expect(window.locator("#message")).to_contain_text("'x3' makes 1.8 of 0.6")
    window.locator("#undo").click()
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    expect(window.locator("#message")).to_be_hidden()


ANSWER = "import('/page.js').then(({ page }) => page.answer)"
"""What stands on the page, as the server told it."""


def test_tables_hold_medians_as_sentences_do_once_all_draws_stand_and_their_numbers_become_levers(
    window: Page, server: str
) -> None:
    start(window, server)
    window.evaluate("document.querySelectorAll('.card details').forEach((d) => { d.open = true; })")
    expect(window.locator("#figures caption")).to_have_text("central run")
    expect(window.locator("#card-damage caption")).to_have_text("central run")
    wait_end(window)
    told = window.evaluate(ANSWER)
    of = f"median of {told['draws']['draws'] - told['draws']['lost']} draws"
    for part in ("#figures", "#card-exports", "#card-damage", "#card-groups"):
        expect(window.locator(f"{part} caption")).to_have_text(of)
    expect(window.locator("#card-price caption")).to_have_text(f"{of}; in brackets 9 in 10 draws")
    assert {small for small in window.locator("#sentences small").all_inner_texts() if small} == {of}
    row = {str(r.locator("button").get_attribute("data-key")): r for r in window.locator("#figures tbody tr").all()}
    central_of = {r["key"]: r for r in told["central"]["figures"]}
    for r in told["draws"]["figures"]:
        cells = row[r["key"]].locator("td")
        assert cells.all_text_contents()[:3] == [r["base"], r["reform"], r["difference"]]
        alone = row[r["key"]].locator("[data-head='Change, central run']").text_content()
        assert alone == central_of[r["key"]]["difference"]
    rare = [key for key in row if key.startswith("gap_")]
    assert rare and "figure 1" in window.locator("#status").inner_text()
    for key in rare:  # no draws: never under the heads of medians
        assert row[key].locator("td").all_text_contents()[:3] == ["–"] * 3
        alone = row[key].locator("[data-head='Change, central run']").text_content()
        assert alone == central_of[key]["difference"] != "–"
    (line, *_), year = told["draws"]["lines"], window.locator("#card-price tbody tr").last
    last = str(year.locator("td").first.text_content()).replace(",", "").split()[0]
    assert float(last) == pytest.approx(line["base"][1][-1], rel=0.01)
    assert of in str(window.locator("#chart-price").get_attribute("aria-label"))
    lever = window.locator("#uncertain .lever").last
    moved = lever.get_attribute("data-lever")
    lever.locator("input[type=range]").press("ArrowRight")
    wait_whole(window)
    names = [x.get_attribute("data-lever") for x in window.locator("#uncertain .lever").all()]
    assert names == [f"world {x['name']}" for x in window.evaluate(ANSWER)["numbers"]["levers"]] and names[0] == moved


DRAG = """async () => {
  const range = document.getElementById('delay-range');
  const to = (value) => { range.value = value; range.dispatchEvent(new Event('input')); };
  for (let i = 0; i < 60; i++) { to(String(0.5 + (i % 9) / 2)); await new Promise((done) => setTimeout(done, 8)); }
  to('1.5');
}"""
"""A lever dragged to and fro faster than the model answers, and left at 1.5."""


def test_the_newest_of_many_moves_wins(window: Page, server: str) -> None:
    start(window, server)
    asked: list[str] = []
    window.on("request", lambda r: asked.append(r.url) if r.url.endswith("/state") else None)
    window.evaluate(DRAG)
    wait_whole(window)
    expect(window.locator("#delay")).to_have_value("1.5")
    assert len(asked) < 60
    again = window.context.new_page()
    start(again, server)
    again.locator("#delay").fill("1.5")
    again.locator("#delay").press("Tab")
    wait_whole(again)
    assert central(again) == central(window)


def test_a_server_that_is_gone_is_said_and_asked_again_until_it_answers(browser: Browser, server: str) -> None:
    window = browser.new_page()  # a request that fails stands in the console, which `window` forbids
    start(window, server)
    window.context.set_offline(True)
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    expect(window.locator("#message")).to_contain_text("does not answer")
    window.context.set_offline(False)
    expect(window.locator("#message")).to_be_hidden(timeout=30_000)
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    window.context.close()


def test_text_is_shown_as_text_and_each_language_renames_every_word(window: Page, server: str) -> None:
    start(window, server)
    assert "<script>" in window.locator("#title").inner_text()
    assert window.locator("img, main script, header script").count() == 0
    assert window.title() != "run"
    assert "\u202e" not in window.content()
    window.locator("#changed").click()
    window.locator("#theme").click()
    assert window.evaluate("document.documentElement.dataset.theme") == "dark"
    for language, levers, undo in (("zh", "可调项", "撤销"), ("ja", "動かせる項目", "元に戻す")):
        window.locator("#language").select_option(language)
        expect(window.locator("#levers-head")).to_have_text(levers)
        assert window.evaluate("document.documentElement.lang") == language
        expect(window.locator("#undo")).to_have_text(undo)
        expect(window.locator("#changes")).to_be_visible()
        wait_whole(window) if language == "zh" else central(window)
        parts = "#sentences, #bar, #status, #key, #charts, #figures thead, #uncertain, #foot"
        said = " ".join(window.locator(parts).all_inner_texts())
        assert not re.findall(r"\b(?:the|of|with|draws?|share|years?|Show|sure|likely|leaning|no|Half|Double)\b", said)
