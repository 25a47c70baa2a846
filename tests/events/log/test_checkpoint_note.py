import base64

import pytest

from events.log.proof.checkpoint_note import (
    Checkpoint,
    NoteInvalid,
    SignerKey,
    VerifierKey,
    opened,
    read_checkpoint,
    signed,
)

# Source: the tests of golang.org/x/mod/sumdb/note, whose keys and notes everybody can read.
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

CHECKPOINT = Checkpoint(origin="tocsin-test", size=5, root=bytes(range(32)))
OLD = SignerKey.made("tocsin-test")
NEW = SignerKey.made("tocsin-test")


def test_a_note_that_another_program_signed_is_read() -> None:
    key = VerifierKey.read(PUBLIC)
    assert opened(NOTE, [key]) == (TEXT, (key,))
    signer = SignerKey.read(PRIVATE)
    assert signer.text == PRIVATE
    assert signer.verifier.text == PUBLIC


def test_a_checkpoint_is_three_lines_and_its_signature() -> None:
    note = signed(CHECKPOINT, OLD)
    lines = note.split("\n")
    assert lines[:4] == ["tocsin-test", "5", base64.b64encode(bytes(range(32))).decode(), ""]
    assert lines[4].startswith("\u2014 tocsin-test ")
    assert lines[5:] == [""]
    assert read_checkpoint(opened(note, [OLD.verifier])[0]) == CHECKPOINT


def test_while_keys_change_a_note_bears_both_names_and_either_is_enough() -> None:
    note = signed(CHECKPOINT, OLD, NEW)
    assert opened(note, [OLD.verifier])[1] == (OLD.verifier,)
    assert opened(note, [NEW.verifier])[1] == (NEW.verifier,)
    assert opened(note, [NEW.verifier, OLD.verifier])[1] == (OLD.verifier, NEW.verifier)


def test_a_note_that_was_changed_or_signed_by_a_stranger_is_refused() -> None:
    note = signed(CHECKPOINT, OLD)
    for wrong, reason in (
        (note.replace("\n5\n", "\n6\n"), "is wrong"),
        (note.rstrip("\n"), "no signature"),
        (CHECKPOINT.text(), "no signature"),
        (f"{note}what\n", "cannot be read"),
        (signed(CHECKPOINT, NEW), "none of the known keys"),
        (note.replace("\u2014 tocsin-test ", "\u2014 somebody "), "none of the known keys"),
    ):
        with pytest.raises(NoteInvalid, match=reason):
            opened(wrong, [OLD.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n",
        "o\n1\n",
        "o\n01\nAAAA\n",
        "o\n-1\nAAAA\n",
        "o\n1\nAAAA\n",
        "o\n1\n!\n",
        "\n1\nAA\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        "a+00000000+AAAA",
        PUBLIC.replace("c74f20a3", "c74f20a4"),
        PUBLIC.replace("Peter", "Paul"),
        PUBLIC[:-4],
    ],
)
def test_a_key_that_is_mistyped_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        VerifierKey.read(text)
    with pytest.raises(NoteInvalid):
        SignerKey.read(text)
    with pytest.raises(NoteInvalid):
        SignerKey.read(f"PRIVATE+KEY+{text}")


def test_a_key_is_named_without_spaces_and_never_shown() -> None:
    for name in ("", "two words", "a+b"):
        with pytest.raises(NoteInvalid):
            SignerKey.made(name)
    assert "Private" not in repr(OLD)
