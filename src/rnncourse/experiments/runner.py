"""Run the runs of an experiment on this machine or on a cluster; each record is written once."""

import hashlib
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from pathlib import Path

import torch

from rnncourse.experiments.definitions import Experiment
from rnncourse.experiments.run import Run, execute
from rnncourse.records import Record


def run_experiment(
    experiment: Experiment,
    folder: Path,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    on_record: Callable[[Run, Record], None] | None = None,
) -> None:
    """Execute what has no record in ``folder`` yet; write each record when its run is done.

    On this machine ``workers`` processes of one thread each; a run that was interrupted goes on
    from its checkpoint. With ``scheduler`` the address of a Dask scheduler, on its workers, which
    share no disk with us: a run whose worker dies is executed anew.

    Raises: ValueError for a record in ``folder`` that is damaged; OSError if the scheduler does
    not answer.
    """
    waiting = unfinished(experiment, folder)
    pool = local_pool(workers, folder) if scheduler is None else cluster(scheduler)
    with pool as submit:
        for run, record in submit(waiting):
            record.save(record_path(folder, run))
            checkpoint_path(folder, run).unlink(missing_ok=True)
            if on_record is not None:
                on_record(run, record)


def record_path(folder: Path, run: Run) -> Path:
    return folder / f"{run.id}.json"


def checkpoint_path(folder: Path, run: Run) -> Path:
    """Named after the choices too: a run whose definition changed must not go on from the old."""
    choices = hashlib.sha256(repr(run).encode()).hexdigest()
    return folder / f".{run.id}-{choices[:8]}.pt"


def load_record(path: Path) -> Record:
    """A record of a run; without its digest, which ``execute`` gives to each, it is not whole."""
    record = Record.load(path)
    if "digest" not in record.provenance:
        raise ValueError(f"{path} is not a whole record: it lacks its digest")
    return record


def unfinished(experiment: Experiment, folder: Path) -> list[Run]:
    """The runs without a record of their own choices."""
    return [run for run in experiment.runs if not is_recorded(run, folder)]


def is_recorded(run: Run, folder: Path) -> bool:
    """Whether the folder holds the record of this run; of other choices it is another run's."""
    path = record_path(folder, run)
    if not os.path.lexists(path):
        return False
    record = load_record(path)
    return record.config == run.config and record.seed == run.seed


@contextmanager
def local_pool(workers: int, folder: Path):
    """Processes of one thread each; they end with us, whatever ends us."""
    folder.mkdir(parents=True, exist_ok=True)
    context = get_context("spawn")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)

    def submit(runs) -> Iterator[tuple[Run, Record]]:
        with _deaf_children():
            jobs = {
                executor.submit(_execute_here, run, checkpoint_path(folder, run)): run
                for run in runs
            }
        yield from _done(jobs, as_completed(jobs))

    try:
        yield submit
    except BrokenProcessPool:
        message = "a worker was killed; start the command again, it goes on where it stopped"
        raise OSError(message) from None
    finally:
        _end_workers(executor)


@contextmanager
def _deaf_children():
    """Processes that start in this block never see Ctrl-C, not even while they import."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else the first process starts it, which lets signals in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_workers(executor: ProcessPoolExecutor) -> None:
    """Now, not after the run that each is at; what they did so far is in the checkpoints."""
    for process in list((executor._processes or {}).values()):
        process.terminate()
    executor.shutdown(cancel_futures=True)


def _done(jobs: dict[Future, Run], finished) -> Iterator[tuple[Run, Record]]:
    for job in finished:
        yield jobs[job], job.result()


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    torch.set_num_threads(1)


def _execute_here(run: Run, checkpoint: Path) -> Record:
    return execute(run, checkpoint, on_step=_stop_when_orphaned)


def _stop_when_orphaned(now) -> None:
    parent = parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)  # who started us was killed; the checkpoint stays


@contextmanager
def cluster(address: str):
    """The workers of the Dask scheduler at ``address``."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install 'rnncourse[distributed]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise OSError(f"scheduler must be an address that answers: {address}: {error}") from None
    with client:

        def submit(runs) -> Iterator[tuple[Run, Record]]:
            jobs = {client.submit(_execute_there, run, pure=False): run for run in runs}
            yield from _done(jobs, as_completed(jobs))

        yield submit


def _execute_there(run: Run) -> Record:
    torch.set_num_threads(1)
    return execute(run)
