"""Request bodies: read from a YAML or JSON file, with the options of the command over it."""

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

File = Annotated[
    Path | None,
    typer.Option("--file", "-f", help="YAML or JSON with the body; options win over it."),
]
_DURATION: Final = re.compile(r"(\d{1,6})([smh])", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600}


class _Plain(yaml.SafeLoader):
    """YAML whose times stay texts, as JSON has them."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def body_of(file: Path | None, **options: Any) -> dict[str, Any]:
    """Return the body that the file and the options make together; None: not given.

    Raises: typer.BadParameter.
    """
    body = {} if file is None else read_yaml(file)
    return body | {name: value for name, value in options.items() if value is not None}


def read_yaml(file: Path) -> dict[str, Any]:
    """Return the names and values that a YAML or JSON file holds; its times stay texts.

    Raises: typer.BadParameter.
    """
    try:
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=_Plain)  # noqa: S506  a safe one
    except (OSError, UnicodeDecodeError) as fault:
        raise typer.BadParameter(f"{file} cannot be read: {fault}.", param_hint="--file") from fault
    except yaml.YAMLError as fault:
        where = getattr(fault, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        raise typer.BadParameter(
            f"{file} is neither YAML nor JSON{line}.", param_hint="--file"
        ) from fault
    if not isinstance(read, dict):
        raise typer.BadParameter(f"{file} holds no names and values.", param_hint="--file")
    return read


def seconds_in(text: str) -> int:
    """Return a duration in seconds: 90s, 5m, 1h.

    Raises: typer.BadParameter.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no duration: write 90s, 5m or 1h.")
    return int(found[1]) * _SECONDS[found[2]]
