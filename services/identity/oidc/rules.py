"""Rules of a connection: what its groups are worth, and for whom an account is made."""

from services.identity.directory.group_rules import Granted, worth
from services.identity.oidc.connection import Connection
from services.identity.oidc.identity import ProvenIdentity


def granted(connection: Connection, groups: frozenset[str]) -> Granted:
    """Return what the groups are worth now: a group that is lost is worth nothing at once."""
    return worth(connection.rules, connection.admission.roles, groups)


def is_admitted(connection: Connection, identity: ProvenIdentity) -> bool:
    """Say whether an account is made for somebody who has none."""
    admission = connection.admission
    domain = (identity.email or "").rpartition("@")[2]
    return domain in admission.domains or not admission.groups.isdisjoint(identity.groups)
