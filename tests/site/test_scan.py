"""The rounds of a scan on the page: every box is what the package composes."""

import json

import numpy as np
import pytest
from widgets import Widget

from rnncourse.byhand.scan import compose, recurrence
from rnncourse.chapters.return_of_recurrence.claims_scan import rounds_cost

pytestmark = pytest.mark.browser
T, ROUNDS = 8, 3
WIDE, GAP, TOP, LEFT = 40, 80, 22, 22


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".scan", "data-numbers"))


def told(page) -> str:
    return page.inner_text(".scan output")


def press(page, name: str, times: int = 1) -> None:
    for _ in range(times):
        page.click(f".scan [name={name}]")


def place(page, entry: int, row: int) -> dict:
    """Where the middle of a box lies, in pixels of the drawing."""
    box = page.locator(".scan svg").bounding_box()
    scale = box["width"] / 360
    return {"x": scale * (LEFT + WIDE * (entry + 0.5)), "y": scale * (TOP + GAP * row + 22)}


class TestScan(Widget):
    topic, box, still = "return_of_recurrence", ".scan", "scan.svg"
    inks = ("unit-1", "unit-lstm")

    def test_it_begins_with_the_steps_alone(self, page):
        first = numbers(page)
        assert (first["round"], first["entry"], len(first["shown"])) == (0, T - 1, 1)
        assert all(step["from"] == step["to"] == t + 1 for t, step in enumerate(first["shown"][0]))
        steps = [(step["a"], step["b"]) for step in first["shown"][0][:4]]
        assert steps == [(0.5, 4), (2, 1), (0.5, -2), (1, 3)]  # the example of the page

    def test_every_box_is_what_the_package_composes(self, page):
        press(page, "on", ROUNDS)
        rows = numbers(page)["shown"]
        assert len(rows) == ROUNDS + 1
        steps = [(step["a"], step["b"]) for step in rows[0]]
        for r, row in enumerate(rows):
            for t, found in enumerate(row):
                first = max(0, t - 2**r + 1)
                assert (found["from"], found["to"]) == (first + 1, t + 1)
                wanted = steps[first]
                for step in steps[first + 1 : t + 1]:
                    wanted = compose(wanted, step)
                assert (found["a"], found["b"]) == wanted

    def test_the_last_row_holds_the_states_of_the_loop(self, page):
        press(page, "on", ROUNDS + 2)  # there is no round after the last
        rows = numbers(page)["shown"]
        a, b = (np.array([[step[name]] for step in rows[0]]) for name in "ab")
        np.testing.assert_array_equal([s["b"] for s in rows[-1]], recurrence(a, b)[:, 0])

    def test_what_is_drawn_and_said_are_the_numbers(self, page):
        press(page, "on", ROUNDS)
        drawn = page.locator(".scan svg rect")
        assert drawn.count() == T * (ROUNDS + 1)
        words = page.locator(".scan svg g text").all_text_contents()
        values = [float(word.replace("−", "-")) for word in words]
        steps = [step for row in numbers(page)["shown"] for step in row]
        wanted = [number for step in steps for number in (step["a"], step["b"])]
        np.testing.assert_allclose(values, wanted, rtol=5e-4)
        a, b = (f"{steps[-1][name]:.4g}".replace("-", "−") for name in "ab")
        assert told(page) == (
            f"Round 3, entry 8: steps 1 to 8 as one step, a = {a}, b = {b}, so b is the state 8."
        )

    def test_the_compositions_are_counted(self, page):
        made = [numbers(page)["made"]]
        for _ in range(ROUNDS):
            press(page, "on")
            made.append(numbers(page)["made"])
        assert made == [0, 7, 13, 17]
        assert (made[-1], ROUNDS) == rounds_cost(T)
        said = page.inner_text(".scan-cost")
        assert said.startswith("3 of 3 rounds, 17 compositions. The loop takes 7 compositions")

    def test_the_boxes_that_went_into_the_chosen_one_are_marked(self, page):
        press(page, "on", ROUNDS)
        for entry in range(T):
            page.locator(".scan svg").click(position=place(page, entry, 2))
            found = numbers(page)
            assert (found["entry"], found["row"]) == (entry, 2)
            assert found["held"][0] == list(range(max(0, entry - 3), entry + 1))
            assert found["held"][2] == [entry]

    def test_the_mouse_over_a_box_chooses_it(self, page):
        press(page, "on", 2)
        page.locator(".scan svg").hover(position=place(page, 5, 1))
        assert told(page).startswith("Round 1, entry 6: steps 5 to 6 as one step")

    def test_keys_move_the_choice_and_stay_inside(self, page):
        page.focus(".scan [name=on]")
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowLeft")
        assert told(page).startswith("Round 1, entry 7: steps 6 to 7")
        page.keyboard.press("ArrowUp")
        assert told(page).startswith("Round 0, entry 7: step 7 alone")
        for _ in range(T + 2):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        assert told(page).startswith("Round 0, entry 1: step 1 alone")
        for _ in range(ROUNDS):
            page.keyboard.press("ArrowDown")
        assert told(page).startswith("Round 1, entry 1: step 1 alone")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowUp")
        assert told(page).startswith("Round 1")

    def test_buttons_do_what_the_keys_do(self, page):
        press(page, "on")
        press(page, "left", 3)
        assert (numbers(page)["entry"], numbers(page)["row"]) == (4, 1)
        press(page, "right")
        press(page, "back", 2)
        assert (numbers(page)["entry"], numbers(page)["row"], numbers(page)["round"]) == (5, 0, 0)

    def test_a_finger_chooses_a_box_and_presses_the_buttons(self, phone):
        for _ in range(2):
            phone.locator(".scan [name=on]").tap()
        phone.locator(".scan svg").tap(position=place(phone, 3, 2))
        assert told(phone).startswith(
            "Round 2, entry 4: steps 1 to 4 as one step, a = 0.5, b = 5.5"
        )

    def test_the_still_picture_is_the_last_round(self, page, tmp_path):
        press(page, "on", ROUNDS)
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".scan svg", read), tmp_path)
