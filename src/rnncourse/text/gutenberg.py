"""A book without what Project Gutenberg puts around it."""

import re

START = re.compile(r"^\*\*\* ?START OF (?:THIS|THE) PROJECT GUTENBERG EBOOK.*\n", re.MULTILINE)
END = re.compile(r"^(?:\*\*\* ?END OF|End of) (?:(?:THIS|THE|the) )?P(?:ROJECT|roject) G.*", re.M)
CREDIT = re.compile(r"\A\s*Produced by [^\n]*(?:\n[^\n]+)*")


def strip_gutenberg(text: str) -> str:
    """What stands between the header and the license, without the line of credits.

    The text keeps its single newline at the end. A text without both marks is returned as it is.
    """
    start, end = START.search(text), END.search(text)
    if start is None or end is None or end.start() < start.end():
        return text
    return CREDIT.sub("", text[start.end() : end.start()]).strip() + "\n"
