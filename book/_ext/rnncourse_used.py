"""Which rules of a style sheet can some page of the site use?

A rule goes only if every one of its selectors asks for a class or an id that stands on no page and
in no script. Where a script puts a name together, as in "tooltip-" + side, all names that begin so
are kept.
"""

import re
from collections.abc import Iterable, Iterator

IN_PAGES = re.compile(r"""\b(?:class|id)\s*=\s*["']([^"']*)["']""")
IN_SCRIPTS = re.compile(r"[A-Za-z_][\w-]*")
BEGINNINGS = re.compile(r"""\b[A-Za-z][\w-]+-(?=["'`]|\$\{)""")
ASKED = re.compile(r"[.#]((?:\\.|[\w-])+)")
NO_DEMAND = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
READ = re.compile(r"""var\(\s*(--[\w-]+)|["'`](--[\w-]+)""")
STRING = r""""[^"]*"|'[^']*'"""
DEFINED = re.compile(
    rf"""(--[\w-]+):(?:{STRING}|\((?:{STRING}|[^()"']|\([^()]*\))*\)|[^;{{}}"'()])*(?:;|(?=\}}))"""
)
GROUPS = ("@media", "@supports", "@layer", "@container")
TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]""")


def names(pages: Iterable[str], scripts: Iterable[str]) -> tuple[set[str], tuple[str, ...]]:
    """The classes and ids that can be there, and how those that a script puts together begin."""
    found, beginnings = set(), set()
    for text in pages:
        for value in IN_PAGES.findall(text):
            found.update(value.split())
    for text in scripts:
        found.update(IN_SCRIPTS.findall(text))
        beginnings.update(BEGINNINGS.findall(text))
    return found, tuple(sorted(beginnings))


def pruned(css: str, found: set[str], beginnings: tuple[str, ...] = ()) -> str:
    """The style sheet without the rules that no page can use; its licences stay."""
    return "".join(LICENCE.findall(css)) + _kept(css, found, beginnings)


def _kept(css: str, found: set[str], beginnings: tuple[str, ...]) -> str:
    kept = []
    for head, body in parts(css):
        if body is None:
            kept.append(head)
        elif head.startswith(GROUPS):
            if inner := _kept(body, found, beginnings):
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        elif wanted := [s for s in _selectors(head) if _can_match(s, found, beginnings)]:
            kept.append(f"{','.join(wanted)}{{{body}}}")
    return "".join(kept)


def without_unread(sheets: dict, others: Iterable[str]) -> dict:
    """The style sheets without the properties, such as --bs-teal, that nothing reads."""
    elsewhere, before = {name for text in others for name in _read(text)}, None
    while sheets != before:  # one that is gone may have been the only reader of another
        before = sheets
        names = elsewhere | {name for css in sheets.values() for name in _read(css)}
        sheets = {path: _defining(css, names) for path, css in sheets.items()}
    return sheets


def _defining(css: str, names: set[str]) -> str:
    """The style sheet with the definitions of these properties alone."""
    return DEFINED.sub(lambda match: match[0] if match[1] in names else "", css)


def _read(text: str) -> set[str]:
    return {a or b for a, b in READ.findall(text)}


def parts(css: str) -> Iterator[tuple[str, str | None]]:
    """Each rule's head and body, as they stand; a statement such as @charset has no body."""
    depth, start, opened, head = 0, 0, 0, ""
    css = COMMENT.sub("", css)
    for token in TOKEN.finditer(css):
        if token[0] == "{":
            depth += 1
            if depth == 1:
                head, opened = css[start : token.start()].strip(), token.end()
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield head, css[opened : token.start()]
                start = token.end()
        elif token[0] == ";" and depth == 0:
            yield css[start : token.end()].strip(), None
            start = token.end()


def _selectors(head: str) -> list[str]:
    """The alternatives of a head, cut at the commas that stand in no brackets."""
    depth, cuts = 0, [-1]
    for place, letter in enumerate(head):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            cuts.append(place)
    return [head[a + 1 : b] for a, b in zip(cuts, [*cuts[1:], len(head)], strict=True)]


def _can_match(selector: str, found: set[str], beginnings: tuple[str, ...]) -> bool:
    asked = ASKED.findall(NO_DEMAND.sub("", selector))
    return all("\\" in name or name in found or name.startswith(beginnings) for name in asked)
