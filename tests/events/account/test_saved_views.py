"""Filters have one name, and a name stands for one set of filters."""

from dataclasses import replace

from events.account.commands import RemoveView, SaveView
from events.account.decide import account_decider
from events.account.events import AccountViewRemoved, AccountViewSaved
from events.account.refusals import AccountNotActive, AccountNotFound, ViewNotFound, ViewsTooMany
from events.account.saved_views import MOST_VIEWS
from tests.events.account.story import ADA, LATER, ada, given, invited, opened

save = SaveView(account_id=ADA, name="Ours", query="severity=SEV1", actor=ada, at=LATER)
saved = AccountViewSaved(
    account_id=ADA, name="Ours", query="severity=SEV1", saved_by="responder:ada", saved_at=LATER
)
remove = RemoveView(account_id=ADA, name="Ours", actor=ada, at=LATER)
removed = AccountViewRemoved(
    account_id=ADA, name="Ours", removed_by="responder:ada", removed_at=LATER
)
drills = replace(saved, name="Drills", query="drill=true")


def views(*events: AccountViewSaved | AccountViewRemoved) -> list[tuple[str, str]]:
    account = account_decider.initial
    for event in (opened, *events):
        account = account_decider.evolve(account, event)
    return [(one.name, one.query) for one in account.views]


def test_a_view_is_saved_once_and_removed_once() -> None:
    given(opened).when(save).then(saved)
    given(opened, saved).when(save).then_nothing()
    given(opened, saved).when(remove).then(removed)
    given(opened, saved, removed).when(remove).refused(ViewNotFound)
    assert views(saved, removed) == []


def test_the_same_filters_under_another_name_are_renamed_in_their_place() -> None:
    renamed = replace(saved, name="The worst")
    given(opened, saved).when(replace(save, name="The worst")).then(renamed)
    assert views(saved, drills, renamed) == [
        ("The worst", "severity=SEV1"),
        ("Drills", "drill=true"),
    ]


def test_other_filters_under_the_same_name_take_the_place_of_the_first() -> None:
    assert views(saved, replace(saved, query="severity=SEV2")) == [("Ours", "severity=SEV2")]
    both = replace(saved, name="Drills")  # the name of one view and the filters of another
    assert views(saved, drills, both) == [("Drills", "severity=SEV1")]


def test_views_have_an_end_but_can_be_renamed_there() -> None:
    full = [replace(saved, name=f"{n}", query=f"q={n}") for n in range(MOST_VIEWS)]
    given(opened, *full).when(save).refused(ViewsTooMany)
    given(opened, *full).when(replace(save, query="q=7")).then(replace(saved, query="q=7"))


def test_only_who_may_sign_in_has_views() -> None:
    given().when(save).refused(AccountNotFound)
    given(invited).when(save).refused(AccountNotActive)
    given().when(remove).refused(AccountNotFound)
