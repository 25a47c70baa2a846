"""Standing alerts: of messages that came at once, those whose alert fires in an incident already.

A monitor says the same again and again, and mostly nothing follows from it. What it says is looked
up for all of these messages together: their alerts in one read, each incident once.
"""

import asyncio
from collections.abc import Mapping, Sequence

from events.alert.decide import alert_decider
from events.folded_streams import newest, newest_of
from events.ids import AlertId, IncidentId, alert_stream, service_stream
from events.service.decide import service_decider
from services.commanding.expected_incident import ExpectedIncident
from services.intake.alerts.report import Report, report_from
from services.intake.alerts.sorting import Seen, firing_in, sort
from services.intake.arrival import Intake
from services.intake.batch.signal import Batch
from services.intake.batch.spool import blocks_of


async def standing_in(batches: Sequence[Batch], intake: Intake) -> frozenset[int]:
    """Return which of the batches, by place, say of one alert what is so already.

    Each incident of theirs is seen to, as if each of them had been taken by itself. What says until
    when its alert fires is news.
    Raises: LogUnavailable, LogOverloaded.
    """
    reports = [_report(one, intake) for one in batches]
    about = {alert_id: None for one in reports for alert_id in one.signals}
    seen, ends_by_silence = await _seen(list(about), intake)
    if ends_by_silence:  # each is news of its alert; one that was ended in between opens anew
        await intake.note(about, intake.at)
        seen, _ = await _seen(list(about), intake)
    homes = await _homes(reports, seen, intake)
    standing: dict[IncidentId, dict[int, AlertId]] = {}
    for place, report in enumerate(reports):
        mine = [seen[alert_id] for alert_id in report.signals]
        if len(mine) == 1 and mine[0].fires_in(report) and not ends_by_itself(report):
            sorting = sort(report, mine, homes, (), intake.at)
            for incident_id, (alert_id,) in sorting.standing.items():
                standing.setdefault(incident_id, {})[place] = alert_id
    by_id = {home.incident_id: home for home in homes.values()}
    await asyncio.gather(
        *(
            _see_to(by_id[incident_id], reports, places, intake)
            for incident_id, places in standing.items()
        )
    )
    return frozenset(place for places in standing.values() for place in places)


def ends_by_itself(report: Report) -> bool:
    """Return whether the sender said when an alert ends unless it is heard of again."""
    return any(one.expires_at is not None for one in report.signals.values())


def _report(batch: Batch, intake: Intake) -> Report:
    signals = [signal for block in blocks_of(batch.signals) for signal in block]
    return report_from(intake.sender.integration_id, batch, signals)


async def _seen(alert_ids: Sequence[AlertId], intake: Intake) -> tuple[dict[AlertId, Seen], bool]:
    """Return the alerts as they stand, and whether those of their service end by silence."""
    service_of = service_stream(intake.sender.service_id)
    streams = {alert_stream(one): one for one in alert_ids}
    (service, _), alerts = await asyncio.gather(
        newest(intake.log, service_decider, service_of),
        newest_of(intake.log, alert_decider, list(streams)),
    )
    found = {
        streams[stream]: Seen(alert_id=streams[stream], alert=alert, version=version)
        for stream, (alert, version) in alerts.items()
    }
    return found, service.alert_handling.auto_resolve_after is not None


async def _homes(
    reports: Sequence[Report], seen: Mapping[AlertId, Seen], intake: Intake
) -> dict[IncidentId, ExpectedIncident]:
    held = {
        seen[alert_id].alert.incident_id
        for report in reports
        for alert_id in report.signals
        if seen[alert_id].fires_in(report)
    }
    wanted = [one for one in held if one is not None]
    found = await asyncio.gather(*map(intake.attending.expected, wanted))
    return dict(zip(wanted, found, strict=True))


async def _see_to(
    home: ExpectedIncident,
    reports: Sequence[Report],
    places: Mapping[int, AlertId],
    intake: Intake,
) -> None:
    """See to the incident for all of the alerts that fire on in it, by the worst of them."""
    first = next(iter(places))
    batch = reports[first].batch
    signals = {alert_id: reports[place].signals[alert_id] for place, alert_id in places.items()}
    together = Report(
        integration_id=reports[first].integration_id,
        group_id=reports[first].group_id,
        batch=batch,
        signals=signals,
    )
    firing = firing_in(together, signals, news=False, at=intake.at)
    await intake.attending.see_to_home(home, firing, intake.metadata, intake.at)
