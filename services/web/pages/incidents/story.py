"""Story of an incident: the timeline's entries that people need first, newest first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from markupsafe import Markup, escape

from events.postmortem.timeline import SHOWN_BY_DEFAULT
from services.web.calls import Document
from services.web.words import Who, read

NO_CHOICES: Final[Mapping[int, str]] = MappingProxyType({})
LATER: Final = timedelta(minutes=1)  # from when on the time of recording is worth reading
DECISION: Final = re.compile(r"^(\s*<p>\s*)[dD]:\s*")

CHIPS: Final = (
    ("story", "Story"),
    ("all", "Everything"),
    ("decisions", "Decisions"),
    ("pages", "Pages"),
    ("updates", "Updates"),
    ("alerts", "Alerts"),
)

KINDS: Final = {  # what an entry is called, by its type or the type's noun
    "alert": "Alert",
    "alert_group": "Alert",
    "alert_storm": "Alert",
    "attachment": "File",
    "checklist": "Step",
    "delivery": "Message",
    "duplicate": "Alert",
    "escalation": "Page",
    "incident.acknowledged": "Page",
    "incident.phase_advanced": "Phase",
    "incident.severity_changed": "Severity",
    "incident.triaged": "Severity",
    "mitigation_action": "Action",
    "note": "Note",
    "page": "Page",
    "responder": "People",
    "role": "Role",
    "status_update": "Update",
    "work_item": "Work item",
}
DETAIL: Final = frozenset(  # true, and not what happened
    {
        "alert_group.joined",
        "alert_group.opened",
        "alert.amended",
        "checklist.item_ticked",
        "checklist.item_unticked",
        "delivery.sent",
        "delivery.delayed",
        "delivery.suppressed",
        "duplicate.absorbed",
        "incident.acknowledgement_renewed",
        "incident.described",
        "incident.link_added",
        "incident.link_removed",
        "incident.page_answered",
        "note.edited",
        "note.pinned",
        "note.unpinned",
        "page.acknowledged",
        "page.level_skipped",
        "page.started",
        "page.stopped",
        "responder.joined",
        "status_update.reminded",
    }
)
DECISIONS: Final = frozenset(
    {
        "incident.phase_advanced",
        "incident.severity_changed",
        "incident.mitigated",
        "incident.resolved",
        "incident.declined",
        "incident.merged",
        "mitigation_action.started",
    }
)
PAGES: Final = frozenset({"page", "delivery", "escalation"})
UPDATES: Final = frozenset({"status_update"})
ALERTS: Final = frozenset({"alert", "alert_group", "alert_storm", "duplicate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Entry of the timeline, as a screen shows it."""

    entry: Document
    kind: str
    decision: bool
    pinned: bool
    choice: str | None = None  # what people said of it in the postmortem

    @property
    def lifted(self) -> bool:
        """Say whether somebody lifted it into the story."""
        return self.choice in {"shown", "pinned"}

    @property
    def can_be_lifted(self) -> bool:
        """Say whether it stands in the postmortem only if somebody lifts it."""
        by_itself = self.entry["type"] in SHOWN_BY_DEFAULT and self.choice is None
        return not by_itself and not self.lifted

    @property
    def at(self) -> str:
        """Return when it happened."""
        return str(self.entry["occurred_at"])

    @property
    def late(self) -> bool:
        """Say whether it was recorded well after it happened."""
        recorded = read(str(self.entry["recorded_at"]))
        return recorded - read(str(self.entry["occurred_at"])) > LATER

    def words(self, who: Who) -> Markup:
        """Return its sentence, with the name of whoever did it where the log has an id."""
        sentence = str(self.entry["sentence"])
        person = (self.entry["by"] or "").removeprefix("responder:")
        if person and sentence.startswith(f"{person} "):
            return who(person) + escape(sentence.removeprefix(person))
        return escape(sentence)

    def note(self) -> Markup | None:
        """Return what a note says; the API made its markup safe."""
        note = self.entry["note"]
        if note is None or self.entry["type"] != "note.written":
            return None
        return Markup(DECISION.sub(r"\1", note["html"]))  # noqa: S704  safe as the API gives it


def story_of(entries: Sequence[Document], choices: Mapping[int, str] = NO_CHOICES) -> list[Entry]:
    """Return the entries, newest first, each with the word for what it is."""
    return [_entry(one, choices.get(one["position"])) for one in reversed(entries)]


def _entry(entry: Document, choice: str | None) -> Entry:
    note: dict[str, Any] | None = entry["note"]
    marked = entry["type"] == "note.written" and note is not None
    decision = marked and bool(DECISION.match(note["html"] if note else ""))
    noun = entry["type"].partition(".")[0]
    kind = KINDS.get(entry["type"]) or KINDS.get(noun, "Incident")
    return Entry(
        entry=entry,
        kind="Decision" if decision else kind,
        decision=decision,
        pinned=bool(note and note["pinned"]),
        choice=choice,
    )


def chosen(entries: Sequence[Entry], chip: str | None) -> list[Entry]:
    """Return the entries of a chip: the story unless another is chosen."""
    return [one for one in entries if _belongs(one, chip or "story")]


def _belongs(one: Entry, chip: str) -> bool:
    kind = str(one.entry["type"])
    noun = kind.partition(".")[0]
    match chip:
        case "all":
            return True
        case "decisions":
            return one.decision or kind in DECISIONS
        case "pages":
            return noun in PAGES or kind.startswith(("incident.page", "incident.acknowledge"))
        case "updates":
            return noun in UPDATES
        case "alerts":
            return noun in ALERTS
        case _:
            return one.pinned or one.lifted or kind not in DETAIL
