"""Call script: what a phone call says, and the keys that answer it."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from twilio.twiml.voice_response import Gather, VoiceResponse

LONGEST_SENTENCE: Final = 300  # characters: nobody listens longer half asleep
LONGEST_SCRIPT: Final = 4000  # characters of XML that come with a request
SENTENCES_BRIEF: Final = 2  # who calls, and what has happened
LONGEST_BRIEF: Final = 60
LANGUAGE: Final = "en-US"
WAIT_SECONDS: Final = 6  # for a key, after everything was said
TIMES: Final = 3  # it is said, before the line is dropped
KEYS: Final = "Press 1 to acknowledge. Press 2 to decline. Press 9 to hear this again."
NO_KEY: Final = "Nobody pressed a key, so this page is not acknowledged. Goodbye."
# What XML cannot hold, and what a voice would spell out: U+FFFE breaks the whole document.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URL: Final = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\bINC-(\d+)\b")
_SEVERITY: Final = re.compile(r"\bSEV(\d)\b")


def asking(sentences: Iterable[str], action: str) -> str:
    """Return a script that says the sentences until somebody presses a key, at most three times.

    An answering machine presses none: it hears that nobody has acknowledged. Where the whole would
    be too long for one request, it is repeated shorter, and at last told shorter.
    """
    words = list(map(spoken, sentences))
    brief = [one[:LONGEST_BRIEF] for one in words[:SENTENCES_BRIEF]]
    scripts = (
        _repeated([words] * TIMES, action),
        _repeated([words, *[brief] * (TIMES - 1)], action),
        _repeated([brief] * TIMES, action),
    )
    return next((one for one in scripts if len(one) <= LONGEST_SCRIPT), scripts[-1])


def _repeated(tellings: Iterable[Sequence[str]], action: str) -> str:
    voice = VoiceResponse()
    for words in tellings:
        gather = Gather(
            input="dtmf", num_digits=1, action=action, method="POST", timeout=WAIT_SECONDS
        )
        _say(gather, [*words, KEYS])
        voice.append(gather)
    _say(voice, [NO_KEY])
    return str(voice)


def telling(sentences: Iterable[str]) -> str:
    """Return a script that says the sentences and hangs up."""
    voice = VoiceResponse()
    _say(voice, list(map(spoken, sentences)))
    voice.hangup()
    return str(voice)


def spoken(text: str) -> str:
    """Return the text as a voice can say it, without what cannot stand in XML."""
    words = _URL.sub("", _NOT_XML.sub("", text))
    words = _REFERENCE.sub(lambda found: f"incident {' '.join(found[1])}", words)
    words = _SEVERITY.sub(r"severity \1", words)
    return " ".join(words.split())[:LONGEST_SENTENCE]


def _say(verb: VoiceResponse | Gather, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        if sentence:
            verb.say(sentence, language=LANGUAGE)
            verb.pause(length=1)
