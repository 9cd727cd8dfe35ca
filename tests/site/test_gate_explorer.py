"""The phased LSTM's gates with sliders: what they draw and tell is what NumPy finds."""

import json
import re

import browse
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from widgets import contrast, points

from rnncourse.byhand.phased import branches, phase, time_gate

pytestmark = pytest.mark.browser
PAGE = browse.SITE / f"{browse.page_of('phased_lstm')}.html"
PICTURE = browse.ROOT / "book" / "_static" / "gates.svg"
SLIDERS = ("tau", "s", "r_on", "leak")
PIXEL = 0.0051  # a coordinate is written with two decimals
EDGES = [  # tau, s, r_on, leak
    (1.0, 0.0, 0.5, 0.0),
    (1.0, -4.0, 0.01, 0.2),
    (1.5, -3.25, 0.33, 0.001),
    (4.0, 19.75, 0.5, 0.0),
    (8.0, -4.0, 0.25, 0.2),
    (32.0, 20.0, 0.99, 0.2),
    (32.0, 0.0, 0.01, 0.0),
]


@pytest.fixture(scope="module")
def opened(browser):
    """One page for all tests; whatever they do to it, it may not complain."""
    seen = browse.Visit("the gates")
    page = browser.new_page(viewport=browse.DESKTOP, color_scheme="light")
    seen.listen(page, browse.SITE.as_uri())
    browse.open_page(page, PAGE.as_uri())
    yield page
    assert not seen.console + seen.foreign + seen.failed


@pytest.fixture
def page(opened):
    """The page as it begins."""
    opened.click(".gates button")
    return opened


def set_sliders(page, *values) -> None:
    for name, value in zip(SLIDERS, values, strict=True):
        page.fill(f".gates [name={name}]", str(value))


def sliders(page) -> dict:
    return {name: float(page.input_value(f".gates [name={name}]")) for name in SLIDERS}


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".gates", "data-numbers"))


def memory(k) -> np.ndarray:
    """c after every event, from 1 on, with zero input and a forget gate of 0.5."""
    left = [1.0]
    for share in k:
        left.append(share * 0.5 * left[-1] + (1 - share) * left[-1])
    return np.array(left[1:])


def assert_numbers_are_numpys(page) -> dict:
    """Every number that the figure holds; returns them."""
    got = numbers(page)
    events = np.array(got["events"])
    assert len(events) == 16 and (np.diff(events) > 0).all() and 0 < events[0] < events[-1] <= 32
    for unit in got["units"]:
        clock = unit["tau"], unit["s"], unit["r_on"]
        k = time_gate(events, *clock, got["leak"])
        open_phase = phase(events, *clock[:2]) <= clock[2]
        np.testing.assert_allclose(unit["k"], k, rtol=0, atol=1e-12)
        np.testing.assert_allclose(unit["c"], memory(k), rtol=1e-12)
        assert unit["open"] == list(open_phase & (k > 0))
    np.testing.assert_allclose(got["lstm"], 0.5 ** np.arange(1, 17), rtol=1e-12)
    return got


def time_of(x):
    return (x - 48.0) * 32.0 / 264.0


