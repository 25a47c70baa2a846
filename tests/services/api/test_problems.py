"""Every refusal has its place in the table of problems, and its anchor in the docs."""

from collections.abc import Iterator

from events.errors import CommandRejected
from services.api.problems.table import REFUSALS, title_of, without_keys


def test_every_refusal_has_a_status_and_a_name_of_its_own() -> None:
    assert set(every(CommandRejected)) == set(REFUSALS)
    slugs = [slug for _, slug in REFUSALS.values()]
    assert len(slugs) == len(set(slugs))


def test_every_refusal_says_in_one_sentence_what_it_is() -> None:
    for refusal in REFUSALS:
        assert refusal.__doc__
        assert title_of(refusal)


def test_a_key_in_a_path_is_never_written_down() -> None:
    assert without_keys("/v1/integrations/tocsin_ingest_a_b_c/alertmanager") == (
        "/v1/integrations/…/alertmanager"
    )


def every(refusal: type[CommandRejected]) -> Iterator[type[CommandRejected]]:
    """Yield the refusal and all below it, but for those that tests have made up."""
    if not refusal.__module__.startswith("tests."):
        yield refusal
    for kind in refusal.__subclasses__():
        yield from every(kind)
