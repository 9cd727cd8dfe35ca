"""Stored networks for the widgets: their weights as scripts, which a page reads without a network.

A browser opens neither a file beside a page that was opened with a double click, nor NumPy's
format. So where a widget in book/_widgets asks for _static/NAME-weights.js, the build writes it
from the results/NAME.npz of a room: every array as it is stored there, float16 or float32, in
base64, and lists of words as they are.
"""

import base64
import json
import re
from pathlib import Path

import numpy as np

from rnncourse import chapters

ASKED = re.compile(r"_static/([\w-]+)-weights\.js")


def networks(root: Path) -> dict[str, Path]:
    """The file of every network that a widget asks for and a room holds, by its name."""
    widgets = sorted(Path(root, "book", "_widgets").glob("*.html"))
    names = [name for path in widgets for name in ASKED.findall(path.read_text("utf-8"))]
    rooms = Path(chapters.__path__[0])
    return {name: path for name in names for path in rooms.glob(f"*/results/{name}.npz")}


def script(name: str, arrays) -> str:
    """The script that gives a widget its arrays."""
    stored = json.dumps({key: encoded(arrays[key]) for key in arrays}, separators=(",", ":"))
    return f'rnncourse.stored["{name}"] = {stored};\n'


def encoded(array: np.ndarray) -> list | dict:
    """Words as a list; numbers as little-endian bytes in base64, with their type and shape."""
    if array.dtype.kind == "U":
        return array.tolist()
    if array.dtype not in (np.float16, np.float32):
        raise ValueError(f"an array must hold float16, float32 or words, got {array.dtype}")
    data = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return {
        "type": array.dtype.name,
        "shape": array.shape,
        "data": base64.b64encode(data).decode("ascii"),
    }


def write_scripts(app):
    """Write the scripts beside the other static files; Sphinx leaves them there."""
    if app.builder.format != "html":
        return
    for name, path in networks(app.srcdir).items():
        with np.load(path, allow_pickle=False) as arrays:
            text = script(name, arrays)
        target = Path(app.outdir, "_static", f"{name}-weights.js")
        if not target.is_file() or target.read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def setup(app):
    """Write them before the pages are read."""
    app.connect("builder-inited", write_scripts)
    return {"version": "1", "parallel_read_safe": True}
