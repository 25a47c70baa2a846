"""Repair sentences: workflows put right by the reconciler."""

from typing import Final

from events.repair.events import Finding, Repair, WorkflowRepaired
from projections.sentences.words import words

FOUND: Final = {
    Finding.MISSING: "was not running",
    Finding.BEHIND: "had missed what happened",
    Finding.AHEAD: "knew of events that the log does not have",
    Finding.STUCK: "made no progress",
    Finding.STILL_PAGING: "went on paging after an answer",
    Finding.LEFT_OVER: "ran on after the end",
}
REPAIRED: Final = {
    Repair.STARTED: "was started from the log",
    Repair.REMINDED: "was made to read the log again",
    Repair.RESTARTED: "was ended and started again from the log",
}


@words.register
def _(event: WorkflowRepaired) -> str:
    noun = event.workflow_id.partition("/")[0]
    return f"The {noun}'s workflow {FOUND[event.finding]} and {REPAIRED[event.repair]}"
