"""Standard streams that take every character, and lose nothing but what nobody reads."""

import codecs
import errno
import io
import os
import sys

STAND_INS = {
    "✓": "+",
    "✗": "x",
    "…": "...",
    "–": "-",
    "−": "-",
    "·": "*",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "’": "'",
    "“": '"',
    "”": '"',
}
READABLE = "rnncourse-readable"
GONE = (errno.EPIPE, errno.EINVAL)  # the second is Windows's word for the first


def readable(error: UnicodeError) -> tuple[str | bytes, int]:
    """A stand-in for a character that the encoding lacks; bytes of a file's name as they are."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff":
        return bytes([ord(character) - 0xDC00]), error.start + 1
    return STAND_INS.get(character, "?"), error.start + 1


codecs.register_error(READABLE, readable)


class Output(io.TextIOWrapper):
    """A stream whose reader may leave: what it would have read is lost, the work goes on.

    Another failure is an OSError that names the stream; what is left to be written is given up.
    """

    called = "output"

    def write(self, text: str) -> int:
        return self._try(super().write, text)

    def flush(self) -> None:
        self._try(super().flush)

    def _try(self, do, *arguments):
        try:
            return do(*arguments)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if error.errno not in GONE:
                raise OSError(error.errno, error.strerror, self.called) from None
            return do(*arguments)


def make_whole() -> None:
    """Streams that were closed lead nowhere, and the two that are written to are ``Output``s.

    A stream that a program put in place of the process's own only learns the stand-ins.
    """
    _occupy()
    for name, called in (("stdout", "standard output"), ("stderr", "standard error")):
        stream, own = getattr(sys, name), getattr(sys, f"__{name}__")
        if stream is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8"))
        elif stream is own and type(stream) is io.TextIOWrapper:
            setattr(sys, name, _output(stream, called))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=READABLE)


def _occupy() -> None:
    """Give the numbers 0, 1 and 2 to nothing where they are free: no file may take them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _output(stream: io.TextIOWrapper, called: str) -> Output:
    """Another writer of the same bytes."""
    stream.flush()
    options = {"encoding": stream.encoding, "line_buffering": stream.line_buffering}
    made = Output(stream.buffer, errors=READABLE, **options)
    made.called = called
    return made


def all_written() -> None:
    """What was printed is out, or an OSError says why not."""
    sys.stdout.flush()
