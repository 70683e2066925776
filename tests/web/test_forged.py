"""Requests that no browser of ours sends: forged headers, forged targets, bodies too big or broken, links reused."""

from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from allomediateur.agenda import confirming
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.models import AccessLink, Appointment, State
from allomediateur.notify.models import Letter
from allomediateur.web.ui.limiting import network
from tests.agenda import steps
from tests.factories import make_user
from tests.web.digest import changed, digest
from tests.web.filling import FORMS, fill
from tests.web.signing_in import enter, text
from tests.web.test_matrix import MATRIX, six
from tests.web.times import DAY, NOW, TEN
from tests.web.world import AUDIENCES, World, make_world

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase facile à retenir"
EVIL = "evil.example.org"
FORGED = {
    "X-Forwarded-Host": EVIL, "X-Forwarded-Server": EVIL, "X-Host": EVIL, "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "666", "Forwarded": f"for=203.0.113.66;host={EVIL};proto=https",
    "X-Original-URL": "/mediateur/", "X-Rewrite-URL": "/mediateur/", "X-Forwarded-For": "203.0.113.66",
    "X-Real-IP": "203.0.113.66",
    "True-Client-IP": "203.0.113.66", "CF-Connecting-IP": "203.0.113.66", "X-Remote-User": "staff@example.org",
}  # fmt: skip
TARGETS = (
    f"https://{EVIL}/", f"//{EVIL}/", f"///{EVIL}/", f"////{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"\\/{EVIL}",
    f"http:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}", f" https://{EVIL}/", f"\thttps://{EVIL}", f"\x00//{EVIL}",
    f"/\t/{EVIL}", f"java\nscript:alert(1)//{EVIL}", f"javascript:alert('{EVIL}')", f"data:text/html,{EVIL}",
    f"https://testserver@{EVIL}/", f"https://testserver:80@{EVIL}/", f"https://{EVIL}#testserver",
    f"https://{EVIL}?testserver", f"https://testserver.{EVIL}/", f"ftp://{EVIL}/", f"https://[{EVIL}]/",
    f"//{EVIL}\\@testserver/", "\u2028//" + EVIL, f"/%0d%0aSet-Cookie:x=1//{EVIL}", f"\r\nLocation: //{EVIL}",
)  # fmt: skip
BROKEN = ("nul\x00byte", "lone\udc80", "\ud800", "٤٢", "9" * 40, "-1", "1e999", "NaN", "\u202eabc\u200b", "x" * 5000)
PARAMETERS = (
    "lieu", "page", "du", "jour", "semaine", "rythme", "motif", "creneau", "prestation", "suite", "nombre", "vue",
    "mediateur", "langue", "modalite", "pour", "tri", "next", "specialite", "rayon", "acces", "lat", "lon", "q",
    "depuis", "pas", "de", "a", "from", "to", "tz", "near", "service", "office", "radius_km", "zone",
)  # fmt: skip


BUTTONS = {
    "booking_check", "booking_extend", "booking_release", "mediator_holidays", "wait_leave", "client_wait_leave",
    "intake_start", "intake_erase", "intake_withdraw", "staff_intake_note",
}  # fmt: skip
"""Forms without a field that counts."""


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world()


def leads_here(address: str) -> bool:
    """As browsers read it: `\\` is `/`, and tabs and line ends are not there."""
    read = address.strip().replace("\\", "/").translate({9: None, 10: None, 13: None})
    return read.startswith(("/", "?")) and not read.startswith("//")


# Headers


@pytest.mark.parametrize("name", ["home", "search", "account_login", "account_signup", "demo_letters"])
def test_headers_that_a_proxy_might_send_are_not_believed(client: Client, name: str) -> None:
    plain, forged = client.get(reverse(name)), client.get(reverse(name), headers=FORGED)
    assert forged.status_code == plain.status_code == 200
    assert EVIL not in text(forged)


