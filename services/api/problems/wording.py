"""Validation errors: what is wrong with a value in plain words, and what to give instead."""

from collections.abc import Mapping
from typing import Any, Final

# By pydantic's error type, with what it knows of the error. Source: pydantic, "Validation Errors".
WORDS: Final[Mapping[str, str]] = {
    "missing": "Required.",
    "extra_forbidden": "Unknown member: check its spelling.",
    "string_type": "Must be a string.",
    "int_type": "Must be a whole number.",
    "int_parsing": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "float_type": "Must be a number.",
    "bool_type": "Must be true or false.",
    "bool_parsing": "Must be true or false.",
    "list_type": "Must be a list.",
    "tuple_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length}.",
    "string_too_short": "Must have at least {min_length} characters.",
    "string_too_long": "Must have at most {max_length} characters.",
    "greater_than_equal": "Must be {ge} or more.",
    "greater_than": "Must be more than {gt}.",
    "less_than_equal": "Must be {le} or less.",
    "less_than": "Must be less than {lt}.",
    "enum": "Must be {expected}.",
    "literal_error": "Must be {expected}.",
    "union_tag_invalid": "Unknown {discriminator} {tag!r}: use {expected_tags}.",
    "union_tag_not_found": "Needs the member {discriminator}.",
    "uuid_type": "Must be a UUID.",
    "uuid_parsing": "Must be a UUID.",
    "timezone_aware": "Must name its offset from UTC, such as Z or +01:00.",
    "time_type": "Must be a time of day, such as 09:00.",
    "time_parsing": "Must be a time of day, such as 09:00.",
    "date_type": "Must be a date, such as 2026-11-23.",
    "date_parsing": "Must be a date, such as 2026-11-23.",
    "date_from_datetime_parsing": "Must be a date, such as 2026-11-23.",
}


def in_words(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value; what has no words here is said in pydantic's own."""
    words = WORDS.get(error["type"])
    if words is None:
        message: str = error["msg"].removeprefix("Value error, ")
        return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
    return words.format_map(error.get("ctx", {}))
