"""What the served pages weigh: files under names that never change what they hold, and everything compressed."""

import gzip
import http.client
import re
from collections.abc import Iterator
from http.client import HTTPMessage

import brotli  # type: ignore[import-untyped]
import pytest

from tests.faults.conftest import Make
from tests.faults.site import Site, running

FOR_EVER = "max-age=315360000, public, immutable"


def ask(site: Site, path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.fixture
def site(make_site: Make) -> Iterator[Site]:
    with running(make_site()) as started:
        yield started


def names(site: Site, *pages: str) -> set[str]:
    """The static files that those pages name, and the modules that these import."""
    text = "".join(ask(site, page)[2].decode() for page in pages)
    found = set(re.findall(r'["\s](/static/[^"\s]+)', text))
    modules = [name for name in found if name.endswith(".js") and "/js/" in name]
    for name in modules:
        imported = re.findall(r'import "\./([^"]+)"', ask(site, name)[2].decode())
        found |= {f"{name.rpartition('/')[0]}/{one}" for one in imported}
    return found


def test_files_are_kept_for_ever_and_pages_are_asked_for_again(site: Site) -> None:
    slug = site.people.slug
    found = names(site, "/", "/mediateurs/", f"/mediateurs/{slug}/", "/compte/connexion/")
    assert len(found) > 15
    for name in sorted(found):
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        status, plain, body = ask(site, name)
        assert (status, plain["Cache-Control"], plain["Content-Encoding"]) == (200, FOR_EVER, None), name
        for accepted, read in (("gzip", gzip.decompress), ("br, gzip", brotli.decompress)):
            _status, headers, packed = ask(site, name, Accept_Encoding=accepted)
            assert headers["Cache-Control"] == FOR_EVER
            assert headers["Vary"] == "Accept-Encoding"
            if headers["Content-Encoding"]:  # a picture or a few bytes are no smaller packed
                assert (headers["Content-Encoding"], read(packed)) == (accepted.partition(",")[0], body)
                assert len(packed) < len(body)
        if name.endswith((".css", ".js")) and len(body) > 1000:
            assert headers["Content-Encoding"] == "br", name
    for page in ("/mediateurs/", f"/mediateurs/{slug}/"):
        _status, headers, body = ask(site, page, Accept_Encoding="gzip, br")
        assert (headers["Content-Encoding"], headers["Cache-Control"]) == ("gzip", "private, no-cache")
        assert headers["ETag"].startswith('W/"')
        assert len(body) * 3 < len(gzip.decompress(body))
        assert ask(site, page, If_None_Match=headers["ETag"])[0] == (304 if page == "/mediateurs/" else 200)


def test_a_page_with_a_secret_does_not_tell_its_length(site: Site) -> None:
    """BREACH: what is sought by many tries of the same page is hidden by a length that is never the same."""
    page = f"/mediateurs/{site.people.slug}/"
    answers = [ask(site, page, Accept_Encoding="gzip")[2] for _ in range(12)]
    texts = {gzip.decompress(one).count(b"csrfmiddlewaretoken") for one in answers}
    assert texts == {3}
    assert len({len(one) for one in answers}) > 4
    secrets = {re.findall(rb'csrfmiddlewaretoken" value="([^"]+)', gzip.decompress(one))[0] for one in answers}
    assert len(secrets) == 12


def test_two_processes_answer_the_same_and_neither_hides_a_change(site: Site) -> None:
    """Tags are made of the page, not of the process: either knows what the other gave."""
    _status, headers, _body = ask(site, "/mediateurs/")
    tag = headers["ETag"]
    assert {ask(site, "/mediateurs/", If_None_Match=tag)[0] for _ in range(40)} == {304}
    site.change("UPDATE directory_mediator SET name = 'Autre Nom'")
    assert {ask(site, "/mediateurs/", If_None_Match=tag)[0] for _ in range(40)} == {200}
    assert all(b"Autre Nom" in ask(site, "/mediateurs/")[2] for _ in range(40))
