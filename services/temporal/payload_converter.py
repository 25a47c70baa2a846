"""Payload converter: values to payloads and back, as the SDK's pydantic converter, built once.

The SDK makes a converter for every activation of every workflow, and each would build its type
adapters anew; that cost more than the command it carried.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    EncodingPayloadConverter,
)


class SharedPayloadConverter(CompositePayloadConverter):
    """The converters of the whole process."""

    def __init__(self) -> None:
        self.converters = _converters()


@cache
def _converters() -> Mapping[bytes, EncodingPayloadConverter]:
    return PydanticPayloadConverter().converters


DATA_CONVERTER: Final = DataConverter(payload_converter_class=SharedPayloadConverter)
