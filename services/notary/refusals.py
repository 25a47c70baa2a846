"""Signing refusals: why the notary signs nothing; health and metrics name each trouble."""

from typing import ClassVar

from events.log.proof.notary_looks import Trouble


class SigningRefused(Exception):
    """The notary does not sign; the text says what it found."""

    trouble: ClassVar[Trouble]


class LogRewritten(SigningRefused):
    """The log is not the one that was signed before, so nothing more is signed."""

    trouble = Trouble.REWRITTEN


class LogRolledBack(LogRewritten):
    """The log ends before what was signed: an older state was put back, or its end was cut off."""

    trouble = Trouble.ROLLED_BACK


class RecordUnusable(SigningRefused):
    """What the notary keeps of its own signatures cannot be read, or is not of its own keys."""

    trouble = Trouble.RECORD
