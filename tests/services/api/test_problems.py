"""Every refusal has its place in the table of problems, and its anchor in the docs."""

from collections.abc import Iterator

from events import registry
from events.errors import KINDS, AppendTooLarge, CommandRejected
from services.api.problems.table import every_refusal, slug_of, status_of, title_of, without_keys
from services.request_refusals import (
    FiringInDoubt,
    IdentityProviderUnavailable,
    ProjectionBehind,
    SenderUnreachable,
    SignInBusy,
)

# 503: it may go through in a moment
PASSING = {
    FiringInDoubt,
    IdentityProviderUnavailable,
    ProjectionBehind,
    SenderUnreachable,
    SignInBusy,
}


def test_every_refusal_has_a_status_and_a_name_of_its_own() -> None:
    assert set(every(CommandRejected)) == set(every_refusal())
    slugs = [slug_of(one) for one in every_refusal()]
    assert len(slugs) == len(set(slugs))
    assert all(status_of(one).is_client_error or one in PASSING for one in every_refusal())


def test_every_refusal_is_of_a_kind_that_says_whether_asking_again_helps() -> None:
    bare = {one for one in registry.REFUSALS if not issubclass(one, KINDS)}
    assert bare == {CommandRejected, AppendTooLarge}


def test_every_refusal_says_in_one_sentence_what_it_is() -> None:
    for refusal in every_refusal():
        assert refusal.__doc__
        assert title_of(refusal)


def test_a_key_in_a_path_is_never_written_down() -> None:
    assert without_keys("/v1/integrations/tocsin_ingest_a_b_c/alertmanager") == (
        "/v1/integrations/…/alertmanager"
    )


def every(refusal: type[CommandRejected]) -> Iterator[type[CommandRejected]]:
    """Yield the refusal and all below it, but for those that tests have made up."""
    if not refusal.__module__.startswith("tests.") and refusal not in KINDS:
        yield refusal
    for kind in refusal.__subclasses__():
        yield from every(kind)
