"""A tracker is tested at a terminal: whether it works, and what to do if it does not."""

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]


def test_a_tracker_that_works_says_so(api: Api) -> None:
    api.answer = {"works": True, "problem": None, "advice": None}
    said = tocsin("tracker", "test", "checkout")
    assert (said.exit_code, api.asked) == (0, [("POST", "/v1/trackers/checkout/test", None)])
    assert "takes the token and shows the project" in said.output


def test_one_that_does_not_says_what_to_do_and_fails(api: Api) -> None:
    api.answer = {"works": False, "problem": "http_401", "advice": "Give a new token."}
    for more in ((), ("--json",)):
        said = tocsin("tracker", "test", "checkout", *more)
        assert said.exit_code == 1
        assert "http_401" in said.output
        assert "Give a new token." in said.output
