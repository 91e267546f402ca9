"""A web server that has documents on a shelf, by path and query, and notes what it is asked for."""

from __future__ import annotations

import ssl

from fixtures.standin.wire import Conversation, Listener

Documents = dict[str, tuple[int, bytes]]


class Shelf(Listener):
    """On a free port of this machine, until the end of the `with`. `documents` gives status and
    body; a body of 302 is where it leads. `shown` says of each request whether its caller showed
    a certificate.
    """

    def __init__(
        self, documents: Documents | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(0, Reader, tls)
        self.documents: Documents = documents or {}
        self.asked: list[str] = []
        self.shown: list[bool] = []


class Reader(Conversation):
    """One connection of who asks for documents."""

    server: Shelf

    def do_GET(self) -> None:
        shelf, speaking = self.server, self.connection
        shelf.asked.append(self.path)
        shelf.shown.append(isinstance(speaking, ssl.SSLSocket) and bool(speaking.getpeercert()))
        status, body = shelf.documents.get(self.path, (404, b"nothing"))
        led = {"Location": body.decode()} if status == 302 else {}
        self.answer(status, "text/xml", body, **led)
