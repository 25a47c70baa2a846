"""API client of the command line: one call, one answer, or a problem in words."""

import json
from collections.abc import Callable, Iterator, Mapping
from time import sleep
from typing import Any, Self, cast
from uuid import uuid4

import httpx

from events.values.plain_text import plain
from services.cli.endpoint import NoEndpoint, endpoint
from services.cli.terminal import remark
from services.settings import Settings

TIMEOUT = 15.0  # seconds: longer than the API's own limit for any answer
TRIES = 3  # of a write whose answer was lost; its key makes the repeat harmless
UNAVAILABLE = 503
LONGEST_WAIT = 5.0  # seconds, whatever an answer asks for: somebody sits there
SANDBOX = "tocsin-sandbox"  # header of answers from a log that was simulated
QUIET = 60.0  # seconds without a word, on a stream: it says something every 15


class Problem(Exception):
    """The API refused, or could not be reached; the text says what to do next."""

    def __init__(self, title: str, detail: str, body: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{title} {detail}".strip())
        self.title = title
        self.detail = detail
        self.body = dict(body or {})


class _SandboxNotice:
    """Notice that what is shown was simulated: given once, with the first answer that says so."""

    def __init__(self) -> None:
        self._given = False

    def __call__(self, answer: httpx.Response) -> None:
        if SANDBOX in answer.headers and not self._given:
            self._given = True
            remark("this is a sandbox: everything in it is simulated.")


class LineLost(Problem):
    """Connection lost: the API could be reached, and then the connection broke."""


class Remote:
    """API client of one Tocsin, with its key. Close it, or use it in a `with`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        speaking_for: str | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.written = 0  # position of the newest write known here: reads wait for it
        self._headers = {"authorization": f"Bearer {key}", "tocsin-via": "cli"}
        if speaking_for:
            self._headers["tocsin-responder"] = speaking_for
        for name, value in self._headers.items():
            if not (value.isascii() and value.isprintable()):
                what = "The API key" if name == "authorization" else "The id after --as"
                raise Problem(f"{what} has a character that no id has.", "Look at it again.")
        self._key = key
        self._http = http or httpx.Client(
            base_url=url,
            timeout=TIMEOUT,
            trust_env=False,
            event_hooks={"response": [_SandboxNotice()]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @classmethod
    def from_environment(cls, speaking_for: str | None = None) -> Self:
        """Return the Tocsin that TOCSIN_URL and TOCSIN_API_KEY name, or the stack on this machine.

        Raises: Problem.
        """
        try:
            found = endpoint(Settings())
        except NoEndpoint as missing:
            raise Problem(missing.title, missing.advice) from missing
        return cls(found.url, found.key, speaking_for=speaking_for)

    def speaking_for(self, responder_id: str) -> "Remote":
        """Return the same Tocsin, over the same line, where we speak for somebody."""
        return Remote(self.url, self._key, speaking_for=responder_id, http=self._http)

    def from_files(self, commit: str | None) -> "Remote":
        """Return the same Tocsin, which hears that what we say is in files, and of which commit."""
        other = Remote(self.url, self._key, http=self._http)
        other.written = self.written
        other._headers |= {"tocsin-via": "apply"} | ({"tocsin-commit": commit} if commit else {})
        return other

    def with_key(self, key: str) -> "Remote":
        """Return the same Tocsin, over the same line, with another key."""
        return Remote(self.url, key, http=self._http)

    def get(self, path: str, **query: Any) -> Any:
        """Return what a path shows.

        Raises: Problem.
        """
        wanted = {name: value for name, value in query.items() if value is not None}
        headers = {"tocsin-after-position": str(self.written)}
        return self._call("GET", path, params=wanted, headers=headers)

    def file(self, path: str, **query: Any) -> bytes:
        """Return a file that a path offers, as it is.

        Raises: Problem.
        """
        content: bytes = self._call("GET", path, params=query, read=_file)
        return content

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Give a command; trying again after a lost answer gives it once.

        Raises: Problem.
        """
        headers = {"idempotency-key": str(uuid4())}
        given: dict[str, Any] = {} if body is None else {"json": dict(body)}  # some take none
        return self._call("POST", path, headers=headers, **given)

    def upload(self, path: str, content: bytes, media_type: str, **query: str) -> Any:
        """Send a file's bytes; trying again after a lost answer stores it once.

        Raises: Problem.
        """
        headers = {"idempotency-key": str(uuid4()), "content-type": media_type}
        return self._call("POST", path, headers=headers, params=query, content=content)

    def put(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        version: int | None = None,
        dry_run: bool = False,
    ) -> Any:
        """Define something, if it is still at this version; or only hear what that would change.

        Raises: Problem.
        """
        headers = {} if version is None else {"if-match": f'"{version}"'}
        if dry_run:
            headers["tocsin-dry-run"] = "true"
        return self._call("PUT", path, headers=headers, json=dict(body))

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change part of something; a member that is None is left out, and stays as it is.

        Raises: Problem.
        """
        said = {name: value for name, value in body.items() if value is not None}
        return self._call("PATCH", path, json=said)

    def delete(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Remove something.

        Raises: Problem.
        """
        given: dict[str, Any] = {} if body is None else {"json": dict(body)}
        return self._call("DELETE", path, **given)

    def all_of(self, path: str, member: str, cursor: str, **query: Any) -> Iterator[Any]:
        """Yield every item of a list that comes in parts; `cursor` names the query member.

        Raises: Problem.
        """
        while True:
            part = self.get(path, **query)
            yield from part[member]
            following = part.get(f"next_{cursor}")
            if following is None:
                return
            query[cursor] = following

    def lines(self, path: str, media_type: str, **query: Any) -> Iterator[str]:
        """Yield a stream's lines as they come, until it ends.

        Raises: Problem, LineLost (what has come so far is good).
        """
        yield from self._lines("GET", path, media_type, query)

    def posted_lines(
        self, path: str, media_type: str, body: Mapping[str, Any], **query: Any
    ) -> Iterator[str]:
        """Yield the lines that answer a question too long for a path, as they come.

        Raises: Problem, LineLost (what has come so far is good).
        """
        yield from self._lines("POST", path, media_type, query, json=readable(dict(body)))

    def _lines(
        self, method: str, path: str, media_type: str, query: Mapping[str, Any], **parts: Any
    ) -> Iterator[str]:
        wanted = readable({name: value for name, value in query.items() if value is not None})
        path = readable(path)
        sent = {**self._headers, "accept": media_type}
        timeout = httpx.Timeout(TIMEOUT, read=QUIET)
        try:
            with self._http.stream(
                method, path, params=wanted, headers=sent, timeout=timeout, **parts
            ) as answer:
                if answer.status_code == UNAVAILABLE:
                    raise LineLost(f"{self.url} cannot answer now.", "Try again in a moment.")
                if not answer.is_success:
                    answer.read()
                    _read(answer)
                yield from answer.iter_lines()
        except httpx.HTTPError as fault:
            raise LineLost(
                f"{self.url} does not answer ({type(fault).__name__}).",
                "What came before is good; ask again for the rest.",
            ) from fault

    def _call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        read: Callable[[httpx.Response], Any] | None = None,
        **parts: Any,
    ) -> Any:
        sent = {**self._headers, **(headers or {})}
        path = readable(path)
        parts = {name: readable(part) for name, part in parts.items()}
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES
            try:
                answer = self._http.request(method, path, headers=sent, **parts)
            except httpx.HTTPError as fault:
                if last:
                    raise Problem(
                        f"{self.url} does not answer ({type(fault).__name__}).",
                        "Is Tocsin running? `make up` starts one; TOCSIN_URL says where it is.",
                    ) from fault
                continue
            if answer.status_code == UNAVAILABLE and not last:
                sleep(wait_in(answer))
                continue
            return (read or _read)(answer)
        raise AssertionError("unreachable")


