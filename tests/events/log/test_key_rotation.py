import pytest

from events.log.proof.checkpoint_note import NoteInvalid, SignerKey, signed_text
from events.log.proof.key_rotation import FIRST_LINE, read_rotation, rotation_note, with_forebears

FIRST, SECOND, THIRD, THIEF = (SignerKey.made("tocsin-test") for _ in range(4))


def test_a_rotation_names_both_keys_and_is_signed_by_both() -> None:
    rotation = read_rotation(rotation_note(FIRST, SECOND))
    assert (rotation.before.text, rotation.after.text) == (
        FIRST.verifier.text,
        SECOND.verifier.text,
    )


@pytest.mark.parametrize("signers", [(FIRST,), (SECOND,), (FIRST, THIEF), (SECOND, SECOND)])
def test_a_rotation_that_one_of_the_two_has_not_signed_is_none(
    signers: tuple[SignerKey, ...],
) -> None:
    text = f"{FIRST_LINE}\n{FIRST.verifier.text}\n{SECOND.verifier.text}\n"
    with pytest.raises(NoteInvalid):
        read_rotation(signed_text(text, *signers))


def test_a_checkpoint_or_a_longer_text_is_no_rotation() -> None:
    text = f"{FIRST_LINE}\n{FIRST.verifier.text}\n{SECOND.verifier.text}\nand more\n"
    for note in (signed_text(text, FIRST, SECOND), signed_text("tocsin-test\n5\n", FIRST)):
        with pytest.raises(NoteInvalid):
            read_rotation(note)


def test_only_keys_that_lead_to_an_own_one_are_known() -> None:
    notes = [rotation_note(FIRST, SECOND), rotation_note(SECOND, THIRD)]
    stranger = rotation_note(THIEF, SignerKey.made("tocsin-test"))
    known = with_forebears([THIRD.verifier], [*notes, stranger, rotation_note(THIRD, THIEF)])
    assert [key.text for key in known] == [one.verifier.text for one in (FIRST, SECOND, THIRD)]
