"""Delivery health: what staff see, and what a watcher reads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter
from tests.factories import make_user
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db


def letter(**changes: object) -> Letter:
    now = timezone.now()
    values = {
        "kind": "test", "to": "alice@example.org", "language": "fr", "subject": "Objet", "text": "secret", "html": "",
        "created_at": now, "next_attempt_at": now,
    }  # fmt: skip
    return Letter.objects.create(**(values | changes))


def beat(seconds_ago: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_all_is_well_with_a_live_worker(client: Client) -> None:
    beat()
    response = client.get("/healthz")
    report = response.json()
    assert (response.status_code, report["status"], report["database"], report["migrations"]) == (200, "ok", "ok", "ok")
    assert (report["worker"], report["oldest_undelivered_seconds"]) == ("ok", None)


@pytest.mark.parametrize("seconds_ago", [None, 3600])
def test_a_worker_without_a_sign_of_life_is_told(client: Client, seconds_ago: int | None) -> None:
    if seconds_ago:
        beat(seconds_ago)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (503, "silent")


def test_the_oldest_undelivered_letter_is_told_without_its_text(client: Client) -> None:
    beat()
    letter(created_at=timezone.now() - timedelta(hours=1))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (503, "late")
    assert 3590 < response.json()["oldest_undelivered_seconds"] < 3700
    assert "secret" not in response.content.decode()
    assert "alice" not in response.content.decode()


def test_a_letter_put_aside_is_nobodys_outage(client: Client) -> None:
    beat()
    letter(created_at=timezone.now() - timedelta(days=9), parked_at=timezone.now())
    response = client.get("/healthz")
    assert (response.status_code, response.json()["parked_letters"]) == (200, 1)


def test_jobs_of_a_dead_worker_and_failed_ones_are_counted(client: Client) -> None:
    beat()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'a', 'doing'),"
            " ('default', 'a', 'failed'), ('default', 'a', 'succeeded')"
        )
    report = client.get("/healthz").json()
    assert (report["stalled_jobs"], report["failed_jobs"], report["status"]) == (1, 1, "ok")
    enter(client, make_user(role=User.Role.STAFF))
    assert "Tâches interrompues" in client.get(reverse("staff_home")).content.decode()


def test_staff_see_a_letter_put_aside_and_try_it_again(client: Client) -> None:
    parked = letter(parked_at=timezone.now(), attempts=3, last_error="SMTPRecipientsRefused: 550")
    enter(client, make_user(role=User.Role.STAFF))
    page = client.get(reverse("staff_home")).content.decode()
    assert "SMTPRecipientsRefused" in page
    assert "secret" not in page
    response = client.post(reverse("staff_retry", args=[parked.pk]))
    assert response.headers["Location"] == reverse("staff_home")
    parked.refresh_from_db()
    assert (parked.parked_at, parked.attempts) == (None, 0)


def test_a_letter_that_left_is_not_sent_again(client: Client) -> None:
    enter(client, make_user(role=User.Role.STAFF))
    assert client.post(reverse("staff_retry", args=[letter(sent_at=timezone.now()).pk])).status_code == 404


def test_the_admin_shows_no_text_of_a_letter(client: Client) -> None:
    enter(client, make_user(role=User.Role.STAFF))
    page = client.get(reverse("admin:notify_letter_change", args=[letter().pk])).content.decode()
    assert "Objet" in page
    assert "secret" not in page
