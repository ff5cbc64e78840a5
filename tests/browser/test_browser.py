"""The browser itself: that a page runs, and that what is wrong with one is noticed."""

from playwright.sync_api import Page

from tests.browser.accessibility import serious_complaints

DECENT = "<!doctype html><html lang=en><title>Dock</title><main><h1>Dock</h1><p>Ready</p></main></html>"
PALE = DECENT.replace("<p>", "<p style='color: #ccc; background: #fff'>")


def test_a_decent_page_passes(page: Page) -> None:
    page.set_content(DECENT)

    assert page.title() == "Dock"
    assert serious_complaints(page) == []


def test_text_too_pale_to_read_is_noticed(page: Page) -> None:
    page.set_content(PALE)

    (complaint,) = serious_complaints(page)

    assert complaint.startswith("color-contrast")
