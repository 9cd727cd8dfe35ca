"""The T-maze on the page: its rules are the task's, its policy is the package's."""

import json

import numpy as np
import pytest
import torch
from widgets import Widget, points

from rnncourse.chapters.acting.stored import walker
from rnncourse.tasks import TMaze
from rnncourse.tasks.t_maze import ACTIONS, SIDES

pytestmark = pytest.mark.browser
LENGTH = 10
MOVES = ".maze [name=move]"
KEYS = ("ArrowUp", "ArrowLeft", "ArrowRight")


@torch.no_grad()
def walk(side: int, corridor: int) -> list[dict]:
    """The steps of the policy in the task, by its most likely actions."""
    maze, steps = TMaze(corridor), []
    row, _ = maze.reset(options={"cue": side})
    policy, over = walker(), False
    [cell] = policy.cells
    state = cell.initial_state(1)
    while not over:
        h, state = cell.step(torch.from_numpy(row[None]), state)
        p = (h @ policy.W_ph.T + policy.b_p)[0, : len(ACTIONS)].softmax(dim=0).numpy()
        seen, action = int(row.argmax()), int(p.argmax())
        row, _, turned, late, _ = maze.step(action)
        steps.append(
            dict(observation=seen, action=action, probabilities=p, memory=state.c[0].numpy())
        )
        over = turned or late
    return steps


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".maze", "data-numbers"))


def told(page) -> str:
    return page.inner_text(".maze output")


def press(page, action: int, times: int = 1) -> None:
    """Walk with the mouse on the buttons."""
    for _ in range(times):
        page.click(f"{MOVES}[value='{action}']")


