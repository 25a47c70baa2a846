"""Report as JSON, always the same bytes for the same report: what its digest is of."""

import json
from dataclasses import asdict
from typing import Any

from services.reports.box import Box, lines_of
from services.reports.document import Report, Section, cell_text

MICROSECONDS = 1_000_000


def as_json(report: Report, *, pictures: bool = False) -> str:
    """Return the report; with its drawings it is for a page, and no digest is of that."""
    said = {
        "box": lines_of(report.box),
        "quarter": report.quarter,
        "zone": report.zone,
        "from": _instant(report.begin),
        "until": _instant(report.end),
        "as_of": None if report.as_of is None else str(report.as_of),
        "policy": {"id": report.learning_policy_id, "number": report.policy_number},
        "preliminary": report.preliminary,
        "figures": _figures(report.box),
        "sections": [_section(section, pictures=pictures) for section in report.sections],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _instant(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _figures(box: Box) -> dict[str, Any]:
    return {
        "incidents": box.incidents,
        "severities": dict(box.severities),
        "means": [
            {
                "name": mean.name,
                "seconds": None
                if mean.value is None
                else float(round(mean.value / MICROSECONDS, 3)),
                "target_minutes": mean.target,
                "met": mean.met,
            }
            for mean in box.means
        ],
        "causes": [{"label": label, "incidents": number} for label, number in box.causes],
        "no_cause": box.no_cause,
    }


def _section(section: Section, *, pictures: bool) -> dict[str, Any]:
    drawn = [asdict(one) for one in section.pictures]
    return ({"pictures": drawn} if pictures else {}) | {
        "title": section.title,
        "sentences": [*section.sentences],
        "tables": [
            {
                "title": grid.title,
                "columns": [column.title for column in grid.columns],
                "rows": [[cell_text(cell) for cell in row] for row in grid.rows],
            }
            for grid in section.grids
        ],
    }
