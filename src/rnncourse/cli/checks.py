"""Claims and exercises, checked."""

import difflib
import json
import math
import os
import sys
import time
from collections.abc import Iterable
from typing import Annotated

import typer

from rnncourse.cli.app import AsJson, app


@app.command()
def claims(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Only these claims, such as bptt-dL-dWhh.")
    ] = None,
    chapter: Annotated[str | None, typer.Option(help="Only this chapter: 02 or bptt.")] = None,
    as_json: AsJson = False,
) -> int:
    """Verify the claims of the book; exit 1 if one fails."""
    from rnncourse.claims import REGISTRY, verify
    from rnncourse.rooms import find_topic

    topic = None if chapter is None else find_topic(chapter)
    wanted = known_claims(ids) if ids else list(REGISTRY)
    results = verify([id for id in wanted if topic in (None, REGISTRY[id].chapter)])
    if as_json:
        rows = [result._asdict() | {"error": str(result.error)} for result in results]
        print(json.dumps(rows, indent=1))
    for result in () if as_json else results:
        print(as_line(result))
    measured = [result for result in results if result.measured]
    passed = sum(result.passed for result in measured)
    print(f"{passed} of {len(measured)} claims hold", file=sys.stderr)
    if len(measured) < len(results):
        left = len(results) - len(measured)
        print(f"{left} rest on records that this installation lacks", file=sys.stderr)
    return 0 if passed == len(measured) > 0 else 1


def known_claims(ids: Iterable[str]) -> list[str]:
    """These ids. Raises: ValueError if the book has no such claim, with those near it."""
    from rnncourse.claims import REGISTRY

    ids = list(ids)
    for id in ids:
        if id not in REGISTRY:
            near = (
                ", ".join(difflib.get_close_matches(id, REGISTRY)) or "rnncourse claims lists them"
            )
            raise ValueError(f"the book has no claim {id!r}; near it: {near}")
    return ids


def as_line(result) -> str:
    """A measured claim in a line, with a second one that says what failed."""
    sign, bound = ("✓", "≤") if result.passed else ("✗", ">")
    if not result.measured:
        return f"? {result.id:<34} {result.message}"
    line = f"{sign} {result.id:<34} {result.error:8.1e} {bound} {result.tolerance:.0e}"
    line += f" absolute: {result.absolute}" if result.absolute else ""
    return f"{line}\n  {result.message}" if result.message else line


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="An exercise, such as bptt-dL-dWhh.")] = None,
    file: Annotated[
        str | None,
        typer.Argument(help="A Python file or a notebook with the function bptt_dL_dWhh."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the exercises.")] = False,
    chapter: Annotated[str | None, typer.Option(help="List only this one: 02 or bptt.")] = None,
    as_json: AsJson = False,
) -> int:
    """Check the function of that name in FILE, or, without a name, all that FILE answers.

    The function runs in a process of its own, with limits of time and memory; nothing else of
    the file is called. Exit 0 if all is right, 1 if something is wrong or not answered yet.
    """
    if listed or chapter is not None:
        return list_exercises(name, listed, chapter, as_json)
    name, file = name_and_file(name, file)
    rows = []
    for row in graded(name, file):
        rows.append(row)
        if not as_json and not row.not_yet:
            print(row.verdict, flush=True)
    right = sum(row.verdict.right for row in rows)
    left = [row.verdict.name for row in rows if row.not_yet]
    if as_json:
        print(json.dumps([as_row(row) for row in rows], indent=1))
    elif left:
        print(f"Not yet: {', '.join(left)}.")
        notes = dict.fromkeys(note for row in rows if row.not_yet for note in row.verdict.notes)
        said = {note for row in rows if not row.not_yet for note in row.verdict.notes}
        print(end="".join(f"Note: {note}.\n" for note in notes if note not in said))
    if name is None:
        wrong = len(rows) - right - len(left)
        print(f"{right} right, {wrong} wrong, {len(left)} not yet", file=sys.stderr)
    return 0 if right == len(rows) > 0 else 1


def graded(name: str | None, file: str) -> Iterable:
    """One verdict, or one for each exercise that the file has a function for."""
    from rnncourse.exercises import grade_all, grade_file
    from rnncourse.exercises.files import Graded

    if name is None:
        return grade_all(file)
    began = time.monotonic()
    return [Graded(grade_file(name, file), False, time.monotonic() - began)]


def as_row(graded) -> dict:
    """A verdict for a program to read. ``error`` is null where no number came."""
    verdict = graded.verdict
    mistake = verdict.mistake and {"id": verdict.mistake.id, "sentence": verdict.mistake.sentence}
    return {
        "name": verdict.name,
        "right": bool(verdict.right),
        "not_yet": graded.not_yet,
        "text": verdict.text,
        "error": float(verdict.error) if math.isfinite(verdict.error) else None,
        "mistake": mistake,
        "hints": list(verdict.hints),
        "notes": list(verdict.notes),
        "seconds": round(graded.seconds, 3),
    }


def name_and_file(first: str | None, second: str | None) -> tuple[str | None, str]:
    """What the words of a command line mean: an exercise, or none for all, and a file.

    They may come in either order. Raises: ValueError that says which one is missing or unknown.
    """
    from rnncourse.exercises.registry import all_exercises, find

    if first is None:
        raise ValueError(
            "check what? rnncourse check FILE, or rnncourse check NAME FILE; "
            "rnncourse check --list has the names"
        )
    known = all_exercises()
    if second is not None:
        swapped = first not in known and is_file(first) and not is_file(second)
        name, file = (second, first) if swapped else (first, second)
        return find(name).name, file
    if first in known:
        function = known[first].signature
        raise ValueError(f"give the file, too: rnncourse check {first} FILE, with def {function}")
    if not is_file(first):
        try:
            find(first)
        except ValueError as error:
            raise ValueError(f"{first} is no file, and {error}") from None
    return None, first


def is_file(word: str) -> bool:
    """Does the word mean a file, whether or not it exists?"""
    named = word == "-" or word.endswith((".py", ".ipynb")) or "/" in word or os.sep in word
    return named or os.path.exists(word)


def list_exercises(name: str | None, listed: bool, chapter: str | None, as_json: bool) -> int:
    """Names, what to define, and the first line of what is asked."""
    from rnncourse.exercises.registry import all_exercises
    from rnncourse.rooms import find_topic, numbers

    if not listed:
        raise ValueError("--chapter goes with --list: rnncourse check --list --chapter bptt")
    if name is not None:
        raise ValueError(f"--list takes no name and no file, got {name}; --chapter chooses")
    topic = None if chapter is None else find_topic(chapter)
    shown = [each for each in all_exercises().values() if topic in (None, each.chapter)]
    rows = [as_listed(each, numbers().get(each.chapter, "")) for each in shown]
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in () if as_json else rows:
        print(f"{row['number']} {row['name']:<28} {row['function']}")
        print(f"   {row['statement']}")
    return 0


def as_listed(exercise, number: str) -> dict:
    """An exercise for a program to read."""
    return {
        "name": exercise.name,
        "number": number,
        "chapter": exercise.chapter,
        "function": exercise.signature,
        "statement": exercise.statement.splitlines()[0],
    }
