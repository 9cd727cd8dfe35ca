"""Characters and their numbers."""

from dataclasses import dataclass, field

import numpy as np

from rnncourse.validate import require_indices

UNKNOWN = -1


@dataclass(frozen=True)
class Vocabulary:
    """The characters of a text, each with a number: its place in sorted order.

    ``characters`` is the whole vocabulary as one sorted string: write it into JSON, and
    ``Vocabulary(characters)`` makes the same vocabulary again.

    Raises: ValueError if ``characters`` is empty, not sorted or holds one character twice.
    """

    characters: str
    _codes: np.ndarray = field(init=False, repr=False, compare=False)  # (K,) of number k
    _numbers: np.ndarray = field(init=False, repr=False, compare=False)  # by code point

    def __post_init__(self) -> None:
        characters = self.characters
        if not isinstance(characters, str) or not characters:
            raise ValueError(f"characters must be a string that is not empty, got {characters!r}")
        if list(characters) != sorted(set(characters)):
            raise ValueError("characters must be sorted and different; use Vocabulary.from_text")
        codes = _code_points(characters)
        numbers = np.full(int(codes[-1]) + 2, UNKNOWN)  # the last place stands for all beyond
        numbers[codes] = np.arange(len(codes))
        object.__setattr__(self, "_codes", codes)
        object.__setattr__(self, "_numbers", numbers)

    @classmethod
    def from_text(cls, text: str) -> "Vocabulary":
        """The vocabulary of all characters of ``text``."""
        if not isinstance(text, str) or not text:
            raise ValueError(f"text must be a string that is not empty, got {text!r}")
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.characters)

    def __contains__(self, character: str) -> bool:
        return character in self.characters

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the characters of ``text``.

        Shapes: (T,) int64 in 0 … K − 1; (0,) for the empty string.
        Raises: ValueError that names the first character outside the vocabulary and its place.
        """
        if not isinstance(text, str):
            raise ValueError(f"text must be a string, got {type(text).__name__}")
        codes = _code_points(text)
        ids = self._numbers[np.minimum(codes, len(self._numbers) - 1)]
        unknown = np.flatnonzero(ids == UNKNOWN)
        if len(unknown):
            raise ValueError(_not_in_vocabulary(text, int(unknown[0])))
        return ids

    def decode(self, ids) -> str:
        """The text whose characters have the numbers ``ids``, shape (T,)."""
        ids = np.asarray(ids)
        if ids.ndim != 1:
            raise ValueError(f"ids must have shape (T,), got {ids.shape}")
        if not len(ids):
            return ""
        require_indices("ids", ids, len(self))
        return self._codes[ids].tobytes().decode("utf-32-le", "surrogatepass")


def _code_points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _not_in_vocabulary(text: str, place: int) -> str:
    """One line that names the character, its code point and where it stands."""
    character = text[place]
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return (
        f"character {character!r} (U+{ord(character):04X}) at line {line}, column {column} "
        f"(place {place} of the text, from 0) is not in the vocabulary"
    )
