"""Many SMS written at once never pass the month's budget, and none of it is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from allomediateur.configuration import texting
from allomediateur.notify import texts
from allomediateur.notify.models import Text
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET, CROWD = 10, 16


def test_sixteen_at_once_with_a_budget_of_ten() -> None:
    texting.decide(BUDGET, texting.KINDS, NOW)
    start = threading.Barrier(CROWD)

    def write(_number: int) -> bool:
        try:
            start.wait(timeout=30)
            with transaction.atomic():
                made = texts.post(
                    kind="change", topic="", to="+33639980123", language="fr", body="Annulé", now=NOW
                )  # fmt: skip
            return made is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as crowd:
        written = list(crowd.map(write, range(CROWD)))
    assert (written.count(True), Text.objects.count(), texts.spent(NOW)) == (BUDGET, BUDGET, BUDGET)
