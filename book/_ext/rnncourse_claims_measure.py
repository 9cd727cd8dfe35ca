"""Measure the claims of the rooms that changed; keep what was measured in _build/claims.json."""

import inspect
import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rnncourse_claims_text import failure_lines, state_text
from rnncourse_sources import room_hash, shared_hash

from rnncourse.rooms import PACKAGE, topics

FILE = "claims.json"  # rooms: by topic the key, when and with what it was measured, the results


def load(folder: Path) -> dict[str, dict]:
    """What a build folder keeps, by room, of the rooms that there are."""
    path = folder / FILE
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    by_room = kept.get("rooms", {})
    return {room: by_room[room] for room in topics() if room in by_room}


def stale(kept: dict[str, dict]) -> list[str]:
    """The rooms whose claims must be measured, for the first time or again."""
    return [room for room in topics() if kept.get(room, {}).get("key") != _key(room)]


def measure(names: list[str]) -> dict[str, dict]:
    """The entries of these rooms, measured now in this process."""
    from rnncourse import claims
    from rnncourse.training.provenance import provenance

    claims_of = {room: [] for room in names}
    for id, entry in claims.REGISTRY.items():
        claims_of.get(entry.chapter, []).append(id)
    now = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "made": provenance()}
    about = {room: {"key": _key(room), **now} for room in names}
    return {
        room: {**about[room], "results": [*map(_with_function, claims.verify(ids))]}
        for room, ids in claims_of.items()
    }


def _with_function(result) -> dict:
    from rnncourse import claims

    return {**result._asdict(), "function": function_place(claims.REGISTRY[result.id].measure)}


def function_place(measure) -> dict | None:
    """Where the function stands that measures a claim, and how it is called; None if nowhere."""
    given = []
    while isinstance(measure, partial):
        named = [f"{name}={value!r}" for name, value in measure.keywords.items()]
        given[:0] = [*map(repr, measure.args), *named]
        measure = measure.func
    function = inspect.unwrap(measure)
    if not inspect.isfunction(function):
        return None
    lines, first = inspect.getsourcelines(function)
    path = Path(inspect.getsourcefile(function)).resolve()
    name, told = function.__qualname__, ", ".join(given)
    plain = len(told) <= 60 and "\n" not in told and "<" not in told
    return {
        "name": name,
        "call": f"{name}({told if plain else '…'})",
        "file": path.relative_to(PACKAGE.parent.resolve()).as_posix(),
        "first": first,
        "last": first + len(lines) - 1,
    }


def save(folder: Path, entries: dict[str, dict]) -> None:
    """Keep these entries, in the order of the book."""
    in_order = {room: entries[room] for room in topics() if room in entries}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps({"rooms": in_order}), encoding="utf-8")


def results(entries: dict[str, dict]) -> dict[str, dict]:
    """All results by the claim's id."""
    return {result["id"]: result for entry in entries.values() for result in entry["results"]}


def _key(room: str) -> str:
    return f"{shared_hash()} {room_hash(room)} with functions"


def main(folder: str) -> None:
    """Measure what changed, print what fails: the claims' part of `make quick`."""
    kept = load(Path(folder))
    kept.update(measure(stale(kept)))
    save(Path(folder), kept)
    found = results(kept)
    print("\n".join([state_text(found), *failure_lines(found)]))
    sys.exit(not found or any(not result["passed"] for result in found.values()))


if __name__ == "__main__":
    main(sys.argv[1])
