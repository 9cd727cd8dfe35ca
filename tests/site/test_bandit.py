"""The bandit on the page: its curve is the package's, and its runs fall on it."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, points, swipe

from rnncourse.chapters.acting.bandit import (
    ARMS,
    EpsilonGreedy,
    closed_form,
    expected_rewards,
    simulate,
)

pytestmark = pytest.mark.browser
SLIDER = ".bandit [name=epsilon]"
CONVENTIONS = [(start, explores) for start in (0.0, 2.0) for explores in ("all", "others")]


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".bandit", "data-numbers"))


def rule_of(now: dict) -> EpsilonGreedy:
    return EpsilonGreedy(now["epsilon"], start=now["start"], explores=now["explores"])


def assert_numbers_are_the_packages(page) -> dict:
    """The expected curve and its total; the runs lie within four standard errors of it."""
    found = numbers(page)
    for now in [found["now"], *found["listed"]]:
        rewards = expected_rewards(rule_of(now), 1000)
        steps = np.array(now["steps"])
        assert now["exact"] == pytest.approx(rewards.sum(), abs=1e-9)
        np.testing.assert_allclose(now["expected"], rewards.cumsum()[steps - 1] / steps, rtol=1e-12)
        assert abs(now["mean"] - now["exact"]) <= 4 * now["error"] + 1e-9
        assert now["simulated"][-1] * 1000 == pytest.approx(now["mean"], abs=1e-9)
    return found


def assert_drawing_shows(page, now: dict) -> None:
    """The curves lie where the numbers are, to the rounding of the drawing."""
    *thin, mean, expected = points(page, ".bandit svg polyline")
    for curve, values in zip(
        [*thin, mean, expected], [*now["thin"], now["simulated"], now["expected"]], strict=True
    ):
        steps = 10 ** ((curve[:, 0] - 38.0) * 3.0 / 290.0)
        np.testing.assert_allclose(steps, now["steps"], rtol=2e-4)
        np.testing.assert_allclose(1.02 - (curve[:, 1] - 22.0) / 340.0, values, atol=2e-5)


class TestBandit(Widget):
    topic, box, still = "acting", ".bandit", "bandit.svg"
    inks = ("unit-1", "unit-lstm", "pst-color-text-muted")

    @pytest.mark.parametrize("start, explores", CONVENTIONS)
    def test_its_expected_rewards_are_the_packages(self, page, start, explores):
        for epsilon in (0.0, 0.01, 0.1, 0.37, 0.5, 1.0):
            rule = {"epsilon": epsilon, "start": start, "explores": explores}
            found = page.eval_on_selector(".bandit", "(box, rule) => box.expected(rule, 400)", rule)
            truth = expected_rewards(EpsilonGreedy(**rule), 400)
            np.testing.assert_allclose(found, truth, rtol=0, atol=1e-13)

    @pytest.mark.parametrize("start, explores", CONVENTIONS)
    def test_a_run_pulls_the_arms_that_the_package_pulls(self, page, start, explores):
        draws = np.random.default_rng(0).random(300)
        for epsilon in (0.0, 0.1, 0.5, 1.0):
            rule = {"epsilon": epsilon, "start": start, "explores": explores}
            read = "(box, [rule, draws]) => box.run(rule, draws)"
            found = page.eval_on_selector(".bandit", read, [rule, draws.tolist()])
            pulled = simulate(EpsilonGreedy(**rule), 300, 1, rng=Draws(draws))
            assert found == pulled[0].tolist()

    def test_the_four_totals_stand_beside_it(self, page):
        cells = page.locator(".bandit tbody tr").all_inner_texts()
        shown = [row.split()[:2] for row in cells]
        exact = {0: "500.000", 0.1: "966.000", 0.5: "874.000", 1: "750.000"}
        assert shown == [[str(epsilon), total] for epsilon, total in exact.items()]
        for epsilon, total in exact.items():
            assert f"{closed_form(epsilon, 1000, ARMS):.3f}" == total

    def test_the_runs_fall_on_the_expected_curve(self, page):
        for _ in range(10):
            page.click(".bandit [name=more]")
        found = assert_numbers_are_the_packages(page)
        assert [now["runs"] for now in (found["now"], *found["listed"])] == [1020] * 5
        assert page.inner_text(".bandit output").endswith("More runs this figure does not make.")
        now = found["now"]
        assert np.abs(np.subtract(now["simulated"], now["expected"])).max() < 0.03
        assert_drawing_shows(page, now)

    def test_the_mouse_drags_the_slider(self, page):
        drag(page, SLIDER, 0.1, 0.6)
        found = assert_numbers_are_the_packages(page)
        assert found["now"]["epsilon"] == pytest.approx(0.6, abs=0.02)
        assert_drawing_shows(page, found["now"])

    def test_a_finger_drags_the_slider_and_ticks_a_convention(self, phone):
        swipe(phone, SLIDER, 0.1, 0.8)
        phone.locator(".bandit label", has_text="other arm").tap()
        phone.locator(".bandit [name=more]").tap()
        now = assert_numbers_are_the_packages(phone)["now"]
        assert now["epsilon"] == pytest.approx(0.8, abs=0.03)
        assert (now["explores"], now["start"], now["runs"]) == ("others", 0, 120)

    def test_the_keyboard_reaches_everything(self, page):
        page.focus(SLIDER)
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        for _ in range(2):
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        now = assert_numbers_are_the_packages(page)["now"]
        state = {name: now[name] for name in ("epsilon", "start", "explores", "runs")}
        assert state == {"epsilon": 0.99, "start": 2, "explores": "others", "runs": 120}
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert numbers(page)["now"]["epsilon"] == 0.1 and numbers(page)["now"]["runs"] == 20

    def test_greedy_with_an_optimistic_start_earns_999_and_a_half(self, page):
        page.check(".bandit [name=optimistic]")
        page.fill(SLIDER, "0")
        assert "expected are exactly 999.500." in page.inner_text(".bandit output")

    def test_the_sentence_tells_the_numbers(self, page):
        page.fill(SLIDER, "0.25")
        now = assert_numbers_are_the_packages(page)["now"]
        told = page.inner_text(".bandit output")
        assert told == (
            f"ε = 0.25: 20 runs of 1,000 steps earned {now['mean']:.1f} on average (standard error "
            f"{now['error']:.1f}); expected are exactly {now['exact']:.3f}."
        )
        assert told in page.get_attribute(".bandit svg", "aria-label")

    def test_the_same_runs_come_again(self, page):
        first = numbers(page)
        page.fill(SLIDER, "0.3")
        page.click(".bandit [name=again]")
        assert numbers(page) == first

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".bandit svg", read), tmp_path)


class Draws:
    """A generator that gives these numbers, one for each step of one run."""

    def __init__(self, numbers):
        self.numbers = iter(numbers)

    def random(self, size) -> np.ndarray:
        return np.full(size, next(self.numbers))
