"""One line for a mistake: what was typed, or the file, and what is wrong with it."""

import re
import sys
from contextlib import suppress
from types import MappingProxyType

from typer.core import TyperCommand

INNER = {  # how the library calls what an option gives
    "n": ("units", "hidden"),
    "batch_size": ("streams",),
    "length": ("window",),
    "num_layers": ("layers",),
    "cell_name": ("cell",),
    "experiment": ("name",),
    "max_workers": ("workers",),
}
SIZES = ("units", "hidden", "layers", "length", "streams", "window", "threads", "workers")
ARGUMENT = re.compile(r"^(?:the )?(\w+)(?= must )")
TOO_LARGE = re.compile(
    r"allocate memory|alloc_cpu|bad_alloc|calculation overflow|multiplication overflow"
    r"|overflow when unpacking|too big|too large to|maximum allowed dimension",
    re.IGNORECASE,
)
SYSTEM = re.compile(r"start new thread|map segment|open shared object|DLL load failed")
OTHER_RUN = "belongs to another run: "
CHOICE = re.compile(r"(?<=[:,] )(\w+)(?= is )")  # of its list of what differs
NO_FLOAT = "cannot be converted to type"  # torch's words for a number beyond its kind
MAY_BE_EMPTY = ("--only", "--prompt")  # the second has a line of its own
NOTHING = MappingProxyType({})
LONGEST = 1000  # characters of a line


class Told(Exception):
    """A mistake in words for a user, and the exit code."""


class Command(TyperCommand):
    """A command whose mistakes are told in the words of its options."""

    def parse_args(self, ctx, args):
        for before, value in zip(["", *args], args, strict=False):
            option = before if value == "" else value[:-1] if value[-1] == "=" else ""
            if option.startswith("--") and option not in MAY_BE_EMPTY:
                raise ValueError(f"{option} must not be empty")
            if "\0" in value:
                raise ValueError(f"{value!r} must not hold a NUL")
        return super().parse_args(ctx, args)

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except Exception as error:
            typed = {each.name: _typed(each) for each in self.params}
            told = explain(error, typed, ctx.params)
            if told is None:
                raise
            raise Told(*told) from None


def _typed(parameter) -> str:
    """An option as it is typed, or an argument as --help writes it."""
    longest = max(parameter.opts, key=len)
    return longest if longest.startswith("-") else longest.upper()


def explain(error: Exception, typed=NOTHING, values=NOTHING) -> tuple[str, int] | None:
    """What went wrong, and the exit code; None if it is neither a user's doing nor the system's.

    typed   what the command calls each of its parameters, by the parameter's name
    values  what the user gave to them
    """
    from rnncourse.records import MissingRecords

    if _is_of_size(error):
        smaller = " or ".join(typed[name] for name in SIZES if name in typed)
        advice = f": give a smaller {smaller}" if smaller else ""
        return f"there is not enough memory for this{advice}", 2
    if isinstance(error, FloatingPointError) or NO_FLOAT in str(error):
        lower = f"; a smaller {typed['learning_rate']} may help" if "learning_rate" in typed else ""
        return f"{error}{lower}", 1
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("rnncourse"):
        return f"{error.name} is not installed: pip install rnncourse", 2
    if isinstance(error, ImportError | RuntimeError) and SYSTEM.search(str(error)):
        return str(error), 2
    if isinstance(error, ValueError | OSError | MissingRecords):
        given = values if isinstance(error, ValueError) else NOTHING
        return _with_option(format_error(error), typed, given), 2
    return None


def _is_of_size(error: Exception) -> bool:
    """NumPy and torch tell in many ways that something does not fit into memory."""
    said = isinstance(error, OverflowError | RuntimeError | ValueError | TypeError)
    return isinstance(error, MemoryError) or (said and bool(TOO_LARGE.search(str(error))))


def format_error(error: Exception) -> str:
    """What went wrong; of a file that the system refused, the file first and its number nowhere."""
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.strerror[0].lower()}{error.strerror[1:]}"
        return reason if error.filename is None else f"{error.filename}: {reason}"
    return str(error) or type(error).__name__


def _with_option(message: str, typed, values) -> str:
    """The option in the place of an argument's name, or in front of a value that is quoted."""
    if found := ARGUMENT.match(message):
        names = (found[1], *INNER.get(found[1], ()))
        known = next((typed[name] for name in names if name in typed), None)
        return message if known is None else f"{known}{message[found.end() :]}"
    if OTHER_RUN in message:
        return CHOICE.sub(lambda found: typed.get(found[1], found[1]), message)
    quoted = [name for name, value in values.items() if isinstance(value, str)]
    known = next((typed[name] for name in quoted if repr(values[name]) in message), None)
    return message if known is None or known in message else f"{known}: {message}"


def say(error: BaseException) -> int | None:
    """Print the line for an error that ended the command; its exit code, None if it is none."""
    from typer import Abort, TyperException

    if isinstance(error, Told):
        message, code = error.args
    elif isinstance(error, TyperException):
        told = _not_a_number(error) or error.format_message()
        message, code = f"{told.rstrip('.')}. Try rnncourse --help.", 2
    elif isinstance(error, Abort):
        message, code = "there is no more input", 1
    elif isinstance(error, Exception) and (told := explain(error)) is not None:
        message, code = told
    else:
        return None
    line = " ".join(message.split())
    if len(line) > LONGEST:
        line = f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
    with suppress(OSError):  # there may be nowhere to say it
        print(f"rnncourse: {''.join(map(_printable, line))}", file=sys.stderr)
    return code


def _not_a_number(error) -> str | None:
    """The line for an option that takes a number and was given something else."""
    parameter, cause = getattr(error, "param", None), error.__cause__
    if parameter is None or not hasattr(cause, "errors"):  # pydantic's, which typer asks
        return None
    kind, *_ = (first := cause.errors()[0])["type"].split("_")
    wanted = {"int": "a whole number", "float": "a number"}.get(kind)
    return wanted and f"{_typed(parameter)} must be {wanted}, got {first['input']}"


def _printable(character: str) -> str:
    """A control character that was typed as its escape; bytes of a file's name as they are."""
    if character.isprintable() or "\udc80" <= character <= "\udcff":
        return character
    return ascii(character)[1:-1]
