"""SCIM resources: what of a user and a group is kept here, in the words of RFC 7643."""

from typing import Annotated, Any, Final

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    Schema,
    ScimPolicy,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST: Final = 200  # resources on a page

# What Okta and Microsoft Entra really send, where the letter of the RFC has it otherwise.
TOLERANT: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,  # titles, phones, extensions: nobody here reads them
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class PersonName(ComplexAttribute):
    """Name of a person."""

    formatted: str | None = None
    given_name: str | None = None
    family_name: str | None = None


class EmailAddress(ComplexAttribute):
    """E-mail address of a person."""

    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class User(Resource[Any]):
    """User: a person who may sign in."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: PersonName | None = None
    display_name: str | None = None
    active: bool | None = None
    emails: list[EmailAddress] | None = None


class Member(ComplexAttribute):
    """Member of a group."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[
        Reference["User"] | None,
        Mutability.immutable,
    ] = Field(None, serialization_alias="$ref", validation_alias="$ref")
    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])


class Group(Resource[Any]):
    """Group: a team, or people with the same roles."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    members: list[Member] | None = None


RESOURCES: Final[tuple[type[Resource[Any]], ...]] = (User, Group)


def provider_config() -> ServiceProviderConfig:
    """Return what this door can do."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="API key",
                description="An API key with the scope scim, as a bearer token.",
                primary=True,
            )
        ],
    )


def resource_types() -> list[ResourceType]:
    """Return the kinds of resources there are."""
    return [ResourceType.from_resource(one) for one in RESOURCES]


def schemas() -> list[Schema]:
    """Return what each kind consists of."""
    return [one.to_schema() for one in RESOURCES]
