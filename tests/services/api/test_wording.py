"""What is wrong with a value is said in an on-call engineer's words, and what to give instead."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from events.values.severity import Severity
from services.api.problems.wording import in_words

CASES: tuple[tuple[Any, object, str], ...] = (
    (Annotated[tuple[int, ...], Field(min_length=1)], [], "Give at least 1."),
    (Annotated[list[int], Field(max_length=2)], [1, 2, 3], "Give at most 2."),
    (Annotated[int, Field(ge=1)], 0, "Must be 1 or more."),
    (Severity, "sev1", "Must be 'SEV1', 'SEV2', 'SEV3' or 'SEV4'."),
    (Literal["email", "push"], "fax", "Must be 'email' or 'push'."),
    (bool, "perhaps", "Must be true or false."),
    (Annotated[str, Field(max_length=3)], "four", "Must have at most 3 characters."),
)


@pytest.mark.parametrize(("kind", "value", "words"), CASES)
def test_no_error_speaks_of_python(kind: Any, value: object, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    [error] = refused.value.errors()
    assert in_words(error) == words
