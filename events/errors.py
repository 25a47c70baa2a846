"""Every refusal and every fault of the log by name; knows nothing of HTTP, SQL or Temporal.

A refusal's docstring is its title; its message says what happened and what is allowed instead.
"""


class CommandRejected(Exception):
    """The command was refused."""

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts  # extension members of the problem: JSON values only


class LogFault(Exception):
    """The log could not answer; the same request may go through later."""


class LogUnavailable(LogFault):
    """The log's database cannot be reached or did not answer in time."""


class LogOverloaded(LogFault):
    """Too many appends are waiting; this one was not queued."""
