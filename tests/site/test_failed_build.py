"""A failed build does not look like a good one: a book of two pages with a planted measurement."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
EXTENSIONS = Path(__file__).resolve().parents[2] / "book" / "_ext"
CONFIG = f"""
title: small
only_build_toc_files: true
execute: {{execute_notebooks: "off"}}
sphinx:
  local_extensions: {{rnncourse_claims: "{EXTENSIONS.as_posix()}"}}
  config:
    language: en
    extensions: [myst_nb, jupyter_book, sphinx_book_theme, sphinx_external_toc, rnncourse_claims,
                 rnncourse_left_out, rnncourse_strict, rnncourse_theme]
"""
PAGE = """
# Page

:::{admonition} Before you start
**You need** nothing.
:::

It holds.{claim}`holds` It holds and it counts.{claim}`holds,counts` It is {claim-value}`counts`.

```{math}
:label: eq-both
x = 1
```

```{math}
:label: eq-held
y = 1
```

```{math}
:label: eq-other
z = 1
```
"""
CONTENTS = """
format: jb-book
root: index
chapters: [file: page, file: alone, file: ledger]
"""
FILES = {
    "_config.yml": CONFIG,
    "_toc.yml": CONTENTS,
    "index.md": "# Small\n\n```{claim-state}\n```\n",
    "alone.md": "# Alone\n\n```{math}\n:label: eq-alone\nw = 1\n```\n",
    "page.md": PAGE,
    "ledger.md": "# Ledger\n\n```{claim-state}\n:made:\n```\n\n```{claim-ledger}\n```\n",
}
SHOWS = {
    "holds": ["eq-both"],
    "counts": ["eq-both", "eq-alone"],
    "shown": ["eq-held"],
    "no-exception": ["eq-held"],
}
MADE = {"python": "3", "numpy": "2", "torch": "2", "rnncourse": "0", "processor": "a Chip"}
BUILD = "import sys, pathlib, rnncourse_build as b; b.main(pathlib.Path(sys.argv[1]), False)"


def result(id: str, error: float) -> dict:
    """A measurement; it states 1.5 and holds up to 0.25."""
    numbers = {"error": error, "tolerance": 0.25, "seconds": 0.1, "states": 1.5, "shows": []}
    numbers |= {"mistake": ["an-exercise", "W1"], "absolute": ""}
    numbers["shows"] = SHOWS.get(id, [])
    words = {"statement": f"What {id} says.", "how": "counting", "source": "", "chapter": "bptt"}
    passed = error <= 0.25
    message = "" if passed else "measured 2"
    return {"id": id, "passed": passed, "message": message, **numbers, **words}


def build(folder: Path, error: float) -> tuple[int, str, dict[str, str]]:
    """Build the small book with this error: the exit code, what was said, the pages' articles."""
    for name, text in FILES.items():
        if not (folder / name).exists():  # else the next build would read every page again
            (folder / name).write_text(text, encoding="utf-8")
    entry = {"key": "", "when": "2026-11-29T10:42:00+00:00", "made": {**MADE, "kernels": "SSE"}}
    entry["results"] = [result("holds", 0.125), result("counts", error)]
    entry["results"] += [result("shown", 0.125) | {"states": None, "absolute": "bits"}]
    entry["results"] += [result("no-exception", 0.0) | {"states": None, "tolerance": 0.5}]
    (folder / "_build").mkdir(exist_ok=True)
    (folder / "_build" / "claims.json").write_text(json.dumps({"rooms": {"bptt": entry}}))
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=EXTENSIONS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    pages = {}
    for path in (folder / "_build" / "html").glob("*.html"):
        found = re.search(r"<article.*?</article>", path.read_text("utf-8"), re.DOTALL)
        pages[path.stem] = found[0] if found else ""
    return done.returncode, done.stdout, pages


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The same folder built with a failing claim, once more, and with all claims holding."""
    folder = tmp_path_factory.mktemp("small")
    return [build(folder, error) for error in (0.5, 0.5, 0.125)]


@pytest.mark.parametrize("time", (0, 1))
def test_a_failed_build_ends_with_what_fails_and_names_no_page_to_open(builds, time):
    code, said, _ = builds[time]
    assert code != 0
    last = said.rstrip().splitlines()[-4:]
    assert any("3 of 4 claims hold" in line for line in last), said
    assert "  counts: error 0.50, tolerance 0.2, on page (measured 2)" in last, said
    assert "index.html" not in said


MARK = re.compile(r'<a class="(claim[^"]*)"[^>]*? data-claims="([^"]*)"[^>]*>(.*?)</a>')


def test_a_sentence_a_number_and_an_equation_have_one_mark_each(builds):
    """Red and crossed where one of its claims fails; an equation that no claim shows has none."""
    assert MARK.findall(builds[0][2]["page"]) == [
        ("claim claim-passed", "holds", "✓"),
        ("claim claim-failed", "holds counts", "✗"),
        ("claim-value claim-failed", "counts", "1.5 ✗"),
        ("claim claim-failed", "holds counts", "✗"),
        ("claim claim-passed", "shown no-exception", "✓"),
    ]
    assert [text for _, _, text in MARK.findall(builds[2][2]["page"])] == [
        "✓",
        "✓",
        "1.5",
        "✓",
        "✓",
    ]


def test_the_mark_of_an_equation_stands_beside_its_number(builds):
    page = builds[2][2]["page"]
    numbers = re.findall(r'<span class="eqno">(\(\d\))(<a class="claim )?', page)
    assert numbers == [("(1)", '<a class="claim '), ("(2)", '<a class="claim '), ("(3)", "")]


def test_a_page_is_written_again_when_a_claim_of_its_equation_changes(builds):
    """The page has nothing else of that claim."""
    marks = [MARK.findall(pages["alone"]) for _, _, pages in builds]
    assert [text for ((_, _, text),) in marks] == ["✗", "✗", "✓"]


def test_a_mark_leads_to_what_fails_and_says_so_without_a_script(builds):
    [mark] = re.findall(r'<a class="claim claim-failed" id=[^>]*>', builds[0][2]["page"])
    assert 'href="ledger_bptt.html#ledger-counts"' in mark
    assert 'title="Checked: holds, by counting; FAILED: counts, by counting"' in mark
    assert 'aria-label="failed check counts"' in mark


def test_a_page_holds_the_card_of_each_claim_once(builds):
    page = builds[0][2]["page"]
    [written] = re.findall(r'id="claim-cards">(.*?)</script>', page)
    cards = json.loads(written)
    assert list(cards) == ["holds", "counts", "shown", "no-exception"]
    rows = {id: dict(card["rows"]) for id, card in cards.items()}
    assert rows["no-exception"]["Found"] == "no exception"
    assert rows["counts"]["Fails"] == "measured 2" and not cards["counts"]["passed"]
    assert rows["shown"]["Error"] == "0.12, allowed 0.2 (absolute: bits)"
    assert rows["holds"]["Repeat it"] == "rnncourse claims holds"
    assert "claim-cards" not in builds[0][2]["ledger"]


def test_before_you_start_explains_the_marks_once(builds):
    pages = builds[0][2]
    assert [pages[name].count("claim-hint") for name in ("page", "index", "ledger")] == [1, 0, 0]


def test_the_first_page_and_the_ledger_say_how_many_hold(builds):
    for page in ("index", "ledger"):
        assert re.search(r'"claim-state claim-failed".*?✗ 3 of 4 claims hold', builds[0][2][page])
        assert re.search(r'"claim-state claim-passed".*?✓ 4 of 4 claims hold', builds[2][2][page])


def test_the_ledger_tells_what_fails_first_and_what_measured_it(builds):
    ledger = builds[0][2]["ledger"]
    assert "Measured 2026-11-29 10:42 UTC with Python 3" in ledger and "a Chip (SSE)" in ledger
    assert "ledger-counts" in ledger.split("What fails")[1]
    assert "What fails" not in builds[2][2]["ledger"]
    chapter = builds[0][2]["ledger_bptt"]
    assert 0 < chapter.index("ledger-counts") < chapter.index("ledger-holds")
    told = re.sub(r"<[^>]+>|\s", "", chapter[chapter.index("ledger-shown") :])
    assert "Measurederror0.12AbsolutebitsTolerance0.2" in told


def test_a_good_build_names_its_first_page(builds):
    code, said, _ = builds[2]
    assert code == 0, said
    assert said.rstrip().endswith("index.html")
