from pathlib import Path

import pytest

from services.notary.key_file import (
    KeyFileMissing,
    KeyFileUnusable,
    kept_keys,
    make_first_key,
    own_verifiers,
    rotate,
    rotations_file,
    write,
)


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "notary-keys"
    (made,) = make_first_key(file, "tocsin-shop")
    assert made.name == "tocsin-shop"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [key.text for key in kept_keys(file)] == [made.text]
    with pytest.raises(FileExistsError):
        make_first_key(file)


def test_reading_a_missing_key_file_makes_none(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="notary-keys does not exist"):
        kept_keys(tmp_path / "notary-keys")
    assert not (tmp_path / "notary-keys").exists()


def test_a_log_without_a_name_gets_one(tmp_path: Path) -> None:
    assert make_first_key(tmp_path / "one")[0].name != make_first_key(tmp_path / "two")[0].name


def test_a_new_key_signs_and_the_old_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "notary-keys"
    (old,) = make_first_key(file)
    new = rotate(file)
    assert [key.text for key in kept_keys(file)] == [old.text, new.text]
    assert new.name == old.name
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_old_key_that_was_taken_out_is_known_by_its_rotation(tmp_path: Path) -> None:
    file = tmp_path / "notary-keys"
    (first,) = make_first_key(file)
    second, third = rotate(file), rotate(file)
    write(file, [third])
    known = own_verifiers(file, kept_keys(file))
    assert [key.text for key in known] == [one.verifier.text for one in (first, second, third)]
    rotations_file(file).write_text('"tocsin key rotation"\n')
    with pytest.raises(KeyFileUnusable, match=r"notary-keys\.rotations"):
        own_verifiers(file, kept_keys(file))


def test_a_file_that_others_can_read_or_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notary-keys"
    make_first_key(file)
    file.chmod(0o640)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        kept_keys(file)
    file.chmod(0o600)
    for text in ("", "PRIVATE+KEY+a+00000000+AAAA\n", "nonsense\n"):
        file.write_text(text)
        with pytest.raises(KeyFileUnusable):
            kept_keys(file)
