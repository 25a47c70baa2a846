"""Pushing: a browser's worker, what it is pushed, and what it shows for it."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page, Worker

from tests.eventually import eventually

SHOWN = """async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(one => ({
        title: one.title, body: one.body, tag: one.tag, loud: one.requireInteraction,
        actions: one.actions.map(action => [action.action, action.title]),
    }));
}"""
PRESS = """async action => {
    const [notification] = await registration.getNotifications();
    dispatchEvent(new NotificationEvent('notificationclick', {notification, action}));
}"""


@dataclass(kw_only=True)
class Pushed:
    """A browser that a push service reaches."""

    page: Page
    worker: Worker
    cdp: CDPSession
    registrations: list[dict[str, Any]] = field(default_factory=list)

    async def push(self, payload: bytes) -> None:
        """Deliver what the browser has decrypted."""
        [registration] = self.registrations
        message = {
            "origin": registration["scopeURL"].rstrip("/"),
            "registrationId": registration["registrationId"],
            "data": payload.decode(),
        }
        await self.cdp.send("ServiceWorker.deliverPushMessage", message)

    async def shown(self) -> dict[str, dict[str, Any]]:
        """Return the notifications that are there, by their titles."""
        return {one["title"]: one for one in await self.page.evaluate(SHOWN)}

    async def one(self, title: str, payload: bytes | None = None) -> dict[str, Any]:
        """Return a notification once it is there, of what is pushed until then."""

        async def it() -> dict[str, Any] | None:
            if payload is not None:  # a repeat of what is there is dropped
                await self.push(payload)
            return (await self.shown()).get(title)

        return await eventually(f"a notification says {title}", it, pause=0.3)

    async def press(self, action: str) -> None:
        await self.worker.evaluate(PRESS, action)


async def pushed(context: BrowserContext, address: str) -> Pushed:
    """Open a page and return its browser once its worker is there."""
    await context.grant_permissions(["notifications"])
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda it: keep(found, it["registrations"]))
    await cdp.send("ServiceWorker.enable")
    await page.goto(address)
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await eventually("the worker is registered", lambda: bool(found))
    await eventually("the worker runs", lambda: bool(context.service_workers))
    return Pushed(page=page, worker=context.service_workers[0], cdp=cdp, registrations=found)


def keep(found: list[dict[str, Any]], registrations: list[dict[str, Any]]) -> None:
    """Keep the newest of each registration."""
    known = {one["registrationId"]: one for one in (*found, *registrations)}
    found[:] = [one for one in known.values() if not one["isDeleted"]]
