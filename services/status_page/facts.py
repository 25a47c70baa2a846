"""Facts of a public page: only what was written for customers is in them, and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid5

from events.ids import TOCSIN
from events.public_post.words import ComponentStatus, PublicState
from projections.communication.public_posts import PublicIncidentRow, PublicPost
from projections.communication.public_stories import PublicStoryRow
from projections.communication.status_pages import StatusPageRow

WORKS: Final = ComponentStatus.OPERATIONAL
NO_STORIES: Final[Mapping[UUID, PublicStoryRow]] = MappingProxyType({})
STORY: Final = {
    "summary": "Summary",
    "what_happened": "What happened",
    "what_we_do": "What we do about it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component, as customers know it."""

    key: str  # as posts name it; in no file
    public_id: UUID
    name: str
    description: str
    group: str | None
    since: datetime  # it is on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post, as it reads now."""

    public_id: UUID
    state: PublicState
    text: str
    at: datetime
    corrected_at: datetime | None
    next_at: datetime | None
    statuses: dict[str, ComponentStatus]  # of the page's components, by key; the others work

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the text, as blank lines part it."""
        return paragraphs_of(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What we learned of an incident, as it was written for customers."""

    at: datetime
    parts: tuple[tuple[str, tuple[str, ...]], ...]  # each a heading and its paragraphs

    @property
    def text(self) -> str:
        """Return it as one plain text."""
        parts = ("\n\n".join((heading, *paragraphs)) for heading, paragraphs in self.parts)
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """An incident, as customers were told of it."""

    public_id: UUID
    title: str
    posts: tuple[Post, ...]  # in their order
    story: Story | None = None

    @property
    def newest(self) -> Post:
        """Return the last word."""
        return self.posts[-1]

    @property
    def resolved(self) -> bool:
        """Say whether customers were told that it is over."""
        return self.newest.state is PublicState.RESOLVED

    @property
    def changed_at(self) -> datetime:
        """Return when anything of it was last written."""
        said = max(one.corrected_at or one.at for one in self.posts)
        return max(said, self.story.at) if self.story else said

    @property
    def worst(self) -> ComponentStatus:
        """Return the worst that it ever did to a component."""
        statuses = [status for post in self.posts for status in post.statuses.values()]
        return max(statuses, key=lambda one: one.rank, default=WORKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """Everything that the files of one page are made of."""

    name: str  # in its address
    title: str
    parts: tuple[Part, ...]
    incidents: tuple[PublicIncident, ...]  # the newest first
    changed_at: datetime
    written_at: datetime

    @property
    def open(self) -> tuple[PublicIncident, ...]:
        """Return what customers were not told the end of."""
        return tuple(one for one in self.incidents if not one.resolved)

    @property
    def statuses(self) -> dict[str, ComponentStatus]:
        """Return what each component is now, by key: the worst that an open incident says."""
        now = {part.key: WORKS for part in self.parts}
        for incident in self.open:
            for key, status in incident.newest.statuses.items():
                now[key] = max(now[key], status, key=lambda one: one.rank)
        return now


def page_of(
    row: StatusPageRow,
    incidents: Sequence[PublicIncidentRow],
    private: Collection[UUID],
    written_at: datetime,
    stories: Mapping[UUID, PublicStoryRow] = NO_STORIES,
) -> PublicPage:
    """Return a page; incidents that are private by now are in none."""
    parts = tuple(
        Part(
            key=one.component_id,
            public_id=uuid5(TOCSIN, f"status_page/{row.status_page_id}/{one.component_id}"),
            name=one.name,
            description=one.description,
            group=one.group,
            since=row.added[one.component_id],
        )
        for one in row.components
    )
    keys = frozenset(one.key for one in parts)
    shown = tuple(
        PublicIncident(
            public_id=one.public_id,
            title=one.title,
            posts=tuple(_post(one, post, row.status_page_id, keys) for post in one.posts),
            story=story_of(stories.get(one.incident_id)),
        )
        for one in incidents
        if one.incident_id not in private
    )
    return PublicPage(
        name=row.status_page_id,
        title=row.name,
        parts=parts,
        incidents=shown,
        changed_at=max([row.changed_at, *(one.changed_at for one in shown)]),
        written_at=written_at,
    )


def story_of(row: PublicStoryRow | None) -> Story | None:
    """Return what customers read of an incident, as blank lines part it."""
    if row is None or row.shown is None or row.shown_at is None:
        return None
    return Story(
        at=row.shown_at,
        parts=tuple(
            (heading, paragraphs_of(getattr(row.shown, name))) for name, heading in STORY.items()
        ),
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return a text, as blank lines part it."""
    return tuple(one.strip() for one in text.split("\n\n") if one.strip())


def _post(incident: PublicIncidentRow, post: PublicPost, page: str, keys: Collection[str]) -> Post:
    statuses = {
        one.component_id: one.status
        for one in post.affected
        if one.status_page_id == page and one.component_id in keys
    }
    return Post(
        public_id=uuid5(incident.public_id, str(post.number)),
        state=post.state,
        text=post.text,
        at=post.published_at,
        corrected_at=post.corrected_at,
        next_at=post.next_post_at,
        statuses=statuses,
    )
