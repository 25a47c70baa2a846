"""Links on an incident: safe ones, each address once."""

from events.errors import IncidentEnded, LinkRefused
from events.incident.links.commands import AddLink, RemoveLink
from events.incident.links.events import IncidentLinkAdded, IncidentLinkRemoved
from events.values.links import Link, LinkKind
from tests.events.incident.story import INC_7, NOW, ana, closed, declared
from tests.given import given

runbook = Link(kind=LinkKind.RUNBOOK, title="Restart it", url="https://wiki.example.com/restart")
renamed = Link(kind=LinkKind.RUNBOOK, title="Restart", url=runbook.url)


def add(link: Link) -> AddLink:
    return AddLink(link=link, actor=ana, at=NOW)


def added(link: Link) -> IncidentLinkAdded:
    return IncidentLinkAdded(incident_id=INC_7, link=link, added_by="responder:ana", added_at=NOW)


def test_a_link_is_added_once_and_an_address_gets_its_new_title() -> None:
    given(declared).when(add(runbook)).then(added(runbook))
    given(declared, added(runbook)).when(add(runbook)).then_nothing()
    given(declared, added(runbook)).when(add(renamed)).then(added(renamed))
    given(declared, added(runbook), added(renamed)).when(add(runbook)).then(added(runbook))


def test_an_address_that_could_trick_somebody_is_refused() -> None:
    trick = Link(kind=LinkKind.OTHER, title="x", url="javascript:alert(1)")
    given(declared).when(add(trick)).refused(LinkRefused, "https")


def test_fifty_links_are_enough() -> None:
    many = [
        added(Link(kind=LinkKind.OTHER, title=str(n), url=f"https://example.com/{n}"))
        for n in range(50)
    ]
    given(declared, *many).when(add(runbook)).refused(LinkRefused, "remove one first")


def test_a_link_is_removed_once() -> None:
    remove = RemoveLink(url=runbook.url, actor=ana, at=NOW)
    given(declared, added(runbook)).when(remove).then(
        IncidentLinkRemoved(
            incident_id=INC_7, url=runbook.url, removed_by="responder:ana", removed_at=NOW
        )
    )
    given(declared).when(remove).then_nothing()


def test_an_incident_that_is_over_takes_no_links() -> None:
    given(declared, closed).when(add(runbook)).refused(IncidentEnded)
