"""Figures of the site are drawings, not bitmaps: sharp at every size, and small.

The lessons in notebooks/ keep the pictures that JupyterLab shows; the site draws its own from the
same code. Letters are outlines, so they look the same everywhere. Without a date and with a fixed
salt for the names inside, the same figure is the same file.
"""

import re

FORMAT = {
    "figure_formats": {"svg"},
    "rc": {"svg.fonttype": "path", "svg.hashsalt": "rnncourse"},
    "print_figure_kwargs": {"bbox_inches": "tight", "metadata": {"Date": None}},
}
ARGUMENTS = [f"--InlineBackend.{name}={value!r}" for name, value in FORMAT.items()]  # of a kernel
MIME = "image/svg+xml"
ENLARGED = 1.2  # letters of 11 points are as large as the page's then

# Factors and pictures inside a drawing stay as they are; other numbers are points.
KEPT_OR_LONG = re.compile(r'(?:scale|matrix)\([^)]*\)|base64,[^"]*|(-?\d+\.\d{3,})')
LEFT_OUT = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE[^>]*>", re.DOTALL)
LONG_NAMES = re.compile(r'(?<=<g) id="\w[\w.]*"|(?<=#|")DejaVuSans-|xlink:(?=href="#)')
SPACE = re.compile(r"\s*\n\s*(?=[<MLQCz\"])|(?<=[MLQC]) ")
SIZE = re.compile(r'(?P<side>width|height)="(?P<points>[\d.]+)pt"')


def small(svg: str) -> str:
    """The same drawing in fewer letters: a hundredth of a point is enough, no comments.

    A drawing of 30 kB names some hundred letters: no group is asked for by its name, and a
    letter's name is short.
    """
    svg = SPACE.sub("", LEFT_OUT.sub("", svg))
    svg = LONG_NAMES.sub(lambda m: "D" if m[0].startswith("Deja") else "", svg)
    svg = KEPT_OR_LONG.sub(lambda m: _rounded(m[1]) if m[1] else m[0], svg)
    return SIZE.sub(lambda m: f'{m["side"]}="{float(m["points"]) * ENLARGED:.1f}pt"', svg, count=2)


def _rounded(number: str) -> str:
    short = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def shrink(notebook):
    """Make the drawings of an executed notebook small; return it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                data[MIME] = small(data[MIME])
    return notebook
