"""A long section is rendered in pieces, and nothing of it is lost."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from events.postmortem.document.sections import Section
from events.postmortem.writing import LONGEST as LONGEST_SECTION
from services.export.pieces import pieces_of
from services.export.written import FileFormat, written
from services.markdown import LONGEST
from tests.services.export.template import DOCUMENT

SMALL = 20
lines = st.sampled_from(["", "```", "~~~~", "word", "a longer line than a piece can hold", "- x"])


@given(st.lists(lines, max_size=30).map("\n".join))
def test_the_pieces_are_the_text_and_none_is_too_long(text: str) -> None:
    pieces = pieces_of(text, SMALL)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= SMALL for piece in pieces)


def test_code_is_cut_only_where_it_fills_a_piece() -> None:
    assert pieces_of("one\n\n```\na\n\nb\n```\n\ntwo", 18) == [
        "one\n\n",
        "```\na\n\nb\n```\n\ntwo",
    ]


async def test_the_longest_section_is_exported_whole() -> None:
    paragraph = "Word **upon** word.\n\n"
    text = paragraph * (LONGEST_SECTION // len(paragraph))
    assert len(text) > 3 * LONGEST
    document = replace(DOCUMENT, texts={Section.SUMMARY: text})
    markdown = (await written(document, FileFormat.MARKDOWN)).decode()
    assert markdown.count("Word **upon** word.") == text.count("Word")
