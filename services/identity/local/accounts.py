"""Local accounts of one process: signing in and coming in, built once from its settings."""

from dataclasses import dataclass

from activities.delivery.provider import Provider
from events.log.database import Database
from events.log.store import Log
from services.identity.admins import Admins
from services.identity.local.coming_in import ComingIn
from services.identity.local.entering import LocalSignIn
from services.identity.local.own_account import OwnAccount
from services.identity.proofs.attempts import Attempts
from services.identity.proofs.passkeys import Passkeys, Site, site_at
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.sessions import Sessions
from services.identity.signed_links import SignedLinks
from services.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAccounts:
    """What pages for whoever is not signed in stand on."""

    entering: LocalSignIn
    coming_in: ComingIn
    own: OwnAccount
    site: Site


def local_accounts(
    log: Log,
    database: Database,
    sessions: Sessions,
    mail: Provider | None,
    settings: Settings,
    hashes: PasswordHashes | None = None,
) -> LocalAccounts:
    """Return the local accounts as the settings describe them.

    Raises: LinkKeyNeeded.
    """
    links, site = SignedLinks(settings.link_key), site_at(settings.public_url)
    made, attempts = hashes or PasswordHashes(), Attempts(database)
    passkeys = Passkeys(links, database, site)
    return LocalAccounts(
        entering=LocalSignIn(
            log=log,
            database=database,
            sessions=sessions,
            hashes=made,
            attempts=attempts,
            links=links,
            passkeys=passkeys,
        ),
        coming_in=ComingIn(
            log=log,
            database=database,
            sessions=sessions,
            hashes=made,
            attempts=attempts,
            links=links,
            admins=Admins(log, database),
            mail=mail,
            public_url=settings.public_url.rstrip("/"),
        ),
        own=OwnAccount(log=log, hashes=made, attempts=attempts, passkeys=passkeys),
        site=site,
    )
