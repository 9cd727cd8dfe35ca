"""The six nodes on the page: what a listener holds is the package's, however it is chosen."""

import json

import numpy as np
import pytest
from widgets import Widget, drag, swipe

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.chapters.graphs.six_nodes import NODES, adjacency, index, walks

pytestmark = pytest.mark.browser
SLIDER = ".graph [name=updates]"
MOST = 8
RADIUS = 21


def numbers(page) -> dict:
    return json.loads(page.get_attribute(".graph", "data-numbers"))


def told(page) -> str:
    return page.inner_text(".graph output")


def choose(page, listener: str, updates: int) -> dict:
    page.check(f".graph [name=listener][value={listener}]")
    page.fill(SLIDER, str(updates))
    return numbers(page)


def node(page, name: str):
    """The group of a node; its ring and its disc are the first two circles."""
    return page.locator(f".graph svg [data-node={name}]")


class TestGraph(Widget):
    topic, box, still = "graphs", ".graph", "graph.svg"
    inks = ("unit-1",)

    @pytest.mark.parametrize("listener", NODES)
    def test_what_a_listener_holds_is_a_row_of_the_packages_power(self, page, listener):
        A_hat = normalized_adjacency(adjacency())
        for updates in range(MOST + 1):
            found = choose(page, listener, updates)
            row = np.linalg.matrix_power(A_hat, updates)[index(listener)]
            np.testing.assert_allclose(found["weights"], row, rtol=0, atol=1e-14)
            assert found["walks"] == walks(adjacency(), updates)[index(listener)].tolist()

    def test_the_filled_area_is_the_weight(self, page):
        found = choose(page, "E", 4)
        for name, weight in zip(NODES, found["weights"], strict=True):
            disc = node(page, name).locator("circle").nth(1)
            radius = float(disc.get_attribute("r"))
            assert (radius / RADIUS) ** 2 == pytest.approx(weight, abs=1e-3)

    def test_the_table_has_walks_and_weights(self, page):
        found = choose(page, "E", 5)
        texts = page.locator(".graph tbody tr").all_inner_texts()
        cells = [row.split() for row in texts]
        assert [row[0] for row in cells] == list(NODES)
        assert [int(row[1]) for row in cells] == found["walks"]
        np.testing.assert_allclose(
            [float(row[2]) for row in cells], found["weights"], rtol=0, atol=5.1e-4
        )
        assert cells[index("C")][1] == "10"

    def test_the_sentence_tells_who_was_heard(self, page):
        choose(page, "E", 0)
        assert told(page) == "Before the first update E holds its own features only."
        choose(page, "E", 1)
        assert told(page) == (
            "After 1 update E has heard from A and E, but not yet from B, C, D and F."
        )
        choose(page, "E", 3)
        assert told(page).endswith("but not yet from C.")
        choose(page, "E", 4)
        assert told(page) == (
            "After 4 updates E has heard from all six. Least it hears C, with the weight 0.021."
        )

    def test_it_starts_with_e_after_one_update(self, page):
        assert (numbers(page)["listener"], numbers(page)["updates"]) == (index("E"), 1)
        assert node(page, "E").locator("circle").count() == 3
        assert node(page, "C").locator("circle").count() == 2

    def test_the_mouse_chooses_on_the_graph_and_drags_the_slider(self, page):
        for name in NODES:
            node(page, name).locator("circle").first.click()
            assert numbers(page)["listener"] == index(name)
            assert page.is_checked(f".graph [name=listener][value={name}]")
        drag(page, SLIDER, 1 / MOST, 6 / MOST)
        assert numbers(page)["updates"] == 6

    def test_the_button_goes_on_to_the_last_update(self, page):
        for updates in range(2, MOST + 1):
            page.click(".graph [name=more]")
            assert numbers(page)["updates"] == updates
        assert page.is_disabled(".graph [name=more]")

    def test_a_finger_chooses_and_swipes(self, phone):
        node(phone, "C").locator("circle").first.tap()
        assert numbers(phone)["listener"] == index("C")
        phone.locator(".graph label", has_text="F").tap()
        assert numbers(phone)["listener"] == index("F")
        swipe(phone, SLIDER, 1 / MOST, 5 / MOST)
        assert numbers(phone)["updates"] == 5
        phone.locator(".graph [name=more]").tap()
        assert numbers(phone)["updates"] == 6

    def test_the_keyboard_reaches_everything(self, page):
        page.focus(".graph [name=listener]:checked")
        page.keyboard.press("ArrowRight")
        assert numbers(page)["listener"] == index("F")
        page.keyboard.press("ArrowRight")
        assert numbers(page)["listener"] == index("A")
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert numbers(page)["updates"] == MOST - 1
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert numbers(page)["updates"] == MOST
        page.focus(".graph [name=again]")
        page.keyboard.press("Space")
        assert (numbers(page)["listener"], numbers(page)["updates"]) == (index("E"), 1)

    def test_the_still_picture_is_the_fourth_update(self, page, tmp_path):
        choose(page, "E", 4)
        read = "svg => new XMLSerializer().serializeToString(svg)"
        self.assert_still_picture_is(page.eval_on_selector(".graph svg", read), tmp_path)
