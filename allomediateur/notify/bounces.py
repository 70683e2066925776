"""Reading what mail servers send back: delivery status notifications (RFC 3464), and nothing else. No database.

What is told of is recognised by its Message-ID: a random one, known to who wrote it and to who was given it.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from uuid import UUID

MOST_BYTES = 1024 * 1024
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class NotAReport(Exception):
    """It tells nothing of one of our letters: another kind of message, or one that cannot be read."""


@dataclass(frozen=True)
class Report:
    """`message_id` names the letter; `failed`: whoever tells has given up (a delay is no failure); `status` is RFC
    3463's code, 5.x.x for good, 4.x.x for now; empty when none was told; `reason` in the words of the last server."""

    message_id: UUID
    failed: bool
    status: str
    reason: str


def read(message: bytes) -> Report:
    """Raises NotAReport."""
    try:
        found = message_from_bytes(message[:MOST_BYTES])
        parts = list(found.walk()) if _is_report(found) else []
        rows = [row for part in parts if part.get_content_type() == "message/delivery-status" for row in _rows(part)]
        recipients = [row for row in rows if row.get("action")]
        name = _letter(found, parts)
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError) as wrong:
        # The library reads lazily, and fails in many ways on what was made to be unreadable.
        raise NotAReport(f"{type(wrong).__name__}") from wrong
    if name is None or not recipients:
        raise NotAReport("no letter, or no recipient, in it")
    return _report(name, recipients)


def _report(name: UUID, recipients: list[Message]) -> Report:
    """Of several recipients, one that failed: our letters have one only, whom its server may have sent on."""
    failed = [row for row in recipients if _word(row, "action").lower() == "failed"]
    row = (failed or recipients)[0]
    status = _STATUS.search(_word(row, "status"))
    said = _word(row, "diagnostic-code").partition(";")
    return Report(name, bool(failed), status[1] if status else "", (said[2] or said[0]).strip()[:300])


def _is_report(found: Message) -> bool:
    return found.get_content_type() == "multipart/report"


def _rows(part: Message) -> list[Message]:
    """The blocks of fields: one of the message, then one a recipient."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _letter(found: Message, parts: list[Message]) -> UUID | None:
    """Of what came back, whole or its headers; else of the letter it says it answers."""
    inside = [part for part in parts[1:] if part.get("message-id")]
    headers = [part for part in parts if part.get_content_type() == "text/rfc822-headers"]
    told = [str(part.get("message-id", "")) for part in inside]
    told += [str(part.get_payload()) for part in headers]
    told += [str(found.get("in-reply-to", "")), str(found.get("references", ""))]
    return next((UUID(match[1]) for one in told if (match := _MESSAGE_ID.search(one))), None)


def _word(row: Message, name: str) -> str:
    """On one line, printable."""
    return " ".join("".join(one if one.isprintable() else " " for one in str(row.get(name, ""))).split())
