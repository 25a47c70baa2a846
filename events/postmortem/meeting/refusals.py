"""Meeting refusals: what cannot be said of a meeting as it stands."""

from events.errors import Conflict, NotFound, Unprocessable


class MeetingNotScheduled(NotFound):
    """The postmortem has no meeting."""


class MeetingIsOver(Conflict):
    """The meeting is over."""


class MeetingRefused(Unprocessable):
    """A meeting cannot be like this."""
