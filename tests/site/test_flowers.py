"""Type a sentence, see flowers: the network on the page is the package's."""

import io

import browse
import numpy as np
import pytest
from PIL import Image
from widgets import Widget

from rnncourse.chapters.images_from_sentences.stored import stored
from rnncourse.tasks import split_caption

pytestmark = pytest.mark.browser
FIELD, TOLD = ".flowers textarea", ".flowers output"
COURSE = "This flower has small, round violet petals with a dark purple center."
SENTENCES = [COURSE, "red", "a Large, red flower with EIGHT pointed petals", "petals petals the"]


def told(page) -> str:
    return page.inner_text(TOLD)


def pixels(page) -> np.ndarray:
    """What the canvas holds, (50, 76, 4)."""
    read = """canvas => [...canvas.getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height).data]"""
    height, width = page.eval_on_selector(".flowers canvas", "c => [c.height, c.width]")
    return np.reshape(page.eval_on_selector(".flowers canvas", read), (height, width, 4))


def write(page, sentence: str) -> None:
    """Type a sentence and end it with Enter."""
    page.fill(FIELD, sentence)
    page.press(FIELD, "Enter")


def pictures(page, sentence: str, z: np.ndarray) -> dict:
    read = "(box, [sentence, z]) => box.pictures(sentence, z)"
    found = page.eval_on_selector(".flowers", read, [sentence, z.tolist()])
    return {name: np.array(values) for name, values in found.items()}


