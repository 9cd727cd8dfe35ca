"""A page on paper, with and without hints and solutions.

Hints and solutions are marked as spoilers; print.css leaves out those that the reader has not
opened, unless they ask for them by the second entry of the page's print menu.
"""

import re

SPOILER = re.compile(r"<details>(?=\s*<summary>\s*(?:Hint|Solution|Answer)\b)")
WITH, WITHOUT = "Print with solutions", "Print"


def mark_spoilers(app, pagename, templatename, context, doctree):
    """Mark the folded hints and solutions of a page, and offer to print them."""
    body, count = SPOILER.subn('<details class="spoiler">', context.get("body") or "")
    if "body" in context:
        context["body"] = body
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("label") == "download-pdf-button":
                button.update(text=WITHOUT, tooltip="Print, or save as PDF")
                if count:
                    group["buttons"].append(_with_solutions(button))
                break


def _with_solutions(button: dict) -> dict:
    return button | {
        "text": WITH,
        "javascript": "rnncourse.printWithSolutions()",
        "tooltip": "Print hints and solutions too",
        "label": "print-solutions-button",
    }


def setup(app):
    """Work after the theme has made its buttons."""
    app.add_js_file("print.js")
    app.add_css_file("print.css", priority=900)  # after the book's own
    app.connect("html-page-context", mark_spoilers, priority=900)
    return {"version": "1", "parallel_read_safe": True}
