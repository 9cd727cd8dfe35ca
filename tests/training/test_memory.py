"""A process that trains keeps its pages."""

import platform
import subprocess
import sys

import pytest

GLIBC = platform.libc_ver()[0] == "glibc"
# Takes and frees eight megabytes again and again, and says how many pages the system gave for it.
TAKES = """
import resource, sys, torch
from rnncourse.training import keep_memory
print(keep_memory() if sys.argv[1] == "keep" else False)
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def take():
    a, b = torch.ones(2**21), torch.ones(2**21)
    del b, a
take()
before = faults()
for _ in range(50):
    take()
print((faults() - before) / 50)
"""


def taken(how):
    ran = subprocess.run(
        [sys.executable, "-c", TAKES, how], capture_output=True, text=True, check=True
    )
    can, faults = ran.stdout.split()
    return can == "True", float(faults)


@pytest.mark.skipif(not GLIBC, reason="another C library keeps or returns memory as it likes")
def test_memory_that_is_kept_is_not_asked_for_again():
    (_, returned), (can, kept) = taken("return"), taken("keep")
    assert can
    assert kept < 100 < returned
