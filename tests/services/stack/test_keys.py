"""A one-machine stack makes its keys up once, and takes old histories only where there are some."""

from pathlib import Path

from pydantic import SecretStr

from activities.integrations.web_push.provider import Vapid
from events.log.privacy.keyring import Keyring
from services.access.bootstrap import KEY_FILE
from services.settings import Settings
from services.stack.keys import PLAINTEXT_ACCEPTED, shared_keys
from tests.keys import KEY, OTHER_KEY

NOTHING_SET = Settings(subject_kek=None, payload_keys=None, link_key=None)


def test_keys_are_made_up_once_and_kept_for_their_user_only(tmp_path: Path) -> None:
    keys = shared_keys(tmp_path, NOTHING_SET)
    assert keys == shared_keys(tmp_path, NOTHING_SET)
    assert keys["TOCSIN_SUBJECT_KEK"] != keys["TOCSIN_PAYLOAD_KEYS"]
    for name in ("TOCSIN_SUBJECT_KEK", "TOCSIN_PAYLOAD_KEYS"):
        Keyring.parsed(keys[name])
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_new_directory_refuses_payloads_in_clear(tmp_path: Path) -> None:
    assert shared_keys(tmp_path, NOTHING_SET)["TOCSIN_PAYLOAD_PLAINTEXT"] == "false"
    (tmp_path / KEY_FILE).touch()  # which the first start makes a moment later
    assert shared_keys(tmp_path, NOTHING_SET)["TOCSIN_PAYLOAD_PLAINTEXT"] == "false"


def test_a_directory_from_before_there_were_keys_goes_on_reading_what_it_has(
    tmp_path: Path,
) -> None:
    (tmp_path / KEY_FILE).touch()
    for _ in range(2):
        assert shared_keys(tmp_path, NOTHING_SET)["TOCSIN_PAYLOAD_PLAINTEXT"] == "true"
    (tmp_path / PLAINTEXT_ACCEPTED).unlink()
    assert shared_keys(tmp_path, NOTHING_SET)["TOCSIN_PAYLOAD_PLAINTEXT"] == "false"


def test_keys_that_are_set_come_before_keys_that_are_kept(tmp_path: Path) -> None:
    told = Settings(subject_kek=SecretStr(KEY), payload_keys=SecretStr(OTHER_KEY))
    keys = shared_keys(tmp_path, told)
    assert (keys["TOCSIN_SUBJECT_KEK"], keys["TOCSIN_PAYLOAD_KEYS"]) == (KEY, OTHER_KEY)


def test_browsers_are_pushed_to_without_anybody_making_a_key(tmp_path: Path) -> None:
    made_up = shared_keys(tmp_path, NOTHING_SET)["TOCSIN_VAPID_KEY"]
    assert Vapid(vapid_key=SecretStr(made_up)).vapid_key
