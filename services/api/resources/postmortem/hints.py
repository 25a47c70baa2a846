"""Postmortem hints: where its wording blames somebody, and what to ask in its stead."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Path, Query, Response
from pydantic import Field

from events.postmortem.commands import DismissHint
from events.postmortem.document.branches import ENDS_AT_A_PERSON, ending_at_a_person
from events.postmortem.document.publishing import HintsLeft
from events.postmortem.document.sections import Section
from events.postmortem.refusals import WordingHintNotFound
from events.postmortem.state import PostmortemState
from events.wording.hints import KEY_LENGTH, Hint, by_rule, hints_in
from events.wording.language import RuleName
from projections.practice.postmortem_document import PostmortemDocument, SectionText
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import HttpDependencies
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.change import ThePostmortem
from services.api.resources.postmortem.reading import document_of, names_of, workers
from services.api.writing.receipts import Receipt

router = api_router("postmortem")

HINTS: Final = "/v1/incidents/{incident_id}/postmortem/hints"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
HintKey = Annotated[
    str, Path(pattern=rf"^[0-9a-f]{{{KEY_LENGTH}}}$", description="Of the hint, as listed.")
]
MOST: Final = 200  # shown at once; a text with more of them needs another eye than this one


class WordingHintView(View):
    """Hint on wording: it suggests, and refuses nothing."""

    key: Annotated[str, Field(description="By which it is dismissed.")]
    rule: RuleName
    section: Section
    start: Annotated[int, Field(description="Characters into the section's text.")]
    end: int
    phrase: str
    why: str
    question: str


class WordingHintList(View):
    """Hints to the sections that the caller wrote; to all of them once it is published."""

    hints: list[WordingHintView]


@router.get(HINTS, dependencies=READ)
async def list_wording_hints(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> WordingHintList:
    """List the places where the wording blames somebody, with a question for each.

    Until it is published they are for whoever wrote the section, and nobody else.
    """
    document = await document_of(dependencies, reads, query, incident_id)
    found = await hints_for(dependencies, document, caller.actor.name)
    return WordingHintList(hints=[WordingHintView.model_validate(one) for one in found[:MOST]])


@router.post(f"{HINTS}/{{key}}/dismissal", dependencies=WRITE, response_model=Receipt)
async def dismiss_wording_hint(postmortem: ThePostmortem, key: HintKey) -> Response:
    """Wave a hint aside: it is not given again for this phrase in this section."""
    change = postmortem.change
    document = await postmortem.document()
    given = {
        one.key: Section(one.section)
        for one in await hints_for(change.dependencies, document, change.actor.name)
    }
    # One that was dismissed is in no list any more; to dismiss it again changes nothing.
    section = given.get(key) or document.known.dismissed_hints.get(key)
    if section is None:
        raise WordingHintNotFound(f"You have no hint {key}: list those to what you wrote.")
    return await postmortem.receipt(
        DismissHint(section=section, hint_key=key, actor=change.actor, at=change.at)
    )


async def hints_for(
    dependencies: HttpDependencies, document: PostmortemDocument, reader: str
) -> list[Hint]:
    """Return the hints that somebody is given: to what they wrote, once published to all of it."""
    published = document.known.state is PostmortemState.PUBLISHED
    sections = [one for one in written_by_people(document) if published or one.written_by == reader]
    return await hints_to(dependencies, document, sections)


async def hints_left(
    dependencies: HttpDependencies, document: PostmortemDocument
) -> tuple[HintsLeft, ...]:
    """Return how many hints each rule has to what people wrote; their text is not kept.

    Branches of factors that end at a person are counted beside them.
    """
    found = await hints_to(dependencies, document, written_by_people(document))
    people = await names_of(dependencies, workers(document))
    ends = await asyncio.to_thread(ending_at_a_person, document.known.factors, people)
    counts = {str(rule): count for rule, count in by_rule(found).items()}
    if ends:
        counts[ENDS_AT_A_PERSON] = len(ends)
    return tuple(HintsLeft(rule=rule, count=count) for rule, count in counts.items())


async def hints_to(
    dependencies: HttpDependencies, document: PostmortemDocument, sections: Iterable[SectionText]
) -> list[Hint]:
    """Return the hints to these sections, found off the event loop: there may be much to read."""
    people = await names_of(dependencies, workers(document))
    texts = [(one.text, one.section) for one in sections]
    dismissed = document.known.dismissed_hints
    return await asyncio.to_thread(
        lambda: [
            hint
            for text, section in texts
            for hint in hints_in(text, section, people=people, dismissed=dismissed)
        ]
    )


def written_by_people(document: PostmortemDocument) -> list[SectionText]:
    """Return the sections that are more than what the log says."""
    return [one for one in document.sections.values() if not one.computed and one.text]