def assert_drawing_shows(page, got: dict) -> None:
    """The curves, dots and stairs lie where the numbers are, to the rounding of the drawing."""
    lanes = zip(points(page, ".gates .gate polyline"), got["units"], strict=True)
    for i, (curve, unit) in enumerate(lanes):
        t, k = time_of(curve[:, 0]), (56.0 + 48.0 * i - curve[:, 1]) / 32.0
        assert t[0] <= PIXEL and t[-1] >= 32.0 - PIXEL and (np.diff(t) >= 0).all()
        for part in (0.25, 0.5, 0.75):  # between two corners the gate is a straight line
            width, rise = np.diff(t), np.diff(k)
            seen = width > 4 * PIXEL  # narrower ones are upright
            steep = np.abs(rise[seen] / width[seen])
            truth = time_gate((t[:-1] + part * width)[seen], *clock(unit), got["leak"])
            error = np.abs((k[:-1] + part * rise)[seen] - truth)
            assert (error <= PIXEL / 32.0 + steep * PIXEL * 32.0 / 264.0 + 1e-9).all()
    stairs = points(page, ".gates .memory polyline")
    for steps, c in zip(stairs, [got["lstm"], *(u["c"] for u in got["units"])], strict=True):
        corners = [0.0, *np.repeat(got["events"], 2), 32.0]
        np.testing.assert_allclose(time_of(steps[:, 0]), corners, atol=PIXEL)
        levels = np.log10(np.repeat([1.0, *c], 2))
        np.testing.assert_allclose((212.0 - steps[:, 1]) / 28.0, levels, atol=PIXEL / 28.0)


def clock(unit: dict) -> tuple:
    return unit["tau"], unit["s"], unit["r_on"]


def thumb(page, name: str, part: float) -> tuple[float, float]:
    """Where the thumb of a slider, 16 pixels wide, lies at this part of its way."""
    box = page.locator(f".gates [name={name}]").bounding_box()
    return box["x"] + 8 + part * (box["width"] - 16), box["y"] + box["height"] / 2


def part_of(page, name: str) -> float:
    slider = page.locator(f".gates [name={name}]")
    low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
    return (float(slider.input_value()) - low) / (high - low)


@pytest.mark.parametrize("unit", [0, 2])
@pytest.mark.parametrize("name", SLIDERS)
def test_the_mouse_drags_every_slider(page, name, unit):
    page.check(f".gates [name=unit][value='{unit}']")
    page.locator(".gates").scroll_into_view_if_needed()
    before = numbers(page)
    page.mouse.move(*thumb(page, name, part_of(page, name)))
    page.mouse.down()
    page.mouse.move(*thumb(page, name, 0.6), steps=5)
    page.mouse.up()
    assert part_of(page, name) == pytest.approx(0.6, abs=0.02)
    after = assert_numbers_are_numpys(page)
    assert_drawing_shows(page, after)
    assert {**after["units"][unit], "leak": after["leak"]}[name] == sliders(page)[name]
    others = [i for i in range(3) if i != unit and name != "leak"]
    assert [after["units"][i] for i in others] == [before["units"][i] for i in others]
    assert after != before


def test_a_finger_drags_a_slider_and_chooses_a_unit(browser):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport=browse.PHONE)
    page = context.new_page()
    browse.open_page(page, PAGE.as_uri())
    page.locator(".gates [name=unit]").nth(2).tap()
    assert sliders(page)["tau"] == 16.0
    page.locator(".gates-controls").scroll_into_view_if_needed()
    (x, y), (end, _) = thumb(page, "r_on", part_of(page, "r_on")), thumb(page, "r_on", 0.8)
    finger = context.new_cdp_session(page)
    for kind, places in [("Start", [x]), ("Move", np.linspace(x, end, 8)), ("End", [None])]:
        for place in places:
            touch = [] if place is None else [{"x": place, "y": y}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touch})
    got = assert_numbers_are_numpys(page)
    assert got["units"][2]["r_on"] == pytest.approx(0.01 + 0.8 * 0.98, abs=0.03)
    assert_drawing_shows(page, got)
    context.close()


def test_the_keyboard_reaches_everything(page):
    page.focus(".gates [name=unit]:checked")
    page.keyboard.press("ArrowDown")
    assert sliders(page)["tau"] == 8.0  # unit 2
    for name, key, value in [("tau", "Home", 1), ("s", "End", 20), ("r_on", "ArrowRight", 0.26)]:
        page.keyboard.press("Tab")
        page.keyboard.press(key)
        assert sliders(page)[name] == value
        assert_drawing_shows(page, assert_numbers_are_numpys(page))
    page.keyboard.press("Tab")  # past the leak
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert assert_numbers_are_numpys(page)["events"] == list(range(2, 34, 2))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert sliders(page) == {"tau": 4.0, "s": 0.0, "r_on": 0.5, "leak": 0.0}
    assert numbers(page)["events"] != list(range(2, 34, 2))


