"""Subjects say which alert a mail is about, and how it stands.

Forms: the documented subjects of Alertmanager, Grafana, Nagios, Icinga 2, Zabbix, CloudWatch,
Datadog, UptimeRobot and Pingdom.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.intake.sources.email.subject import read_subject


@pytest.mark.parametrize(
    ("fires", "over"),
    [
        ("[FIRING:1] DiskFull (db-1 critical)", "[RESOLVED] DiskFull (db-1 critical)"),
        ("[FIRING:2, RESOLVED:1] DiskFull shop (db)", "[RESOLVED] DiskFull shop (db-1)"),
        ("** PROBLEM Host Alert: db-1 is DOWN **", "** RECOVERY Host Alert: db-1 is UP **"),
        ("[PROBLEM] Disk on db-1 is CRITICAL!", "[RECOVERY] Disk on db-1 is OK!"),
        ("Problem: Disk is full", "Resolved in 1d 2h 3m: Disk is full"),
        ("PROBLEM: Disk is full", "OK: Disk is full"),
        ('ALARM: "queue" in EU (Ireland)', 'OK: "queue" in EU (Ireland)'),
        ("[Monitor Alert] Triggered: Queue", "[Monitor Alert] Recovered: Queue"),
        ("[Triggered] CPU on db-1", "[Recovered] CPU on db-1"),
        ("Monitor is DOWN: shop", "Monitor is UP: shop"),
        ("shop is down", "shop is now up."),
        ("DOWN alert: shop (x.org) is DOWN", "UP alert: shop (x.org) is UP"),
        ("Warning - backup of db-1", "Resolved - backup of db-1"),
        ("disk of db-1 [PROBLEM]", "disk of db-1 [RESOLVED]"),
        ("Backup of db-1 - FAILED", "Re: Fwd: Backup of db-1 - OK"),
    ],
)
def test_an_end_is_about_what_its_beginning_was_about(fires: str, over: str) -> None:
    first, last = read_subject(fires), read_subject(over)
    assert (first.firing, last.firing) == (True, False)
    assert first.about == last.about != ""


@pytest.mark.parametrize(
    "subject",
    [
        "Look at the OK button",
        "Backup",
        "Please resolve: nothing",
        "The shop was down last night",
        "Upgrade: tonight",
        "Look up - it is raining",
        "Meeting [tomorrow]",
        "",
    ],
)
def test_a_word_within_a_sentence_ends_nothing(subject: str) -> None:
    read = read_subject(subject)
    assert (read.firing, read.about) == (True, "")


@pytest.mark.parametrize(
    "subject",
    [
        "** ACKNOWLEDGEMENT Service Alert: db-1/Disk is CRITICAL **",
        "[DOWNTIMESTART] Disk on db-1 is CRITICAL!",
        "Updated problem in 3m: Disk is full",
    ],
)
def test_what_says_nothing_of_how_it_stands_changes_nothing(subject: str) -> None:
    assert read_subject(subject).says_nothing


@given(st.text(max_size=500))
def test_any_subject_is_read(text: str) -> None:
    read_subject(text)
