"""What the alert door reads of a body, as the API's description shows it."""

from typing import Any, Final

_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_TIME: Final = {"type": "string", "format": "date-time"}
_ALERT: Final = {
    "type": "object",
    "properties": {
        "status": {"enum": ["firing", "resolved"]},
        "labels": _TEXTS,
        "annotations": _TEXTS,
        "startsAt": _TIME,
        "endsAt": _TIME,
        "generatorURL": {"type": "string"},
        "fingerprint": {"type": "string"},
    },
}
REQUEST_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Alertmanager's webhook, of up to 128 MiB. What is missing is derived, what"
        " is too long is cut; other members are passed over.",
        "content": {
            "application/json": {
                "schema": {
                    "title": "Notification",
                    "type": "object",
                    "properties": {
                        "version": {"type": "string", "examples": ["4"]},
                        "groupKey": {"type": "string"},
                        "status": {"enum": ["firing", "resolved"]},
                        "truncatedAlerts": {"type": "integer", "minimum": 0},
                        "groupLabels": _TEXTS,
                        "commonLabels": _TEXTS,
                        "commonAnnotations": _TEXTS,
                        "externalURL": {"type": "string"},
                        "alerts": {"type": "array", "items": _ALERT},
                    },
                    "required": ["alerts"],
                }
            }
        },
    }
}
