"""Tags: the groups of operations in the API's documentation, in the order they are used in."""

from typing import Final

TAGS: Final = {
    "incidents": "Declare an incident, list them, show one with everything around it.",
    "incident commands": "Acknowledge, triage, advance through the phases, resolve, close.",
    "roles": "Who takes part, and who is incident commander, communications, operations or scribe.",
    "pages": "Page further people, and cancel a page.",
    "status updates": "Publish where things stand, and list what was published.",
    "status pages": "What customers are shown, and told.",
    "checklist": "The practice's checklists: what is done and what is open.",
    "mitigation actions": "What is tried against the impact, and what came of it.",
    "fields": "The type of an incident and its custom fields.",
    "links": "Where to look, and what to follow.",
    "related incidents": "Merge duplicates; link a parent.",
    "privacy": "Who may know of an incident.",
    "work items": "What nobody is paged for, with an owner and a due date.",
    "timeline": "Everything that happened, in sentences.",
    "notes": "What people write down beside the facts.",
    "attachments": "Files of an incident.",
    "incident history": "Pages and deliveries, alerts and events.",
    "postmortem": "What people make of an incident: sections, timeline, factors, review, editions.",
    "changes": "Deployments and other changes, and those shortly before an incident.",
    "learning": "Figures of incidents, and who wakes people for nothing.",
    "configuration": "Responders, escalation and response policies, services, incident types,"
    " integrations, subscriptions and API keys.",
    "accounts": "Who may sign in, in which roles, and where they are signed in.",
    "on call": "Teams, schedules, overrides, and who is on call when.",
    "intake": "What monitors and pipelines send; the key is in the address.",
    "log": "The events of the whole log, read or streamed.",
    "audit": "Proofs, exports and the trail of who did what.",
    "operations": "Health, metrics and dead letters.",
}
