"""Postmortem refusals: what cannot be written, reviewed or published as it stands."""

from events.errors import Conflict, Forbidden, NotFound, Unprocessable


class PostmortemNotFound(NotFound):
    """There is no such postmortem."""


class PostmortemOfDuplicate(Conflict):
    """The incident was merged into another: that one has the postmortem."""


class PostmortemIsPublished(Conflict):
    """The postmortem is published."""


class PostmortemIsWaived(Conflict):
    """The postmortem was waived."""


class SectionChanged(Conflict):
    """Somebody else has written the section since."""


class ReviewNotRequested(Conflict):
    """Nobody has asked for a review of the postmortem yet."""


class NotAReviewer(Forbidden):
    """Whoever approves a postmortem is somebody else than its author."""


class PostmortemChanged(Conflict):
    """The postmortem says something else than what was read."""


class PostmortemIncomplete(Conflict):
    """Something is missing in the postmortem."""


class PostmortemRefused(Unprocessable):
    """A postmortem cannot be like this."""


class PostmortemTextNotFound(NotFound):
    """The postmortem has no such text."""


class TimelineEntryNotFound(NotFound):
    """Nobody has added such an entry to the postmortem's timeline."""


class FactorNotFound(NotFound):
    """The postmortem has no such factor."""


class FactorInUse(Conflict):
    """Another factor answers why this one could be."""


class WordingHintNotFound(NotFound):
    """There is no such hint to what you wrote."""
