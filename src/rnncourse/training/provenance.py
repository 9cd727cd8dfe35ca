"""Where and with what a run was made."""

import ctypes
import platform
import subprocess
from pathlib import Path

import numpy as np
import torch
from numpy._core import _multiarray_umath

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
        "processor": processor(),
        "kernels": kernels(),
        "threads": torch.get_num_threads(),
    }


def commit() -> str | None:
    """The repository's commit, where the package runs from one."""
    return _said("git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD")


def processor() -> str:
    """The processor's name, such as AMD EPYC, or its architecture where the system tells none."""
    if platform.system() == "Darwin":
        name = _said("sysctl", "-n", "machdep.cpu.brand_string")
    elif (told := Path("/proc/cpuinfo")).exists():
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((s.partition(":")[2].strip() for s in lines if s.startswith("model name")), "")
    else:
        name = platform.processor()
    return name or platform.machine()


def kernels() -> str:
    """Which kernels the libraries chose: they differ in rounding.

    NumPy's widest instructions, OpenBLAS's core, torch's vectors; "–" where one cannot be asked.
    """
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    widest = (simd.get("found") or simd.get("baseline") or ["–"])[-1]
    vectors = torch.backends.cpu.get_cpu_capability()
    return f"NumPy {widest}, OpenBLAS {_blas_core()}, torch {vectors}"


def _blas_core() -> str:
    """The kernels of NumPy's OpenBLAS; its functions can be found through NumPy's own library."""
    library = ctypes.CDLL(_multiarray_umath.__file__)
    for name in ("scipy_openblas_get_corename64_", "openblas_get_corename"):
        if (core := getattr(library, name, None)) is not None:
            core.restype = ctypes.c_char_p
            return core().decode()
    return "–"


def _said(*command: str) -> str | None:
    """What the command printed, or None if there is no such command or it failed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
