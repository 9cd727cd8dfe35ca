"""The network of one unit on the page: its memories, bars and moves are the package's."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, swipe

from rnncourse.chapters.bptt.cases import one_unit

pytestmark = pytest.mark.browser
SLIDER = ".journeys [name=weight]"
T = 5


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".journeys", "data-numbers"))


def told(page) -> str:
    return page.inner_text(".journeys output")


def press(page, *steps: int) -> None:
    for step in steps:
        page.click(f".journeys [name=step][value='{step}']")


def last_memory(weight: float, nudged: list) -> float:
    h = 1.0
    for t in range(1, T + 1):
        h = np.tanh((weight + 0.01 * (t in nudged)) * h + 0.1)
    return h


def assert_numbers_are_the_packages(page) -> dict:
    found = numbers(page)
    states, journeys = one_unit(found["weight"], T)
    np.testing.assert_allclose(found["memories"], states, rtol=1e-12)
    np.testing.assert_allclose(found["journeys"], journeys, rtol=1e-9, atol=1e-15)
    assert found["after"] == pytest.approx(last_memory(found["weight"], found["nudged"]), abs=1e-14)
    assert found["moved"] == pytest.approx(found["after"] - states[-1], abs=1e-14)
    chosen = sum(journeys[t - 1] for t in found["nudged"])
    assert found["foretold"] == pytest.approx(0.01 * chosen, abs=1e-14)
    return found


class TestJourneys(Widget):
    topic, box, still = "bptt", ".journeys", "journeys.svg"
    inks = ("unit-1", "unit-lstm")

    def test_it_begins_with_a_nudge_at_step_2(self, page):
        found = assert_numbers_are_the_packages(page)
        assert (found["weight"], found["nudged"]) == (0.9, [2])
        pressed = page.locator(".journeys [aria-pressed=true]").all_inner_texts()
        assert pressed == ["step 2"]

    def test_every_weight_gives_the_packages_numbers(self, page):
        page.click(".journeys [name=all]")
        for weight in (0, 0.3, 0.5, 1, 1.7, 2):
            page.fill(SLIDER, str(weight))
            assert assert_numbers_are_the_packages(page)["weight"] == weight

    def test_the_moves_of_single_steps_add_up(self, page):
        press(page, 2)
        moved = []
        for step in range(1, T + 1):
            press(page, step)
            moved.append(assert_numbers_are_the_packages(page)["moved"])
            press(page, step)
        page.click(".journeys [name=all]")
        assert numbers(page)["moved"] == pytest.approx(sum(moved), rel=0.01)

    def test_what_is_drawn_and_said_are_the_numbers(self, page):
        press(page, 5)
        found = assert_numbers_are_the_packages(page)
        memories, bars = found["memories"], found["journeys"]
        words = page.locator(".journeys svg g text").all_text_contents()
        for value in [*memories, *bars]:
            assert f"{value:.3f}" in words
        heights = page.eval_on_selector_all(
            ".journeys svg rect", "all => all.map(one => Number(one.getAttribute('height')))"
        )
        np.testing.assert_allclose(heights[T + 1 :], 240 * np.array(bars), atol=0.006)
        assert told(page) == (
            f"Weight 0.9: the last memory is {memories[-1]:.4f}. Nudged at steps 2 and 5 it is "
            f"{found['after']:.4f}, a move of {found['moved']:.5f}. The bars foretell "
            f"{found['foretold']:.5f}."
        )
        assert told(page) in page.get_attribute(".journeys svg", "aria-label")

    def test_without_a_nudge_it_asks_for_one(self, page):
        press(page, 2)
        assert told(page) == "Weight 0.9: the last memory is 0.5423. Press a step."

    def test_all_steps_at_once(self, page):
        page.click(".journeys [name=all]")
        assert "Nudged at every step" in told(page)
        assert page.locator(".journeys [aria-pressed=true]").count() == T

    def test_the_mouse_drags_the_slider(self, page):
        drag(page, SLIDER, 0.45, 0.75)
        found = assert_numbers_are_the_packages(page)
        assert found["weight"] == pytest.approx(1.5, abs=0.11)

    def test_a_finger_drags_the_slider_and_presses_a_step(self, phone):
        swipe(phone, SLIDER, 0.45, 0.2)
        phone.locator(".journeys [name=step][value='4']").tap()
        found = assert_numbers_are_the_packages(phone)
        assert found["weight"] == pytest.approx(0.4, abs=0.11)
        assert found["nudged"] == [2, 4]

    def test_the_keyboard_reaches_everything(self, page):
        page.focus(".journeys [name=step][value='1']")
        page.keyboard.press("Space")
        for _ in range(6):
            page.keyboard.press("Tab")
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        found = assert_numbers_are_the_packages(page)
        assert (found["weight"], found["nudged"]) == (1.9, [1, 2])
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert numbers(page)["weight"] == 0.9

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".journeys svg", read), tmp_path)
