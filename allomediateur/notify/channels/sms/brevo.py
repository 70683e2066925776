"""Brevo’s transactional SMS (developers.brevo.com/docs/transactional-sms-endpoints).

It knows no idempotency key: each text carries its mark as a tag, and the list of events is asked for that tag before
a text whose answer got lost is sent again. The list lags a little behind: the caller waits before it asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from allomediateur.notify.channels.sms.engines import ProviderAway, Refused, Sms, Unknown

TIMEOUT = (5, 15)
"""Seconds to connect, then without a word."""
SEND, EVENTS = "/v3/transactionalSMS/send", "/v3/transactionalSMS/statistics/events"
OF_THE_TEXT = {"invalid_parameter", "missing_parameter", "out_of_range", "not_acceptable"}
"""Brevo’s error codes that speak of this text; the others speak of us (key, credit, limits)."""
MAY_HAVE_TAKEN = {408, *range(500, 600)}


@dataclass(frozen=True)
class Brevo:
    """`url` without the path; `sender`: 11 letters or figures at most."""

    url: str
    key: str
    sender: str

    def send(self, sms: Sms) -> str:
        told = {
            "sender": self.sender, "recipient": sms.to.lstrip("+"), "content": sms.body, "type": "transactional",
            "tag": sms.mark, "unicodeEnabled": sms.unicode,
        }  # fmt: skip
        try:
            answer = self._ask("POST", SEND, json=told)
        except requests.RequestException as failure:
            if _never_left(failure):
                raise ProviderAway(_short(failure)) from failure
            raise Unknown(_short(failure)) from failure
        if answer.status_code in (200, 201, 202):
            return str(_read(answer).get("messageId", ""))
        raise _refusal(answer)

    def taken(self, sms: Sms) -> str:
        asked = {"tags": sms.mark, "phoneNumber": sms.to.lstrip("+"), "days": "3", "limit": "10"}
        try:
            answer = self._ask("GET", EVENTS, params=asked)
        except requests.RequestException as failure:
            raise ProviderAway(_short(failure)) from failure
        if answer.status_code != 200:
            raise ProviderAway(f"HTTP {answer.status_code}")
        events = _read(answer).get("events", [])
        own = [one for one in events if isinstance(one, dict) and sms.mark in str(one.get("tag", ""))]
        return str(own[0].get("messageId") or sms.mark) if own else ""

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Never led elsewhere: the key stays with this address."""
        headers = {"api-key": self.key, "accept": "application/json"}
        return requests.request(
            method, self.url + path, headers=headers, timeout=TIMEOUT, allow_redirects=False, **more
        )


def _refusal(answer: requests.Response) -> Exception:
    code = str(_read(answer).get("code", ""))
    told = f"HTTP {answer.status_code} {code} {_read(answer).get('message', '')}".strip()[:200]
    if answer.status_code in MAY_HAVE_TAKEN:
        return Unknown(told)
    return Refused(told) if answer.status_code == 400 and code in OF_THE_TEXT else ProviderAway(told)


def _read(answer: requests.Response) -> Mapping[str, Any]:
    """An object, whatever came."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _never_left(failure: requests.RequestException) -> bool:
    """No conversation began."""
    if isinstance(failure, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    if isinstance(failure, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return True
    reason = getattr(failure.args[0] if failure.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _short(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"[:200]
