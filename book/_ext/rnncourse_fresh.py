"""Before the pages are read: measure and execute what changed, two jobs at a time.

A draft leaves a lesson as it is where the shared part changed and its room did not; the book
executes everything that could have changed.
"""

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import rnncourse_claims_measure as claims
import rnncourse_report as report
from rnncourse_lessons import Lessons, execute
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)
AT_ONCE = 2


def bring_up_to_date(app):
    """Measure the claims of rooms that changed, execute the lessons that changed."""
    folder = Path(app.outdir).parent
    kept = claims.load(folder)
    rooms = claims.stale(kept)
    lessons = Lessons(app) if app.config.nb_execution_mode == "cache" else None
    stale = _stale_lessons(app, lessons) if lessons else []
    jobs = [("the claims", claims.measure, rooms)] if rooms else []
    jobs += [(docname, execute, *lessons.job(docname)) for docname in stale]
    for name, result in in_parallel(jobs):
        if name == "the claims":
            kept.update(result)
            claims.save(folder, kept)
        else:
            lessons.store(name, result)
            lessons.save()
    app.rnncourse_states = dict(lessons.kept) if lessons else {}


def in_parallel(jobs):
    """Each job's name and result as it ends; one that breaks ends the build."""
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn"), one_thread) as pool:
        names = {pool.submit(*job): name for name, *job in jobs}
        for count, job in enumerate(as_completed(names), start=1):
            if error := job.exception():
                pool.shutdown(cancel_futures=True)
                raise ExtensionError(f"{names[job]}: {error.__cause__ or error}")
            logger.info("measured or executed [%d of %d]: %s", count, len(names), names[job])
            yield names[job], job.result()


def one_thread():
    """Sums of floating-point numbers come out the same everywhere."""
    os.environ["OMP_NUM_THREADS"] = "1"


def _stale_lessons(app, lessons) -> list[str]:
    every = lessons.stale()
    stale = lessons.stale(("code", "room")) if app.config.rnncourse_draft else every
    for docname in stale:
        lessons.forget(docname)
    if left := len(every) - len(stale):
        report.lines.append(
            f"{left} pages with code are as they were before the library or a record changed;"
            " make book executes them."
        )
    return stale


def pages_to_read_again(app, env, added, changed, removed):
    """The pages that were executed since they were read."""
    last, env.rnncourse_states = getattr(env, "rnncourse_states", {}), app.rnncourse_states
    return [
        docname for docname, state in env.rnncourse_states.items() if last.get(docname) != state
    ]


def setup(app):
    """Work before the extensions that read the results."""
    app.add_config_value("rnncourse_draft", False, "")
    app.connect("builder-inited", bring_up_to_date, priority=600)  # after MyST-NB's configuration
    app.connect("env-get-outdated", pages_to_read_again)
    return {"version": "1", "parallel_read_safe": True}
