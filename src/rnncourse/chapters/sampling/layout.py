"""How chapter 13 prints what was written."""

import textwrap

WIDTH = 72  # characters of a printed line


def one_line(text: str) -> str:
    """A text with its line breaks shown."""
    return text.replace("\n", "⏎")


def block(rows: list[tuple[str, str]]) -> str:
    """Titled texts as one block of plain text, broken at WIDTH characters."""
    lines = []
    for title, text in rows:
        shown = one_line(text)
        cut = [shown[k : k + WIDTH] for k in range(0, len(shown), WIDTH)]
        lines += [f"[{title}]", *cut, ""]
    return "```text\n" + "\n".join(lines[:-1]) + "\n```"


def sentence(text: str) -> str:
    """A sentence in lines that fit."""
    return "\n".join(textwrap.wrap(text, 100))
