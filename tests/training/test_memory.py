"""A process that trains keeps its pages."""

import platform
import subprocess
import sys

import pytest

GLIBC = platform.libc_ver()[0] == "glibc"
# Takes and frees 32 megabytes again and again, and says how many new pages each time needed.
TAKES = """
import resource, torch
from rnncourse.training import keep_memory
print(keep_memory())
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def take():
    a, b = torch.ones(2**22), torch.ones(2**22)
    del b, a
for _ in range(3):
    take()
before = faults()
for _ in range(50):
    take()
print((faults() - before) / 50)
"""


@pytest.mark.skipif(not GLIBC, reason="another C library keeps or returns memory as it likes")
def test_memory_that_is_kept_is_not_asked_for_again():
    ran = subprocess.run([sys.executable, "-c", TAKES], capture_output=True, text=True, check=True)
    can, pages = ran.stdout.split()
    assert can == "True"
    assert float(pages) < 10  # with malloc as it is about 300
