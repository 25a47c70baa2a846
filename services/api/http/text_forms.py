"""Text forms: a pattern that a text must match, and the words that ask for it."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class TextForm:
    """Refuses a text that does not match, and says how it is written; the schema has the pattern.

    Use it inside `Annotated[str, …]`.
    """

    pattern: str  # of the whole text, in ECMA 262's syntax and Python's alike
    ask: str  # a sentence

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the text after everything that stands before this in the annotation."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell programs the pattern."""
        return handler(schema) | {"pattern": self.pattern}

    def _checked(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.ask)
        return text
