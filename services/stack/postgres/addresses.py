"""PostgreSQL addresses: one for each role, with its password."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from services.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """PostgreSQL's addresses, one for each role."""

    owner_dsn: str | None = field(repr=False)  # None: somebody else migrates
    app_dsn: str = field(repr=False)
    projector_dsn: str = field(repr=False)
    notary_dsn: str | None = field(default=None, repr=False)  # None: nobody signs


def named_databases(settings: Settings) -> Databases | None:
    """Return the addresses that the settings name; None when the stack brings its own server."""
    if settings.app_dsn is None or settings.projector_dsn is None:
        return None
    owner, notary = settings.postgres_dsn, settings.notary_dsn
    return Databases(
        owner_dsn=owner.get_secret_value() if owner else None,
        app_dsn=settings.app_dsn.get_secret_value(),
        projector_dsn=settings.projector_dsn.get_secret_value(),
        notary_dsn=notary.get_secret_value() if notary else None,
    )


def password(dsn: str) -> str:
    """Return the password inside an address."""
    return unquote(urlsplit(dsn).password or "")
