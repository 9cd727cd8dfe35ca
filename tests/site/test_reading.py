"""How long a page takes to read, and how dense it is."""

from pathlib import Path

import pytest
from rnncourse_reading import DOUBLED, page_of

BOOK = Path(__file__).resolve().parents[2] / "book"
EVERY = sorted(BOOK.glob("[0-9][0-9]_*.md"))
MINUTES, FORMULAS, THEOREMS, SENTENCE = 25, 6.0, 3, 40  # a main page's, inline in 100 words
# Chapters that are still as dense as they were; a page that is written again leaves this list.
DENSE = ("12", "14", "15")
MENDED = [path for path in EVERY if not path.stem.startswith(DENSE)]
MAIN = [path for path in MENDED if not path.stem.endswith("_deeper")]


SMALL = r"""---
kernelspec: {name: python3}
---

(anchor)=
# Two words

```{admonition} Before you start
:class: note
You need $W$, and [a link](page.md).
```

A sentence with $x_t$ ends here.{claim}`some-claim` Another one.

```{math}
:label: eq-a
a = b
```

```{code-cell} python3
not_read = "by anyone"
```

````{prf:theorem} Name
:label: thm-a
It holds.

```{math}
c = d
```
````

````{prf:proof}
- First step.
- Second step, by {eq}`eq-a`.
````
"""


def test_a_page_is_counted_as_a_reader_meets_it():
    page = page_of(SMALL)
    assert (page.equations, page.theorems, page.proofs) == (2, 1, 1)
    assert (page.formulas, page.marks) == (2, 1)
    assert page.words == 2 + 6 + 6 + 2 + 2 + 2 + 4
    assert page.minutes == page.words / 180 + 2 * 0.5 + 1
    assert "A sentence with X ends here." in page.sentences
    assert "Another one." in page.sentences


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_no_phrase_stands_twice_in_a_row(path):
    found = [sentence for sentence in read(path).sentences if DOUBLED.search(sentence)]
    assert not found


@pytest.mark.parametrize("path", MENDED, ids=lambda path: path.stem)
def test_no_sentence_is_too_long_to_be_read_once(path):
    assert not [s for s in read(path).sentences if len(s.split()) > SENTENCE]


@pytest.mark.parametrize("path", MAIN, ids=lambda path: path.stem)
def test_a_main_page_can_be_read_in_one_sitting(path):
    page = read(path)
    assert page.minutes <= MINUTES
    assert 100 * page.formulas <= FORMULAS * page.words
    assert page.theorems <= THEOREMS


def read(path):
    return page_of(path.read_text(encoding="utf-8"))
