"""Build the book: `make book`, and with the word draft `make draft`.

It is `jupyter-book build . -W -n --keep-going` with an ending that says which claims failed. A
build that failed names no page to open.
"""

import shutil
import sys
from pathlib import Path

import rnncourse_report
from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).resolve().parents[2]
SITE = Path("_build", "html")


def forget_other_contents(root: Path) -> None:
    """Remove the pages that stand if the table of contents is another: each one lists all."""
    contents, seen = (root / "_toc.yml").read_text("utf-8"), root / "_build" / "toc.yml"
    if not seen.is_file() or seen.read_text("utf-8") != contents:
        shutil.rmtree(root / SITE, ignore_errors=True)
        seen.parent.mkdir(exist_ok=True)
        seen.write_text(contents, encoding="utf-8")


def build(root: Path, draft: bool) -> bool:
    """Build the site; True if nothing failed."""
    options = {
        "external_toc_path": (root / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
        **({"rnncourse_draft": True} if draft else {}),
    }
    code = build_sphinx(
        root,
        root / SITE,
        path_config=root / "_config.yml",
        noconfig=True,
        confoverrides=options,
        warningiserror=True,
        keep_going=True,
    )
    return code == 0


def main(root: Path, draft: bool) -> None:
    """Build and say how it ended."""
    forget_other_contents(root)
    passed = build(root, draft)
    last = f"The {'draft' if draft else 'book'} is built. Open {root / SITE / 'index.html'}"
    if not passed:
        last = "The build failed: the warnings above say where."
    print("", *rnncourse_report.lines, last, sep="\n", flush=True)
    sys.exit(not passed)


if __name__ == "__main__":
    main(ROOT, draft="draft" in sys.argv[1:])
