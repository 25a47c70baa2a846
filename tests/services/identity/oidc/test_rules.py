"""Which roles and teams somebody has by the groups that a provider names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.configuration.api_key import ApiScope
from events.ids import TeamId
from services.identity.directory.group_rules import GroupRule
from services.identity.oidc.connection import Admission
from services.identity.oidc.identity import ProvenIdentity, groups_in
from services.identity.oidc.rules import granted, is_admitted
from services.request_refusals import IdentityNotAdmitted
from tests.services.identity.oidc.arranging import EXAMPLE, ISSUER

ADMIN, RESPONDER, OBSERVER, AUDITOR = (
    ApiScope.ADMIN,
    ApiScope.RESPONDER,
    ApiScope.OBSERVER,
    ApiScope.AUDITOR,
)
PAYMENTS, PLATFORM = TeamId("payments"), TeamId("platform")
RULED = replace(
    EXAMPLE,
    admission=Admission(
        domains=frozenset({"example.com"}),
        groups=frozenset({"contractors"}),
        roles=frozenset({OBSERVER}),
    ),
    rules=(
        GroupRule(group="sre", roles=frozenset({ADMIN}), teams={PLATFORM: True}),
        GroupRule(group="oncall", roles=frozenset({RESPONDER}), teams={PAYMENTS: False}),
        GroupRule(group="leads", teams={PAYMENTS: True}),
    ),
)


@pytest.mark.parametrize(
    ("groups", "before", "after"),
    [
        ({"oncall"}, [], [OBSERVER, RESPONDER]),
        ({"oncall", "sre"}, [], [ADMIN, OBSERVER, RESPONDER]),
        ({"oncall"}, [ADMIN], [OBSERVER, RESPONDER]),
        (set(), [ADMIN, RESPONDER], [OBSERVER]),
        (set(), [AUDITOR, ADMIN], [AUDITOR, OBSERVER]),
        ({"ONCALL", "on call"}, [], [OBSERVER]),
    ],
    ids=[
        "a group gives a role",
        "groups add up",
        "a lost group loses its role",
        "lost groups lose everything they gave",
        "what an admin gave stays",
        "a group is named exactly",
    ],
)
def test_roles_follow_the_groups(
    groups: set[str], before: list[ApiScope], after: list[ApiScope]
) -> None:
    assert granted(RULED, frozenset(groups)).with_others(before) == tuple(sorted(after))


def test_without_rules_a_provider_decides_about_no_role() -> None:
    assert granted(EXAMPLE, frozenset({"sre"})).with_others([ADMIN]) == (ADMIN,)


def test_who_manages_a_team_by_one_group_and_is_a_member_by_another_manages_it() -> None:
    for groups in (["oncall", "leads"], ["leads", "oncall"]):
        given_now = granted(RULED, frozenset(groups))
        assert given_now.teams == {PAYMENTS: True}
        assert given_now.teams_decided == {PAYMENTS: True, PLATFORM: True}


@given(
    st.frozensets(st.sampled_from(["sre", "oncall", "leads", "others"])),
    st.frozensets(st.sampled_from([ADMIN, RESPONDER, OBSERVER, AUDITOR])),
)
def test_signing_in_again_changes_nothing(
    groups: frozenset[str], before: frozenset[ApiScope]
) -> None:
    given_now = granted(RULED, groups)
    once = given_now.with_others(before)
    assert given_now.with_others(once) == once
    assert given_now.roles <= set(once)


def somebody(email: str | None, *groups: str) -> ProvenIdentity:
    return ProvenIdentity(
        issuer=ISSUER,
        subject="s",
        name="Somebody",
        email=email,
        groups=frozenset(groups),
        provider_session=None,
        id_token="",
    )


@pytest.mark.parametrize(
    ("person", "admitted"),
    [
        (somebody("grace@example.com"), True),
        (somebody("grace@sub.example.com"), False),
        (somebody("grace@example.com.evil.org"), False),
        (somebody("grace@evil-example.com"), False),
        (somebody(None), False),
        (somebody(None, "contractors"), True),
        (somebody("grace@evil.org", "contractors"), True),
        (somebody("grace@evil.org", "everybody"), False),
    ],
)
def test_an_account_is_made_only_for_a_domain_or_a_group(
    person: ProvenIdentity, *, admitted: bool
) -> None:
    assert is_admitted(RULED, person) is admitted


def test_where_nothing_is_said_nobody_is_admitted() -> None:
    assert not is_admitted(EXAMPLE, somebody("grace@example.com", "sre"))
    assert not is_admitted(EXAMPLE, somebody(None))


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        (["a", "b"], {"a", "b"}),
        ("a", {"a"}),
        (None, set()),
        ({"a": 1}, set()),
        (["a", 7, None], {"a"}),
    ],
)
def test_groups_are_read_as_providers_send_them(said: object, groups: set[str]) -> None:
    assert groups_in(RULED, {"groups": said}) == groups


def test_groups_that_were_left_out_are_not_taken_for_none() -> None:
    """Microsoft Entra names where they can be asked for, once there are more than 200."""
    overage = {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}}
    with pytest.raises(IdentityNotAdmitted, match="too many"):
        groups_in(RULED, overage)
