"""Stack keys: made up once, and kept in the data directory."""

import secrets
from pathlib import Path
from typing import Final

from activities.integrations.web_push.provider import Vapid
from services.access.bootstrap import KEY_FILE
from services.settings import Settings
from services.stack.data_directory import kept_secret

SUBJECT_KEK: Final = "subject-kek"
PAYLOAD_KEYS: Final = "payload-keys"
PLAINTEXT_ACCEPTED: Final = "payload-plaintext-accepted"  # remove it to refuse what is in clear


def shared_keys(data: Path, settings: Settings) -> dict[str, str]:
    """Return the settings that tell our processes their keys, made up where none are set.

    Asked for before anything is started: a directory that has had a life without payload keys holds
    histories in clear, which are accepted from then on, for this directory alone.
    """
    known = data / PAYLOAD_KEYS
    if not known.exists() and (data / KEY_FILE).exists():
        (data / PLAINTEXT_ACCEPTED).touch(mode=0o600)  # first: once there are keys, nobody asks
    kek, payload_keys, link_key = settings.subject_kek, settings.payload_keys, settings.link_key
    vapid_key = Vapid().vapid_key
    accepted = settings.payload_plaintext or (data / PLAINTEXT_ACCEPTED).exists()
    return {
        "TOCSIN_SUBJECT_KEK": (
            kek.get_secret_value() if kek else kept_secret(data, SUBJECT_KEK, made_up_key)
        ),
        "TOCSIN_PAYLOAD_KEYS": (
            payload_keys.get_secret_value()
            if payload_keys
            else kept_secret(data, PAYLOAD_KEYS, made_up_key)
        ),
        "TOCSIN_PAYLOAD_PLAINTEXT": "true" if accepted else "false",
        "TOCSIN_LINK_KEY": (
            link_key.get_secret_value() if link_key else kept_secret(data, "link-key")
        ),
        "TOCSIN_VAPID_KEY": (
            vapid_key.get_secret_value() if vapid_key else kept_secret(data, "vapid-key")
        ),
    }


def made_up_key() -> str:
    """Return one new key as the settings take it."""
    return f"made-up-{secrets.token_hex(3)}:{secrets.token_urlsafe(32)}"
