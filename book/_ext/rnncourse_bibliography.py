"""A bibliography whose labels are those of the text: [Cho et al., 2014] in both."""

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style
from pybtex.style.labels import BaseLabelStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year

NAME = "rnncourse"


class Labels(BaseLabelStyle):
    """Names and year, as bibtex_reference_style: author_year writes them in a sentence."""

    def format_labels(self, sorted_entries):
        """One label an entry."""
        style = AuthorYearReferenceStyle()
        names = style.person.author_or_editor_or_title(full=False)
        label = join(sep=style.author_year_sep)[names, year]
        for entry in sorted_entries:
            yield str(label.format_data({"entry": entry, "style": style}))


class AuthorYear(Style):
    """Entries in the order of their authors, under these labels."""

    default_sorting_style = "author_year_title"
    default_label_style = Labels


def setup(app):
    """Name the style for _config.yml's bibtex_default_style."""
    register_plugin("pybtex.style.formatting", NAME, AuthorYear)
    return {"version": "1", "parallel_read_safe": True}
