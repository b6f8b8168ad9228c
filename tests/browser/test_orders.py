"""The page of `explore` in a browser: what a person does in an order, at a speed or in a place that is less usual."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.waits import painted, start, wait_end, wait_whole

INSECURE = """
delete Crypto.prototype.randomUUID;
Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined });
"""
"""What a browser leaves out under an address beyond this machine, which is plain HTTP."""


def test_an_address_beyond_this_machine_answers_and_copies_its_link(window: Page, server: str) -> None:
    """Such a page stayed empty, and a link that could not be copied was written over by the next draws."""
    window.context.grant_permissions(["clipboard-read"])
    window.add_init_script(INSECURE)
    start(window, server)
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    painted(window)
    window.locator("#link").click()
    expect(window.locator("#link")).to_have_text("Copied")
    expect(window.locator("#link")).to_be_focused()
    expect(window.locator("#line")).to_be_hidden()
    reader = window.context.new_page()
    reader.goto(server)
    reader.bring_to_front()
    assert reader.evaluate("navigator.clipboard.readText()").startswith(f"{server}#e1=")


def typed(window: Page, box: str, text: str) -> None:
    """Put the cursor into a box and type over what stands in it, without leaving it."""
    window.locator(box).focus()
    window.keyboard.press("Control+a")
    window.keyboard.type(text)


def test_a_slider_held_by_the_keys_goes_back_with_undo(window: Page, server: str) -> None:
    """One step is less than the slider was moved for: it stayed where it was, beside a box that said otherwise."""
    start(window, server)
    window.locator("#delay-range").focus()
    window.keyboard.press("ArrowRight")
    expect(window.locator("#delay")).to_have_value("0.5")
    window.keyboard.press("Control+z")
    expect(window.locator("#delay")).to_have_value("0")
    expect(window.locator("#delay-range")).to_have_value("0")
    expect(window.locator("#delay-range")).to_be_focused()


def test_a_box_shows_what_counts_and_is_left_alone_while_something_is_typed(window: Page, server: str) -> None:
    """No number at all stayed in a box that stood at nil; draws that came in put a half-typed number back."""
    start(window, server)
    typed(window, "#delay", "e")
    window.keyboard.press("Enter")
    expect(window.locator("#delay")).to_have_value("0")
    typed(window, "#delay", "1e-9")
    window.keyboard.press("Enter")
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    typed(window, "#delay", "1.25")
    wait_whole(window)
    window.wait_for_selector("#uncertain .lever")  # all levers were shown anew for these
    expect(window.locator("#delay")).to_have_value("1.25")
    window.keyboard.press("Enter")
    expect(window.locator("#changes")).to_contain_text("later by: 1.25 years")


def test_a_comma_counts_as_a_point_and_that_is_said(window: Page, server: str) -> None:
    """A browser left it out: 1,5 years were 15."""
    start(window, server)
    typed(window, "#delay", "1,5")
    expect(window.locator("#message")).to_contain_text("without commas")
    window.keyboard.press("Enter")
    expect(window.locator("#changes")).to_contain_text("later by: 1.5 years")
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.evaluate("navigator.clipboard.writeText('1,370')")
    window.locator("#delay").focus()
    window.keyboard.press("Control+a")
    window.keyboard.press("Control+v")
    expect(window.locator("#message")).to_contain_text("without commas")
    expect(window.locator("#delay")).to_have_value("1.5")


def test_a_server_with_too_much_to_do_is_asked_again(browser: Browser, server: str) -> None:
    """It was said, and then levers and answers stayed of two states."""
    window, refused = browser.new_page(), list[str]()
    start(window, server)
    wait_whole(window)

    def busy(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=429, body="Too many pages ask at once; close one.")

    window.route("**/state", busy)
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    expect(window.locator("#message")).to_contain_text("Too many pages")
    expect(window.locator("#message")).to_be_hidden(timeout=60_000)
    painted(window)
    expect(window.locator("#changes")).to_contain_text("later by: 1 year")
    window.close()


TWO_AT_ONCE = """() => {
  for (const [id, value] of [['choose-reading', 'tight'], ['delay', '1']]) {
    document.getElementById(id).value = value;
    document.getElementById(id).dispatchEvent(new Event('change', { bubbles: true }));
  }
}"""


def test_undo_passes_over_moves_that_were_refused_together(window: Page, server: str) -> None:
    """It led into the first of them, which was refused again."""
    start(window, server)
    window.locator('[data-article="17"] summary').first.click()
    box = window.locator("[id='more_checks.caught']")
    box.fill("0.15")
    box.press("Tab")
    painted(window)
    window.evaluate(TWO_AT_ONCE)  # three times the 0.6 of the tight reading is more than all
    expect(window.locator("#message")).to_contain_text("The move was taken back", timeout=60_000)
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    window.locator("#undo").click()
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    expect(window.locator("#undo")).to_be_disabled()
    painted(window)
    expect(window.locator("#message")).to_be_hidden()


def test_what_changes_nothing_is_no_step_to_undo_and_takes_no_redo(window: Page, server: str) -> None:
    """*As written* on a number that stands so, and a switch put off and on at once, left an undo that did nothing."""
    start(window, server)
    window.locator("#delay").fill("2")
    window.locator("#delay").press("Tab")
    window.locator("#undo").click()
    expect(window.locator("#redo")).to_be_enabled()
    article = window.locator("[data-article='17']")
    article.locator("summary").first.click()
    article.get_by_role("button", name="As written").first.click()
    expect(window.locator("#undo")).to_be_disabled()
    window.locator("#redo").click()
    expect(window.locator("#changed")).to_have_text("Changed: 1")
    window.locator("#undo").click()
    switch = article.locator(".check input").first
    switch.evaluate("box => { box.click(); box.click(); }")
    expect(window.locator("#changed")).to_have_text("Changed: 0")
    expect(window.locator("#undo")).to_be_disabled()
    painted(window)
    expect(window.locator("#message")).to_be_hidden()


PACKED = """async (delay) => {
  const [{ pack }, { page }] = await Promise.all([import('/link.js'), import('/page.js')]);
  const { version, facts, rulebook, own, years, seed, draws, as_of, language } = page.opening;
  const state = { ...page.state, delay };
  return `#${await pack({ version, facts, rulebook, own, years, seed, draws, as_of, language, state })}`;
}"""
"""The fragment of a link to what stands on the page, with another delay."""


def test_a_link_put_into_the_address_of_an_open_page_is_followed(window: Page, server: str) -> None:
    """A browser loads nothing where only the fragment is another: the page went on as if nothing had been given."""
    start(window, server)
    window.locator("#language").select_option("ja")
    expect(window.locator("html")).to_have_attribute("lang", "ja", timeout=60_000)
    window.goto(server + window.evaluate(PACKED, 2))
    expect(window.locator("#delay")).to_have_value("2")
    expect(window).to_have_url(server)
    window.locator("#undo").click()
    expect(window.locator("#delay")).to_have_value("0")
    window.goto(f"{server}#e1=AAAA")
    expect(window.locator("#message")).to_contain_text("リンク")
    window.goto(server + window.evaluate(PACKED, 1))
    expect(window.locator("#delay")).to_have_value("1")
    painted(window)
    expect(window.locator("#message")).to_be_hidden()


def test_a_part_of_the_page_in_the_address_is_no_broken_link(window: Page, server: str) -> None:
    """Who had skipped to the answers and loaded the page anew was told that a link is damaged."""
    start(window, server)
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    expect(window).to_have_url(f"{server}#answers")
    window.reload()
    painted(window)
    expect(window.locator("#message")).to_be_hidden()


def test_what_finds_no_answer_says_so_and_leaves_the_page_as_it_is(browser: Browser, server: str) -> None:
    """*Save* and the box of languages said nothing; a refusal in place of words took the whole page away."""
    window = browser.new_page()  # a request that fails stands in the console, which `window` forbids
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    start(window, server)
    wait_end(window)
    window.context.set_offline(True)
    window.locator("#save").click()
    expect(window.locator("#message")).to_contain_text("not done")
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    window.locator("#language").select_option("zh")
    expect(window.locator("#language")).to_have_value("en")
    expect(window.locator("#message")).to_contain_text("does not answer")
    window.context.set_offline(False)
    window.route("**/opening*", lambda route: route.fulfill(status=503, body="Service Unavailable"))
    window.locator("#language").select_option("ja")
    expect(window.locator("#message")).to_contain_text("Service Unavailable")
    expect(window.locator("#delay")).to_have_value("1")
    window.unroute("**/opening*")
    window.locator("#language").select_option("ja")
    expect(window.locator("html")).to_have_attribute("lang", "ja", timeout=60_000)
    painted(window)
    expect(window.locator("#message")).to_be_hidden()
    with window.expect_download():
        window.locator("#save").click()
    expect(window.locator("#line")).to_be_visible()
    expect(window.locator("#command")).to_have_attribute("aria-expanded", "true")
    window.route("**/opening*", lambda route: route.abort())
    window.reload()
    expect(window.locator("#message")).to_contain_text("Start earthprice explore again")
    assert errors == []
    window.context.close()


def test_what_is_told_of_figure_1_promises_no_draws(window: Page, server: str) -> None:
    """It said that it waits for draws and for runs without each article, which never come."""
    start(window, server)
    first = window.locator("#figures tbody button").first
    first.click()
    expect(window.locator("#why")).to_contain_text("of the central run alone")
    expect(window.locator("#why")).not_to_contain_text("n/a")
    wait_end(window)
    expect(window.locator("#why")).to_contain_text(re.compile(r"Central run: [\d.]+ % under"))
    expect(window.locator("#why")).to_contain_text("of the central run alone")
    expect(window.locator("#why")).not_to_contain_text("waits for draws")
    expect(window.locator("#why")).not_to_contain_text("Not yet")


def test_a_figure_pressed_while_answers_come_in_is_explained(window: Page, server: str) -> None:
    """The table was made anew with every line of an answer: a button pressed then was gone when it was let go."""
    start(window, server)
    wait_end(window)
    button = window.locator("#figures tbody button").nth(5)
    button.scroll_into_view_if_needed()
    button.hover()
    window.mouse.down()
    window.evaluate("import('/moves.js').then((moves) => moves.moved())")
    painted(window)
    button.hover()  # the sentences above it have another height
    window.mouse.up()
    expect(window.locator("#why")).to_be_visible()
    expect(window.locator("#why-head")).to_have_text(button.inner_text())


def test_a_rule_kept_beside_stays_in_every_chart_and_column_in_another_language(window: Page, server: str) -> None:
    """Its damage was looked for by the name of a place, which is another one in another language; tables closed."""
    start(window, server)
    wait_whole(window)
    window.locator("#card-damage summary").click()
    window.locator("#beside").click()
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    painted(window)
    kept = window.locator("#chart-damage circle.kept")
    expect(kept).not_to_have_count(0)
    count = kept.count()
    window.locator("#language").select_option("zh")
    expect(window.locator("html")).to_have_attribute("lang", "zh", timeout=60_000)
    painted(window)
    expect(kept).to_have_count(count)
    expect(window.locator("#card-damage tbody tr")).not_to_have_count(0)
    expect(window.locator("#card-price tbody tr")).to_have_count(0)
    expect(window.locator("#figures tbody")).not_to_contain_text("n/a")


LISTEN = """
window.heard = [];
new MutationObserver((changes) => {
  for (const part of ['message', 'status'].map((id) => document.getElementById(id))) {
    if (part && changes.some(({ target }) => part.contains(target))) window.heard.push(part.textContent);
  }
}).observe(document, { childList: true, subtree: true });
"""
"""Keep what a screen reader reads out: each change within a live part of the page, even to the same words."""


def test_a_screen_reader_hears_each_message_once(window: Page, server: str) -> None:
    """A note on a link was read out with every line of every answer, and the status with every chart."""
    window.add_init_script(LISTEN)
    window.goto(f"{server}#e1=AAAA")
    wait_end(window)
    window.locator(".choices button").nth(1).click()
    heard = window.evaluate("heard")
    assert len(heard) == len(set(heard))
    assert sum("cannot be read" in said for said in heard) == 1 and any("Medians" in said for said in heard)


def test_a_page_whose_program_was_started_with_another_rulebook_is_told_so(browser: Browser, server: str) -> None:
    """It went on under its old title and levers, with the numbers of the other rulebook."""
    window = browser.new_page()  # a request that is refused stands in the console, which `window` forbids
    start(window, server)
    wait_end(window)
    before = window.locator("#figures").inner_text()
    window.evaluate("import('/page.js').then(({ page }) => { page.opening.of = 'another'; })")
    for control in ("#save", "#delay", "#language"):
        window.evaluate("import('/page.js').then(({ say }) => say(''))")
        if control == "#save":
            window.locator(control).click()
        elif control == "#delay":
            window.locator(control).fill("1")
            window.locator(control).press("Tab")
        else:
            window.locator(control).select_option("zh")
        expect(window.locator("#message")).to_contain_text("started anew with another rulebook")
    expect(window.locator("html")).to_have_attribute("lang", "en")
    assert window.locator("#figures").inner_text() == before
    window.context.close()


HIDDEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  if (at === document.body || !box.width) return '';
  const places = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8], [0.5, 0.1], [0.5, 0.9]];
  const seen = places.some(([x, y]) => {
    const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    return top && (at.contains(top) || top.contains(at));
  });
  return seen ? '' : `${at.tagName} ${at.id} ${at.textContent.slice(0, 30)}`;
}"""
"""What has the focus, where something else stands before all of it."""


