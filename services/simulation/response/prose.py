"""Prose of the simulated postmortems: what people write in each section, about systems."""

from typing import Final

from events.postmortem.document.sections import Section
from services.simulation.trouble.failures import Failure

BLAMING: Final = {
    Section.ROOT_CAUSE: "{name} failed to read the runbook and should have known better.",
    Section.COULD_BE_IMPROVED: "{name} was careless, and forgot to tell the others.",
}
SAID: Final = {
    Section.SUMMARY: (
        "{service} {seen}. The monitor saw it within minutes, and whoever was on call was paged."
        " {stopped}, which ended the impact; then the cause was found and removed."
    ),
    Section.IMPACT: (
        "About one customer in ten could not finish what they came for while it went on. Nothing"
        " was lost: what had been started was taken up again by the retries of the clients. Support"
        " answered some forty letters, and the other services noticed nothing."
    ),
    Section.ROOT_CAUSE: (
        "{cause}. That had been so for weeks and did no harm until the load of the day met it. No"
        " test covers the two together, because each of them lives in another part of the system."
    ),
    Section.CONTRIBUTING_FACTORS: (
        "The dashboard shows the mean over five minutes, in which a short peak disappears. The"
        " limit that would have stopped it early is only set in one of the two zones."
    ),
    Section.WENT_WELL: (
        "The page arrived at once, roles were taken within minutes, and the runbook's first step"
        " was the right one. The updates let the other teams go on with their work."
    ),
    Section.COULD_BE_IMPROVED: (
        "It took a while to see which of the instances were hit, since their names say nothing of"
        " their zone. The way back took longer than the way there."
    ),
    Section.LESSONS_LEARNED: (
        "A limit belongs into the configuration that all zones share. What a dashboard averages"
        " away is not seen when it matters, so the highest value belongs beside the mean."
    ),
}


def prose(section: Section, failure: Failure) -> str:
    """Return what people write in a section."""
    kind = failure.kind
    return SAID[section].format(
        service=failure.service.name, seen=kind.title, stopped=kind.stopped_by, cause=kind.cause
    )
