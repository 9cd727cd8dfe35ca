"""The repository's address, told once in pyproject.toml, and what leads there from the book.

While a placeholder stands there no page has such a link. With a real address the pages get the
theme's buttons: to the repository, to edit a page, to report a problem; and a lesson those that
open it on Colab and on Binder.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = "https://github.com/OWNER/rnncourse"
BRANCH = "main"


def address(root: Path = ROOT) -> str:
    """The address that pyproject.toml has; the placeholder where there is no such file."""
    told = root / "pyproject.toml"
    if not told.is_file():
        return PLACEHOLDER
    return tomllib.loads(told.read_text(encoding="utf-8"))["project"]["urls"]["Repository"]


def options(found: str) -> dict:
    """The theme's options for this address; none for the placeholder."""
    if found == PLACEHOLDER:
        return {}
    return {
        "repository_url": found,
        "repository_branch": BRANCH,
        "path_to_docs": "",
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
        },
    }


def set_options(app, config):
    """Hand them to the theme before it looks at them."""
    config.html_theme_options = {**config.html_theme_options, **options(address(Path(app.srcdir)))}


def setup(app):
    """Look the address up when the configuration has been read."""
    app.connect("config-inited", set_options, priority=400)
    return {"version": "1", "parallel_read_safe": True}
