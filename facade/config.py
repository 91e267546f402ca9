"""Settings: one frozen object, read once from FACADE_* variables and facade.toml; variables win.

What is written wrongly stops the reading. What is missing, or refers to a variable or file that
isn't there, is told when it is asked for: making an API key needs no password of the CRM.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas import ENTITIES

FILE = "facade.toml"
ON_DELETE = ("ignore", "flag", "cancel")


class SettingError(ValueError):
    """A setting is missing or wrong; the text names it, what it is for, and the way out."""


class Secret(str):
    """Text that may be or hold a password: it is shown as *** wherever an object shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True)
class Setting:
    """One row of the table of settings. `key` is the place in facade.toml, dotted."""

    name: str
    variable: str
    key: str | None
    purpose: str
    example: str
    default: str | None = None

    @property
    def spelled(self) -> str:
        return f"{self.variable} ({self.key} in {FILE})" if self.key else self.variable


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "config",
            "FACADE_CONFIG",
            None,
            "another file in place of facade.toml in the working folder",
            "/etc/facade.toml",
            FILE,
        ),
        Setting(
            "crm",
            "FACADE_CRM",
            "crm.name",
            "the legacy CRM: a name in the registry, or a folder that holds its mapping.toml",
            "atlas, or ./our-crm",
        ),
        Setting(
            "soap_wsdl",
            "FACADE_SOAP_WSDL",
            "crm.soap_wsdl",
            "the WSDL of the CRM's services: a file, or a folder made by `facade wsdl fetch`",
            "crm.wsdl",
        ),
        Setting(
            "soap_url",
            "FACADE_SOAP_URL",
            "crm.soap_url",
            "where the CRM's services are called",
            "https://crm.example.com/services",
        ),
        Setting(
            "soap_user",
            "FACADE_SOAP_USER",
            "crm.soap_user",
            "the user as whom the CRM's services are called",
            "facade",
        ),
        Setting(
            "soap_password",
            "FACADE_SOAP_PASSWORD",
            "crm.soap_password",
            "that user's password",
            "correct-horse",
        ),
        Setting(
            "soap_ca",
            "FACADE_SOAP_CA",
            "crm.soap_ca",
            "a PEM file of the only roots that the certificate of the CRM's services may come from",
            "internal-root.pem",
            "those of the system",
        ),
        Setting(
            "soap_certificate",
            "FACADE_SOAP_CERTIFICATE",
            "crm.soap_certificate",
            "a PEM file of the certificate that we show to the CRM's services, with its chain",
            "facade.pem",
        ),
        Setting(
            "soap_key",
            "FACADE_SOAP_KEY",
            "crm.soap_key",
            "a PEM file of that certificate's key, without a passphrase",
            "facade-key.pem",
            "in the certificate's file",
        ),
        Setting(
            "soap_proxy",
            "FACADE_SOAP_PROXY",
            "crm.soap_proxy",
            "the HTTP proxy on the way to the CRM's services, with its user and password if any",
            "http://user:password@proxy.example.com:3128",
        ),
        Setting(
            "soap_calls",
            "FACADE_SOAP_CALLS",
            "crm.soap_calls",
            "how many calls of a kind (read, write) each process has running at the CRM's services;"
            " half as many more wait",
            "8",
            "4",
        ),
        Setting(
            "odbc",
            "FACADE_ODBC",
            "crm.odbc",
            "the ODBC connection string of the CRM's database",
            "DRIVER={MariaDB Unicode};SERVER=db.example.com;DATABASE=crm;UID=reader;PWD=…",
        ),
        Setting(
            "odbc_connections",
            "FACADE_ODBC_CONNECTIONS",
            "crm.odbc_connections",
            "how many connections to the CRM's database each process has at most, from 2 on",
            "2",
            "16",
        ),
        Setting(
            "crm_pause",
            "FACADE_CRM_PAUSE",
            "crm.pause",
            "for how many seconds a night asks the CRM nothing between two pages",
            "0.5",
            "0",
        ),
        Setting(
            "crm_hours",
            "FACADE_CRM_HOURS",
            "crm.hours",
            "the hours of the day in which a night may read the CRM, by the clocks of a zone",
            "22:00-05:00 Europe/Zurich",
            "all day",
        ),
        Setting(
            "overlap",
            "FACADE_CRM_OVERLAP",
            "crm.overlap",
            "how many seconds of stamps before its last reading a run with --changes-only reads"
            " again, for what was committed late",
            "1800",
            "600",
        ),
        Setting(
            "crm_choices",
            "FACADE_CRM_CHOICES",
            "crm.choices",
            "which file an entity comes from where the CRM's mapping lets one choose",
            "order=invoices",
            "the first of each",
        ),
        Setting(
            "var",
            "FACADE_VAR",
            "var",
            "the folder of runs, snapshots and the ledger",
            "/var/lib/facade",
            "var",
        ),
        Setting(
            "ledger",
            "FACADE_LEDGER",
            "ledger",
            "the database that keeps runs, the journal and keys, as a URL",
            "postgresql://facade@db.example.com/facade",
            "sqlite:///<var>/ledger.sqlite",
        ),
        Setting(
            "dask",
            "FACADE_DASK",
            "dask",
            "the scheduler of the Dask cluster whose workers share a night's heavy work",
            "tcp://scheduler.example.com:8786",
            "this machine alone",
        ),
        Setting(
            "certificate_key",
            "FACADE_CERTIFICATE_KEY",
            "certificate_key",
            "a PEM file of the Ed25519 key that nights' certificates are signed with",
            "/etc/facade/certificate.pem",
            "<var>/keys/certificate.pem, made at the first night",
        ),
        Setting(
            "keep_days",
            "FACADE_KEEP_DAYS",
            "keep_days",
            "for how many days raw rows of nights are kept; the newest of each key stays",
            "90",
            "35",
        ),
        Setting(
            "api_listen",
            "FACADE_API_LISTEN",
            "api.listen",
            "the address and port of the REST API",
            "0.0.0.0:8000",
            "127.0.0.1:8000",
        ),
        Setting(
            "sinks.warehouse.url",
            "FACADE_WAREHOUSE",
            "sinks.warehouse.url",
            "the warehouse: a sink of that name and kind",
            "duckdb:///var/warehouse.duckdb, or postgresql://facade@db.example.com/warehouse",
        ),
        Setting(
            "sinks.tms.kind",
            "FACADE_TMS",
            "sinks.tms.kind",
            "what kind of TMS the sink named tms is",
            "karrio",
        ),
        Setting(
            "sinks.tms.url",
            "FACADE_TMS_URL",
            "sinks.tms.url",
            "where that TMS is called",
            "https://tms.example.com",
        ),
        Setting(
            "sinks.tms.token",
            "FACADE_TMS_TOKEN",
            "sinks.tms.token",
            "the token that lets us into that TMS",
            "key_8f2…",
        ),
    )
}
"""Every setting that has a variable; [sinks.NAME] in facade.toml holds more."""

