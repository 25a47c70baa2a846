"""Alertmanager request body: what is read of the webhook, as the OpenAPI document shows it."""

from typing import Any, Final

_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_TIME: Final = {"type": "string", "format": "date-time"}
ALERT: Final[dict[str, Any]] = {
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
BODY: Final[dict[str, Any]] = {
    "required": True,
    "description": "Alertmanager's webhook, of up to 128 MiB. What is missing is derived, what is"
    " too long is cut; other members are passed over.",
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
                    "alerts": {"type": "array", "items": ALERT},
                },
                "required": ["alerts"],
            },
            "example": {
                "version": "4",
                "groupKey": '{}:{alertname="DiskFull"}',
                "status": "firing",
                "groupLabels": {"alertname": "DiskFull"},
                "alerts": [
                    {
                        "status": "firing",
                        "labels": {"alertname": "DiskFull", "severity": "sev2"},
                        "annotations": {"summary": "The disk of db-1 is full"},
                        "startsAt": "2026-11-23T03:25:08Z",
                        "fingerprint": "a3f1c2d4e5b60718",
                    }
                ],
            },
        }
    },
}
