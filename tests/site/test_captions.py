"""Captions and alt texts are right by day and by night: dark ink turns light on the dark page.

The colors keep their hue. Pictures of the class in-color keep everything.
"""

import json
import re

import browse
import yaml

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n---\n(.*?)^---$", re.DOTALL | re.MULTILINE)
INK = re.compile(r"\b(black|white|dark|darker|darkest|bright|brighter|brightest|pale)\b", re.I)


def pictures():
    """The page and the mystnb settings of every cell that makes a picture."""
    for path in sorted((browse.ROOT / "book").glob("*.md")):
        for header in CELL.findall(path.read_text(encoding="utf-8")):
            yield path.name, yaml.safe_load(header).get("mystnb", {})
    for path in sorted((browse.ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield path.name, cell["metadata"].get("mystnb", {})


def test_no_caption_names_an_ink_that_is_another_at_night():
    seen = 0
    for name, settings in pictures():
        image = settings.get("image", {})
        words = f"{settings.get('figure', {}).get('caption', '')} {image.get('alt', '')}"
        seen += words != " "
        if "in-color" not in image.get("classes", ""):
            assert not INK.findall(words), f"{name}: {words}"
    assert seen > 100
