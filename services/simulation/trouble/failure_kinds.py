"""Kinds of failure: what a monitor says of each, what stops it, and what is changed afterwards."""

from dataclasses import dataclass
from typing import Final

from events.action_item.item import ActionKind
from events.incident.mitigation.events import MitigationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureKind:
    """One way in which a service fails."""

    category: str  # of its primary factor
    alert: str
    title: str  # what a monitor sees
    action: MitigationKind
    stopped_by: str
    cause: str
    items: tuple[tuple[ActionKind, str], ...]
    after_a_change: bool = False


def _kind(  # noqa: PLR0913  each is another thing that is known of it
    category: str,
    alert: str,
    title: str,
    *,
    stopped: tuple[MitigationKind, str],
    cause: str,
    items: tuple[tuple[ActionKind, str], ...],
    after_a_change: bool = False,
) -> FailureKind:
    return FailureKind(
        category=category,
        alert=alert,
        title=title,
        action=stopped[0],
        stopped_by=stopped[1],
        cause=cause,
        items=items,
        after_a_change=after_a_change,
    )


KINDS: Final = (
    _kind(
        "deploy",
        "HighErrorRate",
        "answers 5xx for one request in twenty",
        stopped=(MitigationKind.ROLLBACK, "Rolled back to the release of the day before"),
        cause="A release expected a column that the migration adds a step later",
        items=((ActionKind.PREVENT, "Refuse a release whose migration has not run"),),
        after_a_change=True,
    ),
    _kind(
        "config_change",
        "ConnectionsRefused",
        "refuses connections",
        stopped=(MitigationKind.ROLLBACK, "Put the former configuration back"),
        cause="A limit was set in seconds where the pool reads milliseconds",
        items=((ActionKind.PREVENT, "Check units when a configuration is loaded"),),
        after_a_change=True,
    ),
    _kind(
        "dependency",
        "UpstreamTimeouts",
        "waits for a provider that does not answer",
        stopped=(MitigationKind.DEGRADED_MODE, "Answers from the cache until the provider is back"),
        cause="The provider's region was down, and calls had no deadline",
        items=((ActionKind.MITIGATE, "Give every call to the provider a deadline of two seconds"),),
    ),
    _kind(
        "resource_exhaustion",
        "DiskAlmostFull",
        "is out of disk in a few minutes",
        stopped=(MitigationKind.SCALE_UP, "Gave the volume twice its size"),
        cause="Temporary files were kept after a cancelled export",
        items=((ActionKind.DETECT, "Alert a day before a disk is full"),),
    ),
    _kind(
        "software_defect",
        "WorkersStuck",
        "takes no work from its queue",
        stopped=(MitigationKind.FEATURE_FLAG, "Turned the new parser off"),
        cause="A parser ran for minutes on a nested document",
        items=((ActionKind.PREVENT, "Bound the nesting of documents"),),
    ),
    _kind(
        "hardware",
        "NodeGone",
        "lost one of three nodes",
        stopped=(MitigationKind.FAILOVER, "Moved its shards to the other nodes"),
        cause="A memory module failed, and the node was not drained",
        items=((ActionKind.MITIGATE, "Drain a node at its first memory error"),),
    ),
    _kind(
        "network",
        "PacketLoss",
        "loses packets between two zones",
        stopped=(MitigationKind.FAILOVER, "Sent traffic to the other zone"),
        cause="A link of the provider flapped",
        items=((ActionKind.DETECT, "Watch the loss between zones from both ends"),),
    ),
    _kind(
        "data",
        "WrongTotals",
        "shows totals that do not add up",
        stopped=(MitigationKind.FEATURE_FLAG, "Showed the totals of the night before"),
        cause="A replayed batch was counted twice",
        items=((ActionKind.PREVENT, "Give each batch an id that is counted once"),),
    ),
    _kind(
        "traffic",
        "SaturatedPool",
        "takes ten times the usual requests",
        stopped=(MitigationKind.SCALE_UP, "Doubled the instances"),
        cause="A newsletter linked to a page that is not cached",
        items=((ActionKind.MITIGATE, "Cache the pages that newsletters link to"),),
    ),
    _kind(
        "expiry",
        "CertificateExpired",
        "shows an expired certificate",
        stopped=(MitigationKind.OTHER, "Issued a new certificate"),
        cause="The renewal had no rights on the new zone",
        items=((ActionKind.DETECT, "Alert two weeks before a certificate expires"),),
    ),
    _kind(
        "process",
        "JobsLate",
        "has not run its nightly jobs",
        stopped=(MitigationKind.OTHER, "Ran the jobs by hand"),
        cause="The jobs moved to another cluster, and their timer did not",
        items=((ActionKind.PROCESS, "List the timers in the plan of every move"),),
    ),
    _kind(
        "monitoring",
        "NoMetrics",
        "has sent no metrics for ten minutes",
        stopped=(MitigationKind.OTHER, "Restarted the agents"),
        cause="An agent's queue was full and never emptied",
        items=((ActionKind.DETECT, "Have the agents watch one another"),),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarmKind:
    """One way in which a monitor is wrong, or what it says needs nobody."""

    alert: str
    title: str
    found: str


FALSE_ALARMS: Final = (
    FalseAlarmKind(
        alert="ProbeFailed",
        title="does not answer one probe",
        found="The probe's own network was down for a minute",
    ),
    FalseAlarmKind(
        alert="LatencyHigh",
        title="is slow in one zone",
        found="A backup ran, as it does every week, and nobody noticed anything",
    ),
)
