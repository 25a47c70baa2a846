"""Received mail: a mail as it came over the line, and who brought it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail as it came."""

    raw: bytes = field(repr=False)
    mail_from: str  # `<>` of a bounce
    client: str  # the address of the server it came from
    helo: str  # what that server calls itself
    knows_client: bool = True  # False: a relay of ours brought it, and does not say from whom
