"""Redaction of secrets: blacks out passwords, tokens and keys in what monitors send. Pure.

It works on the text as it came, by rules that a table of tests shows, so that a body that cannot be
read, or that was cut off, is treated like any other. A rule is looked for only where its word is in
the text, and takes time in proportion to the text: nothing matches the same characters in two ways.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import re2

BLACK: Final = b"[redacted]"
HEADERS_KEPT: Final = 60
HEADER_LENGTH: Final = 1_000

# Names of secrets end like this, in lower case. A `secret` or `key` is one only behind another
# word, for monitors name Kubernetes objects by `secret`, and alerts by `group_key`.
_WORDS: Final = (
    *(b"password", b"passwd", b"pwd", b"passphrase", b"passcode", b"token", b"authorization"),
    *(b"credential", b"cookie", b"x-amz-signature", b"&sig"),
)
_BEHIND: Final = {
    b"secret": (b"client", b"shared", b"app", b"consumer", b"signing", b"webhook"),
    b"key": (
        *(b"api", b"app", b"access", b"account", b"auth", b"private", b"encryption", b"license"),
        *(b"routing", b"service", b"integration", b"genie", b"ingest", b"master", b"session"),
        *(b"write", b"secret"),
    ),
}
# What follows such a name, in JSON, in JSON that is a text within JSON, in addresses and sentences.
_VALUE: Final = (
    rb'(?:"\s{0,20}:\s{0,20}(?:"(?P<text>(?:[^"\\]|\\.)*+)|(?P<number>-?[0-9][0-9.e+-]*+))'
    rb'|\\"\s{0,20}:\s{0,20}\\"(?P<inside>[^"\\]*+)'
    rb"|\s?(?:=|%3d|:)[ ]?(?P<said>(?:(?:bearer|basic|token|geniekey)\s)?"
    rb"""[^\s"'&;,<>\\}\[{]++))"""
)
# Searched for in lower case; the first is what a text must hold for the second to be looked for.
type _Rule = tuple[bytes, re.Pattern[bytes]]
_NAMED: Final[tuple[_Rule, ...]] = (
    tuple(
        (word, re.compile(re.escape(word) + b"s?" + _VALUE, re.DOTALL))
        for word in (*_WORDS, *_BEHIND)
    )
    + tuple(
        (word, re.compile(re.escape(word) + rb"\s{0,3}(?P<said>[a-z0-9._~+/=-]{8,4096}+)"))
        for word in (b"bearer ", b"basic ", b"geniekey ", b"splunk ")
    )
    + (  # a mail address of an integration is a key
        (b"tocsin-", re.compile(rb"tocsin-[a-z0-9._-]{1,63}-(?P<said>[a-z2-7]{26})(?=[+@])")),
    )
)
# Searched for as it is written: what is known by its looks, whatever it is called.
_SHAPED: Final[tuple[_Rule, ...]] = tuple(
    (word, re.compile(re.escape(word) + pattern, re.DOTALL))
    for word, pattern in (
        (b"://", rb"(?P<said>[^\s/@\"'<>\\]{1,400}+)(?=@)"),
        (b":\\/\\/", rb"(?P<said>[^\s/@\"'<>\\]{1,400}+)(?=@)"),
        (
            b"eyJ",
            rb"(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,4096}+\.[A-Za-z0-9_-]{8,8192}+\.[A-Za-z0-9_-]{8,4096}+",
        ),
        *((one, rb"[A-Z0-9]{16}(?![A-Z0-9])") for one in (b"AKIA", b"ASIA")),
        *((b"gh" + one + b"_", rb"[A-Za-z0-9]{30,255}+") for one in (b"o", b"p", b"s", b"u", b"r")),
        (b"github_pat_", rb"[A-Za-z0-9_]{22,255}+"),
        (b"glpat-", rb"[A-Za-z0-9_-]{20,64}+"),
        *((b"xox" + one + b"-", rb"[A-Za-z0-9-]{10,255}+") for one in (b"a", b"b", b"p", b"r")),
        (b"AIza", rb"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        *((one, rb"[A-Za-z0-9]{16,255}+") for one in (b"sk_live_", b"sk_test_", b"rk_live_")),
        *((one, rb"[A-Za-z0-9_=-]{20,255}+") for one in (b"glsa_", b"glc_")),
        (b"hooks.slack.com/services/", rb"(?P<said>[A-Za-z0-9/]{20,120}+)"),
        (b"tocsin_", rb"[a-z]{2,12}_[A-Za-z0-9_-]{16,255}+"),
        (
            b"-----BEGIN ",
            rb"[A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}+(?:-----END [A-Z ]{0,30}-----)?",
        ),
    )
)


def _words_of(rules: Sequence[_Rule]) -> "re2.Set":
    """Return what finds in one pass which of the rules' words a text holds, by their places."""
    options = re2.Options()
    options.literal = True
    options.encoding = re2.Options.Encoding.LATIN1  # bytes are looked at as they are
    words = re2.Set.SearchSet(options)
    for word, _ in rules:
        words.Add(word)
    words.Compile()
    return words


_NAMES: Final = _words_of(_NAMED)
_SHAPES: Final = _words_of(_SHAPED)
_LOOKED_BACK: Final = 16
_GROUPS: Final = ("text", "number", "inside", "said")

type _Span = tuple[int, int, bytes]  # from, to, what stands there instead

_HIDDEN_HEADER: Final = re.compile(
    r"auth|cookie|token|secret|key|passw|credential|signature|session|cert", re.IGNORECASE
)
_KEPT_ALL_THE_SAME: Final = frozenset({"idempotency-key"})
_OF_THE_LINE: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "expect",
        "keep-alive",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def redacted(body: bytes) -> tuple[bytes, int]:
    """Return the text without its secrets, and how many were blacked out."""
    spans = sorted(_secrets_in(body))
    if not spans:
        return body, 0
    parts: list[bytes] = []
    done, number = 0, 0
    for start, end, black in spans:
        if start >= done:
            parts += (body[done:start], black)
            number += 1
        done = max(done, end)
    return b"".join((*parts, body[done:])), number


def _secrets_in(body: bytes) -> Iterator[_Span]:
    lower = body.lower()  # of ASCII only, so each character stays where it is
    for text, words, rules in ((lower, _NAMES, _NAMED), (body, _SHAPES, _SHAPED)):
        for place in words.Match(text) or ():
            word, pattern = rules[place]
            for found in pattern.finditer(text):
                if word not in _BEHIND or _is_behind(text, found.start(), _BEHIND[word]):
                    yield _span(found)


def _is_behind(text: bytes, start: int, words: tuple[bytes, ...]) -> bool:
    return text[max(0, start - _LOOKED_BACK) : start].rstrip(b"_-. ").endswith(words)


def _span(found: re.Match[bytes]) -> _Span:
    """Return what to black out: the value, or all of what is known by its looks."""
    for group in _GROUPS:
        if found.re.groupindex.get(group) and found[group] is not None:
            start, end = found.span(group)
            return start, end, b'"' + BLACK + b'"' if group == "number" else BLACK
    return *found.span(), BLACK


def redacted_text(text: str) -> str:
    """Return a short text without its secrets."""
    return redacted(text.encode(errors="replace"))[0].decode(errors="replace")


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that say something of a message, by their names in lower case.

    None that lets anybody in: neither by its name nor by what it says.
    """
    kept: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()  # noqa: PLW2901
        hidden = _HIDDEN_HEADER.search(name) and name not in _KEPT_ALL_THE_SAME
        if hidden or name in _OF_THE_LINE or len(kept) == HEADERS_KEPT:
            continue
        kept[name] = value[:HEADER_LENGTH]
    _, secrets = redacted("\n".join(kept.values()).encode(errors="replace"))
    if not secrets and all(value.isascii() for value in kept.values()):  # nearly always
        return kept
    return {name: redacted_text(value) for name, value in kept.items()}


def kept_query(query: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for, without keys."""
    return {
        name: redacted_text(value[:HEADER_LENGTH])
        for name, value in list(query.items())[:HEADERS_KEPT]
        if not _HIDDEN_HEADER.search(name)
    }
