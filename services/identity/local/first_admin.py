"""First admin link: where the first admin comes in; for an hour, while there is no admin."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.identity.admins import Admins
from services.identity.signed_links import Purpose, SignedLink, SignedLinks

GOOD_FOR: Final = timedelta(hours=1)


async def first_admin_link(
    links: SignedLinks, admins: Admins, public_url: str, link_id: UUID, now: datetime
) -> str | None:
    """Return the address where the first admin comes in; None: there is an admin.

    Raises: LogUnavailable.
    """
    if await admins.others():
        return None
    link = SignedLink(
        purpose=Purpose.FIRST_ADMIN,
        account_id=None,
        link_id=link_id,
        expires_at=now + GOOD_FOR,
    )
    return f"{public_url.rstrip('/')}/first-admin/{links.make(link)}"
