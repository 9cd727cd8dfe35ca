"""The search: what a student types leads to the right page, also from a folder without a server."""

from types import SimpleNamespace

import browse
import pytest
import rnncourse_search as search
import rnncourse_search_text as text
from docutils import nodes

from rnncourse.rooms import numbers, topics

# What the reviewers of the book asked, and the topic of the chapter that they looked for.
REVIEWERS = {
    "vanishing gradient": "vanishing_gradients",
    "BPTT": "bptt",
    "gradient clipping": "vanishing_gradients",
    "perplexity": "language_model",
    "forget gate bias": "lstm",
    "long short-term memory": "lstm",
    "GRU": "gru_and_relatives",
    "temperature": "sampling",
    "teacher forcing": "language_model",
    "gradient check": "gradient_checking",
    "Adam": "optimizers",
    "attention": "return_of_recurrence",
    "exploding gradients": "vanishing_gradients",
}
# Twenty more: abbreviations, plurals, hyphens, questions, British spelling, a slip of one letter.
STUDENTS = {
    "why do gradients vanish": "vanishing_gradients",
    "how many parameters has an lstm": "lstm",
    "what is temperature in sampling": "sampling",
    "SGD": "optimizers",
    "GANs": "images_from_sentences",
    "GCN": "graphs",
    "back-propagation through time": "bptt",
    "difference between RNN and LSTM": "rnn_against_lstm",
    "orthogonal initialisation": "vanishing_gradients",
    "optimisers": "optimizers",
    "oversmoothing": "graphs",
    "state-space models": "return_of_recurrence",
    "finite difference": "gradient_checking",
    "epsilon greedy": "acting",
    "policy gradients": "acting",
    "one hot encoding": "character_rnn",
    "peepholes": "gru_and_relatives",
    "spectral radius": "linear_recurrences",
    "gradeint clipping": "vanishing_gradients",
    "bidirectional LSTMs": "gru_and_relatives",
}
FIRST = "query => (bookSearch.find(query)[0] || {page: {name: ''}}).page.name"


@pytest.fixture(scope="module")
def page(browser):
    """The search page, opened from its folder; whatever is asked, it may not complain."""
    seen = browse.Visit("search")
    page = browser.new_page()
    seen.listen(page, browse.SITE.as_uri())
    page.goto((browse.SITE / "search.html").as_uri() + "?q=forget+gate")
    yield page
    page.close()
    assert not seen.console + seen.foreign + seen.failed


@pytest.mark.browser
@pytest.mark.parametrize("query", [*REVIEWERS, *STUDENTS])
def test_the_right_page_comes_first(page, query):
    assert page.evaluate(FIRST, query) == browse.page_of({**REVIEWERS, **STUDENTS}[query])


@pytest.mark.browser
def test_the_title_of_a_chapter_finds_its_page_before_its_lesson(page):
    names = page.evaluate("window.searchIndex.pages.map(([name, title]) => [name, title])")
    titles = {title: name for name, title in names}
    for topic in topics():
        name = browse.page_of(topic)
        title = next(title for title, page_name in titles.items() if page_name == name)
        assert page.evaluate(FIRST, title) == name


@pytest.mark.browser
def test_a_result_begins_with_the_text_and_leads_to_its_sections(browser, page):
    first = page.locator("#search-results ol > li").first
    link = first.locator("a").first
    assert link.get_attribute("href").endswith(f"{browse.page_of('lstm')}.html")
    assert len(first.locator("> p").inner_text()) > 60
    sections = page.locator("#search-results ul a")
    assert sections.count() > 2
    for link in sections.all():
        assert "#" in link.get_attribute("href") and link.inner_text()
    target = sections.first.evaluate("link => link.href")
    other = browser.new_page()
    other.goto(target)
    assert other.evaluate("Boolean(document.querySelector(':target'))"), target
    other.close()


@pytest.mark.browser
def test_the_field_answers_while_one_types_and_says_so_when_there_is_nothing(page):
    field, told = page.locator(".bd-search-container input"), page.locator("[role=status]")
    field.fill("perplexity")
    assert "perplexity" in told.inner_text()
    field.fill("<b>qqqqzzzz</b>")
    assert told.inner_text().startswith("Nothing for “<b>qqqqzzzz</b>”")
    assert not page.locator("#search-results li").count()