@pytest.mark.parametrize("width", [390, 640, 900])
def test_what_has_the_focus_is_not_behind_the_bars_that_stay_in_sight(window: Page, server: str, width: int) -> None:
    """The jumps at the foot of a phone stood before it, and a bar of two lines before the levers (WCAG 2.2, 2.4.11)."""
    window.set_viewport_size({"width": width, "height": 500})
    start(window, server)
    wait_end(window)
    window.locator("[data-article='17'] summary").first.click()
    window.locator("#language").focus()
    hidden: list[str] = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(60):
            window.keyboard.press(key)
            hidden.append(window.evaluate(HIDDEN))
    assert [said for said in hidden if said] == []


def test_a_rule_kept_beside_that_has_figures_of_another_year_says_which(window: Page, server: str) -> None:
    """A delay of twelve years has figures of 2034; those of 2026 stood beside them under the one head."""
    start(window, server)
    wait_whole(window)
    window.locator("#beside").click()
    expect(window.locator("#figures thead")).to_contain_text("draws)")
    window.evaluate("import('/page.js').then(({ page }) => { page.kept.central.year = 2022; })")
    window.locator("#delay").fill("1")
    window.locator("#delay").press("Tab")
    painted(window)
    expect(window.locator("#figures thead")).to_contain_text(re.compile(r"Kept beside \([^)]*, 2022\)"))
    expect(window.locator("#key")).to_contain_text(", 2022)")