@pytest.mark.parametrize("regular", [False, True])
@pytest.mark.parametrize("values", EDGES)
def test_at_the_ends_of_the_sliders_the_numbers_hold_too(page, values, regular):
    page.set_checked(".gates [name=regular]", regular)
    page.check(".gates [name=unit][value='1']")
    set_sliders(page, *values)
    assert tuple(sliders(page).values()) == values
    got = assert_numbers_are_numpys(page)
    assert clock(got["units"][1]) == values[:3]
    assert_drawing_shows(page, got)


def test_the_gate_is_the_packages_gate(page):
    """On random clocks, on the very ends of the phases, before the first period and at r_on = 1."""
    rng = np.random.default_rng(0)
    tau, s = rng.uniform(0.1, 40.0, size=3000), rng.uniform(-50.0, 50.0, size=3000)
    r_on, leak = rng.uniform(0.01, 0.99, size=3000), 0.125
    t = rng.uniform(-10.0, 40.0, size=3000)
    t[:1500] = s[:1500] + tau[:1500] * (r_on[:1500] * rng.choice([0, 0.5, 1], size=1500) - 3)
    t[:200], s[:200], tau[:200], r_on[:200] = np.arange(200.0) / 2, 1.0, 4.0, 0.5
    read = """(box, [all, leak]) =>
      all.map(([t, tau, s, r_on]) => box.timeGate(t, { tau, s, r_on }, leak))"""
    rows = np.stack([t, tau, s, r_on], axis=1)
    k = page.eval_on_selector(".gates", read, [rows.tolist(), leak])
    np.testing.assert_allclose(k, time_gate(t, tau, s, r_on, leak), rtol=0, atol=1e-12)
    rows[:, 3] = 1.0  # the package wants less than 1, and there the gate is never closed
    k = page.eval_on_selector(".gates", read, [rows.tolist(), leak])
    np.testing.assert_allclose(k, 1 - np.abs(2 * phase(t, tau, s) - 1), rtol=0, atol=1e-12)


def test_the_sliders_end_where_the_package_says_no(page):
    for end in ("min", "max"):
        values = [float(page.get_attribute(f".gates [name={n}]", end)) for n in SLIDERS]
        assert 0 <= time_gate(7.0, *values) <= 1
    with pytest.raises(ValueError, match="r_on must lie strictly between 0 and 1"):
        time_gate(7.0, 4.0, 0.0, values[2] + 0.01)


def test_the_dots_and_the_shade_show_where_the_gate_is_open(page):
    set_sliders(page, 6.5, -1.25, 0.3, 0.1)
    got = assert_numbers_are_numpys(page)
    read = "all => all.map(e => ['cx', 'cy', 'fill'].map(name => e.getAttribute(name)))"
    dots = page.eval_on_selector_all(".gates circle", read)
    for i, unit in enumerate(got["units"]):
        x, y, fill = zip(*dots[16 * i : 16 * i + 16], strict=True)
        np.testing.assert_allclose(time_of(np.array(x, float)), got["events"], atol=PIXEL)
        height = (56.0 + 48.0 * i - np.array(y, float)) / 32.0
        np.testing.assert_allclose(height, unit["k"], atol=PIXEL / 32.0)
        assert [color == "currentColor" for color in fill] == unit["open"]
    read = "all => all.map(e => ['x', 'width'].map(name => Number(e.getAttribute(name))))"
    bands = np.array(page.eval_on_selector_all(".gates rect", read))
    t = np.arange(0.005, 32.0, 0.01)
    left, right = time_of(bands[:, 0]), time_of(bands.sum(axis=1))
    shaded = ((t[:, None] > left) & (t[:, None] < right)).any(axis=1)
    opening, closing = branches(phase(t, 6.5, -1.25), np.float64(0.3))
    assert np.mean(shaded != (opening | closing)) < 0.002


