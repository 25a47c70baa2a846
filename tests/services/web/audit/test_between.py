"""What changed between two moments of an incident, for whoever asks afterwards."""

import pytest

from services.web.pages.audit.between import Changed, changed
from tests.services.web.conftest import Browser, Site

FACTS = {
    "title": "Checkout fails",
    "summary": None,
    "severity": "SEV2",
    "phase": "detection",
    "status": "declared",
    "paging": "paging",
    "held_by": None,
    "service_id": None,
    "private": False,
    "open_alerts": 1,
    "merged_into": None,
    "began_at": None,
    "mitigated_at": None,
    "resolved_at": None,
    "closed_at": None,
    "roles": {"scribe": "eve"},
}


def test_only_what_differs_is_said_and_roles_by_their_names() -> None:
    after = {**FACTS, "severity": "SEV1", "roles": {"commander": "ada"}}
    assert changed(FACTS, after) == [
        Changed(name="Severity", before="SEV2", after="SEV1"),
        Changed(name="Commander", before=None, after="ada", is_person=True),
        Changed(name="Scribe", before="eve", after=None, is_person=True),
    ]
    assert changed(FACTS, FACTS) == []


@pytest.mark.stack
async def test_an_auditor_sees_what_changed_between_two_moments(site: Site, ada: Browser) -> None:
    declared = await site.api.started(title="Checkout fails", severity="SEV3")
    reference, began = declared["reference"], declared["position"]
    await ada.get(f"/incidents/{reference}?after_position={began}")
    await ada.send(f"/incidents/{reference}/acknowledgement?next=/", seen="1")
    here = f"/incidents/{reference}/between"
    shown = await ada.get(f"{here}?from={began}")
    assert '<th scope="row">Who has it</th>' in shown.text
    assert '<span data-person="ada">Ada</span></td>' in shown.text
    turned = await ada.get(f"{here}?from={await site.api.log.head()}&to={began}")
    assert '<th scope="row">Who has it</th><td><span class="quiet">nothing' in turned.text
    same = await ada.get(f"{here}?from={began}&to={began}")
    assert "No fact of it changed." in same.text
    assert "Nothing happened between them." in same.text
    assert (await ada.get(f"{here}?from=yesterday")).status_code == 422
