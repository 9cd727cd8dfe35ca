"""Mends of the theme's pages that no template reaches."""


def mend_bibliography(app, pagename, templatename, context, doctree):
    """Give the entries of a bibliography the role that their list requires."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    """Change the text of a page just before it goes into its template."""
    # Jupyter Book sets it for sphinx_comments, which _config.yml leaves out.
    app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", mend_bibliography)
    return {"version": "1", "parallel_read_safe": True}
