"""The texts of the course: what there is, where it lies, and a download of what is missing."""

import json
from typing import Annotated

import typer

from rnncourse.cli.app import AsJson, Group, app, bar_on_stderr

data_app = Group(help="List the texts of the course, or download one.")
app.add_typer(data_app, name="data")
Name = Annotated[str, typer.Argument(help="A text of the list.")]


@data_app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """The texts: language, characters, and the file on this machine if there is one."""
    from rnncourse.text.corpora import BOOKS, TALES, TALES_CHARACTERS, find_book

    rows = [{"name": TALES, "title": "Fairy tales of a grammar", "language": "English"}]
    rows[0] |= {"characters": TALES_CHARACTERS, "where": "generated"}
    for name, book in BOOKS.items():
        path = find_book(name)
        row = {"name": name, "title": book.title, "language": book.language}
        row |= {"characters": book.characters, "where": None if path is None else str(path)}
        rows.append(row)
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in () if as_json else rows:
        where = row.pop("where") or "not on this machine"
        print("{name:<17} {language:<8}{characters:>10,}  {title}".format(**row))
        print(f"  {where}")


@data_app.command()
def fetch(name: Name) -> None:
    """Say where a text lies on this machine; download it into the user's cache if it does not."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn

    from rnncourse.text import fetch as fetch_book
    from rnncourse.text.corpora import CORPORA, TALES
    from rnncourse.validate import require_choice

    require_choice("name", name, CORPORA)
    if name == TALES:
        print(f"{TALES} is generated where it is used: there is nothing to fetch")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with bar_on_stderr(*columns) as bar:
        path = fetch_book(name, _Download(bar, name))
    print(path)


class _Download:
    """A bar in the form in which a download tells how far it is."""

    def __init__(self, bar, name: str):
        self.bar, self.task = bar, bar.add_task(name, visible=False)

    @property
    def total(self) -> int:
        return self.bar.tasks[0].total

    @total.setter
    def total(self, size: int) -> None:
        self.bar.update(self.task, total=size or None, visible=True)

    def update(self, size: int) -> None:
        self.bar.advance(self.task, size)

    def reset(self) -> None:
        self.bar.update(self.task, completed=0)

    def close(self) -> None:
        self.bar.stop_task(self.task)
