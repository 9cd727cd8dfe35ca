"""How much a page asks of its reader: its reading time, and how dense it is.

The role {reading-time} says in minutes how long a page takes: its own by {reading-time}`this`,
another one by its name, {reading-time}`02_bptt`. On the command line it prints what it counts:

    python book/_ext/rnncourse_reading.py book/02_bptt.md
"""

import re
import sys
from math import ceil
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxRole

WORDS_A_MINUTE, EQUATION, PROOF = 180, 0.5, 1.0  # minutes for each equation and for each proof

FENCE = re.compile(r"^\s*(`{3,}|:{3,})\s*(?:\{([\w:-]+)\})?")
THEOREMS = {"prf:theorem", "prf:lemma", "prf:proposition", "prf:corollary"}
READ = {*THEOREMS, "prf:proof", "admonition", "note", "tip", "important", "warning", "figure"}
MARK = re.compile(r"\{claim\}`[^`]*`")
ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`")
FORMULA = re.compile(r"\$[^$]+\$")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
NOT_READ = re.compile(r"^\s*(\([\w-]+\)=|%.*|:[\w-]+:.*|\|?[-|: ]+\|?)$")
BEGINS = re.compile(r"^\s*(?:[-*+]|\d+\.|#+|\|)\s")
SENTENCE = re.compile(r"(?<=[.!?])(?:\{claim\}`[^`]*`)?\s+(?=[\"(*_A-Z$])")
# A phrase twice in a row; "less and less and less" and formulas are none.
DOUBLED = re.compile(
    r"\b((?!X\b|and\b)\w+(?: (?!X\b)\w+){1,5})(?<! and) \1\b|\b(the|an?|of|is|to|and|in) \2\b", re.I
)


class Page(NamedTuple):
    """What a reader meets on a page."""

    paragraphs: list[str]  # of prose, list items, headings and rows of tables, as written
    equations: int  # displayed
    theorems: int
    proofs: int

    @property
    def words(self) -> int:
        return sum(len(plain(paragraph).split()) for paragraph in self.paragraphs)

    @property
    def formulas(self) -> int:
        """Inline ones."""
        return sum(len(FORMULA.findall(paragraph)) for paragraph in self.paragraphs)

    @property
    def marks(self) -> int:
        return sum(len(MARK.findall(paragraph)) for paragraph in self.paragraphs)

    @property
    def minutes(self) -> float:
        """Words at 180 a minute, half a minute an equation, a minute more for each proof."""
        return self.words / WORDS_A_MINUTE + EQUATION * self.equations + PROOF * self.proofs

    @property
    def sentences(self) -> list[str]:
        return [plain(part) for text in self.paragraphs for part in SENTENCE.split(text)]


def plain(text: str) -> str:
    """The text as it is read: no marks of claims; a formula and a reference are one word each."""
    for pattern, word in ((MARK, ""), (ROLE, "X"), (FORMULA, "X"), (LINK, r"\1")):
        text = pattern.sub(word, text)
    return re.sub(r"[*_`|#>]+|^\s*[-+]\s", " ", text).strip()


def page_of(source: str) -> Page:
    """Count what stands in a page's source; code, raw blocks and front matter are not read."""
    lines = iter(re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.S).splitlines())
    open_fences, paragraphs, counts = [], [[]], dict.fromkeys(("math", "theorem", "prf:proof"), 0)
    for line in lines:
        fence = FENCE.match(line)
        if fence and open_fences and not fence[2] and closes(line, open_fences[-1][0]):
            open_fences.pop()
            paragraphs.append([])
        elif fence:
            name = fence[2] or ""
            counts["theorem"] += name in THEOREMS
            counts[name] = counts.get(name, 0) + 1
            open_fences.append((fence[1], name))
            paragraphs.append([])
        elif all(name in READ for _, name in open_fences):
            if not line.strip() or NOT_READ.match(line) or BEGINS.match(line):
                paragraphs.append([])
            if not NOT_READ.match(line):
                paragraphs[-1].append(line.strip())
            if line.endswith("\\"):  # a line of its own
                paragraphs.append([])
    texts = [" ".join(lines) for lines in paragraphs if any(lines)]
    return Page(texts, counts["math"], counts["theorem"], counts["prf:proof"])


def closes(line: str, fence: str) -> bool:
    """Whether a line without a name ends the fence."""
    line = line.strip()
    return set(line) == {fence[0]} and len(line) >= len(fence)


class ReadingTime(SphinxRole):
    """The minutes of a page, this one or another, as a number."""

    def run(self):
        name = self.env.docname if self.text == "this" else f"book/{self.text}"
        path = Path(self.env.doc2path(name))
        if not path.is_file():
            return [], [self.inliner.reporter.error(f"reading-time: there is no page {self.text}")]
        self.env.note_dependency(str(path))
        return [nodes.Text(str(ceil(page_of(path.read_text(encoding="utf-8")).minutes)))], []


def setup(app):
    """Register the role."""
    app.add_role("reading-time", ReadingTime())
    return {"version": "1", "parallel_read_safe": True}


def report(paths) -> str:
    """A line a page: minutes, words, and what is dense."""
    counts = "min  words  form/100w  eqs  thms  marks/1000w  longest"
    lines = [f"{'page':33}{counts}"]
    for path in map(Path, paths):
        page = page_of(path.read_text(encoding="utf-8"))
        longest = max((len(sentence.split()) for sentence in page.sentences), default=0)
        lines.append(
            f"{path.stem:32} {page.minutes:4.0f}  {page.words:5}  "
            f"{100 * page.formulas / page.words:9.1f}  {page.equations:3}  {page.theorems:4}  "
            f"{1000 * page.marks / page.words:11.1f}  {longest:7}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(sys.argv[1:]))
