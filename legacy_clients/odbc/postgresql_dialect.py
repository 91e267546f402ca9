"""SQLAlchemy's PostgreSQL dialect over ODBC: `postgresql+odbc`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.connectors.pyodbc import PyODBCConnector
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import BindTyping

NAME = "postgresql+odbc"


class PostgreSQLOverODBC(PyODBCConnector, PGDialect):
    """PostgreSQL as spoken through psqlodbc, the Unicode driver."""

    driver = "odbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    bind_typing = BindTyping.NONE
    use_native_hstore = False

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        number = int(connection.exec_driver_sql("SHOW server_version_num").scalar())
        return number // 10000, number % 10000


registry.register(NAME.replace("+", "."), __name__, "PostgreSQLOverODBC")