def test_the_sentence_and_the_text_beside_the_picture_tell_the_numbers(page):
    set_sliders(page, 4.5, 0.25, 0.35, 0.05)
    got = assert_numbers_are_numpys(page)
    told, label = page.inner_text(".gates output"), page.get_attribute(".gates svg", "aria-label")
    for unit in got["units"]:
        count, left = sum(unit["open"]), f"{unit['c'][-1]:.3f}"
        sentence = (
            f"{100 * unit['r_on']:.0f} % of the time and at {count} of 16 events; memory left"
        )
        assert re.search(rf"{sentence} at t = 32: {left} \(LSTM: 0\.000015\)", label)
    assert told.startswith("Unit 1: period 4.5, shift 0.25, open 35 % of the time and at ")
    assert told in label


def left(page, unit: int) -> float:
    return numbers(page)["units"][unit]["c"][-1]


def test_what_the_page_says_of_its_sliders_is_so(page):
    everywhere = []
    for tau in np.arange(4.0, 32.5, 0.5):
        page.fill(".gates [name=tau]", str(tau))
        everywhere.append(left(page, 0))
    assert min(everywhere) > 0.02 and max(everywhere) < 0.1
    page.check(".gates [name=regular]")
    page.check(".gates [name=unit][value='1']")
    for s, share in {1.0: 1.0, 1.75: 0.5**16}.items():
        set_sliders(page, 2.0, s, 0.25, 0.0)
        assert left(page, 1) == pytest.approx(share, rel=1e-12)
    page.click(".gates button")
    before = [left(page, unit) for unit in range(3)]
    page.fill(".gates [name=leak]", "0.2")
    assert left(page, 2) < before[2] / 2
    alt = re.search(r'<img src="../_static/gates.svg"[^>]*>', PAGE.read_text("utf-8"))[0]
    assert "{:.3f}, {:.3f} and {:.3f}".format(*before) in " ".join(alt.split())


def test_on_paper_the_sliders_are_gone_and_the_picture_stays(page):
    page.emulate_media(media="print")
    assert not page.is_visible(".gates-controls")
    assert page.is_visible(".gates svg") and page.is_visible(".gates output")
    page.emulate_media(media="screen")
    assert page.is_visible(".gates-controls")


def test_without_javascript_the_figure_stands_still(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    assert not page.is_visible(".gates")
    box = page.locator("noscript img").bounding_box()
    assert box["height"] == pytest.approx(box["width"] * 388 / 360, abs=1)
    context.close()


def test_the_still_picture_is_the_first_one(page, tmp_path):
    drawn = page.eval_on_selector(".gates svg", "svg => new XMLSerializer().serializeToString(svg)")
    (tmp_path / PICTURE.name).write_text(f"{drawn}\n", encoding="utf-8")
    hint = f"copy {tmp_path / PICTURE.name} to {PICTURE}"
    assert PICTURE.read_text("utf-8") == f"{drawn}\n", hint


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [browse.PHONE, browse.DESKTOP], ids=["phone", "desktop"])
def test_no_size_and_no_theme_puts_up_a_barrier(page, size, theme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    page.add_style_tag(content=browse.NO_FADING)
    assert not Axe().run(page, context=".gates", options=browse.AXE).response["violations"]
    assert not page.evaluate(browse.TOO_WIDE)
    for part in page.locator(".gates input, .gates label, .gates button").all():
        box = part.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    assert page.locator(".gates svg").bounding_box()["width"] >= 340  # letters of 11 pixels
    for ink in ["unit-1", "unit-2", "unit-3", "unit-lstm"]:
        assert contrast(page, ".gates", f"var(--{ink})", 0.13) >= 4.5, f"{ink}, {theme}"
