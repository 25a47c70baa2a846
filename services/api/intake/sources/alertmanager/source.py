"""Alertmanager source: its webhook, `webhook_configs` in its configuration.

Source: Prometheus Alertmanager, `template.Data` and docs/configuration.md, `<webhook_config>`.
"""

from typing import Final

from services.api.intake.alert_source import AlertSource
from services.api.intake.sources.alertmanager.reading import SENDER, NotificationReader
from services.api.intake.sources.alertmanager.schema import BODY
from services.api.intake.streamed_body import pieces_of

SOURCE: Final = AlertSource(
    name="alertmanager",
    title=SENDER,
    description="""\
Take in what Alertmanager says: alerts fire and resolve, and a group of them is one incident.

Everything is stored when this answers, and somebody has each alert that fires, is paged for it
or will be. A webhook that comes again changes nothing. Overload, an unreachable database and an
alert that fires just after it or its incident has ended answer 503, because Alertmanager drops
what is answered otherwise. So whatever can be told apart is taken; only what is no notification
at all is refused, and kept.""",
    parts=pieces_of,
    reader=lambda arrival: NotificationReader(arrival.at),
    body=BODY,
)
