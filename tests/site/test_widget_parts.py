"""What the widgets share, run in a browser: the generator of numbers, stored weights, cells."""

import browse
import numpy as np
import pytest
import rnncourse_weights
import torch
from pages import PAGES

from rnncourse.cells import CELLS

pytestmark = pytest.mark.browser
NETWORKS = rnncourse_weights.networks(browse.ROOT)


@pytest.fixture(scope="module")
def page(browser):
    """An empty page with the shared script."""
    page = browser.new_page()
    page.add_script_tag(path=browse.ROOT / "book" / "_static" / "widgets.js")
    yield page
    page.close()


def uniform(seed: int, count: int) -> list[float]:
    """The generator mulberry32 in whole numbers of Python."""
    whole, found = 2**32, []
    for _ in range(count):
        seed = (seed + 0x6D2B79F5) % whole
        mixed = (seed ^ seed >> 15) * (1 | seed) % whole
        mixed = ((mixed + (mixed ^ mixed >> 7) * (61 | mixed)) % whole) ^ mixed
        found.append((mixed ^ mixed >> 14) / whole)
    return found


@pytest.mark.parametrize("seed", [0, 1, 15, 2**31])
def test_the_uniform_numbers_are_those_of_mulberry32(page, seed):
    read = "(seed) => Array.from({ length: 500 }, rnncourse.uniform(seed))"
    assert page.evaluate(read, seed) == uniform(seed, 500)


def test_the_normal_numbers_are_normal(page):
    drawn = np.sort(page.evaluate("() => Array.from({ length: 20000 }, rnncourse.normal(3))"))
    normal = torch.distributions.Normal(0.0, 1.0).cdf(torch.from_numpy(drawn)).numpy()
    distance = np.abs(normal - np.arange(0.5, 20000) / 20000).max()
    assert distance < 1.95 / np.sqrt(20000)  # Kolmogorov and Smirnov: exceeded once in 1,000


def test_every_float16_is_read_as_numpy_reads_it(page):
    bits = np.arange(2**16, dtype=np.uint16)
    values = bits.view(np.float16).astype(float)
    found = page.evaluate("(bits) => bits.map(rnncourse.half)", bits[np.isfinite(values)].tolist())
    np.testing.assert_array_equal(found, values[np.isfinite(values)])


def test_stored_arrays_arrive_as_they_are(page):
    rng = np.random.default_rng(0)
    stored = {
        "half": rng.standard_normal((3, 5)).astype(np.float16),
        "single": rng.standard_normal((2, 3, 4)).astype(np.float32),
        "words": np.array(["petal", "dark-blue"]),
    }
    page.evaluate(rnncourse_weights.script("test", stored))
    read = """() => Object.entries(rnncourse.read("test")).map(([name, array]) =>
      [name, array.shape ?? [array.length], [...(array.values.call ? array : array.values)]])"""
    for name, shape, values in page.evaluate(read):
        assert tuple(shape) == stored[name].shape
        assert np.array_equal(np.reshape(values, shape), stored[name]), name


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_that_needs_a_network_loads_it_and_no_other(name):
    topic = NETWORKS[name].parents[1].name
    pages = [page for page in PAGES if f"{name}-weights.js" in text_of(page)]
    assert pages == ([PAGES[0]] if name == "teller" else [browse.page_of(topic)])
    with np.load(NETWORKS[name]) as arrays:
        text = rnncourse_weights.script(name, arrays)
    assert (browse.SITE / "_static" / f"{name}-weights.js").read_text("utf-8") == text


def text_of(page: str) -> str:
    return (browse.SITE / f"{page}.html").read_text("utf-8")


def test_other_kinds_of_numbers_are_refused():
    with pytest.raises(ValueError, match="must hold float16, float32 or words, got float64"):
        rnncourse_weights.encoded(np.zeros(3))


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_a_cell_steps_as_the_packages_cell(page, name):
    cell = CELLS[name](3, 5, rng=np.random.default_rng(1))
    with torch.no_grad():
        for weight in cell.parameters():
            weight += 0.5 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(2))
    rows = np.random.default_rng(2).standard_normal((7, 3)).astype(np.float32)
    state = cell.initial_state(1)
    weights = {key: value.detach().numpy() for key, value in cell.named_parameters()}
    page.evaluate(rnncourse_weights.script("cell", weights))
    read = """([name, rows]) => {
      const weights = rnncourse.read("cell");
      let state = { h: new Float64Array(5), c: new Float64Array(5) };
      return rows.map((x) => {
        state = rnncourse.cells[name]((key) => weights[key], x, state);
        return [...state.h, ...(state.c ?? [])];
      });
    }"""
    for x, found in zip(rows, page.evaluate(read, [name, rows.tolist()]), strict=True):
        with torch.no_grad():
            _, state = cell.step(torch.from_numpy(x[None]), state)
        np.testing.assert_allclose(found, torch.cat(tuple(state), dim=1)[0], atol=1e-6)


def test_softmax_is_a_distribution_even_of_large_scores(page):
    found = page.evaluate("() => rnncourse.softmax([1000, 999, -1000])")
    np.testing.assert_allclose(found, [1 / (1 + np.exp(-1)), 1 / (1 + np.e), 0.0], rtol=1e-12)
