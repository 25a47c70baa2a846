"""Ada's account, and what can happen to it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from events.account.decide import account_decider
from events.account.events import AccountInvited, AccountOpened
from events.account.life import INVITATION_GOOD_FOR
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.ids import AccountId, ResponderId
from tests.given import given as given_to

given = partial(given_to, by=account_decider)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
ADA = AccountId("ada")
FIRST, SECOND = UUID(int=1), UUID(int=2)
grace = Actor(principal="account:grace", responder_id=ResponderId("grace"), is_admin=True)
ada = Actor(principal="account:ada", responder_id=ResponderId("ada"))

invited = AccountInvited(
    account_id=ADA,
    email="ada@example.com",
    roles=(ApiScope.RESPONDER,),
    invitation_id=FIRST,
    expires_at=NOON + INVITATION_GOOD_FOR,
    invited_by="responder:grace",
    invited_at=NOON,
)
opened = AccountOpened(
    account_id=ADA,
    email="ada@example.com",
    roles=(ApiScope.ADMIN,),
    opened_by="responder:ada",
    opened_at=NOON,
)
