"""The folded solutions of the lessons: what a reader is shown at last."""

import json
import re
from functools import cache
from pathlib import Path

LESSONS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SOLUTION = re.compile(r"<summary>Solution</summary>\s*```python\n(.*?)```", re.DOTALL)
CHECKED = re.compile(r'check\(\s*"([\w-]+)"')


@cache
def solutions() -> dict[str, str]:
    """Solution code by exercise name: the folded block that follows the exercise's own cell."""
    found = {}
    for path in LESSONS:
        name = None
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code":
                name = next(iter(CHECKED.findall(source)), None)
            elif name and (code := SOLUTION.search(source)):
                found[name] = code.group(1)
    return found


def function_of(name: str, source: str = ""):
    """The function that the solution of this exercise, or this source, defines."""
    space: dict = {}
    exec(source or solutions()[name], space)
    return space[name.replace("-", "_")]
