"""The known wrong answers of all exercises, by chapter: what a verdict's "Known mistake" names."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from rnncourse.exercises.registry import all_exercises
from rnncourse.rooms import numbers


class KnownMistakes(SphinxDirective):
    """List every exercise with its known mistakes; those of a list of statements stay unsaid."""

    has_content = False

    def run(self):
        self.env.note_reread()  # what it lists stands in the package
        chapters: dict[str, list] = {}
        for exercise in all_exercises().values():
            if not exercise.facts:  # who reads these has the answers
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
        section += [head, nodes.bullet_list("", *items)]
    return section


def _item(id, sentence):
    text = nodes.paragraph("", "", nodes.strong("", id), nodes.Text(f": {sentence}."))
    return nodes.list_item("", text)


def setup(app):
    app.add_directive("known-mistakes", KnownMistakes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
