"""Mails of monitors become alerts that their recoveries find again.

Mails: recorded from Alertmanager 0.25 and cron 3.0pl1 (Debian); Nagios: its documented command
`notify-service-by-email`, run with bsd-mailx; Zabbix: the default templates of its documentation,
in the form that Zabbix 6.0 gives its mails.
"""

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.email import SOURCE
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import STARTED, story_of
from tests.services.api.intake.sources.email.mails import (
    alert_in,
    heard,
    mail_of,
    why_passed_over,
    written,
)
from tests.services.api.intake.test_alertmanager_route import monitor_at

INTEGRATION = {"name": "Nagios", "service_id": "checkout"}
PAIRS = [
    ("nagios-problem", "nagios-recovery"),
    ("zabbix-problem", "zabbix-recovery"),
    ("alertmanager-firing", "alertmanager-resolved"),
]


def test_a_problem_of_nagios_has_its_service_its_output_and_its_severity() -> None:
    alert = alert_in(mail_of("nagios-problem"), mail_from="nagios@mon-1.example.org")
    assert (alert.title, alert.severity) == ("db-1/Disk /var is CRITICAL", Severity.SEV2)
    assert alert.labels == {"from": "nagios@mon-1.example.org"}
    assert alert.annotations["description"].endswith("/var 1024 MiB (2%): café")


def test_a_problem_of_zabbix_is_read_from_base64_and_known_by_its_id() -> None:
    alert = alert_in(mail_of("zabbix-problem"))
    assert alert.title == "Problem: Größe von /var über 90 %"
    assert (alert.dedup_key, alert.severity) == ("problem:4711", Severity.SEV2)
    assert "Operational data: 97.2 %" in alert.annotations["description"]


def test_a_page_of_alertmanager_that_is_only_html_is_told_as_text() -> None:
    alert = alert_in(mail_of("alertmanager-firing"))
    assert (alert.title, alert.severity) == (
        "[FIRING:1] DiskFull (db-1:9100 critical)",
        Severity.SEV1,
    )
    lines = alert.annotations["description"].splitlines()
    assert "summary = Disk of db-1 is 97 % full \u2013 café" in lines
    assert not any("<" in line or "font-family" in line for line in lines)


def test_a_mail_of_cron_pages_though_it_has_neither_date_nor_id() -> None:
    alert = alert_in(mail_of("cron"))
    assert alert.firing
    assert alert.title.startswith("Cron <root@backup-1> ")
    assert alert.dedup_key == alert_in(mail_of("cron")).dedup_key  # its repeat is the same


def test_what_cron_says_of_itself_is_no_automatic_reply() -> None:
    mail = mail_of("cron").replace(b"MIME-Version", b"Auto-Submitted: auto-generated\nMIME-Version")
    assert why_passed_over(mail) == ""


@pytest.mark.parametrize(("problem", "recovery"), PAIRS)
def test_a_recovery_is_about_the_alert_of_its_problem(problem: str, recovery: str) -> None:
    first, last = alert_in(mail_of(problem)), alert_in(mail_of(recovery))
    assert (first.firing, last.firing) == (True, False)
    assert first.dedup_key == last.dedup_key


@pytest.mark.parametrize(("problem", "recovery"), PAIRS)
async def test_mails_that_are_posted_page_once_and_a_recovery_ends_it(
    client: AsyncClient, dependencies: Dependencies, problem: str, recovery: str
) -> None:
    url = await door_for(client, dependencies, SOURCE.name)
    sent = [mail_of(problem), mail_of(problem), mail_of(recovery)]
    headers = {"Content-Type": "message/rfc822"}
    answers = [(await client.post(url, content=one, headers=headers)).json() for one in sent]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


async def test_a_note_in_zabbix_pages_nobody_and_its_reason_is_kept(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, SOURCE.name)
    answer = await client.post(url, content=mail_of("zabbix-update"))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
    assert (await story_of(dependencies.log)).incidents == []


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (("Subject: disk full", "Message-ID: <1@x>"), "<1@x>"),
        (("Subject: disk full [key: db-1 disk]", "Message-ID: <2@x>"), "db-1 disk"),
        (("Subject: OK: backup [KEY: backup]", "Message-ID: <3@x>"), "backup"),
        (("Subject: PROBLEM: backup", "Message-ID: <4@x>"), "about:backup"),
    ],
)
def test_an_alert_is_known_by_what_its_mail_says_or_else_by_the_mail(
    fields: tuple[str, ...], key: str
) -> None:
    alert = alert_in(written(*fields))
    assert alert.dedup_key == key
    assert "key:" not in alert.title.lower()


