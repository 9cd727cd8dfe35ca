"""What the search keeps of a section: its title, its first sentences and its words."""

import re
import unicodedata
from html import unescape

from docutils import nodes

LENGTH = 170  # letters of an excerpt
# Code, formulas and outputs are no prose.
OTHER = (
    nodes.literal_block,
    nodes.raw,
    nodes.math,
    nodes.math_block,
    nodes.comment,
    nodes.system_message,
    nodes.image,
    nodes.target,
)
WORD = re.compile(r"[a-z][a-z0-9]+")
MATH = re.compile(r"[\w\s=+<>.,^()×≤≥∂∈…*'|/-]{1,40}")
SPACING = re.compile(r"\\[,;:! ]|[{}$]|\^(?=\{?\()|\\(?:text|math[a-z]+|left|right|[lr]Vert)\b ?")
SIGNS = {"times": "×", "le": "≤", "ge": "≥", "partial": "∂", "in": "∈", "dots": "…", "tanh": "tanh"}
GREEK = ("alpha", "tau", "rho", "sigma", "lambda", "theta", "eta")
SIGNS |= dict(zip(GREEK, "ατρσλθη", strict=True))
# Words that no question is about; the script gets them with the index.
STOP_WORDS = """a about against all also am an and any are as at be because been between but by can
could define definition did do does each else explain for from get gets give given had happens has
have he her here his how i if in into is it its itself just let like many may me mean means more
most much must my no nor not of off on one only or other our out over own same see shall she should
show so some such tell than that the their them then there these they this those to too two under up
use used uses using versus very vs was we well were what when where which while who whose why will
with work works would you your"""
STOP = frozenset(STOP_WORDS.split())


def fold(words: str) -> str:
    """Small letters without accents; an ε is called by its name."""
    parts = unicodedata.normalize("NFKD", words.lower().replace("ε", "epsilon"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words_in(prose: str) -> set[str]:
    """The words of a text that can be asked for."""
    return set(WORD.findall(fold(prose))) - STOP


def prose(node) -> str:
    """The text of a node without code, formulas and nested sections."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, OTHER) or is_section(node) or "cell_output" in node.get("classes", ()):
        return " "
    inline = isinstance(node, (nodes.Inline, nodes.TextElement))
    return ("" if inline else " ").join(map(prose, node.children)) + ("" if inline else " ")


def sentence(node) -> str:
    """A paragraph as an excerpt shows it: short formulas as letters, long ones as dots."""
    if isinstance(node, nodes.math):
        return short_math(node.astext())
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, (nodes.raw, nodes.image)):
        return ""
    if node.get("role") == "claim-value":  # a number that the build has put there
        return unescape(re.sub(r"<[^>]*>", "", node.get("html", "")))
    return "".join(map(sentence, node.children))


def short_math(formula: str) -> str:
    """A short formula as it is read, W_hh h(t-1); a long one as dots."""
    plain = formula
    for command, sign in SIGNS.items():
        plain = re.sub(rf"\\{command}(?![a-zA-Z])", sign, plain)
    plain = SPACING.sub("", plain)
    return plain.strip() if MATH.fullmatch(plain) else "…"


def excerpt(section) -> str:
    """The first words of a section's own text: of its paragraphs, else of what it holds."""
    own = [child for child in section.children if isinstance(child, nodes.paragraph)]
    if not own:
        own = [part for part in section.findall(nodes.paragraph) if _section_of(part) is section]
    return cut(" ".join(" ".join(sentence(part) for part in own[:3]).split()))


def cut(words: str) -> str:
    """At most LENGTH letters, whole words."""
    if len(words) <= LENGTH:
        return words
    return words[:LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def is_section(node) -> bool:
    """True for a part of a page with a title; a theorem's content is a section without."""
    return isinstance(node, nodes.section) and isinstance(node.children[0], nodes.title)


def _section_of(node):
    while node is not None and not is_section(node):
        node = node.parent
    return node


def of_section(section) -> dict:
    """The entry of a section, whose title is its first child."""
    title = section.children[0]
    body = " ".join(prose(child) for child in section.children)
    return {
        "id": section["ids"][0],
        "title": " ".join(sentence(title).split()),
        "start": excerpt(section),
        "words": sorted(words_in(body)),
    }


def of_glossary(part) -> list[dict]:
    """The entries of a glossary: the terms, the text, and where its first link leads."""
    found = []
    for item in part.findall(nodes.definition_list_item):
        terms = [child for child in item.children if isinstance(child, nodes.term)]
        said = next(item.findall(nodes.definition))
        links = (link.get("refuri", "") for link in said.findall(nodes.reference))
        found.append(
            {
                "id": terms[0]["ids"][0],
                "names": [term.astext() for term in terms],
                "text": " ".join(sentence(said).split()),
                "leads": next(links, "").partition("#")[0],
            }
        )
    return found


def as_section(term: dict) -> dict:
    """A glossary's entry, found as a section is."""
    title, said = ", ".join(term["names"]), term["text"]
    return {
        "id": term["id"],
        "title": title,
        "start": cut(said),
        "words": sorted(words_in(f"{title} {said}")),
    }
