"""Pages that malloc keeps for the next update, in place of giving them back to the system.

An update takes and frees tens of megabytes. Where glibc's malloc gives them back, the system has to
clear new pages for the next update. With two layers of 256 units that was up to 38 megabytes for an
update and 17 % of its time, in some runs; in others, with the heap ending elsewhere, 5 %.
"""

import ctypes

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # glibc's malloc.h
KEPT = 2**30  # bytes that may lie unused at the end of the heap
TAKEN = 2**26  # bytes that are asked for more than is needed
LARGEST = 2**25  # bytes of what comes from the heap; glibc takes no more


def keep_memory() -> bool:
    """Let this process keep up to a gigabyte that it has freed; whether its malloc can.

    For a process that trains and then ends. It changes no number, and nothing where the C library
    is another than glibc.

    >>> kept = keep_memory()
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # musl and macOS; Windows has no main program
        return False
    choices = {TRIM_THRESHOLD: KEPT, TOP_PAD: TAKEN, MMAP_THRESHOLD: LARGEST}
    return all([mallopt(which, value) == 1 for which, value in choices.items()])
