"""A web server that has documents on a shelf, by path and query, and notes what it is asked for."""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

Documents = dict[str, tuple[int, bytes]]


class Shelf:
    """On a free port of this machine, until the end of the `with`. `documents` gives status and
    body; a body of 302 is where it leads. `shown` says of each request whether its caller showed
    a certificate.
    """

    def __init__(
        self, documents: Documents | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.documents: Documents = documents or {}
        self.asked: list[str] = []
        self.shown: list[bool] = []
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.asked.append(self.path)
                speaking = self.connection
                shelf.shown.append(
                    isinstance(speaking, ssl.SSLSocket) and bool(speaking.getpeercert())
                )
                status, body = shelf.documents.get(self.path, (404, b"nothing"))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", body.decode())
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

            def handle(self) -> None:
                # A caller who does not trust us leaves while we shake hands.
                with suppress(ssl.SSLError, ConnectionError):
                    if isinstance(self.request, ssl.SSLSocket):
                        self.request.do_handshake()
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._scheme = "http" if tls is None else "https"
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
