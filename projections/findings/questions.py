"""Questions: what a finding asks of the team, about the system and never about a person."""

from types import MappingProxyType
from typing import Final

from projections.findings.finding import Finding, FindingState, PracticeMeasure

ONE_PERSON: Final = "One person"

# What it says, where there is enough to tell, and what it asks if it is found or to be watched.
WORDS: Final = MappingProxyType(
    {
        PracticeMeasure.ACKNOWLEDGEMENTS: (
            "{who} took {value:.0f} % of {sample} incidents.",
            "What leads so many of them to the same person?",
        ),
        PracticeMeasure.COMMANDS: (
            "{who} commanded {value:.0f} % of {sample} incidents.",
            "What would others need to command one?",
        ),
        PracticeMeasure.MITIGATIONS: (
            "{who} stopped the impact of {value:.0f} % of {sample} incidents.",
            "What do they know that is written down nowhere?",
        ),
        PracticeMeasure.OUT_OF_HOURS: (
            "{who} had {value:.0f} % of {sample} interruptions outside of their working hours.",
            "How could evenings, nights and weekends be shared?",
        ),
        PracticeMeasure.LAST_RESORT: (
            "{who} answered {value:.0f} % of {sample} pages that others were asked before.",
            "What keeps these pages from being answered at the first level?",
        ),
        PracticeMeasure.BUS_FACTOR: (
            "Half of the {sample} mitigations in {about} were done by {value:.0f}.",
            "Who else could do that, and what would they need?",
        ),
        PracticeMeasure.SMALL_ROTATION: (
            "A rotation of {about} has {value:.0f} people; {threshold:.0f} are sustainable.",
            "Who could join it, or with which team could it be shared?",
        ),
        PracticeMeasure.OFF_DUTY: (
            "In {value:.0f} % of {sample} incidents out of hours somebody off duty was at work.",
            "What was missing for those on call to do without?",
        ),
        PracticeMeasure.INTERRUPTIONS: (
            "Twelve hours on call bring {value:.1f} interruptions.",
            "Which alerts could wait for the morning, or need not be there?",
        ),
        PracticeMeasure.BROKEN_NIGHTS: (
            "Whoever has most has {value:.1f} broken nights a week.",
            "What woke them, and could it have waited?",
        ),
        PracticeMeasure.NOTHING_DONE: (
            "{value:.0f} % of {sample} incidents that alerts opened were acknowledged and no more.",
            "What should these alerts ask for, if nothing was to be done?",
        ),
        PracticeMeasure.FIRST_LEVEL_SILENT: (
            "{value:.0f} % of {sample} pages passed the first level unanswered.",
            "Do they reach people, and at hours at which somebody is there?",
        ),
        PracticeMeasure.SLOWER: (
            "The median answer to a call takes {value:.1f} times what it took the 90 days before.",
            "What has come in between a call and its answer?",
        ),
        PracticeMeasure.ACTIONABLE: (
            "{value:.0f} % of {sample} incidents that alerts opened led to any work.",
            "Which alerts could be tuned or taken out?",
        ),
        PracticeMeasure.NAMES: (
            "{value:.0f} times, {sample} published postmortems name people among the causes.",
            "What about the system would somebody else have met just as well?",
        ),
        PracticeMeasure.HINTS: (
            "{value:.1f} hints to each 1,000 words were left in {sample} published postmortems.",
            "What would the hints' questions have brought to light?",
        ),
        PracticeMeasure.PERSON_AS_CAUSE: (
            "{value:.0f} branches of factors in {sample} published postmortems end at a person.",
            "What made it possible, and would it have happened to anybody else as well?",
        ),
        PracticeMeasure.OWN_CHANGE_UNHEARD: (
            "{value:.0f} of {sample} postmortems have no word of whoever made the change before.",
            "What could they tell that is not in there yet?",
        ),
        PracticeMeasure.REPEATS: (
            "{value:.0f} of {sample} incidents with a known cause had come before.",
            "What did the earlier ones have to tell, and who has heard it?",
        ),
        PracticeMeasure.MISSING: (
            "{value:.0f} of {sample} SEV1 and SEV2 incidents have no postmortem, nor a word why.",
            "Which of them has most to tell, and who could begin?",
        ),
        PracticeMeasure.WAIVED: (
            "{value:.0f} % of {sample} postmortems were waived.",
            "Is there too little time for them, or too little in them?",
        ),
        PracticeMeasure.NO_CAUSE: (
            "{value:.0f} % of {sample} published postmortems have no primary factor.",
            "What was in the way of saying what it was?",
        ),
        PracticeMeasure.UNREVIEWED: (
            "{value:.0f} of {sample} postmortems were published unread, or without any change.",
            "Who would have had something to ask?",
        ),
        PracticeMeasure.HASTY: (
            "{value:.0f} of {sample} postmortems of SEV1 and SEV2 took hardly a sitting.",
            "What would people write with an hour more?",
        ),
        PracticeMeasure.PROMISES: (
            "{value:.0f} of {sample} new action items promise more attention.",
            "What would make the right thing the easy one?",
        ),
        PracticeMeasure.OVERDUE_URGENT: (
            "{value:.0f} of {sample} open action items are P1, and long overdue.",
            "Are they still the most urgent thing, and what stands in their way?",
        ),
        PracticeMeasure.OVERDUE: (
            "{value:.0f} % of {sample} open action items are long overdue.",
            "Which of them are worth their time, and which are better dropped?",
        ),
        PracticeMeasure.ON_TIME: (
            "{value:.0f} % of {sample} action items that were due were done by then.",
            "Are there too many of them, or do they have no time in the plan?",
        ),
        PracticeMeasure.NEVER_STARTED: (
            "{value:.0f} % of {sample} older action items were never started.",
            "Who has time for them, and from when on?",
        ),
        PracticeMeasure.UNEXPLAINED: (
            "{value:.0f} of {sample} issues were closed without a word whether it was done.",
            "Was it done, or did the team choose not to?",
        ),
        PracticeMeasure.FIX_DID_NOT_FIX: (
            "With {value:.0f} of {sample} action items, done or open, the same came again.",
            "What else lets it happen?",
        ),
        PracticeMeasure.DUE_MOVED: (
            "{value:.0f} of {sample} action items were put off three times or more.",
            "What would let them be finished, or dropped?",
        ),
    }
)
TOO_FEW: Final = "There is not enough to tell yet: {sample}."


def question_of(finding: Finding, person: str | None) -> str:
    """Return what a finding says and asks; a person is named only to whom it may be."""
    if finding.state is FindingState.TOO_FEW or finding.value is None:
        return TOO_FEW.format(sample=finding.sample)
    says, asks = WORDS[finding.measure]
    said = says.format(
        who=person or ONE_PERSON,
        value=finding.value,
        sample=finding.sample,
        about=finding.about,
        threshold=finding.threshold,
    )
    if finding.state is FindingState.OK:
        return said
    return f"{said} {asks}"
