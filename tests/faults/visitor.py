"""Somebody who books through HTTP, with a browser's cookies, and who tries again when the answer does not come."""

import html
import http.client
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

PATIENCE = 90.0
ANSWER_SECONDS = 30.0
AGAIN_SECONDS = 0.4
ELSEWHERE = "ouvrez le lien de la lettre reçue"
TAKEN = "Ce créneau vient d’être réservé"


class Lost(Exception):
    """An answer that the visitor cannot go on from."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the first form that has it."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        if not found:
            raise Lost(f"no {name} in {self.status}: {self.title}")
        return found[1]

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else self.text[:80]

    @property
    def following(self) -> str:
        """Of the next week of slots: what to add to the page's path."""
        found = re.search(r'id="week-after" href="([^"]+)"', self.text)
        if not found:
            raise Lost("no other week")
        return html.unescape(found[1]).partition("#")[0]

    @property
    def slots(self) -> list[str]:
        return re.findall(r'name="slot" value="([^"]+)"', self.text)


@dataclass
class Visitor:
    """`unsure`: how often an answer did not come; `errors`: how often it was one of 5xx; `held`, `booked`,
    `confirmed`: what was acknowledged; `taken`: refused calmly; `by_letter`: told to open the letter.
    `loses_answers`: the first one to each form."""

    port: int
    email: str
    code: Callable[[str], str]
    cookies: dict[str, str] = field(default_factory=dict)
    unsure: int = 0
    errors: list[str] = field(default_factory=list)
    held: str = ""
    booked: str = ""
    confirmed: str = ""
    taken: bool = False
    by_letter: bool = False
    loses_answers: bool = False
    failure: str = ""

    def book(self, slug: str, service: int, slot: str) -> None:
        """The whole way, from the mediator's page to the appointment. What went wrong is in `failure`."""
        self.attempt(lambda: self._book(slug, service, slot))

    def _book(self, slug: str, service: int, slot: str) -> None:
        if self.hold(self.look(slug), slug, service, slot):
            self.tell()
            self.confirm()

    def attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Lost as lost:
            self.failure = str(lost)

    def look(self, slug: str) -> Answer:
        return self.insist("GET", f"/mediateurs/{slug}/")

    def hold(self, page: Answer, slug: str, service: int, slot: str) -> bool:
        """False when somebody else has it: said calmly, with other slots."""
        form = {"mediateur": slug, "prestation": str(service), "slot": slot, "key": page.hidden("key")}
        answer = self.insist("POST", "/rendez-vous/reserver/", form)
        if answer.status == 409 and TAKEN in answer.text and answer.slots:
            self.taken = True
            return False
        self.held = _reference(answer, "")
        return True

    def tell(self) -> None:
        """Who I am, my answers read again, and the booking."""
        who = f"/rendez-vous/reserver/{self.held}/"
        told = {"name": "Véra Lune", "email": self.email, "phone": "06 39 98 01 02"}
        answer = self.insist("POST", who, told)
        _reference(answer, "verifier/")
        key = self.insist("GET", answer.location).hidden("key")
        self.booked = _reference(self.insist("POST", answer.location, {"key": key}), "confirmer/")

    def confirm(self) -> None:
        """Signing in gives the browser another session: when that answer is lost, the letter is the way in."""
        digits, troubles = self._await_code(), self.troubles
        address = f"/rendez-vous/reserver/{self.booked}/"
        answer = self.insist("POST", address + "confirmer/", {"code": digits})
        if answer.status == 404 and ELSEWHERE in answer.text and self.troubles > troubles:
            self.confirmed, self.by_letter = self.booked, True
            return
        self.confirmed = _reference(answer, "termine/")
        page = self.insist("GET", answer.location)
        if page.status != 200:
            raise Lost(f"the appointment's page: {page.status} {page.location} {page.title}")

    @property
    def troubles(self) -> int:
        """Answers that did not come, or that were an error of the server's."""
        return self.unsure + len(self.errors)

    def insist(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """The same request until it is answered by something else than an error of the server's. Raises Lost."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if self.loses_answers and form is not None:
                    self._lose(path, form)
                answer = self.request(method, path, form)
            except (OSError, http.client.HTTPException):
                self.unsure += 1
            else:
                if answer.status < 500:
                    return answer
                self.errors.append(f"{answer.status} {answer.title}")
            threading.Event().wait(AGAIN_SECONDS)
        raise Lost(f"{method} {path}: no answer in {PATIENCE:.0f} s; {self.errors[-1:]}")

    def _lose(self, path: str, form: dict[str, str]) -> None:
        """Sent and done, but the answer and its cookies never come."""
        before = dict(self.cookies)
        self.request("POST", path, form)
        self.cookies = before
        self.unsure += 1

    def request(
        self, method: str, path: str, form: dict[str, str] | None = None, seconds: float = ANSWER_SECONDS
    ) -> Answer:
        """Once. Raises OSError, http.client.HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form | {"csrfmiddlewaretoken": self.cookies.get("csrf", "")})
        try:
            connection.request(method, path, body, headers)
            found = connection.getresponse()
            text = found.read().decode()
        finally:
            connection.close()
        for header in found.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return Answer(found.status, found.headers.get("Location", ""), text)

    def _await_code(self) -> str:
        deadline = time.monotonic() + PATIENCE
        while not (digits := self.code(self.email)):
            if time.monotonic() > deadline:
                raise Lost("the letter with the code did not come")
            threading.Event().wait(0.1)
        return digits


def _reference(answer: Answer, page: str) -> str:
    """Of the booking that the answer leads to, at that page. Raises Lost."""
    found = re.fullmatch(rf"/rendez-vous/reserver/([^/]+)/{page}", answer.location)
    if not found:
        raise Lost(f"{page or 'held'}: {answer.status} {answer.location} {answer.title}")
    return found[1]
