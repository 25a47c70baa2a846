"""Contact methods as a body has them: one variant for each provider there is."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from activities.delivery.provider import ContactAddress, provider_types

if TYPE_CHECKING:
    type Contact = ContactAddress
else:
    _VARIANTS = [one.Address for one in provider_types().values()]
    type Contact = Annotated[reduce(or_, _VARIANTS), Field(discriminator="channel")]


def _known(channel: str) -> str:
    if channel not in provider_types():
        raise ValueError(f"choose one of {', '.join(provider_types())}")
    return channel


# A provider's name; the schema lists those there are.
type Channel = Annotated[
    str,
    Field(
        description="A way to reach somebody: the name of a provider.",
        json_schema_extra={"enum": list(provider_types())},
    ),
]
type KnownChannel = Annotated[Channel, AfterValidator(_known)]
