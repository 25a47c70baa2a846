"""Durations as people say them: "1 hour 5 minutes"."""

from datetime import timedelta

UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def spoken(span: timedelta) -> str:
    """Return the span in its two largest units: "1 hour 5 minutes".

    Units: whole seconds; what is below is cut off.
    """
    rest = abs(span)
    parts: list[tuple[int, str]] = []
    for name, unit in UNITS:
        number, rest = divmod(rest, unit)
        parts.append((number, name))
    first = next((index for index, (number, _) in enumerate(parts) if number), len(parts) - 1)
    shown = [part for part in parts[first : first + 2] if part[0]] or [parts[-1]]
    return " ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in shown)
