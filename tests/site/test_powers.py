"""The figure with sliders of linear recurrences: it tells what NumPy finds, by the keyboard too."""

import re

import browse
import numpy as np
import pytest

from rnncourse.analysis import power_norms, transient_peak

pytestmark = pytest.mark.browser
PAGE = browse.SITE / f"{browse.page_of('linear_recurrences')}.html"
TOLD = re.compile(r"norm ([\d.]+), .* Peak ([\d.]+) at step (\d+), below 1 from step (\d+) on")


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport=browse.DESKTOP)
    browse.open_page(page, PAGE.as_uri())
    return page


def told(page, size: float, beside: float) -> str:
    for name, value in {"size": size, "beside": beside}.items():
        page.fill(f".powers [name={name}]", str(value))
    return page.inner_text(".powers output")


@pytest.mark.parametrize("size", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("beside", [0.0, 3.0, 10.0])
def test_the_sentence_has_the_numbers_of_numpy(page, size, beside):
    W = np.array([[size, beside], [0.0, size]])
    norms, peak = power_norms(W, 400), transient_peak(W, 400)
    said = [float(number) for number in TOLD.search(told(page, size, beside)).groups()]
    below = np.flatnonzero(norms >= 1)[-1] + 1
    assert said == pytest.approx([norms[1], peak.norm, peak.step, below], abs=6e-4)


@pytest.mark.parametrize(
    "size, beside, end", [(1.0, 0.0, "stay as they are."), (1.0, 3.0, "without bound.")]
)
def test_on_the_border_it_says_so(page, size, beside, end):
    assert told(page, size, beside).endswith(end)


def test_the_curve_is_drawn_where_the_norm_is(page):
    told(page, 0.95, 3.0)
    points = page.get_attribute(".powers polyline", "points").split()
    heights = np.array([float(point.split(",")[1]) for point in points])
    norms = power_norms(np.array([[0.95, 3.0], [0.0, 0.95]]), 60)
    np.testing.assert_allclose(4.0 - (heights - 10.0) * 8.0 / 170.0, np.log10(norms), atol=0.005)


def test_an_arrow_key_moves_a_slider(page):
    before = told(page, 0.5, 3.0)
    page.focus(".powers [name=size]")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".powers output") != before
    assert page.inner_text(".powers output").startswith("Diagonal 0.55")
