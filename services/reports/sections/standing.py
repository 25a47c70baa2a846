"""Standing of the numbers: what counts, what was left out, and how sure the stamps are."""

from collections.abc import Iterator
from typing import Final

from projections.metrics.definitions import Answer, Measure
from projections.metrics.facts import Teller
from projections.reports.population import FEWEST, spread
from services.reports.asked import Asked
from services.reports.document import Section, cell_text
from services.reports.spoken import counted, listed, share

ORDER: Final = 10
SINCE: Final = 1
MOST_NAMED: Final = 10
UNANSWERED: Final = {
    Answer.UNACKNOWLEDGED: "{} that nobody took",
    Answer.TAKEN_BEFORE_CALLED: "{} taken before anybody was called",
    Answer.NOBODY_CALLED: "{} that nobody was called for",
    Answer.RETROSPECTIVE: "{} entered afterwards",
}


def section(asked: Asked) -> Section | None:
    """Return it."""
    return Section(title="What the numbers stand on", sentences=[*_sentences(asked)])


def _sentences(asked: Asked) -> Iterator[str]:
    counts, left_out = asked.figures.whole.counts, asked.figures.left_out
    of = counts.incidents
    yield f"{counted(of, 'incident')} declared in the quarter, by {asked.zone}'s clocks."
    out = [
        counted(left_out.drill, "drill") if left_out.drill else "",
        f"{left_out.declined} declined" if left_out.declined else "",
        f"{left_out.merged} merged into others" if left_out.merged else "",
    ]
    if any(out):
        yield f"Not counted: {listed([one for one in out if one])}."
    if counts.parts:
        yield f"{counts.parts} of them are parts of greater incidents; each counts."
    if not of:
        return
    if of < FEWEST:
        yield f"Fewer than {FEWEST} incidents have no mean: the list below says more."
    yield from _coverage(asked, of)
    if counts.open:
        known = [one for one in asked.incidents if one.incident_id not in asked.hidden]
        open_ones = [one for one in known if one.open]
        names = [cell_text(asked.named(one)) for one in open_ones[:MOST_NAMED]]
        more = f" and {len(open_ones) - len(names)} more" if len(open_ones) > len(names) else ""
        said = f": {', '.join(names)}{more}" if names else ""
        yield (
            f"Open: {counts.open}{said}. Open incidents are the long ones; the times to resolve"
            " will be longer."
        )


def _coverage(asked: Asked, of: int) -> Iterator[str]:
    counts = asked.figures.whole.counts
    known = spread(asked.incidents, Measure.TTD).n
    by = {teller: one.n for teller, one in counts.detected_by.items() if one.n}
    said = [
        f"{by[Teller.MONITOR]} by a monitor's clock" if Teller.MONITOR in by else "",
        f"{by[Teller.PERSON]} by a person" if Teller.PERSON in by else "",
    ]
    tellers = f": {listed([one for one in said if one])}" if any(said) else ""
    yield f"When it began is known of {share(known, of)}{tellers}."
    why = [
        words.format(counts.answers[answer])
        for answer, words in UNANSWERED.items()
        if counts.answers.get(answer)
    ]
    if why:
        yield f"No time to acknowledge: {listed(why)}."
    yield (
        f"Entered after the fact: {share(counts.retrospective, of)}. With a corrected stamp:"
        f" {share(counts.corrected, of)}. Reopened: {share(counts.reopened, of)}."
    )
