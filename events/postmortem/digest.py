"""Postmortem digest: what an approval is bound to; any edit gives another one.

It is made of revisions, not of texts: what is erased later still verifies, and says nothing.
"""

import json
from hashlib import sha256

from events.postmortem.state import Approval, Postmortem


def digest_of(known: Postmortem) -> str:
    """Return the digest of all sections, factors and timeline entries, in hex."""
    timeline = known.timeline
    content = {
        "edition": known.edition,
        "sections": {section: one.revision for section, one in known.sections.items()},
        "factors": [
            [number, one.revision, one.retracted, one.factor.primary]
            for number, one in sorted(known.factors.items())
        ],
        "until": timeline.until,
        "choices": sorted(timeline.choices.items()),
        "annotations": sorted((at, one.revision) for at, one in timeline.annotations.items()),
        "added": sorted(
            (str(entry_id), one.revision, one.removed) for entry_id, one in timeline.added.items()
        ),
    }
    if known.public_text is not None:
        content["public_text"] = known.public_text.revision
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def valid_approvals(known: Postmortem) -> tuple[Approval, ...]:
    """Return the approvals of what stands there now, by somebody else than the author."""
    digest = digest_of(known)
    author = f"responder:{known.author_id}"
    return tuple(one for one in known.approvals if one.digest == digest and one.by != author)
