"""Secrets in what monitors send are blacked out before it is kept; everything else stays."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.intake.keeping.redaction import (
    _NAMED,
    _NAMES,
    _SHAPED,
    _SHAPES,
    kept_headers,
    kept_query,
    redacted,
)

SECRETS = [
    ('{"password": "hunter22"}', '{"password": "[redacted]"}'),
    ('{"Password":"a\\"b","pin":3}', '{"Password":"[redacted]","pin":3}'),
    ('{"api_key": 12345}', '{"api_key": "[redacted]"}'),
    ('{"apiKey":"k","clientSecret":"s"}', '{"apiKey":"[redacted]","clientSecret":"[redacted]"}'),
    (
        '{"routing_key":"R0", "event_action":"x"}',
        '{"routing_key":"[redacted]", "event_action":"x"}',
    ),
    ('{"x":"{\\"access_token\\": \\"t\\"}"}', '{"x":"{\\"access_token\\": \\"[redacted]\\"}"}'),
    ('{"password": "cut off', '{"password": "[redacted]'),
    ("login failed, password=hunter22 for root", "login failed, password=[redacted] for root"),
    ("routing_key=R0&summary=disk", "routing_key=[redacted]&summary=disk"),
    ("https://h/x?token=abc&y=1", "https://h/x?token=[redacted]&y=1"),
    ("postgres://app:pw@db:5432/x", "postgres://[redacted]@db:5432/x"),
    ('"http:\\/\\/me:pw@h\\/x"', '"http:\\/\\/[redacted]@h\\/x"'),
    ("Authorization: Bearer abcdefgh123", "Authorization: [redacted]"),
    ('{"h":"GenieKey eb243592-faa2-4ba2"}', '{"h":"GenieKey [redacted]"}'),
    ("curl -H 'x: Basic dXNlcjpwYXNz'", "curl -H 'x: Basic [redacted]'"),
    ("saw AKIAIOSFODNN7EXAMPLE in a diff", "saw [redacted] in a diff"),
    ("ghp_" + "a" * 36, "[redacted]"),
    ("xoxb-123456789012-abcdef", "[redacted]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "[redacted]"),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "[redacted]",
    ),
    (
        "https://hooks.slack.com/services/" + "T0/B0/" + "a" * 20,
        "https://hooks.slack.com/services/[redacted]",
    ),
]
HARMLESS = [
    '{"groupKey":"{}:{alertname=\\"A\\"}","dedup_key":"queue-1","key":"OPS-12"}',
    '{"labels":{"secret":"db-credentials-v2","keyboard":"de"}}',
    '{"token": null, "tokens_left": 5, "passwordless": true}',
    '{"generatorURL":"http://prom:9090/graph?g0.expr=up%3D%3D0"}',
    "mail to ops@example.com about https://example.com/a",
    "",
]


@pytest.mark.parametrize(("text", "black"), SECRETS)
def test_a_secret_is_blacked_out_and_its_surroundings_stay(text: str, black: str) -> None:
    assert redacted(text.encode())[0].decode() == black
    assert redacted(text.encode())[1] == black.count("[redacted]")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert redacted(text.encode()) == (text.encode(), 0)


@given(st.dictionaries(st.sampled_from(["password", "x", "token", "api_key"]), st.text()))
def test_json_stays_json_with_the_same_members(body: dict[str, str]) -> None:
    black = json.loads(redacted(json.dumps(body).encode())[0])
    assert black.keys() == body.keys()
    assert all(black[name] == "[redacted]" for name in body if name != "x")


@given(st.binary(max_size=400))
def test_what_is_blacked_out_once_stays_as_it_is(body: bytes) -> None:
    once, _ = redacted(body)
    assert redacted(once)[0] == once or re.search(rb"\[redacted\]", once)


def test_headers_that_let_somebody_in_are_not_kept() -> None:
    sent = {
        "Content-Type": "application/json",
        "User-Agent": "Alertmanager/0.28",
        "Authorization": "Bearer abcdefgh",
        "Cookie": "session=1",
        "X-Api-Key": "k",
        "X-Hub-Signature-256": "sha256=1",
        "Idempotency-Key": "deploy-42",
        "Referer": "https://me:pw@h/?token=abc",
        "Connection": "close",
    }
    assert kept_headers(sent) == {
        "content-type": "application/json",
        "user-agent": "Alertmanager/0.28",
        "idempotency-key": "deploy-42",
        "referer": "https://[redacted]@h/?token=[redacted]",
    }
    assert kept_query({"token": "abc", "status": "1"}) == {"status": "1"}


@given(st.lists(st.sampled_from([word for word, _ in (*_NAMED, *_SHAPED)]) | st.binary()))
def test_the_words_of_rules_are_found_wherever_they_stand(parts: list[bytes]) -> None:
    text = b"".join(parts)
    for words, rules in ((_NAMES, _NAMED), (_SHAPES, _SHAPED)):
        found = {place for place, (word, _) in enumerate(rules) if word in text}
        assert set(words.Match(text) or ()) == found
