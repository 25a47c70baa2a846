"""Web push key: what a browser needs to be added as a way to page somebody."""

from typing import Annotated

from pydantic import Field

from activities.integrations.web_push.provider import Vapid, application_server_key
from services.access.permissions import Permission
from services.api.http.formats import View
from services.api.http.guard import api_router, requires

router = api_router("configuration")


class WebPushView(View):
    """What browsers subscribe with."""

    application_server_key: Annotated[
        str | None,
        Field(
            description="Public, in base64url, for `pushManager.subscribe`; null where"
            " `TOCSIN_VAPID_KEY` is not set, so that no browser can be paged."
        ),
    ]


@router.get("/v1/web-push", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_web_push() -> WebPushView:
    """Show the key that a browser subscribes with: contact methods of channel `web_push`."""
    return WebPushView(application_server_key=application_server_key(Vapid()))
