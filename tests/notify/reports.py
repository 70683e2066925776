"""What mail servers send back, as Postfix, Exim and Exchange write it."""

from email.message import EmailMessage
from uuid import UUID


def report(
    message_id: UUID | str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <alice@example.org>: Recipient address rejected",
    to: str = "alice@example.org",
    original: str = "message/rfc822",
) -> bytes:
    """RFC 3464: words for people, fields for machines, then what came back, whole or its headers only."""
    headers = f"From: rendez-vous@example.org\r\nTo: {to}\r\nMessage-ID: <{message_id}@localhost>\r\nSubject: x\r\n"
    back = headers if original == "text/rfc822-headers" else f"{headers}\r\nBonjour\r\n"
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: rendez-vous@example.org\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you...\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\nArrival-Date: Mon, 23 Nov 2026 09:00:00 +0100\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: {original}\r\n\r\n{back}\r\n--b--\r\n"
    ).encode()


def out_of_office(message_id: UUID) -> bytes:
    """No report: somebody is on holiday."""
    mail = EmailMessage()
    mail["Subject"], mail["In-Reply-To"], mail["Auto-Submitted"] = (
        "Absence",
        f"<{message_id}@localhost>",
        "auto-replied",
    )
    mail.set_content("De retour lundi.")
    return mail.as_bytes()