@pytest.mark.parametrize(
    ("detail", "key"), [("backup", "backup"), ("by-subject", "subject:backup is late")]
)
def test_what_stands_behind_the_plus_of_an_address_tells_alerts_apart(
    detail: str, key: str
) -> None:
    mail = written("Subject: Backup is late", "Message-ID: <1@x>")
    assert alert_in(mail, detail=detail).dedup_key == key


def test_the_same_problem_on_two_hosts_is_two_alerts() -> None:
    first, second = (
        alert_in(written("Subject: Problem: Agent is away", text=f"Host: {host}\r\n"))
        for host in ("db-1", "db-2")
    )
    assert first.dedup_key != second.dedup_key


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        (("Subject: x", "X-Priority: 1 (Highest)"), Severity.SEV2),
        (("Subject: x", "X-Priority: 3"), None),
        (("Subject: x", "Importance: low"), Severity.SEV4),
        (("Subject: CRITICAL: x", "Importance: low"), Severity.SEV1),
        (("Subject: LOW DISK SPACE",), None),
        (("Subject: [P2] queue is long",), Severity.SEV2),
    ],
)
def test_how_bad_it_is_comes_from_the_subject_or_from_the_priority(
    fields: tuple[str, ...], severity: Severity | None
) -> None:
    assert alert_in(written(*fields)).severity is severity


@pytest.mark.parametrize(
    "fields",
    [
        ("Subject: Out of office", "Auto-Submitted: auto-replied (vacation)"),
        ("Subject: Re: x", "X-Autoreply: yes"),
        ("Subject: Re: x", "Precedence: auto_reply"),
        ("Subject: Undelivered", "Content-Type: multipart/report; boundary=x"),
    ],
)
def test_what_answers_a_mail_by_itself_is_no_alert(fields: tuple[str, ...]) -> None:
    assert why_passed_over(written(*fields))


def test_a_bounce_is_no_alert_whatever_its_subject_says() -> None:
    assert "bounce" in why_passed_over(written("Subject: CRITICAL: x"), mail_from="<>")


def test_an_alert_shows_who_vouches_for_its_sender() -> None:
    said = "tocsin; dkim=pass header.d=example.org; spf=none"
    alert = alert_in(written("Subject: x"), vouching_results=said, vouched_by="dkim example.org")
    assert alert.labels["authenticated"] == "dkim example.org"
    assert alert.annotations["authentication"] == said
    assert alert_in(written("Subject: x"), vouched_by="").labels["authenticated"] == "no"


def test_trouble_began_when_the_mail_was_written_if_that_can_be() -> None:
    date = "Date: Mon, 23 Nov 2026 04:20:00 +0100"
    assert str(heard(written("Subject: x", date)).signals.began_at) == "2026-11-23 03:20:00+00:00"
    for other in ("Date: Thu, 01 Jan 1970 00:00:00 +0000", "Date: soon", "X: y"):
        assert heard(written("Subject: x", other)).signals.began_at is None
    assert STARTED.isoformat() == "2026-11-23T03:25:08+00:00"


async def test_an_integration_tells_its_mail_addresses_until_it_is_revoked(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, admin = await monitor_at(client, dependencies)
    made = (await admin.post("/v1/integrations", json=INTEGRATION)).json()
    url = f"/v1/integrations/{made['integration_id']}"
    again = await admin.get(f"{url}/mail-addresses")
    assert again.json() == made["mail_addresses"]
    assert made["mail_addresses"]["any_sender"].startswith(f"tocsin-{made['integration_id']}-")
    assert len(set(made["mail_addresses"].values())) == 2
    await admin.delete(url)
    assert (await admin.get(f"{url}/mail-addresses")).status_code == 410
    assert (await admin.get("/v1/integrations/none/mail-addresses")).status_code == 404