SINK_KEYS = {
    "kind": "warehouse, or a kind of TMS such as karrio",
    "url": "where the target is",
    "token": "the token that lets us in",
    "on_delete": "what a record deleted in the CRM becomes there: ignore, flag (default), cancel",
    "entities": "which entities are delivered; left out, the sink's own choice",
    "scope": "by entity: conditions on canonical fields",
}

SECRETS = ("soap_password", "soap_proxy", "odbc", "ledger")
"""Settings that may be { env = "NAME" } or { file = "path" }, as may a sink's url and token."""


@dataclass(frozen=True)
class SecretSource:
    """Where a secret is found: `place` is the setting, `kind` is one of SOURCES."""

    place: str
    kind: str
    text: Secret
    environ: Mapping[str, str] = field(repr=False)
    folder: Path

    def read(self) -> Secret:
        """The secret itself. Raises SettingError if what it refers to isn't there."""
        return SOURCES[self.kind](self)


def _from_text(source: SecretSource) -> Secret:
    return source.text


def _from_env(source: SecretSource) -> Secret:
    value = source.environ.get(source.text)
    if not value:
        raise SettingError(
            f"{source.place} refers to the variable {source.text!s}, which is not set or empty."
        )
    return Secret(value)


def _from_file(source: SecretSource) -> Secret:
    path = source.folder / source.text
    try:
        value = path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{source.place} refers to the file {path}, which can't be read: {error}"
        ) from error
    if not value:
        raise SettingError(f"{source.place} refers to the file {path}, which is empty.")
    return Secret(value)


