"""The line that explains the marks stands in the first box, whatever boxes come before it."""

import rnncourse_claims_marks as marks
from docutils import nodes, utils


def test_a_proof_is_a_box_without_a_title_and_is_passed_over():
    document = utils.new_document("page")
    proof = nodes.admonition("", nodes.paragraph("", "We count."))
    box = nodes.admonition("", nodes.title("", marks.HINT_BELOW))
    document += [proof, box]
    marks._explain(document)
    assert len(proof) == 1 and len(box) == 2


def test_a_page_with_proofs_alone_gets_no_line():
    document = utils.new_document("page")
    document += nodes.admonition("", nodes.paragraph("", "We count."))
    marks._explain(document)
    assert len(document[0]) == 1
