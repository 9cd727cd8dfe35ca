"""The command itself and what its groups share."""

from typing import Annotated

import typer

from rnncourse import __version__
from rnncourse.cli.ends import TURNS, main
from rnncourse.cli.errors import Command

__all__ = ["TURNS", "AsJson", "Group", "app", "bar_on_stderr", "main"]


class Group(typer.Typer):
    """Commands whose mistakes are told in the words of their options."""

    def command(self, *arguments, **options):
        return super().command(*arguments, **({"cls": Command} | options))


app = Group(
    help="A course on recurrent networks whose derivations are checked by a machine.",
    add_completion=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


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


def bar_on_stderr(*columns):
    """A progress bar that is drawn on a terminal alone; what it prints goes anywhere."""
    from rich.progress import Progress

    console = stderr()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