# When the page can be used first, and what the field says then if one types at once.
EARLY = """document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector(".bd-search-container input");
  const told = () => document.querySelector("[role=status]").textContent;
  window.early = [document.activeElement === field, told(), bookSearch.ready];
  field.value = "perplexity";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  window.early.push(told(), document.querySelectorAll("#search-results li").length);
})"""


@pytest.mark.browser
def test_the_field_takes_words_before_the_index_is_ready(browser):
    page = browser.new_page()
    page.add_init_script(EARLY)
    page.goto((browse.SITE / "search.html").as_uri() + "?q=forget+gate")
    told = [f"Searching for “{words}” …" for words in ("forget gate", "perplexity")]
    assert page.evaluate("window.early") == [True, told[0], False, told[1], 0]
    page.wait_for_selector("#search-results li")
    assert "for “perplexity”" in page.inner_text("[role=status]")
    link = page.locator("#search-results li a").first
    assert link.get_attribute("href").endswith(f"{browse.page_of('language_model')}.html")
    page.close()


@pytest.mark.browser
def test_the_dialog_of_any_page_leads_to_the_results(browser):
    page = browser.new_page(viewport=browse.DESKTOP)
    browse.open_page(page, (browse.SITE / f"{browse.page_of('bptt')}.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("perplexity")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=perplexity")
    link = page.locator("#search-results li a").first
    assert link.get_attribute("href").endswith(f"{browse.page_of('language_model')}.html")
    page.close()


def test_the_index_is_small():
    path = browse.SITE / "_static" / search.SCRIPT
    browse.need(path.is_file(), "no site in _build/html: run make book")
    assert path.stat().st_size < 400_000


def test_every_chapter_says_what_students_call_it():
    for topic, number in numbers().items():
        page = (browse.ROOT / "book" / f"{number}_{topic}.md").read_text(encoding="utf-8")
        assert "\nsearch: " in page.split("\n---\n")[0], f"{topic}: no search: in its front matter"


def entry(title="", names="", terms=()):
    return {"title": title, "names": names, "sections": [], "terms": list(terms)}


def test_a_term_of_the_glossary_is_a_word_for_the_page_that_it_leads_to():
    term = {"names": ["BPTT", "backprop"], "leads": "02_bptt.html", "id": "a", "text": ""}
    entries = {"book/02_bptt": entry(names="RNN, BPTT"), "book/glossary": entry(terms=[term])}
    assert search.names_of_pages(entries)["book/02_bptt"] == ["RNN", "BPTT", "backprop"]


@pytest.mark.parametrize(
    "name, kind",
    {
        "book/02_bptt": "chapter",
        "book/16_graphs_deeper": "deeper",
        "notebooks/02_bptt": "lesson",
        "book/index": "first",
        "book/notation": "reference",
    }.items(),
)
def test_the_kind_of_a_page(name, kind):
    assert search.page_kind(name, "book/index") == kind


def test_sections_are_written_as_steps_in_base_36():
    assert search.deltas([0, 3, 5, 45]) == "0 3 2 14"


def test_an_excerpt_is_the_first_words_with_short_formulas():
    words = [nodes.Text("At step "), nodes.math("", "t"), nodes.Text(" the loss is ")]
    paragraph = nodes.paragraph("", "", *words, nodes.math("", r"\sum_i \frac{a}{b}"))
    part = nodes.section("", nodes.title("", "Title"), paragraph, ids=["title"])
    found = text.of_section(part)
    assert found["start"] == "At step t the loss is …"
    assert found["words"] == ["loss", "step", "title"]
    assert text.cut("word " * 60).endswith("word …") and len(text.cut("word " * 60)) < 180


def test_code_and_outputs_are_not_searched():
    code = nodes.literal_block("", "secret")
    part = nodes.section("", nodes.title("", "Title"), code, ids=["title"])
    assert text.of_section(part)["words"] == ["title"]


def test_pages_that_left_no_entry_are_written_again():
    app = SimpleNamespace(rnncourse_search={"a": {}})
    env = SimpleNamespace(found_docs={"a", "b"})
    assert search.pages_without_entry(app, env) == ["b"]
