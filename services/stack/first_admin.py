"""First admin: the sign-in link that `make up` and `tocsin first-admin` print."""

import sys
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from events.errors import LogUnavailable
from events.log.postgres import PostgresLog
from events.log.privacy.keyring import KeysUnusable
from services.exit import FAILED
from services.identity.admins import Admins
from services.identity.local.first_admin import first_admin_link
from services.identity.signed_links import SignedLinks
from services.keys import subject_keyring
from services.request_refusals import LinkKeyNeeded
from services.settings import Settings

WRONG_USE: Final = 2
NO_DATABASE: Final = "Set TOCSIN_APP_DSN as for the front process; `make up` prints the link."
THERE_IS_ONE: Final = "There is an admin already: sign in, or have them invite you."
NEW_LINK: Final = "Open this within an hour to become the first admin. It works once:\n\n  {}\n"


async def print_link() -> int:
    """Print a link for the first admin of the installation that the settings name."""
    settings = Settings()
    if settings.app_dsn is None:
        print(NO_DATABASE, file=sys.stderr)
        return WRONG_USE
    try:
        url = await new_link(settings.app_dsn.get_secret_value(), settings)
    except (LinkKeyNeeded, KeysUnusable, LogUnavailable) as fault:
        print(f"No link was made: {fault}", file=sys.stderr)
        return FAILED
    print(THERE_IS_ONE if url is None else NEW_LINK.format(url))
    return 0


async def new_link(app_dsn: str, settings: Settings) -> str | None:
    """Return a link for the first admin; None: there is an admin.

    Raises: LinkKeyNeeded, KeysUnusable, LogUnavailable.
    """
    links = SignedLinks(settings.link_key)
    log = await PostgresLog.open(app_dsn, keyring=subject_keyring(settings))
    try:
        admins = Admins(log, log.database)
        now = datetime.now(UTC)
        return await first_admin_link(links, admins, settings.public_url, uuid4(), now)
    finally:
        await log.close()
