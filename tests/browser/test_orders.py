"""The page of `explore` in a browser: what a person does in an order, at a speed or in a place that is less usual."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.waits import painted, start

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
