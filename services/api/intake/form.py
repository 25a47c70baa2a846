"""Form bodies: `application/x-www-form-urlencoded`, for senders that cannot write JSON safely.

A shell command that puts texts of a monitor into JSON breaks at the first quotation mark. curl
encodes a form field by itself.
"""

from collections import Counter
from typing import Any, Final
from urllib.parse import parse_qsl

from services.api.intake.source import OpenApi
from services.request_refusals import BodyMalformed
from services.strict_json import read_json

MOST_FIELDS: Final = 200


def read_form(raw: bytes) -> dict[str, str]:
    """Return the fields of a form. A monitor's output may have any charset: it is read anyhow.

    Raises: BodyMalformed (no form, a field twice, more fields than anybody means).
    """
    try:
        fields = parse_qsl(
            raw.strip().decode("utf-8", errors="replace"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        reason = f"The body is no form of name=value, joined by &, of at most {MOST_FIELDS} fields."
        raise BodyMalformed(reason) from None
    twice = [name for name, times in Counter(name for name, _ in fields).items() if times > 1]
    if twice:
        raise BodyMalformed(f"The form has the field {twice[0][:100]!r} more than once.")
    return dict(fields)


def read_form_or_json(raw: bytes) -> Any:
    """Return what a form says, or the JSON object that came in its place.

    Raises: BodyMalformed.
    """
    return read_json(raw) if raw.lstrip()[:1] in {b"{", b"["} else read_form(raw)


def form_or_json(body: OpenApi) -> OpenApi:
    """Return a body as the API's document shows it, also as a form."""
    content = body["content"]
    form = {"application/x-www-form-urlencoded": content["application/json"]}
    return {**body, "content": content | form}
