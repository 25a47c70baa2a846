"""Entries: the permission that every route of the web app stands behind, by its address.

A route that is not here fails the walk: nobody comes in by omission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from services.access.permissions import Permission
from services.web.pages.incidents.commands.table import COMMANDS


class Whose(Enum):
    """Whose thing an action changes, where a permission is for what is one's own."""

    NAMED = auto()  # what the address names
    CHOSEN = auto()  # what the form chooses: somebody may send it, for what is theirs
    ONES_OWN = auto()  # the visitor's
    EVERYBODYS = auto()  # the organisation's, or another person's


@dataclass(frozen=True, slots=True)
class Entry:
    """What one route stands behind."""

    permission: Permission | None  # None: whoever is signed in
    whose: Whose = Whose.NAMED


def _all(entry: Entry, addresses: str) -> dict[str, Entry]:
    return dict.fromkeys(addresses.split(), entry)


_INCIDENT: Final = "/incidents/{reference}"
_NOUNS: Final = [f"{_INCIDENT}/{one.noun}" for one in COMMANDS]

PAGES: Final[Mapping[str, Entry]] = {
    **_all(Entry(None), "/settings/device /settings/account /live /jump"),
    **_all(
        Entry(Permission.INCIDENT_READ),
        """
        / /actions /incidents/{reference}/actions /incidents/{reference}/public-posts
        /insights /insights/findings /insights/quarter /insights/quarter.{form}
        /insights/reports/{report} /insights/reports/{report}/report.{form}
        /audit/private /pages /work /incidents /incidents.csv /alerts /incidents/{reference}
        /incidents/{reference}/notes /incidents/{reference}/attachments/{item}
        /incidents/{reference}/postmortem /incidents/{reference}/postmortem.md
        /incidents/{reference}/postmortem.html /incidents/{reference}/postmortem.xml
        /incidents/{reference}/record /incidents/{reference}/record.ndjson
        /incidents/{reference}/between
        /incidents/{reference}/postmortem/meeting /incidents/{reference}/postmortem/meeting.ics
        /incidents/{reference}/timeline /incidents/{reference}/updates
        """,
    ),
    **_all(Entry(Permission.INCIDENT_READ), " ".join(_NOUNS)),
    **_all(
        Entry(Permission.CONFIGURATION_READ),
        """
        /declare /welcome /on-call /on-call/{schedule} /on-call/{schedule}/reports
        /status-pages /status-pages/{page}
        /policies /policies/{policy} /services /services/{service}
        /settings/response-policies /settings/response-policies/{service}
        /settings/this-browser.json
        /settings/incident-types/{type}/edit /settings/new-incident-type
        /settings /settings/people /settings/teams /settings/incident-types /settings/integrations
        /settings/trackers
        /alerts/dead-letters /alerts/integrations/{integration} /alerts/rules /alerts/rules/{rules}
        /alerts/rules/{rules}/new /alerts/rules/{rules}/{place}
        """,
    ),
    **_all(
        Entry(Permission.TEAM_WRITE),
        """
        /on-call/{schedule}/edit /policies/{policy}/edit /services/{service}/edit
        /status-pages/{page}/edit
        """,
    ),
    **_all(
        Entry(Permission.TEAM_WRITE, Whose.CHOSEN),
        "/new-schedule /new-policy /new-service /new-status-page",
    ),
    **_all(
        Entry(Permission.METRICS_READ),
        "/alerts/noise /insights/load /insights/alerts /insights/responses",
    ),
    **_all(
        Entry(Permission.LOG_READ),
        """
        /audit /audit/export /audit/proof
        /alerts/arrivals/{arrival} /alerts/dead-letters/{number}
        """,
    ),
    **_all(Entry(Permission.API_KEY_READ), "/settings/api-keys"),
}

