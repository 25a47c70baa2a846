"""Referenced ids: whoever and whatever a command names must exist, whoever gives the command."""

from collections.abc import Collection, Iterable

from events.ids import ResponderId
from events.log.store import Log
from services.access.people import is_known
from services.request_refusals import Invalid, RequestInvalid


async def require_named(
    log: Log,
    named: Iterable[tuple[str, str]],
    at: str = "body",
    among: Collection[str] | None = None,
) -> None:
    """Let a command pass if every stream exists that it names, by `events.references`.

    `at` is where the request says them, `among` the only members that are looked at; None: all.
    Raises: RequestInvalid with every field that names nothing, LogUnavailable.
    """
    exists: dict[str, bool] = {}  # a rota names the same few people again and again
    missing: list[Invalid] = []
    for place, stream in named:
        if among is not None and place.partition(".")[0] not in among:
            continue
        if stream not in exists:
            exists[stream] = await _exists(log, stream)
        if not exists[stream]:
            missing.append(Invalid(field=f"{at}.{place}", reason=no_such(stream)))
    if missing:
        raise RequestInvalid(*missing)


def no_such(stream: str) -> str:
    """Return that nothing has this stream, by its noun and its id."""
    noun, _, named = stream.partition("-")
    return f"No such {noun.replace('_', ' ')}: {named}."


async def _exists(log: Log, stream: str) -> bool:
    noun, _, named = stream.partition("-")
    if noun == "responder":  # who was forgotten is nobody any more
        return await is_known(log, ResponderId(named))
    return bool(await log.read_stream(stream))
