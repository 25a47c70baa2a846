"""Projection lag: how far each read model is behind the log, and what holds it up."""

from dataclasses import dataclass

from projections.engine.rows import Connection
from projections.registry import VERSIONS

BEHIND_SECONDS = 5.0  # a projection older than this is worth a look
SLOW_SECONDS = 1.0  # a transaction longer than this is the database's fault

LAG = """
with head as (
    select coalesce((select position from es.event order by position desc limit 1), 0) as position
)
select wanted.name, coalesce(p.revision, 0) as revision, coalesce(p.position, 0) as position,
    head.position - coalesce(p.position, 0) as events,
    coalesce(extract(epoch from clock_timestamp() - (
        select recorded_at from es.event where position = coalesce(p.position, 0) + 1
    )), 0)::float8 as seconds,
    coalesce(p.state, 'missing') as state, p.trouble, p.owner,
    coalesce(p.batch_seconds, 0) as batch_seconds,
    coalesce(extract(epoch from p.lease_until - clock_timestamp()), 0)::float8 as lease_seconds,
    (select count(*) from read.quarantine k
        where k.projection = p.name and k.revision = p.revision) as quarantined,
    coalesce(p.version, wanted.version) as version, wanted.version as wanted_version,
    b.revision as building
from unnest($1::text[], $2::integer[]) wanted (name, version)
left join es.projection p on p.name = wanted.name and p.stage = 'live'
left join es.projection b
    on b.name = wanted.name and b.stage = 'building' and b.lease_until > clock_timestamp()
cross join head
order by wanted.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far one projection is behind."""

    name: str
    revision: int
    position: int
    events: int
    seconds: float  # since the oldest event it has not seen was recorded
    state: str  # live, halted (see trouble), refused (the log is another one), missing
    trouble: str | None
    owner: str | None  # who writes it, or did last
    lease_seconds: float  # that the owner's lease has still to run; negative: it ran out
    batch_seconds: float  # its last transaction took
    quarantined: int  # keys
    version: int  # of the rules that made the rows
    wanted_version: int  # of this program's rules
    building: int | None  # the revision that is being made beside it

    @property
    def cause(self) -> str | None:
        """Return what holds it up or makes it incomplete, None when nothing does."""
        return self._standing or self._behind or self._incomplete

    @property
    def _standing(self) -> str | None:
        match self.state:
            case "missing":
                return "no projector has begun it"
            case "refused":
                return (
                    f"{self.trouble}: the log was restored or is another one;"
                    f" tocsin projections rebuild {self.name}"
                )
            case "halted":
                return f"halted: {self.trouble}"
            case _ if self.version != self.wanted_version:
                made_by = f"version {self.version}" if self.version else "before its tables changed"
                return f"shows the rows of {made_by}: {self._upgrade}"
            case _:
                return None

    @property
    def _upgrade(self) -> str:
        if self.building is None:
            return f"no projector builds those of version {self.wanted_version} yet"
        return f"revision {self.building} is being built beside them"

    @property
    def _behind(self) -> str | None:
        if self.seconds <= BEHIND_SECONDS:
            return None
        behind = f"{self.events} events, {self.seconds:.0f} s behind"
        if self.lease_seconds <= 0:
            last = f", the last owner was {self.owner}" if self.owner else ""
            return f"{behind}: nobody holds its lease{last}"
        if self.batch_seconds > SLOW_SECONDS:
            return f"{behind}: the database is slow, a batch took {self.batch_seconds:.1f} s"
        return f"{behind}: catching up, its lease is held by {self.owner}"

    @property
    def _incomplete(self) -> str | None:
        if not self.quarantined:
            return None
        return f"{self.quarantined} {'key' if self.quarantined == 1 else 'keys'} quarantined"


async def lag(connection: Connection) -> tuple[Lag, ...]:
    """Return how far each projection is behind the log."""
    records = await connection.fetch(LAG, list(VERSIONS), list(VERSIONS.values()))
    return tuple(Lag(**record) for record in records)
