"""The GRU unit with two gates, with sliders: what it draws and tells is what NumPy finds."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, points, swipe

from rnncourse.chapters.gru_and_relatives.by_pencil import note_inputs, note_left, two_gates

pytestmark = pytest.mark.browser
ENDS = [(0.01, 0.0, 0.8), (0.0, 1.0, -0.9), (1.0, 0.0, 0.0), (1.0, 1.0, 0.9), (0.3, 0.5, -0.4)]
SLIDERS = ("z", "r", "note")


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".two-gates", "data-numbers"))


def assert_numbers_are_numpys(page) -> dict:
    """Every number that the figure holds; returns them."""
    found = numbers(page)
    x = note_inputs(found["note"])
    states, candidates = two_gates(x, found["z"], found["r"])
    for name, values in {"x": x, "h": states, "candidate": candidates}.items():
        rows = [step[name] for step in found["steps"]]
        np.testing.assert_allclose(rows, values, rtol=1e-9, atol=1e-12)
    assert found["kept"] == pytest.approx(note_left(found["z"], found["r"]), rel=1e-6, abs=1e-12)
    return found


def assert_drawing_shows(page, found: dict) -> None:
    """Both lines lie where the numbers are, to the rounding of the drawing."""
    for curve, name in zip(points(page, ".two-gates polyline"), ("candidate", "h"), strict=True):
        values = [step[name] for step in found["steps"]]
        np.testing.assert_allclose((curve[:, 0] - 50.0) / 10 + 0.5, np.arange(1, 31), atol=1e-3)
        np.testing.assert_allclose((130.0 - curve[:, 1]) / 48.0, values, atol=2e-4)


class TestTwoGates(Widget):
    topic, box, still = "gru_and_relatives", ".two-gates", "two-gates.svg"
    inks = ("unit-3", "pst-color-text-muted")

    @pytest.mark.parametrize("values", ENDS)
    def test_its_numbers_are_numpys(self, page, values):
        for name, value in zip(SLIDERS, values, strict=True):
            page.fill(f".two-gates [name={name}]", str(value))
        found = assert_numbers_are_numpys(page)
        assert (found["z"], found["r"], found["note"]) == values
        assert_drawing_shows(page, found)

    def test_mouse_finger_and_keys_move_a_slider(self, page, phone):
        drag(page, ".two-gates [name=z]", 0.01, 0.5)
        assert assert_numbers_are_numpys(page)["z"] == pytest.approx(0.5, abs=0.05)
        swipe(phone, ".two-gates [name=r]", 0.0, 0.5)
        assert assert_numbers_are_numpys(phone)["r"] == pytest.approx(0.5, abs=0.2)
        page.focus(".two-gates [name=z]")
        page.keyboard.press("Home")
        assert numbers(page)["z"] == 0.0
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        assert assert_numbers_are_numpys(page)["r"] == 1.0

    def test_the_sentence_tells_the_numbers(self, page):
        page.fill(".two-gates [name=z]", "0.1")
        found = assert_numbers_are_numpys(page)
        told = page.inner_text(".two-gates output")
        assert "0.90 of the old state stays, and 0.10 of the candidate comes in" in told
        assert f"{found['kept']:.3f} of the note is left" in told
        assert told in page.get_attribute(".two-gates svg", "aria-label")

    def test_what_the_page_says_of_its_sliders_is_so(self, page):
        page.fill(".two-gates [name=z]", "1")
        steps = numbers(page)["steps"]
        assert all(step["h"] == step["candidate"] for step in steps)
        assert abs(numbers(page)["kept"]) < 1e-12
        page.fill(".two-gates [name=z]", "0.1")
        assert numbers(page)["kept"] < 0.1
        page.fill(".two-gates [name=r]", "1")
        assert numbers(page)["kept"] > 0.9  # the note lasts

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".two-gates svg", read), tmp_path)