ACTIONS: Final[Mapping[str, Entry]] = {
    **_all(
        Entry(None, Whose.ONES_OWN),
        """
        /settings/device /sign-out /settings/account/password /settings/account/passkeys/question
        /settings/account/passkeys /settings/account/passkeys/{passkey_id}/removal
        /settings/account/identities/removal /settings/account/recovery-codes
        """,
    ),
    **_all(
        Entry(Permission.ACCOUNT_OWN, Whose.ONES_OWN),
        "/settings/account/sessions/end /settings/account/sessions/{session_id}/end"
        " /saved-views /saved-views/removal",
    ),
    **_all(
        Entry(Permission.INCIDENT_DECLARE),
        "/declare /welcome/page /alerts/{alert}/release",
    ),
    **_all(
        Entry(Permission.CONFIGURATION_READ),
        """
        /settings/this-browser/removal
        /declare/preview /alerts/rules/{rules}/new/trial /alerts/rules/{rules}/{place}/trial
        """,
    ),
    **_all(Entry(Permission.LOG_READ), "/alerts/arrivals/{arrival}/trial"),
    **_all(
        Entry(Permission.CONFIGURATION_WRITE, Whose.EVERYBODYS),
        "/insights/findings/{measure}/answer"
        " /settings/trackers /settings/trackers/{tracker}/removal"
        " /settings/trackers/{tracker}/test",
    ),
    **_all(
        Entry(Permission.TEAM_WRITE),
        """
        /insights/findings/teams/{team}/{measure}/answer
        /insights/findings/services/{service}/{measure}/answer
        /insights/findings/teams/{team}/weekly-questions
        """,
    ),
    **_all(Entry(Permission.INCIDENT_COMMAND), " ".join(_NOUNS)),
    **_all(
        Entry(Permission.INCIDENT_COMMAND),
        """
        /insights/quarter
        /incidents/acknowledgements /incidents/{reference}/acknowledgement
        /incidents/{reference}/public-posts /incidents/{reference}/public-posts/{number}
        /incidents/{reference}/postmortem /incidents/{reference}/postmortem/sections/{section}
        /incidents/{reference}/postmortem/timeline/{position}
        /incidents/{reference}/postmortem/timeline/{position}/annotation
        /incidents/{reference}/postmortem/added /incidents/{reference}/postmortem/added/{entry}
        /incidents/{reference}/postmortem/added/{entry}/removal
        /incidents/{reference}/postmortem/factors /incidents/{reference}/postmortem/factors/{number}
        /incidents/{reference}/postmortem/factors/{number}/retraction
        /incidents/{reference}/postmortem/sections/{section}/comments
        /incidents/{reference}/postmortem/hints/{hint} /incidents/{reference}/repeats/{earlier}
        /incidents/{reference}/postmortem/meeting
        /incidents/{reference}/postmortem/meeting/calling-off
        /incidents/{reference}/postmortem/meeting/attendance
        /incidents/{reference}/postmortem/meeting/notes
        /incidents/{reference}/postmortem/meeting/end
        /incidents/{reference}/postmortem/meeting/rating
        /incidents/{reference}/postmortem/review /incidents/{reference}/postmortem/public-text
        /incidents/{reference}/postmortem/approval /incidents/{reference}/postmortem/publication
        /incidents/{reference}/postmortem/revision /incidents/{reference}/postmortem/waiver
        /incidents/{reference}/actions /incidents/{reference}/actions/{item}/due-date
        /incidents/{reference}/actions/{item}/completion /incidents/{reference}/actions/{item}/drop
        /incidents/{reference}/actions/{item}/reopening /incidents/{reference}/actions/{item}/start
        /incidents/{reference}/actions/{item}/issue
        /incidents/{reference}/updates
        /incidents/{reference}/notes /incidents/{reference}/notes/{item}/edit
        /incidents/{reference}/notes/{item}/removal /incidents/{reference}/notes/{item}/pin/new
        /incidents/{reference}/notes/{item}/pin/removal /incidents/{reference}/attachments
        /incidents/{reference}/attachments/{item}/removal
        """,
    ),
    **_all(
        Entry(Permission.TEAM_WRITE),
        """
        /on-call/{schedule}/edit /on-call/{schedule}/end /policies/{policy}/edit
        /services/{service}/edit /services/{service}/links /services/{service}/alert-handling
        /services/{service}/maintenance-windows
        /services/{service}/maintenance-windows/{window}/end
        /services/{service}/maintenance-windows/{window}/cancellation
        /settings/integrations/{integration}/revocation /settings/teams/{team}
        /alerts/arrivals/{arrival}/replay /alerts/integrations/{integration}/key
        /settings/response-policies/{service} /status-pages/{page}/edit
        /status-pages/{page}/removal
        /alerts/rules/{rules}/new /alerts/rules/{rules}/{place}
        /alerts/rules/{rules}/{place}/order /alerts/rules/{rules}/{place}/removal
        """,
    ),
    **_all(
        Entry(Permission.TEAM_WRITE, Whose.CHOSEN),
        "/new-schedule /new-policy /new-service /new-status-page /settings/integrations",
    ),
    **_all(
        Entry(Permission.TEAM_WRITE, Whose.EVERYBODYS),
        "/settings/teams /welcome/policy /welcome/service",
    ),
    **_all(
        Entry(Permission.CONFIGURATION_WRITE),
        "/settings/incident-types/{type}/edit /settings/new-incident-type",
    ),
    **_all(Entry(Permission.PERSON_WRITE, Whose.EVERYBODYS), "/settings/people"),
    **_all(
        Entry(Permission.PERSON_WRITE, Whose.ONES_OWN),
        """
        /settings/contact-methods /settings/contact-methods/{number}/removal
        /settings/contact-methods/{number}/code /settings/contact-methods/{number}/confirmation
        /settings/page-test /settings/notification-rules /settings/this-browser
        /settings/contact-methods/{number}/page-test
        """,
    ),
    **_all(
        Entry(Permission.ABSENCE_WRITE, Whose.ONES_OWN),
        "/settings/absences /settings/absences/{absence}/withdrawal",
    ),
    **_all(
        Entry(Permission.OVERRIDE_WRITE),
        """
        /on-call/{schedule}/overrides /on-call/{schedule}/overrides/{override}/withdrawal
        /on-call/{schedule}/pager
        """,
    ),
    **_all(
        Entry(Permission.ON_CALL_WRITE),
        """
        /on-call/{schedule}/cover-requests /on-call/{schedule}/cover-requests/{number}/acceptance
        /on-call/{schedule}/cover-requests/{number}/refusal
        /on-call/{schedule}/cover-requests/{number}/withdrawal
        /on-call/{schedule}/feeds /on-call/{schedule}/feeds/{feed}/revocation
        /incidents/{reference}/postmortem/meeting/feeds
        /on-call/{schedule}/hand-over-notes
        """,
    ),
    **_all(Entry(Permission.ACCOUNT_INVITE), "/settings/people/{person}/invitation"),
    **_all(
        Entry(Permission.ACCOUNT_MANAGE),
        """
        /settings/people/{person}/roles /settings/people/{person}/suspension
        /settings/people/{person}/reinstatement
        """,
    ),
    **_all(
        Entry(Permission.API_KEY_MANAGE), "/settings/api-keys /settings/api-keys/{key}/revocation"
    ),
}
