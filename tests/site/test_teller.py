"""The network that writes on the first page: its tales are those of the stored weights."""

import re
from copy import deepcopy
from functools import cache

import browse
import numpy as np
import pytest
import torch
from widgets import Widget, drag, swipe

from rnncourse.byhand.softmax import draw
from rnncourse.chapters.sampling.teller import teller

pytestmark = pytest.mark.browser
BEGIN = "Once upon a time"
SLIDER = ".teller [name=temperature]"
MOVES = "(before) => document.querySelector('.teller-page').textContent.length > before"


@cache
def exact():
    """The stored network in float64, its cell and its vocabulary."""
    model, vocabulary = teller()
    model = deepcopy(model).double()
    return model, model.cells[0], vocabulary


@torch.no_grad()
def read(words: str) -> tuple[np.ndarray, np.ndarray]:
    """Its state and its scores after these characters."""
    model, cell, vocabulary = exact()
    state, rows = cell.initial_state(1), torch.eye(len(vocabulary), dtype=torch.float64)
    for k in vocabulary.encode(words):
        h, state = cell.step(rows[k : k + 1], state)
    return h[0].numpy(), (h @ model.W_ph.T + model.b_p)[0].numpy()


def told(page) -> str:
    return page.inner_text(".teller output")


def length(page) -> int:
    return len(page.text_content(".teller-page"))


def write(page, temperature: float, count: int) -> tuple[str, list[float]]:
    """What the page's network writes, and the random numbers that it draws with."""
    script = """(box, [begin, temperature, count]) => {
      const draw = rnncourse.uniform(7), us = Array.from({ length: count }, draw);
      let tale = box.begun(begin, 7);
      us.forEach((u) => { tale = box.goOn(tale, temperature, u); });
      return [tale.text, us];
    }"""
    return page.eval_on_selector(".teller", script, [BEGIN, temperature, count])


class TestTeller(Widget):
    topic, box, still = "", ".teller", "teller.svg"
    inks = ("unit-1", "unit-lstm")

    @classmethod
    def address(cls) -> str:
        return (browse.SITE / "book" / "index.html").as_uri()

    @pytest.mark.parametrize("words", ["O", BEGIN, "When the moon was made of jam, Anka slept."])
    def test_its_memory_and_its_scores_are_those_of_the_package(self, page, words):
        script = (
            "(box, words) => [box.begun(words, 1)].map(({ h, scores }) => [[...h], [...scores]])"
        )
        [(h, scores)] = page.eval_on_selector(".teller", script, words)
        expected_h, expected = read(words)
        np.testing.assert_allclose(h, expected_h, atol=1e-12)
        np.testing.assert_allclose(scores, expected, atol=1e-11)

    @pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 2.0])
    def test_a_tale_is_the_one_that_the_package_draws(self, page, temperature):
        text, us = write(page, temperature, 60)
        expected, vocabulary = BEGIN, teller()[1]
        for u in us:
            expected += vocabulary.decode([draw(read(expected)[1], u, temperature)])
        assert text == expected

    def test_the_squares_are_the_memory(self, page):
        page.click(".teller [name=go]")
        words = page.text_content(".teller-page")
        h, _ = read(words)
        found = page.eval_on_selector_all(
            ".teller rect",
            "all => all.map(r => [r.getAttribute('fill'), Number(r.getAttribute('fill-opacity'))])",
        )
        assert len(found) == len(h) == 96
        for (ink, opacity), value in zip(found, h, strict=True):
            assert ("unit-lstm" in ink) == (value < 0)
            assert opacity == pytest.approx(max(abs(value), 0.06), abs=0.0051)

    def test_it_writes_until_it_is_paused_and_then_goes_on(self, page):
        page.wait_for_function(MOVES, arg=len(BEGIN) + 5)
        page.click(".teller [name=go]")
        stopped = length(page)
        assert told(page) == f"Paused at temperature 0.6, after {stopped} characters."
        page.wait_for_timeout(200)
        assert length(page) == stopped
        page.click(".teller [name=go]")
        page.wait_for_function(MOVES, arg=stopped)
        assert told(page) == "Writing at temperature 0.6."

    def test_the_end_of_a_long_text_is_seen(self, page):
        page.fill(".teller [name=begin]", "When the moon was made of honey " * 2)
        page.wait_for_function(
            "() => { const p = document.querySelector('.teller-page');"
            "return p.scrollHeight > p.clientHeight; }"
        )
        page.click(".teller [name=go]")
        left = "p => p.scrollHeight - p.clientHeight - p.scrollTop"
        assert abs(page.eval_on_selector(".teller-page", left)) <= 1
        page.fill(".teller [name=begin]", BEGIN)

    def test_another_tale_begins_as_it_should_and_is_another(self, page):
        seen = []
        for _ in range(2):
            page.click(".teller [name=again]")
            page.wait_for_function(MOVES, arg=len(BEGIN) + 40)
            page.click(".teller [name=go]")
            seen.append(page.text_content(".teller-page")[: len(BEGIN) + 40])
        assert seen[0] != seen[1]
        assert all(text.startswith(BEGIN) for text in seen)

    def test_a_beginning_of_your_own_is_read_and_what_is_unknown_is_named(self, page):
        page.fill(".teller [name=begin]", "Jorin 7 §")
        assert page.text_content(".teller-page").startswith("Jorin  ")
        assert told(page).startswith("Left out, as no tale has it: 7 § ")
        page.fill(".teller [name=begin]", "")
        page.wait_for_function(MOVES, arg=3)
        page.fill(".teller [name=begin]", BEGIN)

    def test_keys_the_mouse_and_a_finger_move_the_temperature(self, page, phone):
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        assert told(page) == "Writing at temperature 0.7."
        drag(page, SLIDER, 0.35, 1.0)
        assert told(page) == "Writing at temperature 2.0."
        page.fill(SLIDER, "0.6")
        swipe(phone, SLIDER, 0.3, 0.0)
        assert re.fullmatch(r"Writing at temperature 0\.\d\.", told(phone))
        assert phone.input_value(SLIDER) < "0.3"
        phone.tap(".teller [name=go]")
        assert told(phone).startswith("Paused")

    def test_whoever_asked_for_less_motion_gets_a_text_that_stands(self, browser):
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.goto(self.address())
        before = length(page)
        assert before > 250 and told(page).startswith("Paused")
        page.wait_for_timeout(200)
        assert length(page) == before
        page.click(".teller [name=go]")
        page.wait_for_function(MOVES, arg=before)
        context.close()

    def test_on_a_phone_the_text_the_memory_and_the_slider_are_on_the_first_screen(self, phone):
        for part in (".teller-page", ".teller svg", SLIDER):
            box = phone.locator(part).bounding_box()
            assert box["y"] > 0 and box["y"] + box["height"] <= browse.PHONE["height"], part

    def test_on_paper_the_text_is_whole(self, page):
        page.emulate_media(media="print")
        hidden = "p => p.scrollHeight - p.clientHeight"
        assert page.eval_on_selector(".teller-page", hidden) <= 1
        page.emulate_media(media="screen")

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        script = "(box, begin) => box.picture(box.begun(begin, 1).h)"
        squares = page.eval_on_selector(".teller", script, BEGIN)
        squares = re.sub(r"var\(--[\w-]+, (#\w+)\)", r"\1", squares)
        size = 'viewBox="0 0 352 33" width="704" height="66"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        self.assert_still_picture_is(f"{head}\n{squares}\n</svg>", tmp_path)