class TestFlowers(Widget):
    topic, box, still = "images_from_sentences", ".flowers", "flowers.png"
    start = "button[data-scripts]"

    def test_the_network_is_fetched_when_it_is_asked_for(self, browser):
        asked, page = [], browser.new_page()
        page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
        browse.open_page(page, self.address())
        assert "flowers-weights.js" not in asked and not page.is_visible(self.box)
        page.click(self.start)
        page.wait_for_selector(f"{self.box} canvas")
        assert "flowers-weights.js" in asked and not page.query_selector(".widget-start")
        assert page.evaluate("document.activeElement.id") == "flowers-sentence"
        page.close()

    @pytest.mark.parametrize("sentence", SENTENCES)
    def test_the_network_on_the_page_is_the_packages(self, page, sentence):
        model = stored()
        z = np.random.default_rng(0).standard_normal((3, model.z_size))
        found, truth = pictures(page, sentence, z), model.images([sentence] * 3, z)
        np.testing.assert_allclose(found["t"], model.text([sentence])[0], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found["images"].reshape(truth.shape), truth, rtol=0, atol=1e-4)

    def test_the_page_splits_words_as_the_package_does(self, page):
        sentences = [
            COURSE,
            "Blue-violet petals; don't",
            "a_b -x- 5 éà",
            "ROUND\nred’s",
        ]
        read = "(box, sentences) => sentences.map(box.split)"
        found = page.eval_on_selector(".flowers", read, sentences)
        assert found == [split_caption(sentence) for sentence in sentences]

    def test_it_begins_with_the_courses_sentence(self, page):
        assert page.input_value(FIELD) == COURSE
        assert told(page) == f"Six flowers for “{COURSE}”"

    def test_the_canvas_shows_six_flowers_of_the_generator(self, page):
        z = np.array(page.eval_on_selector(".flowers", "box => box.noise()"))
        images = pictures(page, COURSE, z)["images"].reshape(6, 3, 24, 24)
        shown = pixels(page)
        for n, image in enumerate(images):
            y, x = 26 * (n // 3), 26 * (n % 3)
            square = shown[y : y + 24, x : x + 24]
            assert (square[..., 3] == 255).all()
            colors = 255 * image.transpose(1, 2, 0)
            np.testing.assert_allclose(square[..., :3], colors, atol=0.51)
        assert np.unique(images.round(3), axis=0).shape[0] == 6

    def test_the_words_of_the_examples_are_known_but_for_the_tulip(self, page):
        examples = page.locator(".flowers [name=example]").all_inner_texts()
        unknown = [word for example in examples for word in stored().words.unknown(example)]
        assert examples[0] == COURSE and unknown == ["tulip"]

    def test_an_example_is_drawn_with_the_same_noise(self, page):
        before, z = pixels(page), page.eval_on_selector(".flowers", "box => box.noise()")
        page.click(".flowers [name=example] >> nth=1")
        assert page.eval_on_selector(".flowers", "box => box.noise()") == z
        assert (pixels(page) != before).any()
        assert told(page) == f"Six flowers for “{page.input_value(FIELD)}”"
        page.click(".flowers [name=example] >> nth=0")
        assert (pixels(page) == before).all()

    def test_draw_again_draws_other_noise(self, page):
        before = pixels(page)
        page.click(".flowers [name=more]")
        assert page.input_value(FIELD) == COURSE and (pixels(page) != before).any()
        page.click(".flowers [name=again]")
        assert (pixels(page) == before).all()

    def test_words_that_it_never_read_are_named_and_left_out(self, page):
        write(page, "This tulip has red petals and a tulip hat, tulip!")
        start = "It never read the words “tulip” and “hat” and left them out. Six flowers"
        assert told(page).startswith(start)
        shown = pixels(page)
        write(page, "This has red petals and a")
        assert told(page) == "Six flowers for “This has red petals and a”"
        assert (pixels(page) == shown).all()
        write(page, "a red tulip")
        assert told(page).startswith("It never read the word “tulip” and left it out. Six flowers")

    @pytest.mark.parametrize(
        "sentence, start",
        [
            ("", "There is no sentence yet. Type one about a flower, or choose an example;"),
            (" ?! ", "There is no sentence yet."),
            ("Tulpen aus", "It never read the words “tulpen” and “aus”, so it has nothing to draw"),
        ],
    )
    def test_without_a_known_word_it_says_what_to_type(self, page, sentence, start):
        before = pixels(page)
        write(page, sentence)
        assert told(page).startswith(start)
        assert told(page).endswith("the flowers are still those of the last sentence.")
        assert (pixels(page) == before).all()

    def test_what_is_typed_is_shown_as_text(self, page):
        write(page, "red <b>petals</b> & <img src=x onerror=alert(1)>")
        assert page.locator(".flowers output *").count() == 0
        assert "<b>petals</b> &" in told(page)

    def test_it_draws_by_itself_after_a_pause(self, page):
        before = pixels(page)
        page.focus(FIELD)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("red flower")
        page.wait_for_function(f"document.querySelector('{TOLD}').textContent.includes('“red fl')")
        assert told(page) == "Six flowers for “red flower”" and (pixels(page) != before).any()

    def test_the_keyboard_reaches_everything(self, page):
        page.focus(FIELD)
        seen = []
        for _ in range(7):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.name"))
        assert seen == ["more", "again"] + ["example"] * 5
        page.keyboard.press("Enter")
        assert told(page).startswith("It never read the word “tulip” and left it out.")

    def test_a_finger_taps_an_example_and_draws_again(self, phone):
        before = pixels(phone)
        phone.locator(".flowers [name=example]").nth(2).tap()
        middle = pixels(phone)
        phone.locator(".flowers [name=more]").tap()
        assert (middle != before).any() and (pixels(phone) != middle).any()

    def test_the_picture_says_what_it_shows(self, page):
        write(page, "red   flower")
        label = page.get_attribute(".flowers canvas", "aria-label")
        assert label == "Six flowers for “red flower”"

    def test_the_still_picture_is_the_first_one(self, page, tmp_path):
        shown = pixels(page)
        Image.fromarray(shown.astype(np.uint8)).save(tmp_path / self.still)
        kept = browse.ROOT / "book" / "_static" / self.still
        image = Image.open(io.BytesIO(kept.read_bytes())).convert("RGBA")
        hint = f"copy {tmp_path / self.still} to {kept}"
        assert image.size == shown.shape[1::-1], hint
        assert np.abs(np.asarray(image, dtype=int) - shown).max() <= 1, hint
