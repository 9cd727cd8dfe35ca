"""The known wrong answers of all exercises, by chapter: what a verdict's "Known mistake" names."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from rnncourse.exercises.registry import all_exercises
from rnncourse.rooms import numbers


class KnownMistakes(SphinxDirective):
    """List every exercise with its known mistakes; those of lists of statements are folded."""

    has_content = False

    def run(self):
        self.env.note_reread()  # what it lists stands in the package
        chapters: dict[str, list] = {}
        for exercise in all_exercises().values():
            chapters.setdefault(exercise.chapter, []).append(exercise)
        return [_section(topic, exercises) for topic, exercises in chapters.items()]


def _section(topic, exercises):
    title = f"Chapter {int(numbers().get(topic, 0))}"
    section = nodes.section("", nodes.title("", title), ids=[f"mistakes-{nodes.make_id(topic)}"])
    section["names"] = [nodes.fully_normalize_name(title)]
    for exercise in exercises:
        entries = dict.fromkeys(f"{m.id}: {m.sentence}" for m in exercise.mistakes)
        items = [_item(*entry.split(": ", 1)) for entry in entries]
        head = nodes.paragraph("", "", nodes.literal("", exercise.name))
        head["ids"] = [f"mistakes-of-{nodes.make_id(exercise.name)}"]
        listed = [nodes.bullet_list("", *items)]
        section += [head, *(_folded(listed) if exercise.facts else listed)]
    return section


def _folded(listed):
    """Behind a line to open: who reads these has the answers."""
    start = "<details><summary>Statements, with their answers</summary>"
    return [_html(start), *listed, _html("</details>")]


def _html(text):
    return nodes.raw("", text, format="html")


def _item(id, sentence):
    text = nodes.paragraph("", "", nodes.strong("", id), nodes.Text(f": {sentence}."))
    return nodes.list_item("", text)


def setup(app):
    app.add_directive("known-mistakes", KnownMistakes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
