"""SQLAlchemy's SQLite dialect over ODBC: `sqlite+odbc`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.connectors.pyodbc import PyODBCConnector
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

NAME = "sqlite+odbc"


class SQLiteOverODBC(PyODBCConnector, SQLiteDialect):
    """SQLite as spoken through libsqliteodbc."""

    driver = "odbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    returns_native_bytes = True

    def __init__(self, dbapi: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.dbapi = (
            dbapi  # only now: SQLiteDialect asks its module for a version that only sqlite3 has
        )

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        return tuple(int(part) for part in version.split("."))


registry.register(NAME.replace("+", "."), __name__, "SQLiteOverODBC")
