"""Where and with what a run was made."""

import platform
import subprocess
from pathlib import Path

import numpy as np
import torch

from rnncourse import __version__


def provenance() -> dict:
    """Where and with what a run was made: what may differ between two equal runs."""
    return {
        "rnncourse": __version__,
        "commit": commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "device": platform.machine(),
        "threads": torch.get_num_threads(),
    }


def commit() -> str | None:
    """The repository's commit, where the package runs from one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
