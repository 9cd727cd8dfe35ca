"""The unit that keeps a note, with sliders: what it draws and tells is what NumPy finds."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, points, swipe

from rnncourse.chapters.lstm.by_pencil import keep_note, note_inputs, note_left, vanilla_unit

pytestmark = pytest.mark.browser
ENDS = [(8.0, -8.0, 0.8), (-2.0, -8.0, -0.9), (8.0, 2.0, 0.0), (-2.0, 2.0, 0.9), (2.5, -3.0, -0.4)]
SLIDERS = ("keep", "write", "note")


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".keeper", "data-numbers"))


def assert_numbers_are_numpys(page) -> dict:
    """Every number that the figure holds; returns them."""
    found = numbers(page)
    keep, write = found["keep"], found["write"]
    x = note_inputs(found["note"])
    s = keep_note(x, keep, write)
    rows = {name: [step[name] for step in found["steps"]] for name in found["steps"][0]}
    truth = {name: getattr(s, name)[:, 0] for name in "ifoch"}
    truth |= {"x": x[:, 0], "vanilla": vanilla_unit(x)}
    for name, values in truth.items():
        np.testing.assert_allclose(rows[name], values, rtol=1e-9, atol=1e-12)
    left = note_left(lambda x: keep_note(x, keep, write).c[:, 0])
    assert found["kept"] == pytest.approx(left, rel=1e-6, abs=1e-12)
    assert found["lost"] == pytest.approx(note_left(vanilla_unit), rel=1e-6)
    return found


def assert_drawing_shows(page, found: dict) -> None:
    """The three lines lie where the numbers are, to the rounding of the drawing."""
    c = np.array([step["c"] for step in found["steps"]])
    most = max(1.0, np.abs(c).max())
    for curve, name in zip(points(page, ".keeper polyline"), ("vanilla", "c", "h"), strict=True):
        values = [step[name] for step in found["steps"]]
        np.testing.assert_allclose((curve[:, 0] - 50.0) / 8.3 + 0.5, np.arange(1, 37), atol=1e-3)
        np.testing.assert_allclose((140.0 - curve[:, 1]) * most / 48.0, values, atol=2e-4 * most)


class TestKeeper(Widget):
    topic, box, still = "lstm", ".keeper", "keeper.svg"
    inks = ("unit-1", "unit-lstm", "pst-color-text-muted")

    @pytest.mark.parametrize("values", ENDS)
    def test_its_numbers_are_numpys(self, page, values):
        for name, value in zip(SLIDERS, values, strict=True):
            page.fill(f".keeper [name={name}]", str(value))
        found = assert_numbers_are_numpys(page)
        assert (found["keep"], found["write"], found["note"]) == values
        assert_drawing_shows(page, found)

    def test_mouse_finger_and_keys_move_a_slider(self, page, phone):
        drag(page, ".keeper [name=keep]", 1.0, 0.2)
        assert assert_numbers_are_numpys(page)["keep"] == pytest.approx(0.0, abs=0.5)
        swipe(phone, ".keeper [name=write]", 0.0, 0.5)
        assert assert_numbers_are_numpys(phone)["write"] == pytest.approx(-3.0, abs=1.0)
        page.focus(".keeper [name=keep]")
        page.keyboard.press("Home")
        assert numbers(page)["keep"] == -2.0
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        assert assert_numbers_are_numpys(page)["write"] == 2.0

    def test_the_sentence_tells_the_numbers(self, page):
        page.fill(".keeper [name=keep]", "2")
        found = assert_numbers_are_numpys(page)
        told = page.inner_text(".keeper output")
        assert "keeps 0.8808 of the memory" in told and "writes 0.0003 of the noise" in told
        assert f"{found['kept']:.3f} of the note is left in the LSTM unit" in told
        assert told in page.get_attribute(".keeper svg", "aria-label")

    def test_what_the_page_says_of_its_sliders_is_so(self, page):
        left = {}
        for keep in (8, 4, 2, 0):
            page.fill(".keeper [name=keep]", str(keep))
            left[keep] = numbers(page)["kept"]
        assert left[8] > 0.99 and 0.6 < left[4] < 0.7 and left[2] < 0.1 and left[0] < 1e-6
        page.click(".keeper [name=again]")
        page.fill(".keeper [name=write]", "2")
        steps = numbers(page)["steps"]
        assert min(step["c"] for step in steps) < 0 < steps[4]["c"]  # below zero

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".keeper svg", read), tmp_path)
