"""The mail server of a trial: on loopback, at one port all along, stopped and begun again, or refusing the login."""

import asyncio
import logging
import re
import socket
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.notify.conftest import Sink


class Keeper(Sink):
    """The sink, which answers to a login too. `pause`: the command (RCPT, or DATA once the letter is kept) that it
    leaves without an answer as long as it is set; `asked`: that it was asked."""

    refuses_login = False
    pause = ""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=not self.refuses_login, handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802 -- the library's name
        await self._think("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the library's name
        answer = await super().handle_DATA(server, session, envelope)
        await self._think("DATA")
        return answer

    async def _think(self, command: str) -> None:
        while self.pause == command:
            self.asked.set()
            await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Postman:
    keeper: Keeper = field(default_factory=Keeper)
    port: int = field(default_factory=_free_port)
    _controller: Any = None

    def start(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # each word of each conversation otherwise
        self._controller = Controller(
            self.keeper, hostname="127.0.0.1", port=self.port, authenticator=self.keeper.authenticate,
            auth_require_tls=False,
        )  # fmt: skip
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def letters(self) -> list[EmailMessage]:
        return list(self.keeper.letters)

    def code_for(self, address: str) -> str:
        """The six digits of the last letter to that address; empty while there is none."""
        for letter in reversed(self.letters):
            found = re.search(r"\b(\d{6})\b", str(letter["Subject"])) if letter["To"] == address else None
            if found:
                return found[1]
        return ""