@pytest.mark.parametrize(
    "host", [EVIL, f"localhost.{EVIL}", f"localhost@{EVIL}", "localhost:x", "", "loc alhost", "[::1"]
)
def test_another_host_is_refused_whatever_the_forwarded_one(client: Client, host: str) -> None:
    for headers in ({}, {"X-Forwarded-Host": "localhost"}):
        answer = client.get("/compte/connexion/", headers={"host": host} | headers)
        assert answer.status_code == 400
        assert EVIL not in text(answer)


def test_letters_link_to_the_site_whatever_the_host(client: Client, settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://am.example.org", ["*"]
    make_user("alice@example.org", password=PASSWORD)
    for name in ("account_reset_password", "account_request_login_code"):
        client.post(reverse(name), {"email": "alice@example.org"}, headers=FORGED | {"host": EVIL})
    told = [one.text + one.html for one in Letter.objects.all()]
    assert len(told) == 2
    assert not any(EVIL in one or "testserver" in one for one in told)
    assert any("https://am.example.org/" in one for one in told)


def test_a_request_line_with_a_whole_address_is_read_as_its_path_or_refused(client: Client) -> None:
    for path in (f"http://{EVIL}/", f"http://{EVIL}/mediateur/", f"//{EVIL}/mediateur/", f"/{EVIL}//mediateur/"):
        answer = client.generic("GET", "/", PATH_INFO=path)
        assert answer.status_code in {200, 301, 302, 404}
        assert leads_here(answer.headers.get("Location", "/"))


def seen_as(depth: int, settings: Settings, **headers: str) -> str:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = depth
    return network(RequestFactory().get("/", headers=headers, REMOTE_ADDR="198.51.100.1"))


def test_the_clients_address_is_believed_at_the_configured_depth_only(settings: Settings) -> None:
    chain = "203.0.113.66, 203.0.113.7, 203.0.113.8"
    assert seen_as(0, settings, **FORGED | {"X-Forwarded-For": chain}) == "198.51.100.1"
    assert seen_as(1, settings, **FORGED | {"X-Forwarded-For": chain}) == "203.0.113.8"
    assert seen_as(2, settings, **FORGED | {"X-Forwarded-For": chain}) == "203.0.113.7"
    assert seen_as(1, settings) == "198.51.100.1"


def test_a_made_up_address_at_the_believed_place_is_refused_calmly(settings: Settings, world: World) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    visitor = world.visitors["anonymous"]
    visitor.raise_request_exception = False
    told = FORMS["hold"].told(world)
    for made_up in ("unknown", "<script>", "999.1.1.1", "::g", "127.0.0.1:80:80", "x" * 3000):
        answer = visitor.post(reverse("hold"), told, headers={"X-Forwarded-For": made_up})
        assert answer.status_code in {302, 400, 403}, made_up


def test_a_forged_network_does_not_give_more_tries(settings: Settings, world: World) -> None:
    settings.LIMITS = settings.LIMITS | {"hold": (2, 1)}
    answers = []
    for number in range(4):
        told = FORMS["hold"].told(world) | {"key": str(number)}
        headers = FORGED | {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        answers.append(Client().post(reverse("hold"), told, headers=headers).status_code)
    assert answers[2:] == [429, 429]


# Where one is led


def test_no_view_leads_to_another_site(world: World) -> None:
    wrong = []
    for target in TARGETS:
        cache.clear()
        answers = {
            "signed in": world.visitors["client"].get(reverse("account_login"), {"next": target}),
            "zone": Client().post(reverse("choose_zone"), {"zone": "Europe/Paris", "next": target}),
            "demo": Client().post(reverse("demo_enter"), {"email": "staff@example.org", "next": target}),
            "logout": _leaving(world, target),
        }
        for name, answer in answers.items():
            if answer.status_code != 302 or not leads_here(answer["Location"]):
                wrong.append((name, target, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


def _leaving(world: World, target: str) -> Any:
    visitor = Client()
    enter(visitor, world.alice)
    return visitor.post(reverse("account_logout"), {"next": target})


@pytest.mark.parametrize("target", TARGETS[::4])
def test_a_password_leads_back_here_only(target: str) -> None:
    """Signing in, and being asked again who one is."""
    zoe, visitor = make_user("zoe@example.org", password=PASSWORD), Client()
    signing = {"login": "zoe@example.org", "password": PASSWORD, "next": target}
    enter(visitor, zoe)
    for answer in (
        Client().post(reverse("account_login"), signing),
        visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target}),
    ):
        assert answer.status_code == 302
        assert leads_here(answer["Location"])


def test_a_door_leads_back_to_the_path_asked_for(client: Client) -> None:
    for path in (f"/mediateur/?next=//{EVIL}", f"/espace/?x=https://{EVIL}", "/espace/?a=%0d%0aSet-Cookie:%20x=1"):
        answer = client.get(path)
        assert leads_here(answer["Location"])
        assert set(answer.cookies) <= {"csrf"}


def test_forms_keep_no_target_of_another_site(client: Client) -> None:
    for name in ("account_login", "account_signup", "account_request_login_code"):
        for target in TARGETS:
            page = client.get(reverse(name), {"next": target})
            assert page.status_code == 200
            assert f'action="{target}' not in text(page)
            assert f'href="{target}' not in text(page)


# Bodies


@pytest.mark.parametrize("size", [200_000, 1_000_000])
def test_a_huge_password_is_answered_calmly(client: Client, size: int) -> None:
    client.raise_request_exception = False
    make_user("alice@example.org", password=PASSWORD)
    huge = "a" * size
    tries = {
        "account_login": {"login": "alice@example.org", "password": huge},
        "account_signup": {"name": "Nina", "email": "nina@example.org", "password1": huge},
    }
    for name, told in tries.items():
        answer = client.post(reverse(name), told, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {200, 302, 400, 413}
        assert client.post(reverse(name), told).status_code in {200, 302, 400, 413}
    assert client.get(reverse("client_home")).status_code == 302


def test_ten_thousand_fields_are_refused(world: World) -> None:
    before = digest()
    body = "&".join(f"f{number}=x" for number in range(10_000))
    for name in FORMS.keys() - BUTTONS:
        form = FORMS[name]
        path = reverse(name, args=form.args(world)) + form.query
        form.told(world)  # some are opened by what one does before
        visitor = world.visitors[form.audience]
        answer = visitor.post(path, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400, name
        assert "<h1" in text(answer)
    assert changed(before) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"name": "Mallory", "role": "staff"}'),
        ("text/plain", b"name=Mallory"),
        ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nMal'),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"name=%2BADw-script"),
        ("application/x-www-form-urlencoded; charset=nowhere", b"name=Mallory"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00&%=%zz&=&&;"),
        ("", b"name=Mallory"),
    ],
)
def test_a_body_of_another_kind_changes_nothing(world: World, content_type: str, body: bytes) -> None:
    before = digest()
    for name in FORMS.keys() - BUTTONS - {"appointment_cancel", "client_cancel"}:
        form = FORMS[name]
        visitor = world.visitors[form.audience]
        visitor.raise_request_exception = False
        path = reverse(name, args=form.args(world)) + form.query
        assert visitor.generic("POST", path, body, content_type).status_code < 500, name
    assert changed(before) == []


@pytest.mark.parametrize("name", FORMS)
def test_no_broken_text_in_a_field_is_a_fault_of_ours(world: World, name: str) -> None:
    form, wrong = FORMS[name], []
    told = form.told(world)
    visitor, path = world.visitors[form.audience], reverse(name, args=form.args(world)) + form.query
    visitor.raise_request_exception = False
    fields = [*told, "key", "motif"]
    tries = [told | {field: BROKEN[0]} for field in fields]
    tries += [told | dict.fromkeys(fields[start::2], broken) for start in (0, 1) for broken in BROKEN]
    for sent in tries:
        cache.clear()
        with transaction.atomic():
            status = visitor.post(path, _encoded(sent), content_type="application/x-www-form-urlencoded").status_code
            wrong += [(sent, status)] if status >= 500 else []
            transaction.set_rollback(True)
    assert wrong == []


def _encoded(told: dict[str, Any]) -> bytes:
    """As a browser would, and lone surrogates all the same."""
    pairs = [(name, one) for name, words in told.items() for one in (words if isinstance(words, list) else [words])]
    return "&".join(
        f"{quote_plus(name)}={quote_plus(str(one).encode('utf-8', 'surrogatepass'))}" for name, one in pairs
    ).encode()


def test_no_broken_parameter_is_a_fault_of_ours(world: World) -> None:
    wrong = []
    for name, row in MATRIX.items():
        path = reverse(name, args=row.args(world))
        who = next((one for one, seen in zip(AUDIENCES, six(row.get), strict=True) if seen == "200"), None)
        if who is None or name == "healthz":
            continue
        visitor = world.visitors[who]
        visitor.raise_request_exception = False
        for broken in (BROKEN[0], BROKEN[1], BROKEN[3], BROKEN[4], BROKEN[6], BROKEN[9]):
            query = _encoded(dict.fromkeys(PARAMETERS, broken)).decode()
            status = visitor.get(f"{path}?{query}").status_code
            wrong += [(path, broken[:20], status)] if status >= 500 else []
    assert wrong == []


def test_an_address_too_long_or_broken_is_not_there(client: Client) -> None:
    client.raise_request_exception = False
    ends = ("a" * 60_000, "%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%2e%2e/", "a\r\nX: y", "%ED%A0%80", "١")
    for start in ("/", "/mediateurs/", "/rendez-vous/", "/api/v1/mediators/", "/static/", "/demo/courrier/"):
        for end in ends:
            answer = client.get(f"{start}{end}/")
            assert answer.status_code in {301, 400, 404}, (start, end[:20])
            assert "X" not in answer.headers


# Links and codes


def test_a_link_opens_its_own_door_only(client: Client, world: World) -> None:
    """Truncated, longer, of another purpose, of another appointment, expired, used."""
    token = world.manage
    doors = ("appointment", "appointment_move", "appointment_cancel", "appointment_ics")
    before = digest()
    for wrong in (token[:-1], token + "A", token.swapcase(), world.confirm, token[::-1], world.mine.reference):
        for name in doors:
            assert client.get(reverse(name, args=[wrong])).status_code == 404
            assert client.post(reverse(name, args=[wrong]), {"reason": "x"}).status_code in {404, 405}
    assert client.post(reverse("appointment_confirm", args=[token])).status_code == 404
    assert changed(before) == []
    AccessLink.objects.update(expires_at=NOW - DAY)
    before = digest()
    for name in ("appointment", "appointment_move", "appointment_cancel"):
        assert client.get(reverse(name, args=[token])).status_code == 410
    assert client.post(reverse("appointment_cancel", args=[token]), {"reason": "x"}).status_code == 410
    assert client.post(reverse("appointment_confirm", args=[world.confirm])).status_code == 410
    assert changed(before) == []


def test_a_code_of_another_booking_or_of_yesterday_opens_nothing(world: World) -> None:
    steps.book(world.bob, TEN + 2 * DAY, now=NOW)
    hers = steps.code_of(steps.last_letter("appointment_to_confirm"))
    other = steps.book(world.bob, TEN + 3 * DAY, now=NOW, told={"email": "zoe@example.org"})
    own = steps.code_of(steps.last_letter("appointment_to_confirm"))
    if hers != own:
        with pytest.raises(confirming.WrongCode):
            confirming.confirm_with_code(other, hers, NOW)
    visitor = world.visitors["anonymous"]
    address = reverse("booking_code", args=[other.reference])
    assert visitor.post(address, {"code": own}).status_code == 404  # another browser
    Appointment.objects.filter(pk=other.pk).update(expires_at=NOW - DAY)
    with pytest.raises(HoldExpired):
        confirming.confirm_with_code(other, own, NOW)
    other.refresh_from_db()
    assert other.state == State.UNCONFIRMED


def test_a_form_filled_with_ones_own_words_still_works(world: World) -> None:
    """What the refusals above are worth: the same forms, unbroken, are taken."""
    for name in FORMS:
        with transaction.atomic():
            assert fill(world, name).status_code in {200, 302}, name
            transaction.set_rollback(True)