class TestMaze(Widget):
    topic, box, still = "acting", ".maze", "maze.svg"
    inks = ("unit-1", "unit-lstm", "pst-color-text-muted")

    @pytest.mark.parametrize("corridor", [1, 2, LENGTH, 20])
    @pytest.mark.parametrize("side", [0, 1])
    def test_the_policy_on_the_page_is_the_packages(self, page, side, corridor):
        read = "(box, [side, corridor]) => box.episode(side, corridor)"
        found = page.eval_on_selector(".maze", read, [side, corridor])
        for mine, truth in zip(found, walk(side, corridor), strict=True):
            assert (mine["observation"], mine["action"]) == (truth["observation"], truth["action"])
            np.testing.assert_allclose(mine["probabilities"], truth["probabilities"], atol=1e-3)
            np.testing.assert_allclose(mine["memory"], truth["memory"], atol=1e-3)

    def test_what_the_policy_sees_is_what_the_task_shows(self, page):
        maze = TMaze(2)
        row, _ = maze.reset(options={"cue": 1})
        for action in (1, 0, 0, 0):
            place, steps = maze.walkers.position[0], maze.walkers.steps[0]
            read = "(box, [walker, side, corridor]) => box.seen(walker, side, corridor)"
            state = {"place": int(place), "steps": int(steps)}
            assert page.eval_on_selector(".maze", read, [state, 1, 2]) == row.argmax()
            row, *_ = maze.step(action)

    def test_the_policy_finds_the_reward_on_both_sides(self):
        for side in (0, 1):
            assert walk(side, LENGTH)[-1]["action"] == side + 1

    def test_the_unit_that_is_drawn_tells_the_cues_apart_best(self, page):
        left, right = (np.stack([step["memory"] for step in walk(side, LENGTH)]) for side in (0, 1))
        shared = min(len(left), len(right))
        gap = np.abs(left[:shared] - right[:shared]).min(axis=0)
        apart = gap / np.abs(np.concatenate([left, right])).max(axis=0)
        assert apart[numbers(page)["unit"]] == pytest.approx(apart.max(), abs=1e-4)
        sides = (left[:shared] - right[:shared])[:, numbers(page)["unit"]] > 0
        assert sides.all() or not sides.any()  # the cue can be read from it at every step

    def test_the_memory_is_drawn_step_by_step_where_the_network_walks(self, page):
        cue, unit = numbers(page)["cue"], numbers(page)["unit"]
        truth = [step["memory"][unit] for step in walk(cue, LENGTH)]
        for walked in range(LENGTH):
            shown = numbers(page)["memory"]
            np.testing.assert_allclose(shown, truth[: walked + 1], atol=1e-3)
            [line] = points(page, ".maze svg polyline")
            scale = max(1.0, *np.abs(truth))
            assert len(line) == walked + 1
            np.testing.assert_allclose((line[:, 0] - 291) / 48 * scale, shown, atol=scale * 2e-2)
            np.testing.assert_allclose((286 - line[:, 1]) / 22, np.arange(walked + 1))
            press(page, 0)

    def test_a_walker_moves_as_in_the_task(self, page):
        """Keys in any order, until the turn or the end of the time."""
        rng = np.random.default_rng(0)
        page.focus(f"{MOVES}[value='0']")
        for chances in ([0.3, 0.35, 0.35], [0.9, 0.05, 0.05], [0.0, 0.5, 0.5]):
            maze, over, reward = TMaze(LENGTH), False, 0.0
            before = numbers(page)
            maze.reset(options={"cue": before["cue"]})
            while not over:
                action = int(rng.choice(3, p=chances))
                page.keyboard.press(KEYS[action])
                _, reward, turned, late, _ = maze.step(action)
                you, over = numbers(page)["you"], turned or late
                truth = maze.walkers
                assert (you["place"], you["steps"]) == (truth.position[0], truth.steps[0])
                assert (you["turned"] is not None) == turned
            after = numbers(page)
            assert after["won"][0] - before["won"][0] == (reward > 0)
            assert after["rounds"] == before["rounds"] + 1
            page.keyboard.press("ArrowUp")  # nothing moves any more
            assert numbers(page) == after
            page.click(".maze [name=next]")
            page.focus(f"{MOVES}[value='0']")

    def test_the_cue_is_seen_in_the_first_step_only(self, page):
        cue = SIDES[numbers(page)["cue"]]
        picture = page.locator(".maze svg")
        assert f"cue: {cue}" in picture.inner_html() and f"The cue says {cue}," in told(page)
        press(page, 1)  # into the wall: even so the cue is gone
        for _ in range(LENGTH + 1):
            for words in (picture.inner_html(), told(page)):
                assert "cue:" not in words and not any(f"{side}," in words for side in SIDES)
            press(page, 0)
        assert told(page) == "You see the junction. Which way did the cue point?"

    @pytest.mark.parametrize("right", [True, False])
    def test_the_score_counts_the_rewards(self, page, right):
        cue = numbers(page)["cue"]
        press(page, 0, LENGTH)
        press(page, (cue if right else 1 - cue) + 1)
        assert numbers(page)["won"] == [int(right), 1]
        score = f"Rewards in 1 maze: you {int(right)}, the network 1."
        assert page.inner_text(".maze-score") == score
        way = "to the reward" if right else "away from the reward"
        turned = SIDES[cue if right else 1 - cue]
        assert told(page) == (
            f"The cue was {SIDES[cue]}. You turned {turned}, {way}; the network turned "
            f"{SIDES[cue]}, to the reward."
        )

    def test_both_cues_come(self, page):
        cues = []
        for _ in range(8):
            cues.append(numbers(page)["cue"])
            page.click(".maze [name=next]")
        assert set(cues) == {0, 1}

    def test_the_keyboard_walks_only_where_the_focus_is(self, page):
        page.focus(f"{MOVES}[value='0']")
        note = "addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; })"
        page.evaluate(note)
        page.keyboard.press("ArrowUp")
        assert numbers(page)["you"]["place"] == 1 and page.evaluate("taken")  # nothing scrolls
        page.keyboard.press("ArrowDown")
        assert not page.evaluate("taken")
        page.keyboard.press("Enter")
        assert numbers(page)["you"]["place"] == 2
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowUp")
        assert numbers(page)["you"]["place"] == 2
        page.focus(f"{MOVES}[value='2']")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert numbers(page)["you"]["steps"] == 0

    def test_a_finger_walks_on_the_buttons_and_on_the_maze(self, phone):
        phone.locator(f"{MOVES}[value='0']").tap()
        for _ in range(LENGTH - 1):
            tap(phone, 60, 40)
        assert numbers(phone)["you"]["place"] == LENGTH
        cue = numbers(phone)["cue"]
        tap(phone, 60 + 40 * (2 * cue - 1), 66)
        assert numbers(phone)["you"]["turned"] == cue and numbers(phone)["won"] == [1, 1]
        phone.locator(".maze [name=next]").tap()
        assert numbers(phone)["you"]["steps"] == 0

    def test_the_mouse_walks_on_the_maze_too(self, page):
        box = page.locator(".maze svg").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 6, box["y"] + 40)
        page.keyboard.press("ArrowUp")
        assert numbers(page)["you"]["place"] == 2

    def test_the_network_says_how_likely_its_actions_are(self, page):
        press(page, 0, 3)
        step = walk(numbers(page)["cue"], LENGTH)[3]
        said = page.inner_text(".maze-network")
        assert said.startswith("The network at its step 4: forward ")
        values = [float(word.rstrip(".,")) for word in said.split() if "." in word[:-1]]
        np.testing.assert_allclose(values, step["probabilities"], atol=1.5e-3)

    def test_the_still_picture_is_the_first_walk_when_it_has_ended(self, page, tmp_path):
        press(page, 0, LENGTH)
        press(page, numbers(page)["cue"] + 1)
        assert told(page).startswith("The cue was right. You turned right, to the reward;")
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".maze svg", read), tmp_path)


def tap(page, x: float, y: float) -> None:
    """A finger at this place of the drawing."""
    svg = page.locator(".maze svg")
    box = svg.bounding_box()
    svg.tap(position={"x": x * box["width"] / 360, "y": y * box["height"] / 346})
