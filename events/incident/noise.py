"""Why an incident turned out to be none: what noise is counted by."""

from enum import StrEnum


class DeclineCategory(StrEnum):
    """What an incident was instead of one."""

    FALSE_ALARM = "false_alarm"  # the alert was wrong
    TEST = "test"  # somebody tried something out
    DUPLICATE = "duplicate"  # another incident has it already; merging says which
    EXPECTED = "expected"  # planned work, a deployment, a maintenance
    NOT_ACTIONABLE = "not_actionable"  # true, and nobody had to do anything
    OTHER = "other"
