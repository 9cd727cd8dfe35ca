"""The command itself: its groups, its exit codes, one line for a mistake."""

import os
import sys
from typing import Annotated

import typer

from rnncourse import __version__

app = typer.Typer(
    help="A course on recurrent networks whose derivations are checked by a machine.",
    add_completion=False,
    rich_markup_mode=None,
)

# So often a thread looks for the other's result before it gives its core away; torch's own number
# is larger. On a crowded machine two threads can otherwise wait for a core that the waiting holds:
# an update was once seen to take 9 s in place of 0.3 s. Alone the difference is within the noise.
TURNS = "10000"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def main() -> None:
    """Run the command; a user's mistake is one line on stderr, never a stack trace."""
    os.environ.setdefault("GOMP_SPINCOUNT", TURNS)  # read when torch is imported
    try:
        sys.exit(app(prog_name="rnncourse", standalone_mode=False))
    except typer.TyperException as error:
        _stop(f"{error.format_message()} Try rnncourse --help.", code=2)
    except (ValueError, OSError) as error:
        _stop(format_error(error), code=2)
    except FloatingPointError as error:
        _stop(str(error), code=1)


def format_error(error: Exception) -> str:
    """What went wrong; of a file that the system refused, the file first and its number nowhere."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error)


def _stop(message: str, code: int) -> None:
    line = " ".join(message.split())
    print(f"rnncourse: {line}", file=sys.stderr)
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def stderr():
    from rich.console import Console

    return Console(stderr=True)
