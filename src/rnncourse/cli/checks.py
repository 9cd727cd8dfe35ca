"""Claims and exercises, checked."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import AsJson, app


@app.command()
def claims(
    chapter: Annotated[str | None, typer.Option(help="Only this chapter: 02 or bptt.")] = None,
    as_json: AsJson = False,
) -> int:
    """Verify the claims of the book; exit 1 if one fails."""
    from rnncourse.claims import REGISTRY, verify
    from rnncourse.rooms import find_topic

    topic = None if chapter is None else find_topic(chapter)
    ids = [id for id, claim in REGISTRY.items() if topic in (None, claim.chapter)]
    results = verify(ids)
    if as_json:
        rows = [result._asdict() | {"error": str(result.error)} for result in results]
        print(json.dumps(rows, indent=1))
    for result in () if as_json else results:
        sign, bound = ("✓", "≤") if result.passed else ("✗", ">")
        if not result.measured:
            print(f"? {result.id:<34} {result.message}")
            continue
        print(f"{sign} {result.id:<34} {result.error:8.1e} {bound} {result.tolerance:.0e}")
        if result.message:
            print(f"  {result.message}")
    measured = [result for result in results if result.measured]
    passed = sum(result.passed for result in measured)
    print(f"{passed} of {len(measured)} claims hold", file=sys.stderr)
    if len(measured) < len(results):
        left = len(results) - len(measured)
        print(f"{left} rest on records that this installation lacks", file=sys.stderr)
    return 0 if passed == len(measured) > 0 else 1


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="An exercise, such as bptt-dL-dWhh.")],
    file: Annotated[Path, typer.Argument(help="A Python file with the function bptt_dL_dWhh.")],
) -> int:
    """Check the function of that name in FILE; nothing else of the file is called."""
    from rnncourse.exercises import grade_file

    verdict = grade_file(name, file)
    print(verdict)
    return 0 if verdict.right else 1
