"""Question text: what one person of a team reads, about the system and never about somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from activities.delivery.message import Action, Message, Section, Urgency, one_line
from events.ids import DeliveryId, TeamId, questions_stream
from projections.findings.finding import Finding, Pattern
from projections.findings.patterns import PATTERN_OF
from projections.findings.questions import question_of

MOST: Final = 8  # questions of one message: nobody answers more in a week
NAMED: Final = 3  # pieces of evidence
TITLES: Final = {
    Pattern.HERO_CULTURE: "Hero culture",
    Pattern.ALERT_FATIGUE: "Alert fatigue",
    Pattern.BLAME: "Blame",
    Pattern.NO_POSTMORTEMS: "No postmortems",
    Pattern.POSTMORTEM_THEATRE: "Postmortem theatre",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsText:
    """A week's questions to one person; their free text is harmless."""

    delivery_id: DeliveryId
    team_id: TeamId
    week: date
    findings: Sequence[Finding]
    at: datetime
    site: str
    possible_repeat: bool = False

    @property
    def message(self) -> Message:
        """Return the questions as a message; docs/webhooks.md explains its facts."""
        number = len(self.findings)
        title = f"{number} question{'' if number == 1 else 's'} to {self.team_id} this week"
        return Message(
            delivery_id=self.delivery_id,
            event="questions.asked",
            at=self.at,
            urgency=Urgency.LOW,
            headline=f"{title}{' (possible repeat)' if self.possible_repeat else ''}",
            reference=self.team_id,
            badge="Practice",
            title=title,
            sections=(*self._sections(), Section(text=self._ask)),
            links=(Action(name="Findings", url=self._url),),
            footer="You get this because you are on this team, and it wants to be asked weekly.",
            thread=f"{self.team_id}.questions",
            facts=self._facts,
            possible_repeat=self.possible_repeat,
            ledger=questions_stream(self.team_id),
        )

    def _sections(self) -> list[Section]:
        shown = [
            Section(title=TITLES[PATTERN_OF[one.measure]], text=_spoken(one))
            for one in self.findings[:MOST]
        ]
        more = len(self.findings) - MOST
        return [*shown, Section(text=f"And {more} more.")] if more > 0 else shown

    @property
    def _ask(self) -> str:
        return "\n".join(
            (
                f"All of it: {self._url}, or: tocsin practice --team {self.team_id}",
                f"It is so for a reason? tocsin finding answer MEASURE --team {self.team_id}",
                f"No more of these? On that page, or: tocsin finding weekly {self.team_id} --off",
            )
        )

    @property
    def _url(self) -> str:
        return f"{self.site}/insights/findings?team={self.team_id}"

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "team": {"id": self.team_id, "url": self._url},
            "week": self.week.isoformat(),
            "questions": [
                {
                    "pattern": PATTERN_OF[one.measure].value,
                    "measure": one.measure.value,
                    "about": one.about,
                    "text": question_of(one, None),
                }
                for one in self.findings
            ],
        }


def _spoken(one: Finding) -> str:
    """Return what a finding asks, with what it rests on; nobody is named in it."""
    text, names = question_of(one, None), [one_line(each.name) for each in one.evidence[:NAMED]]
    if not names:
        return text
    more = len(one.evidence) - NAMED
    return f"{text}\n{'; '.join(names)}{f' and {more} more' if more > 0 else ''}"
