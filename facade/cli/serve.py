"""`facade serve`: the REST API on granian."""

from __future__ import annotations

import logging
import os
import signal
import socket
from contextlib import closing

import click

from facade.cli.crm import crm_of, demand_exact, demand_sources, settings_here
from facade.cli.parts import ledger_of
from facade.config import SETTINGS, SettingError
from facade.writes import Writes

PLACE = f"--listen or {SETTINGS['api_listen'].spelled}"


@click.command()
@click.option("--listen", help="Address and port; else the setting api.listen.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads a process.")
def serve(listen: str | None, workers: int, threads: int) -> None:
    """Serve the REST API until SIGTERM or Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    settings = settings_here()
    crm = crm_of(settings)  # a wrong mapping is told now, not by a worker
    demand_sources(settings, crm)
    host, port = address_of(listen or settings.api_listen)
    demand_free(host, port)
    with closing(crm), ledger_of(settings) as ledger:
        demand_exact(crm)
        # What the last process was at when it ended; a CRM that is down is asked another time.
        Writes(crm, ledger).settle_open()
    click.echo(f"http://{host}:{port}/docs", err=True)
    # It finds many threads for the processors; ours wait for the CRM.
    logging.getLogger("_granian").addFilter(lambda said: "Python threads" not in said.getMessage())
    end_workers_that_load()
    Granian(
        "facade.app:serving",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


def end_workers_that_load() -> None:
    """Let SIGTERM end a worker from its first moment on, until granian takes the signal over there.

    It would inherit what the first process does at a SIGTERM, which is no answer in a worker: the
    signal would be lost, and the first process wait for ever. Blocked meanwhile, it waits instead.
    """
    term = {signal.SIGTERM}

    def by_default() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, term)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, term),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, term),
        after_in_child=by_default,
    )


def address_of(text: str) -> tuple[str, int]:
    """Address and port of `address:port`. Raises UsageError."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535:
        raise click.UsageError(
            f"{PLACE} wants address:port, the port from 1 to 65535, such as 127.0.0.1:8000;"
            f" not {text!r}"
        )
    return host.strip("[]"), int(port)


def demand_free(host: str, port: int) -> None:
    """Raises SettingError where nothing can listen there; granian would share the port."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # Connections that linger from before do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingError(
            f"{host}:{port} cannot be listened at: {error.strerror}. Give another address and port"
            f" with {PLACE}."
        ) from error
