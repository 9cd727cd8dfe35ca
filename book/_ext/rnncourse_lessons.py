"""Which lessons and pages with code must be executed, and their execution.

The cache that MyST-NB reads knows a notebook by its code. What the code calls changes too, so the
states beside that cache say of which room, and of which shared part, an execution is.
"""

import json
import re
from contextlib import suppress
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import DeadKernelError
from rnncourse_figures import ARGUMENTS, shrink
from rnncourse_run_lessons import QUIET
from rnncourse_sources import room_hash, rooms_of, shared_hash

FILE = "states.json"
OWN_CLAIMS = re.compile(r"chapters\.\w+(?:\.| import )claims|\bverify\b")


class Lessons:
    """The notebooks of a book, their states, and the cache of what they printed."""

    def __init__(self, app):
        self.timeout = app.config.nb_execution_timeout
        config = app.env.myst_config, app.env.mystnb_config
        self.cache = get_cache(app.env.mystnb_config.execution_cache_path)
        self.paths, self.notebooks = {}, {}
        found = app.project.discover(app.config.exclude_patterns)
        for docname in sorted(found, reverse=True):  # notebooks first: they take longer
            path = Path(app.project.doc2path(docname, absolute=True))
            reader = create_nb_reader(str(path), *config, text := path.read_text("utf-8"))
            if reader is not None:
                self.paths[docname], self.notebooks[docname] = path, reader.read(text)
        self.now = {
            docname: state(self.cache, docname, notebook)
            for docname, notebook in self.notebooks.items()
        }
        self.kept = kept_states(self.cache)

    def save(self) -> None:
        """Keep the states of the lessons that there are."""
        there = {docname: self.kept[docname] for docname in self.now if docname in self.kept}
        (self.cache.path / FILE).write_text(json.dumps(there), encoding="utf-8")

    def stale(self, parts=("code", "room", "shared")) -> list[str]:
        """The lessons that were never executed, or of which one of these parts is another now."""
        return [
            docname
            for docname, now in self.now.items()
            if any(self.kept.get(docname, {}).get(part) != now[part] for part in parts)
            or not self._is_cached(docname)
        ]

    def _is_cached(self, docname: str) -> bool:
        with suppress(KeyError):
            return bool(self.cache.match_cache_notebook(self.notebooks[docname]))
        return False

    def forget(self, docname: str) -> None:
        """Remove what the cache holds of a lesson: what is left there is always valid."""
        self.kept.pop(docname, None)
        with suppress(KeyError):
            self.cache.remove_cache(self.cache.match_cache_notebook(self.notebooks[docname]).pk)

    def store(self, docname: str, executed) -> None:
        """Keep an execution; of one that failed nothing, and MyST-NB runs and reports it again."""
        notebook, seconds = executed
        self.kept[docname] = self.now[docname]
        if notebook is not None:
            bundle = CacheBundleIn(
                notebook, str(self.paths[docname]), data={"execution_seconds": seconds}
            )
            self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def job(self, docname: str) -> tuple:
        """The arguments of ``execute`` for this lesson."""
        return self.notebooks[docname], str(self.paths[docname].parent), self.timeout


def state(cache, docname: str, notebook) -> dict[str, str]:
    """What an execution of this notebook would depend on now: code, room, and shared part."""
    _, code = cache.create_hashed_notebook(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    claims = OWN_CLAIMS.search("\n".join(cells)) is not None
    room = " ".join(room_hash(name, claims) for name in rooms_of(docname))
    return {"code": f"{code} {ARGUMENTS}", "room": room, "shared": shared_hash()}


def kept_states(cache) -> dict[str, dict]:
    """The states of the executions that a cache holds, by page."""
    path = cache.path / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def kept_execution(cache, docname: str, notebook):
    """The notebook as it was executed last, None if it could come out differently now."""
    if kept_states(cache).get(docname) != state(cache, docname, notebook):
        return None
    with suppress(KeyError):
        return cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb
    return None


def execute(notebook, folder: str, timeout: int):
    """The executed notebook, None if a cell raised, and the seconds that it took.

    A kernel is given free ports, and another program may take one before it is there: it cannot
    start then (RuntimeError), and is started again, twice at most.
    """
    for last in (False, False, True):
        try:
            done = single_nb_execution(
                notebook,
                cwd=folder,
                timeout=timeout,
                allow_errors=False,
                extra_arguments=[*QUIET, *ARGUMENTS],
            )
        except RuntimeError as error:
            if last or isinstance(error, DeadKernelError):  # which died after it had started
                raise
        else:
            return (None if done.err else shrink(done.nb)), done.time
