"""Sentences of issued reports."""

from events.report.events import ReportIssued
from projections.sentences.words import person, words


@words.register
def _(event: ReportIssued) -> str:
    return f"{person(event.issued_by)} issued the report of {event.quarter} in {event.zone}"
