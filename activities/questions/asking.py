"""Questions there are: what is found of a team's practice, and was not answered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from events.errors import LogFault
from events.ids import TeamId
from projections.configuration import learning_policies
from projections.engine.catching_up import ConnectionPool
from projections.findings.answers import FINDING_ANSWER, finding_id_of
from projections.findings.finding import Finding, FindingState
from projections.findings.patterns import all_findings
from projections.findings.record import PracticeScope, read_practice, recorded
from projections.metrics.quarters import MetricWindow
from projections.privacy.apart import private_incidents
from projections.privacy.hidden import PrivacyUnknown

WAIT: Final = 10.0  # seconds, for what is private now


class PrivacyBehind(LogFault):
    """Which incidents are private is not known at this moment: nothing is told until it is."""


async def questions_for(
    database: ConnectionPool, team_id: TeamId, at: datetime
) -> Sequence[Finding]:
    """Return what a team is to be asked: found in the last 90 days, and not answered until later.

    Private incidents are in none of it, whoever may know of them.
    Raises: PrivacyBehind, LogUnavailable.
    """
    try:
        private = await private_incidents(database, WAIT)
    except PrivacyUnknown as unknown:
        raise PrivacyBehind("private incidents are not known yet") from unknown
    scope = PracticeScope(team_id=team_id)
    async with database.connection() as reader:
        policy = await learning_policies.of_everybody(reader)
        thresholds = policy.policy.thresholds
        window = MetricWindow(at - timedelta(days=thresholds.window_days), at)
        rows = await read_practice(reader, window, scope, private, thresholds)
        answers = await FINDING_ANSWER.select(reader, "where until > $1", at)
    answered = {row.finding_id for row in answers}
    findings = await asyncio.to_thread(lambda: all_findings(recorded(rows, at, thresholds)))
    return [
        one
        for one in findings
        if one.state is FindingState.FOUND
        and finding_id_of(one.measure, scope, one.about) not in answered
    ]
