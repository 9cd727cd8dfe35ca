"""The marks of claims in a browser: their cards, the switch that hides them, and no scripts."""

import browse
import pytest

pytestmark = pytest.mark.browser
NAME = browse.page_of("bptt")
MARK = ".eqno a.claim"
CARD = "#claim-popup"
SEEN = """() => {
  const card = document.querySelector("#claim-popup").getBoundingClientRect();
  return [card.left >= 0, card.top >= 0, card.right <= innerWidth, card.bottom <= innerHeight];
}"""
OVERLAP = """() => {
  const boxes = (part) => [...part.querySelectorAll("mjx-container[display] > mjx-math")];
  const apart = (a, b) => a.right <= b.left || a.bottom <= b.top;
  const meet = (a, b) => !apart(a, b) && !apart(b, a);
  return [...document.querySelectorAll("div.math")].filter((part) => {
    const mark = part.querySelector(".eqno a.claim")?.getBoundingClientRect();
    return mark && boxes(part).some((box) => meet(mark, box.getBoundingClientRect()));
  }).map((part) => part.id);
}"""


@pytest.fixture
def opened(browser, base):
    """Open a page of this size; it is closed at the end."""
    pages = []

    def at(size=browse.DESKTOP, address=f"{base}{NAME}.html", **options):
        context = browser.new_context(viewport=size, color_scheme="light", **options)
        pages.append(context)
        page = context.new_page()
        if not options.get("java_script_enabled", True):
            page.goto(address)
            return page
        browse.open_page(page, address)
        page.add_style_tag(content=browse.NO_FADING)
        return page

    yield at
    for context in pages:
        context.close()


def test_a_card_opens_on_hover_says_what_was_checked_and_closes_on_leaving(opened):
    page = opened()
    page.locator(MARK).first.hover()
    card = page.locator(CARD)
    card.wait_for()
    claim = page.locator(MARK).first.get_attribute("data-claims").split()[0]
    told = card.inner_text()
    assert "Checked by" in told and "Error" in told and "allowed" in told
    assert f"rnncourse claims {claim}" in told
    assert card.locator("a").first.get_attribute("href").endswith(f"#ledger-{claim.lower()}")
    card.hover()  # from the mark into the card: it stays
    page.wait_for_timeout(600)
    assert card.is_visible()
    page.mouse.move(0, 0)
    card.wait_for(state="detached")


def test_a_card_opens_with_the_keyboard_and_closes_with_escape(opened):
    page = opened()
    mark = page.locator(MARK).first
    mark.focus()
    page.keyboard.press("Enter")
    page.locator(CARD).wait_for()
    assert mark.get_attribute("aria-expanded") == "true"
    assert mark.get_attribute("aria-controls") == "claim-popup"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#claim-popup a')")
    page.keyboard.press("Escape")
    page.locator(CARD).wait_for(state="detached")
    assert page.evaluate("document.activeElement.matches('.eqno a.claim')")
    assert mark.get_attribute("aria-expanded") == "false"


def test_on_a_phone_a_tap_opens_every_card_inside_the_screen(opened):
    page = opened(browse.PHONE, has_touch=True)
    address = page.url
    for mark in page.locator("a.claim, a.claim-value").all():
        mark.tap()
        page.locator(CARD).wait_for()
        assert all(page.evaluate(SEEN)), mark.get_attribute("data-claims")
        page.keyboard.press("Escape")
        page.locator(CARD).wait_for(state="detached")
    assert page.url == address
    page.locator(MARK).first.tap()
    page.locator("article h1").tap()
    page.locator(CARD).wait_for(state="detached")


@pytest.mark.parametrize("size", [browse.DESKTOP, browse.PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("topic", ["bptt", "gru_and_relatives"])
def test_no_mark_lies_over_its_formula(opened, base, topic, size):
    page = opened(size, f"{base}{browse.page_of(topic)}.html")
    assert page.locator(MARK).count() > 3
    assert page.evaluate(OVERLAP) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_open_card_puts_up_no_barrier(opened, theme):
    page = opened()
    browse.turn(page, theme)
    page.evaluate(browse.Axe().axe_script)
    page.locator(MARK).first.click()
    page.locator(CARD).wait_for()
    assert browse.violations(page) == []


def test_the_switch_hides_the_marks_and_never_a_failed_one(opened):
    page = opened()
    page.evaluate("""() => document.querySelectorAll('.eqno a.claim')[1].className =
      'claim claim-failed'""")
    marks = page.locator(MARK)
    assert marks.nth(0).is_visible() and marks.nth(1).is_visible()
    switch = page.locator(".claim-switch")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "false"
    assert not marks.nth(0).is_visible() and marks.nth(1).is_visible()
    page.reload()
    assert not marks.nth(0).is_visible()
    page.locator(".claim-switch").click()
    page.reload()
    assert marks.nth(0).is_visible()


def test_without_scripts_a_mark_leads_to_its_entry_and_says_so(opened, base):
    page = opened(java_script_enabled=False)
    mark = page.locator("a.claim").first
    assert mark.get_attribute("title").startswith("Checked: ")
    mark.click()
    assert page.url.startswith(f"{base}book/ledger_")


@pytest.mark.parametrize("name", [NAME, "book/questions"])
def test_cards_open_from_a_file_with_their_formulas(opened, name):
    """Also on a page that has no formula outside its cards."""
    page = opened(address=(browse.SITE / f"{name}.html").as_uri())
    claims = page.evaluate("JSON.parse(document.getElementById('claim-cards').textContent)")
    id = next(id for id, card in claims.items() if "math" in card["says"])
    page.locator(f"[data-claims~='{id}']").first.click()
    page.locator(f"{CARD} .math mjx-container").first.wait_for()
    assert page.locator(f"{CARD} .math").count() == page.locator(f"{CARD} mjx-container").count()
