"""Shapes: a stored user or group as SCIM writes it, and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from scim2_models import InvalidValueException, Meta, Reference

from events.directory.group import DirectoryGroupDefined
from events.directory.user import DirectoryEmail, DirectoryUserDefined
from projections.configuration.directory_groups import DirectoryGroupRow
from projections.configuration.directory_users import DirectoryUserRow
from services.identity.directory.provisioning import Wanted
from services.identity.finding import as_typed
from services.scim.resources import EmailAddress, Group, Member, PersonName, User

LONGEST: Final = 256  # characters of a text
MOST_EMAILS: Final = 20
MOST_MEMBERS: Final = 200  # as many as a team has
NUL: Final = "\0"


class Age(NamedTuple):
    """Since when a resource is there, when it changed, and which version it is."""

    created: datetime
    changed: datetime
    version: int


def etag(version: int) -> str:
    """Return a version as an ETag."""
    return f'W/"{version}"'


def user_shape(
    user_id: str, said: DirectoryUserDefined | DirectoryUserRow, age: Age, base: str
) -> User:
    """Return a user as SCIM writes it."""
    named = PersonName(
        formatted=said.formatted_name, given_name=said.given_name, family_name=said.family_name
    )
    has_name = any((said.formatted_name, said.given_name, said.family_name))
    emails = [
        EmailAddress(value=one.value, type=one.kind, primary=one.primary) for one in said.emails
    ]
    return User(
        id=user_id,
        external_id=said.external_id,
        user_name=said.user_name,
        name=named if has_name else None,
        display_name=said.display_name,
        active=said.active,
        emails=emails or None,
        meta=_meta("User", f"{base}/Users/{user_id}", age),
    )


def group_shape(
    group_id: str, said: DirectoryGroupDefined | DirectoryGroupRow, age: Age, base: str
) -> Group:
    """Return a group as SCIM writes it."""
    members = [
        Member(value=one, type="User", ref=Reference[User](f"{base}/Users/{one}"))
        for one in said.member_ids
    ]
    return Group(
        id=group_id,
        external_id=said.external_id,
        display_name=said.display_name,
        members=members or None,
        meta=_meta("Group", f"{base}/Groups/{group_id}", age),
    )


def wanted(user: User) -> Wanted:
    """Return the person whom a user describes."""
    active = user.active is not False
    email = email_of(user)
    name = user.name or PersonName()
    parts = " ".join(part for part in (name.given_name, name.family_name) if part)
    shown = user.display_name or name.formatted or parts or user.user_name or ""
    return Wanted(name=" ".join(shown.split())[:LONGEST], email=email, active=active)


def email_of(user: User) -> str | None:
    """Return the address that a user signs in with: the primary one, the first, or the name."""
    values = [one for one in user.emails or () if one.value]
    first = next((one for one in values if one.primary), values[0] if values else None)
    said = first.value if first else user.user_name
    if said is None or said.count("@") != 1 or said.startswith("@") or said.endswith("@"):
        return None
    return as_typed(said)


def emails_of(user: User) -> tuple[DirectoryEmail, ...]:
    """Return the addresses of a user as the log keeps them."""
    return tuple(
        DirectoryEmail(value=one.value, kind=one.type, primary=one.primary)
        for one in user.emails or ()
        if one.value
    )


def require_storable(user: User) -> None:
    """Return if every text is one that people can read, and not endless.

    Raises: InvalidValueException.
    """
    if not (user.user_name or "").strip():
        raise InvalidValueException(detail="userName is empty.")
    emails = user.emails or []
    if len(emails) > MOST_EMAILS:
        raise InvalidValueException(detail=f"emails: at most {MOST_EMAILS}.")
    name = user.name or PersonName()
    texts = {
        "userName": user.user_name,
        "externalId": user.external_id,
        "displayName": user.display_name,
        "name.formatted": name.formatted,
        "name.givenName": name.given_name,
        "name.familyName": name.family_name,
    }
    for place, text in texts.items():
        require_text(place, text)
    for one in emails:
        require_text("emails.value", one.value)
        require_text("emails.type", one.type)


def require_text(place: str, text: str | None) -> None:
    """Return if a text can be stored and shown.

    Raises: InvalidValueException.
    """
    if text is None:
        return
    if len(text) > LONGEST:
        raise InvalidValueException(detail=f"{place}: at most {LONGEST} characters.")
    if NUL in text or not text.isprintable():
        raise InvalidValueException(detail=f"{place}: no line breaks or control characters.")


def members_of(group: Group) -> tuple[str, ...]:
    """Return the ids of a group's members, each once.

    Raises: InvalidValueException.
    """
    listed: Sequence[Member] = group.members or ()
    named = tuple(dict.fromkeys(one.value for one in listed if one.value))
    if len(named) > MOST_MEMBERS:
        raise InvalidValueException(detail=f"members: at most {MOST_MEMBERS}.")
    return named


def _meta(kind: str, location: str, age: Age) -> Meta:
    return Meta(
        resource_type=kind,
        created=age.created,
        last_modified=age.changed,
        location=location,
        version=etag(age.version),
    )
