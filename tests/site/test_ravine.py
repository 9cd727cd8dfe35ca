"""The ball in the ravine, with sliders: what it draws and tells is what NumPy finds."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, points, swipe

from rnncourse.chapters.optimizers.by_pencil import RATES, ROLLING, roll

pytestmark = pytest.mark.browser


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".ravine", "data-numbers"))


def set_to(page, rate: float, step: int = 60) -> dict:
    page.fill(".ravine [name=rate]", str(RATES.index(rate)))
    page.fill(".ravine [name=step]", str(step))
    return numbers(page)


def assert_numbers_are_numpys(page) -> dict:
    """Every point of the four paths; returns the numbers that the figure holds."""
    found = numbers(page)
    assert found["paths"].keys() == set(ROLLING)
    for name, path in found["paths"].items():
        expected = roll(name, found["rate"])[: found["step"] + 1]
        np.testing.assert_allclose(np.array(path, float), expected, rtol=1e-6, atol=1e-9)
    return found


def assert_drawing_shows(page, found: dict) -> None:
    """The four lines lie where the numbers are, to the rounding of the drawing."""
    lines = points(page, ".ravine polyline")
    for panel, (line, name) in enumerate(zip(lines, ROLLING, strict=True)):
        middle, path = (
            np.array([166.0, 62.0 + 108.0 * panel]),
            np.array(found["paths"][name], float),
        )
        drawn = np.clip(middle + 170.0 * path * [1.0, -1.0], -3000.0, 3000.0)
        np.testing.assert_allclose(line, drawn, atol=6e-3)


def left(found: dict) -> dict[str, float]:
    return {name: float(np.hypot(*path[-1])) for name, path in found["paths"].items()}


class TestRavine(Widget):
    topic, box, still = "optimizers", ".ravine", "ravine.svg"
    inks = ("unit-1", "unit-2", "unit-lstm")

    @pytest.mark.parametrize("rate", RATES)
    def test_its_numbers_are_numpys(self, page, rate):
        set_to(page, rate)
        found = assert_numbers_are_numpys(page)
        assert (found["rate"], found["step"]) == (rate, 60)
        assert_drawing_shows(page, found)

    def test_mouse_finger_and_keys_move_a_slider(self, page, phone):
        drag(page, ".ravine [name=step]", 1.0, 0.5)
        assert assert_numbers_are_numpys(page)["step"] == pytest.approx(30, abs=2)
        swipe(phone, ".ravine [name=rate]", 4 / 14, 10 / 14)
        assert RATES[9] <= assert_numbers_are_numpys(phone)["rate"] <= RATES[11]
        page.focus(".ravine [name=rate]")
        page.keyboard.press("Home")
        assert numbers(page)["rate"] == RATES[0]
        assert page.get_attribute(".ravine [name=rate]", "aria-valuetext") == "0.001"
        page.keyboard.press("Tab")
        page.keyboard.press("Home")
        assert assert_numbers_are_numpys(page)["step"] == 0

    def test_the_ball_rolls_to_the_last_step(self, page):
        page.click(".ravine [name=roll]")
        page.wait_for_function(
            "() => JSON.parse(document.querySelector('.ravine').dataset.numbers).step === 60"
        )
        assert_numbers_are_numpys(page)

    def test_who_wants_no_motion_gets_the_last_step_at_once(self, page):
        page.emulate_media(reduced_motion="reduce")
        page.fill(".ravine [name=step]", "7")
        page.click(".ravine [name=roll]")
        assert numbers(page)["step"] == 60
        page.emulate_media(reduced_motion="no-preference")

    def test_the_sentence_tells_the_numbers(self, page):
        found = set_to(page, 0.2)
        told = page.inner_text(".ravine output")
        assert told.startswith("Learning rate 0.2, after step 60: ")
        assert told.count("out of the picture") == 2
        assert f"RMSprop {left(found)['rmsprop']:.3f} to go" in told
        assert f"Adam {left(found)['adam']:.3f} to go" in told
        assert told in page.get_attribute(".ravine svg", "aria-label")

    def test_what_the_page_says_of_its_sliders_is_so(self, page):
        small, fair, large = (left(set_to(page, rate)) for rate in (0.005, 0.07, 0.1))
        assert small["momentum"] < 0.1 < 0.3 < min(small["sgd"], small["rmsprop"], small["adam"])
        assert fair["sgd"] < 0.05
        assert large["sgd"] > 1e3 and max(large[name] for name in ROLLING[1:]) < 0.1
        largest = left(set_to(page, 0.5))
        assert largest["momentum"] > 1e3 and max(largest["rmsprop"], largest["adam"]) < 0.1

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".ravine svg", read), tmp_path)
