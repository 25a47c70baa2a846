from pathlib import Path

import pytest

from services.notary.key_file import KeyFileUnusable, kept_keys, rotate


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "notary-keys"
    (made,) = kept_keys(file, "tocsin-shop")
    assert made.name == "tocsin-shop"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [key.text for key in kept_keys(file, "another name")] == [made.text]


def test_a_log_without_a_name_gets_one(tmp_path: Path) -> None:
    assert kept_keys(tmp_path / "one")[0].name != kept_keys(tmp_path / "two")[0].name


def test_a_new_key_signs_and_the_old_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "notary-keys"
    (old,) = kept_keys(file)
    new = rotate(file)
    assert [key.text for key in kept_keys(file)] == [old.text, new.text]
    assert new.name == old.name
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_or_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notary-keys"
    kept_keys(file)
    file.chmod(0o640)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        kept_keys(file)
    file.chmod(0o600)
    for text in ("", "PRIVATE+KEY+a+00000000+AAAA\n", "nonsense\n"):
        file.write_text(text)
        with pytest.raises(KeyFileUnusable):
            kept_keys(file)
