"""The mail server is away, then refuses our login, then is back: letters wait, it is said, and all leave in order."""

from collections import defaultdict

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, fetch, running
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

LOGIN = {"EMAIL_HOST_USER": "site", "EMAIL_HOST_PASSWORD": "secret"}
CLIENTS = 4
FAILED_SINCE = "SELECT count(*) FROM notify_letter WHERE sent_at IS NULL AND last_error LIKE %s"


def test_letters_wait_for_the_mail_server_and_all_leave_in_order(make_site: Make, figures: Figures) -> None:
    with running(make_site(settings=LOGIN)) as site:
        site.postman.stop()
        book(site)
        waiting = 3 * CLIENTS
        assert eventually(lambda: put_off(site, "%refused%") == waiting)
        assert told(site) == (200, "ok", waiting, 0)

        # Half an hour goes by, and the next attempts meet a server that does not know us any more.
        site.change("UPDATE notify_letter SET created_at = created_at - interval '30 minutes'")
        site.postman.keeper.refuses_login = True
        site.postman.start()
        site.hurry()
        assert eventually(lambda: put_off(site, "SMTPAuthenticationError%") >= 1)
        assert told(site) == (503, "late", waiting, 0)
        assert site.postman.letters == []
        status, page = fetch(site.port, "/administration/", cookie=f"session={site.people.staff}")
        assert status == 200
        assert "SMTPAuthenticationError" in page

        # Back: the first sweep empties the outbox.
        site.postman.keeper.refuses_login = False
        figures.begin()
        site.hurry()
        facts.all_is_delivered(site)
        figures.lap("delivered after")
        assert told(site) == (200, "ok", 0, 0)
        assert received(site) == written(site)
        figures.note("letters that waited", waiting)


def book(site: Site) -> None:
    """The whole way to as many appointments; the codes are read in the outbox, since no letter leaves."""
    for number, slot in enumerate(free_slots(site, CLIENTS)):
        visitor = Visitor(site.port, f"client{number}@example.org", lambda address: code(site, address))
        visitor.book(site.people.slug, site.people.service, slot)
        assert visitor.confirmed, visitor.failure


def code(site: Site, address: str) -> str:
    found = site.rows(
        "SELECT substring(subject FROM '[0-9]{6}') FROM notify_letter"
        " WHERE kind = 'appointment_to_confirm' AND \"to\" = %s", address,
    )  # fmt: skip
    return str(found[0][0]) if found else ""


def told(site: Site) -> tuple[object, ...]:
    """What /healthz says of the letters: its code, its word, how many wait, how many are put aside."""
    said = site.health()
    return tuple(said.get(name) for name in ("code", "status", "undelivered_letters", "parked_letters"))


def put_off(site: Site, error: str) -> int:
    return int(site.rows(FAILED_SINCE, error)[0][0])


def written(site: Site) -> dict[str, list[str]]:
    """Message-IDs by recipient, in the order they were written."""
    found = defaultdict(list)
    for to, name in site.rows('SELECT "to", message_id FROM notify_letter ORDER BY id'):
        found[to].append(f"<{name}@localhost>")
    return found


def received(site: Site) -> dict[str, list[str]]:
    found = defaultdict(list)
    for letter in site.postman.letters:
        found[str(letter["To"])].append(str(letter["Message-ID"]))
    return found
