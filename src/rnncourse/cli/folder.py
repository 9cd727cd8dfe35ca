"""The folder of a run: one rnncourse at a time writes there, and never over another run."""

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnncourse.records import PART, require_folder

CHECKPOINT, RECORD = "checkpoint.pt", "record.json"
LOCK = ".rnncourse-is-writing"
OURS = re.compile(rf"\.\S+\.(json|pt)\.\d+{re.escape(PART)}")  # as ``write_whole`` calls them
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder until the block is left or the process ends, in whatever way.

    The lock is the system's: it dies with the process that holds it, and its file means nothing.
    What a killed run left half-written is removed; so is a folder made here that stayed empty.

    Raises: ValueError if another process holds the folder; OSError if it cannot be written to.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    require_folder(folder)
    lock = _locked(folder)
    try:
        _remove_parts(folder)
        yield
    finally:
        _remove_parts(folder)
        with suppress(OSError):
            (folder / LOCK).unlink()  # while it is held: who waits at its door looks again
        lock.release()
        with suppress(OSError):
            for each in made:
                each.rmdir()


def _remove_parts(folder: Path) -> None:
    """What runs that were killed left half-written; nobody else's files."""
    with suppress(OSError):
        for part in folder.iterdir():
            if OURS.fullmatch(part.name):
                part.unlink()


def _locked(folder: Path):
    """The lock that is held; where the system has no locks, a word, and one that holds nothing."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(
            f"{folder} is in use: another rnncourse is writing there; "
            "wait for its end, or give another --out"
        ) from None
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        print(
            f"{folder} cannot be locked ({error.strerror}): start no second run there",
            file=sys.stderr,
        )
    return lock


@contextmanager
def checkpoint_in(out: Path, resume: bool) -> Iterator[Path]:
    """The checkpoint's path in the folder of a run. A stopped run says what is kept.

    Raises: ValueError if a run is there that must not be written over.
    """
    with alone_in(out):
        checkpoint = out / CHECKPOINT
        _require_no_loss(out, resume)
        if resume and not checkpoint.exists():
            print(f"no checkpoint in {out}: this run begins at its first step", file=sys.stderr)
        try:
            yield checkpoint
        except KeyboardInterrupt:
            there = checkpoint.exists()
            kept = f"--resume goes on from {checkpoint}" if there else "nothing is kept"
            print(f"interrupted: {kept}", file=sys.stderr)
            raise


def _require_no_loss(out: Path, resume: bool) -> None:
    if not (out / CHECKPOINT).exists():
        if (out / RECORD).exists():
            raise ValueError(
                f"{out} holds the record of a run and no checkpoint to go on from: "
                "give another --out"
            )
    elif not resume:
        raise ValueError(f"{out} holds a run: go on with --resume, or give another --out")
