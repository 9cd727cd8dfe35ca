"""Marks of claims do not interrupt: one a sentence at most, after it, and never before a word.

A sentence ends with its full stop and the mark that touches it: "They are equal.{claim}`their-id`".
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

PAGES = sorted((Path(__file__).parents[2] / "book").glob("*.md"))
MARK = re.compile(r"\{claim\}`[^`]*`")
FENCE = re.compile(r"\s*(`{3,}|:{3,})\s*(?:\{([\w:.-]+)\}|(\w+))?.*")
NO_PROSE = {"math", "code-cell", "raw", "code-block", "code", "claim-ledger", "claim-state"}
# What separates two pieces of prose: a label, an option, a heading.
APART = re.compile(r"\s*(\([\w.-]+\)=|:[\w-]+:.*|#+ .*|)")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+(?=\S)")
# Dots, dollars and backquotes in these end nothing.
WHOLE = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|(?:\{[\w:-]+\})?(`+)(?!`).+?\1|\]\([^)]*\)", re.DOTALL)
END = re.compile(r"[.!?][)\"'”’*_]*(?=\{claim\}|\s+[^\sa-z]|\s*\Z)|:[*_]*(?=(\{claim\}|\s*\Z))")


class Piece(NamedTuple):
    """A paragraph, a list item or a cell of a table, and the line in which it begins."""

    line: int
    text: str
    cell: bool = False


def pieces(text: str) -> Iterator[Piece]:
    """The prose of a page, in order; code, formulas and what is above them is left out."""
    open_fences: list[tuple[str, bool]] = []
    lines, start = [], 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        fence = FENCE.fullmatch(line)
        closes = open_fences and line.strip().startswith(open_fences[-1][0])
        silent = any(is_silent for _, is_silent in open_fences)
        if lines and (fence or silent or APART.fullmatch(line) or ITEM.match(line) or "|" in line):
            yield Piece(start, "\n".join(lines))
            lines = []
        if fence and closes and not (fence[2] or fence[3]):
            open_fences.pop()
        elif fence and not silent:
            open_fences.append((fence[1], fence[2] is None or fence[2] in NO_PROSE))
        elif silent or fence or APART.fullmatch(line):
            continue
        elif line.lstrip().startswith("|"):
            yield from (Piece(number, cell, True) for cell in cells(line))
        else:
            start = start if lines else number
            lines.append(ITEM.sub("", line))


def cells(row: str) -> list[str]:
    """The cells of a table's row."""
    masked = WHOLE.sub(lambda found: "x" * len(found[0]), row)
    ends = [place for place, sign in enumerate(masked) if sign == "|" and masked[place - 1] != "\\"]
    return [row[a + 1 : b].strip() for a, b in pairwise(ends)]


def sentences(text: str) -> list[str]:
    """The sentences of a piece, each with the marks that touch its end."""
    masked = WHOLE.sub(lambda found: masked_like(found[0]), text)
    found, start = [], 0
    for end in END.finditer(masked):
        stop = end.end()
        while touching := MARK.match(text, stop):
            stop = touching.end()
        found.append(text[start:stop])
        start = stop
    return [sentence for sentence in [*found, text[start:]] if sentence.strip()]


def masked_like(whole: str) -> str:
    """As long as it was; a mark keeps its beginning, by which the end before it is known."""
    return "{claim}" + "x" * (len(whole) - 7) if MARK.fullmatch(whole) else "X" * len(whole)


def faults(text: str) -> list[str]:
    """What is wrong with the marks of a page, with the lines."""
    found = []
    for piece in pieces(text):
        for sentence in sentences(piece.text):
            start = " ".join(sentence.split())[:60]
            alone = piece.cell and not MARK.sub("", sentence).strip()
            if MARK.match(sentence.strip().lstrip("*_(")) and not alone:
                found.append(f"line {piece.line}: a mark before the first word: {start}")
            elif len(MARK.findall(sentence)) > 1:
                found.append(f"line {piece.line}: more than one mark in a sentence: {start}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_marks_do_not_interrupt(page):
    assert not (told := faults(page.read_text(encoding="utf-8"))), "\n".join(told)


BEFORE = "a mark before the first word"
SEVERAL = "more than one mark in a sentence"


@pytest.mark.parametrize(
    "text, fault",
    [
        ("It holds.{claim}`a` So does this.{claim}`b,c`", None),
        ("It is {claim-value}`a` of {claim-value}`b`, not 0.5.{claim}`c` And $x. Y$ is.", None),
        (
            "It holds\n(by 1.5).{claim}`a`\n\n```{math}\n:label: eq-x\nx\n```\n\nSo:{claim}`b`",
            None,
        ),
        ("| one {claim}`a` | {claim}`b` |", None),
        ("```python\n{claim}`a` {claim}`b`\n```", None),
        ("{claim}`a` It holds.", BEFORE),
        ("Words.\n\n{claim}`a`\nIt holds.", BEFORE),
        ("Words.\n\n{claim}`a`", BEFORE),
        ("| {claim}`a` one | two |", BEFORE),
        ("It holds. {claim}`a` So does this.", BEFORE),
        ("- {claim}`a` It holds.\n- Not this.", BEFORE),
        ("1. It holds.\n2. **{claim}`a` Not** this.", BEFORE),
        ("```{admonition} Title\n:class: note\n{claim}`a` It holds.\n```", BEFORE),
        ("It holds {claim}`a` and holds {claim}`b`.", SEVERAL),
        ("It holds {claim}`a` and holds.{claim}`b`", SEVERAL),
        ("It holds.{claim}`a`{claim}`b`", SEVERAL),
        ("| one {claim}`a` {claim}`b` | two |", SEVERAL),
        ("| {claim}`a` {claim}`b` |", SEVERAL),
    ],
)
def test_a_fault_is_found_and_nothing_else(text, fault):
    found = faults(text)
    assert [part.split(": ")[1] for part in found] == ([fault] if fault else [])
