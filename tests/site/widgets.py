"""What holds of every widget in a browser; each widget's test file asks it of its own."""

import browse
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe


class Widget:
    """The tests of the widget that this selector finds on this chapter's page."""

    topic = box = ""
    still = ""  # the picture that stands there without JavaScript
    start = ""  # the button that fetches the network, where it is large
    inks = ()  # the style sheet's colors that the widget draws with

    @classmethod
    def address(cls) -> str:
        """The page, opened as a file: no server, no network."""
        return (browse.SITE / f"{browse.page_of(cls.topic)}.html").as_uri()

    @classmethod
    def open(cls, page) -> None:
        """Open the page; where a button begins the widget, press it."""
        browse.open_page(page, cls.address())
        if cls.start:
            page.click(cls.start)
            page.wait_for_selector(f"{cls.box} [name=again]")

    @pytest.fixture(scope="class")
    @classmethod
    def opened(cls, browser):
        """One page for all tests; whatever they do to it, it may not complain."""
        seen = browse.Visit(cls.box)
        page = browser.new_page(viewport=browse.DESKTOP, color_scheme="light")
        seen.listen(page, browse.SITE.as_uri())
        cls.open(page)
        yield page
        page.close()
        assert not seen.console + seen.foreign + seen.failed

    @pytest.fixture
    def page(self, opened):
        """The page as it begins."""
        opened.click(f"{self.box} [name=again]")
        return opened

    @pytest.fixture
    def phone(self, browser):
        """The same page under a finger."""
        context = browser.new_context(has_touch=True, is_mobile=True, viewport=browse.PHONE)
        page = context.new_page()
        self.open(page)
        yield page
        context.close()

    def test_on_paper_the_controls_are_gone_and_the_picture_stays(self, page):
        page.emulate_media(media="print")
        controls = page.locator(f"{self.box} .widget-controls")
        assert not any(part.is_visible() for part in controls.all())
        for part in ("svg, canvas", "output"):
            assert page.locator(self.box).locator(part).is_visible()
        page.emulate_media(media="screen")
        assert controls.first.is_visible()

    def test_without_javascript_a_still_picture_stands_there(self, browser):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(self.address())
        assert not page.is_visible(self.box)
        image = page.locator(f"noscript img[src$='{self.still}']")
        size = image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
        box = image.bounding_box()
        assert box["height"] == pytest.approx(box["width"] * size[1] / size[0], abs=1)
        context.close()

    def assert_still_picture_is(self, drawn: str, folder) -> None:
        """The picture in the repository is the first one that the widget draws."""
        (folder / self.still).write_text(f"{drawn}\n", encoding="utf-8")
        kept = browse.ROOT / "book" / "_static" / self.still
        assert kept.read_text("utf-8") == f"{drawn}\n", f"copy {folder / self.still} to {kept}"

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("size", [browse.PHONE, browse.DESKTOP], ids=["phone", "desktop"])
    def test_no_size_and_no_theme_puts_up_a_barrier(self, page, size, theme):
        page.set_viewport_size(size)
        browse.turn(page, theme)
        page.add_style_tag(content=browse.NO_FADING)
        found = Axe().run(page, context=self.box, options=browse.AXE).response["violations"]
        assert not found
        assert not page.evaluate(browse.TOO_WIDE)
        for part in page.locator(self.box).locator("input, textarea, button").all():
            box = part.bounding_box()
            assert min(box["width"], box["height"]) >= 24
            assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
        picture = page.locator(self.box).locator("svg, canvas").bounding_box()
        assert picture["width"] >= 340  # letters of 11 pixels
        for ink in self.inks:
            assert contrast(page, self.box, f"var(--{ink})") >= 4.5, f"{ink}, {theme}"
        page.set_viewport_size(browse.DESKTOP)
        browse.turn(page, "light")

    def test_what_has_the_focus_is_seen(self, page):
        page.focus(f"{self.box} [name=again]")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        read = f"getComputedStyle(document.querySelector('{self.box} [name=again]')).outlineStyle"
        assert page.evaluate(read) == "solid"

    def test_what_is_said_is_read_aloud(self, page):
        told = page.locator(f"{self.box} output")
        assert told.count() == 1 and told.inner_text()  # an output is a live region, role status


def thumb(page, slider: str, part: float) -> tuple[float, float]:
    """Where the thumb of a slider, 16 pixels wide, lies at this part of its way."""
    box = page.locator(slider).bounding_box()
    return box["x"] + 8 + part * (box["width"] - 16), box["y"] + box["height"] / 2


def drag(page, slider: str, start: float, end: float) -> None:
    """Drag a slider's thumb with the mouse between these parts of its way."""
    page.locator(slider).scroll_into_view_if_needed()
    page.mouse.move(*thumb(page, slider, start))
    page.mouse.down()
    page.mouse.move(*thumb(page, slider, end), steps=5)
    page.mouse.up()


def swipe(page, slider: str, start: float, end: float) -> None:
    """The same with a finger."""
    page.locator(slider).scroll_into_view_if_needed()
    (x, y), (last, _) = thumb(page, slider, start), thumb(page, slider, end)
    finger = page.context.new_cdp_session(page)
    for kind, places in [("Start", [x]), ("Move", np.linspace(x, last, 8)), ("End", [None])]:
        for place in places:
            touch = [] if place is None else [{"x": place, "y": y}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touch})


def points(page, query: str) -> list[np.ndarray]:
    """The corners (N, 2) of every polyline that the query finds, as drawn."""
    read = "lines => lines.map(line => line.getAttribute('points'))"
    found = page.eval_on_selector_all(query, read)
    return [np.array([point.split(",") for point in line.split()], float) for line in found]


def contrast(page, box: str, ink: str, share: float = 0.0) -> float:
    """Of an ink on the page, or where ``share`` of the ink shades it, in WCAG's measure."""
    read = """([box, ink]) => ["--pst-color-background", ink].map((color) => {
      const probe = document.querySelector(box).appendChild(document.createElement("i"));
      probe.style.color = color.startsWith("--") ? `var(${color})` : color;
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found.match(/[\\d.]+/g).slice(0, 3).map(Number);
    })"""
    paper, ink = np.array(page.evaluate(read, [box, ink])) / 255
    light = sorted(luminance(color) for color in (ink, (1 - share) * paper + share * ink))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(color: np.ndarray) -> float:
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
