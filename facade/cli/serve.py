"""`facade serve`: the REST API on granian."""

from __future__ import annotations

import click

from facade.cli.parts import crm_of, settings_here


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
    crm_of(settings)  # a wrong mapping is told now, not by a worker
    settings.require("odbc")
    host, port = settings.listen
    if listen:
        host, _, text = listen.rpartition(":")
        if not text.isdigit():
            raise click.BadParameter(f"--listen wants address:port, not {listen!r}")
        port = int(text)
    click.echo(f"http://{host}:{port}/docs", err=True)
    Granian(
        "facade.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()