SOURCES: dict[str, Callable[[SecretSource], Secret]] = {
    "text": _from_text,
    "env": _from_env,
    "file": _from_file,
}


@dataclass(frozen=True)
class SinkSettings:
    """One sink; `scope` is by entity and field, as written, and `entities` None its own choice."""

    name: str
    kind: str
    url: Secret | None = None
    token: Secret | None = None
    on_delete: str = "flag"
    scope: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entities: tuple[str, ...] | None = None

    def require(self, key: str) -> Any:
        """The value of `url` or `token`. Raises SettingError if it is missing."""
        value = getattr(self, key)
        if value is None:
            setting = SETTINGS.get(f"sinks.{self.name}.{key}")
            if setting:
                raise _missing(setting)
            raise SettingError(f"sinks.{self.name}.{key} in {FILE} is missing: {SINK_KEYS[key]}.")
        return value


class Sinks(Mapping[str, SinkSettings]):
    """Sinks by name; the secrets of one are looked up when it is asked for (SettingError)."""

    def __init__(self, drafts: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
        self._drafts = drafts
        self._folder = folder

    def __getitem__(self, name: str) -> SinkSettings:
        read: dict[str, Any] = {
            key: value.read() if isinstance(value, SecretSource) else value
            for key, value in self._drafts[name].items()
        }
        if "url" in read:
            read["url"] = Secret(_file_url(read["url"], self._folder))
        return SinkSettings(name, **read)

    def __iter__(self) -> Iterator[str]:
        return iter(self._drafts)

    def __len__(self) -> int:
        return len(self._drafts)

    def __repr__(self) -> str:
        return f"Sinks({', '.join(self._drafts)})"


@dataclass(frozen=True)
class DayHours:
    """A part of every day by the clocks of a zone, perhaps over midnight."""

    begin: dt.time
    end: dt.time
    zone: str


@dataclass(frozen=True)
class Settings:
    """What this deployment is told. Paths are absolute; None is what was not given."""

    folder: Path
    var: Path
    api_listen: str
    crm: str | None = None
    certificate_key: str | None = None
    soap_wsdl: str | None = None
    soap_url: str | None = None
    soap_user: str | None = None
    soap_ca: str | None = None
    soap_certificate: str | None = None
    soap_key: str | None = None
    soap_calls: int = 4
    odbc_connections: int | None = None
    crm_pause: float = 0.0
    crm_hours: DayHours | None = None
    overlap: int = 600
    keep_days: int = 35
    crm_choices: Mapping[str, str] = field(default_factory=dict)
    dask: str | None = None
    sinks: Mapping[str, SinkSettings] = field(default_factory=dict)
    secrets: Mapping[str, SecretSource] = field(default_factory=dict, repr=False)

    @property
    def soap_password(self) -> Secret | None:
        return self._secret("soap_password")

    @property
    def soap_proxy(self) -> Secret | None:
        return self._secret("soap_proxy")

    @property
    def odbc(self) -> Secret | None:
        return self._secret("odbc")

    @property
    def ledger(self) -> Secret:
        given = self._secret("ledger") or f"sqlite:///{self.var / 'ledger.sqlite'}"
        return Secret(_file_url(given, self.folder))

    @property
    def listen(self) -> tuple[str, int]:
        """Address and port of the REST API."""
        return _address(self.api_listen)

    def require(self, name: str) -> Any:
        """The value of a setting by its name in SETTINGS. Raises SettingError if it is missing."""
        value = getattr(self, name)
        if value is None:
            raise _missing(SETTINGS[name])
        return value

    def sink(self, name: str) -> SinkSettings:
        """The sink of this name. Raises SettingError that lists the known ones."""
        if name in self.sinks:
            return self.sinks[name]
        known = ", ".join(self.sinks) or "none"
        raise SettingError(
            f"There is no sink {name!r}; configured: {known}. Write [sinks.{name}] in {FILE}, or"
            " set FACADE_WAREHOUSE or FACADE_TMS."
        )

    def _secret(self, name: str) -> Secret | None:
        source = self.secrets.get(name)
        return None if source is None else source.read()


def read_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """The settings of `environ` and of facade.toml in `folder`, to which relative paths belong.

    Raises SettingError for what is misspelled or of the wrong form.
    """
    folder = folder.absolute()
    _check_variables(environ)
    path, document = _document(environ, folder)
    given = _Given(environ, folder, path, document)
    given.check_keys()
    return Settings(
        folder=folder,
        var=folder / (given.text("var") or "var"),
        api_listen=_checked_listen(given),
        crm=_placed(given, "crm", _is_folder),
        certificate_key=_placed(given, "certificate_key", _always),
        soap_wsdl=_placed(given, "soap_wsdl", _is_file),
        soap_url=given.text("soap_url"),
        soap_user=given.text("soap_user"),
        soap_ca=_placed(given, "soap_ca", _always),
        soap_certificate=_placed(given, "soap_certificate", _always),
        soap_key=_placed(given, "soap_key", _always),
        soap_calls=_whole(given, "soap_calls"),
        odbc_connections=_connections(given),
        crm_pause=_seconds(given, "crm_pause"),
        crm_hours=_hours(given),
        overlap=_whole(given, "overlap"),
        keep_days=_whole(given, "keep_days"),
        crm_choices=_choices(given),
        dask=given.text("dask"),
        sinks=Sinks(_sink_drafts(given), folder),
        secrets=MappingProxyType(
            {name: source for name in SECRETS if (source := given.secret(name)) is not None}
        ),
    )


def _check_variables(environ: Mapping[str, str]) -> None:
    known = [setting.variable for setting in SETTINGS.values()]
    for name, value in environ.items():
        if name.startswith("FACADE_"):
            _demand_known(name, known, "variable")
            if not value:
                raise SettingError(f"{name} is empty: give it a value or unset it.")


def _document(environ: Mapping[str, str], folder: Path) -> tuple[Path, dict[str, Any]]:
    named = environ.get("FACADE_CONFIG")
    path = folder / (named or FILE)
    if named is None and not path.exists():
        return path, {}
    try:
        return path, tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingError(
            f"The settings {path} can't be read: {error.strerror}. {_purpose(SETTINGS['config'])}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"The settings {path} are no TOML: {error}") from error


@dataclass(frozen=True)
class _Given:
    """What was written, before it is judged: variables, and the file at `path`."""

    environ: Mapping[str, str]
    folder: Path
    path: Path
    document: Mapping[str, Any]

    def check_keys(self) -> None:
        keys = [tuple(s.key.split(".")) for s in SETTINGS.values() if s.key]
        for name, value in self.document.items():
            _demand_known(name, [key[0] for key in keys], f"key of {self.path}")
            under = [key[1] for key in keys if key[0] == name and len(key) == 2]
            if under:
                for inner in self.table(value, name):
                    _demand_known(inner, under, f"key of [{name}] in {self.path}")

    def table(self, value: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise SettingError(f"{place} in {self.path} must be a table, written [{place}].")
        return value

    def value(self, name: str) -> tuple[str, Any]:
        """Where the setting was written, and its value or None; the variable wins."""
        setting = SETTINGS[name]
        if setting.variable in self.environ:
            return setting.variable, self.environ[setting.variable]
        node: Any = self.document
        for part in (setting.key or "").split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return f"{setting.key} in {self.path}", node

    def text(self, name: str) -> str | None:
        place, value = self.value(name)
        return None if value is None else self.text_at(place, value, SETTINGS[name].purpose)

    def text_at(self, place: str, value: Any, purpose: str) -> str:
        if not isinstance(value, str) or not value:
            raise SettingError(f"{place} must be text that isn't empty: {purpose}.")
        return value

    def secret(self, name: str) -> SecretSource | None:
        place, value = self.value(name)
        return None if value is None else self.secret_at(place, value, SETTINGS[name].purpose)

    def secret_at(self, place: str, value: Any, purpose: str) -> SecretSource:
        kind, text = "text", value
        if isinstance(value, Mapping):
            if len(value) != 1 or not {"env", "file"} >= set(value):
                raise SettingError(
                    f'{place} must be text, {{ env = "NAME" }} or {{ file = "path" }}: {purpose}.'
                )
            ((kind, text),) = value.items()
        secret = Secret(self.text_at(place, text, purpose))
        return SecretSource(place, kind, secret, self.environ, self.folder)


def _sink_drafts(given: _Given) -> dict[str, dict[str, Any]]:
    """Sinks by name, judged; their secrets still as SecretSource."""
    written: dict[str, dict[str, tuple[str, Any]]] = {}
    for name, table in given.table(given.document.get("sinks", {}), "sinks").items():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
            raise SettingError(
                f"sinks.{name} in {given.path}: a sink's name names its files, so it is made of"
                " letters, digits, - and _."
            )
        written[name] = {
            key: (f"sinks.{name}.{key} in {given.path}", value)
            for key, value in given.table(table, f"sinks.{name}").items()
        }
    for setting in SETTINGS.values():
        if setting.name.startswith("sinks.") and setting.variable in given.environ:
            _, name, key = setting.name.split(".")
            place = (setting.variable, given.environ[setting.variable])
            written.setdefault(name, {})[key] = place
    if "FACADE_WAREHOUSE" in given.environ:
        written["warehouse"].setdefault("kind", ("FACADE_WAREHOUSE", "warehouse"))
    return {name: _sink_draft(given, name, keys) for name, keys in written.items()}


def _sink_draft(given: _Given, name: str, written: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    for key in written:
        _demand_known(key, list(SINK_KEYS), f"key of [sinks.{name}] in {given.path}")
    if "kind" not in written:
        setting = SETTINGS.get(f"sinks.{name}.kind")
        if setting:
            raise _missing(setting)
        raise SettingError(f"sinks.{name}.kind in {given.path} is missing: {SINK_KEYS['kind']}.")
    return {key: _SINK_READERS[key](given, *written[key]) for key in SINK_KEYS if key in written}


def _read_kind(given: _Given, place: str, value: Any) -> str:
    return given.text_at(place, value, SINK_KEYS["kind"])


def _read_url(given: _Given, place: str, value: Any) -> SecretSource:
    return given.secret_at(place, value, SINK_KEYS["url"])


def _read_token(given: _Given, place: str, value: Any) -> SecretSource:
    return given.secret_at(place, value, SINK_KEYS["token"])


def _read_on_delete(given: _Given, place: str, value: Any) -> str:
    if value not in ON_DELETE:
        raise SettingError(f"{place} is {value!r}; known: {', '.join(ON_DELETE)}.")
    return str(value)


def _read_entities(given: _Given, place: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise SettingError(f'{place} must be a list of entities, such as ["order"].')
    for name in value:
        _demand_known(name, list(ENTITIES), f"entity in {place}")
    return tuple(value)


def _read_scope(given: _Given, place: str, value: Any) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType(
        {
            entity: _conditions(given, f"{place}: {entity}", entity, conditions)
            for entity, conditions in given.table(value, place).items()
        }
    )


def _conditions(given: _Given, place: str, entity: str, conditions: Any) -> Mapping[str, Any]:
    _demand_known(entity, list(ENTITIES), f"entity in {place}")
    if not isinstance(conditions, Mapping):
        raise SettingError(f'{place} must hold conditions, such as status = ["open"].')
    known = [*(name.split(".")[0] for name in ENTITIES[entity].leaves), "custom"]
    for name, condition in conditions.items():
        _demand_known(name.split(".")[0], known, f"field in {place}")
        if not isinstance(condition, (str, int, float, bool, list, dict, dt.date)):
            raise SettingError(f"{place}.{name} can't be compared with {condition!r}.")
    return MappingProxyType(dict(conditions))


_SINK_READERS: dict[str, Callable[[_Given, str, Any], Any]] = {
    "kind": _read_kind,
    "url": _read_url,
    "token": _read_token,
    "on_delete": _read_on_delete,
    "entities": _read_entities,
    "scope": _read_scope,
}


def _is_folder(text: str) -> bool:
    return "/" in text or "\\" in text or text.startswith(".")


def _is_file(text: str) -> bool:
    return "://" not in text


def _always(text: str) -> bool:
    return True


def _whole(given: _Given, name: str) -> int:
    place, value = given.value(name)
    number = str(SETTINGS[name].default if value is None else value)
    if isinstance(value, bool) or not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise SettingError(
            f"{place} must be a whole number from 1 to 9999, not {value!r}."
            f" {_purpose(SETTINGS[name])}"
        )
    return int(number)


def _connections(given: _Given) -> int | None:
    place, value = given.value("odbc_connections")
    if value is None:
        return None
    most = _whole(given, "odbc_connections")
    if most < 2:
        raise SettingError(
            f"{place} is {value!r}: one connection is for questions, and another for large"
            f" results, so it is 2 at least. {_purpose(SETTINGS['odbc_connections'])}"
        )
    return most


def _seconds(given: _Given, name: str) -> float:
    place, value = given.value(name)
    text = str(SETTINGS[name].default if value is None else value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", text):
        raise SettingError(
            f"{place} must be seconds from 0 to 999.999, not {value!r}. {_purpose(SETTINGS[name])}"
        )
    return float(text)


_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9]) (\S+)")


def _hours(given: _Given) -> DayHours | None:
    place, text = given.value("crm_hours")
    if text is None:
        return None
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise SettingError(
            f"{place} is {text!r}, which is no hours with a zone. {_purpose(SETTINGS['crm_hours'])}"
        )
    begin, end = (dt.time(int(found[n]), int(found[n + 1])) for n in (1, 3))
    if begin == end:
        raise SettingError(f"{place} is {text!r}, which begins when it ends: leave it out.")
    try:
        zone = ZoneInfo(found[5]).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(
            f"{place} names the time zone {found[5]!r}, which is unknown; such as Europe/Zurich."
        ) from error
    return DayHours(begin, end, zone)


def _choices(given: _Given) -> Mapping[str, str]:
    """By entity the choice: a table, or `entity=choice` with commas between."""
    place, value = given.value("crm_choices")
    if isinstance(value, str):
        pairs = [part.partition("=") for part in value.split(",")]
        value = {entity.strip(): choice.strip() for entity, _, choice in pairs}
    chosen = {} if value is None else value
    if not isinstance(chosen, Mapping) or not all(
        isinstance(choice, str) and choice and entity for entity, choice in chosen.items()
    ):
        raise SettingError(
            f'{place} must be a table of texts such as {{ order = "invoices" }}, and in a variable'
            f" order=invoices. {_purpose(SETTINGS['crm_choices'])}"
        )
    for entity in chosen:
        _demand_known(entity, list(ENTITIES), f"entity in {place}")
    return MappingProxyType(dict(chosen))


def _placed(given: _Given, name: str, is_path: Callable[[str], bool]) -> str | None:
    """A name or URL as it is; a path as an absolute one."""
    text = given.text(name)
    return str((given.folder / text).resolve()) if text and is_path(text) else text


def _file_url(url: str, folder: Path) -> str:
    """A database URL whose relative file path, if it has one, is put under `folder`."""
    scheme, mark, path = url.partition(":///")
    if scheme.split("+")[0] not in ("sqlite", "duckdb") or not mark or path.startswith(":"):
        return url
    return f"{scheme}:///{folder / path}"


def _checked_listen(given: _Given) -> str:
    text = given.text("api_listen") or str(SETTINGS["api_listen"].default)
    try:
        _address(text)
    except ValueError as error:
        place, _ = given.value("api_listen")
        raise SettingError(
            f"{place} is {text!r}, which is no address and port. {_purpose(SETTINGS['api_listen'])}"
        ) from error
    return text


def _address(text: str) -> tuple[str, int]:
    host, mark, port = text.rpartition(":")
    if not mark or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(text)
    return host.strip("[]"), int(port)


def _demand_known(name: Any, known: list[str], what: str) -> None:
    if name not in known:
        listed = ", ".join(dict.fromkeys(known))
        raise SettingError(f"Unknown {what}: {name}. Known: {listed}.")


def _missing(setting: Setting) -> SettingError:
    return SettingError(f"{setting.spelled} is missing. {_purpose(setting)}")


def _purpose(setting: Setting) -> str:
    return f"It is {setting.purpose}; for example: {setting.example}."
