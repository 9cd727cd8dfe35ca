"""Many float16 numbers in few letters of a script: 0.32 MB where base64 takes 0.41.

The upper byte of a float16 holds sign and size, of which a network's weights have few; it is
written in a code whose words are short for what is frequent (Huffman's). The lower byte is as good
as random and stays. The bits of both are cut into pieces of seven, each a letter of ASCII.
``rnncourse.unpacked`` in widgets.js reads them.
"""

import heapq
from collections import Counter

import numpy as np

# The five letters that cannot stand in a string of a script as they are. One bit of each letter is
# turned, so that seven zeros, which are frequent where numbers repeat, are none of them.
TURNED = 64
ESCAPED = {0: "\\x00", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}


def packed(array: np.ndarray) -> dict[str, str]:
    """The literals of ``low``, the lower bytes, ``high``, the code words of the upper ones, and
    ``lengths``, which upper byte has a word of which length, as pairs of hexadecimal numbers."""
    bits = array.astype("<f2").ravel().view("<u2")
    high, low = (bits >> 8).tolist(), (bits & 255).astype(np.uint8)
    lengths = word_lengths(Counter(high))
    words = code_words(lengths)
    coded = np.array(list("".join(words[byte] for byte in high)), dtype=np.uint8)
    return {
        "low": literal(np.unpackbits(low)),
        "high": literal(coded),
        "lengths": '"' + "".join(f"{byte:02x}{n:02x}" for byte, n in lengths) + '"',
    }


def word_lengths(counts: Counter) -> list[tuple[int, int]]:
    """Each byte and the length of its word, the short ones first (Huffman, 1952)."""
    heap = [(count, [byte]) for byte, count in sorted(counts.items())]
    lengths = Counter({byte: int(len(heap) == 1) for byte in counts})
    heapq.heapify(heap)
    while len(heap) > 1:
        (rare, first), (next_rare, second) = heapq.heappop(heap), heapq.heappop(heap)
        lengths.update(first + second)
        heapq.heappush(heap, (rare + next_rare, first + second))
    return sorted(lengths.items(), key=lambda pair: (pair[1], pair[0]))


def code_words(lengths: list[tuple[int, int]]) -> dict[int, str]:
    """The words, counted upward in the order of the lengths; none begins with another."""
    words, word, before = {}, 0, 0
    for byte, length in lengths:
        word <<= length - before
        words[byte], before = f"{word:0{length}b}", length
        word += 1
    return words


def literal(bits: np.ndarray) -> str:
    """A string of a script with seven bits in a letter; the last is filled with zeros."""
    rows = np.pad(bits, (0, -len(bits) % 7)).reshape(-1, 7)
    codes = rows @ (1 << np.arange(6, -1, -1))
    return '"' + "".join(ESCAPED.get(code, chr(code)) for code in (codes ^ TURNED).tolist()) + '"'