def wait_in(answer: httpx.Response) -> float:
    """Return for how many seconds an answer asks to wait, of which we wait five."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT) if said.isdecimal() else 0.0


def readable[Value](value: Value) -> Value:
    """Return a value with every text in it in UTF-8 and plain; a byte that is none becomes �.

    The interpreter hands such bytes of the command line on as halves of characters. The colours of
    a log that is pasted into a note are taken out: the API would refuse them.
    """
    match value:
        case str():
            whole = value.encode("utf-8", "surrogateescape").decode(errors="replace")
            return cast("Value", plain(whole))
        case Mapping():
            return cast("Value", {readable(name): readable(one) for name, one in value.items()})
        case list() | tuple():
            return cast("Value", [readable(one) for one in value])
        case _:
            return value


def parsed(text: str | bytes) -> Any:
    """Return the JSON in an answer.

    Raises: Problem (it was not Tocsin that answered).
    """
    try:
        return json.loads(text)
    except ValueError as fault:
        raise Problem("The answer is no JSON.", "Does TOCSIN_URL name Tocsin's API?") from fault


def _read(answer: httpx.Response) -> Any:
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if answer.is_success and media_type == "application/octet-stream":
        return answer.content
    if answer.is_success:
        return _content(answer, media_type)
    if media_type != "application/problem+json":
        raise Problem(f"HTTP {answer.status_code}.", answer.text[:200])
    body = parsed(answer.content)
    fields = [f"{one['field']}: {one['reason']}" for one in body.get("errors", [])]
    detail = " ".join([body.get("detail") or "", *fields])
    raise Problem(body.get("title", f"HTTP {answer.status_code}."), detail, body)


def _file(answer: httpx.Response) -> bytes:
    offered = answer.is_success and "content-disposition" in answer.headers
    return answer.content if offered else json.dumps(_read(answer), indent=2).encode()


def _content(answer: httpx.Response, media_type: str) -> Any:
    if media_type == "text/html":
        raise Problem("A web page answered, and no Tocsin.", "Does TOCSIN_URL name its API?")
    if media_type != "application/json":
        return answer.text
    return parsed(answer.content)
