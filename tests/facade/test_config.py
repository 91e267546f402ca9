"""Settings come from variables and facade.toml; what is missing or wrong is told with a way out."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from facade.config import (
    SETTINGS,
    DayHours,
    Secret,
    Setting,
    SettingError,
    SinkSettings,
    read_settings,
)

WHOLE = """
var = "state"
ledger = { env = "LEDGER_URL" }

[crm]
name = "atlas"
soap_wsdl = "https://crm.example.com/?wsdl"
soap_url = "https://crm.example.com/soap"
soap_user = "facade"
soap_password = { file = "password.txt" }
odbc = "DSN=crm"

[api]
listen = "0.0.0.0:9000"

[sinks.lake]
kind = "warehouse"
url = "duckdb:///lake.duckdb"
on_delete = "ignore"

[sinks.tms]
kind = "karrio"
url = "https://tms.example.com"
token = { env = "TMS_TOKEN" }
on_delete = "cancel"
entities = ["order"]
[sinks.tms.scope.order]
status = ["open", "confirmed"]
ordered_on.from = "2026-01-01"
"""


def write(folder: Path, text: str) -> None:
    (folder / "facade.toml").write_text(text, "utf-8")


def test_nothing_given_has_the_defaults_of_the_table(tmp_path: Path) -> None:
    settings = read_settings({"PATH": "/bin"}, tmp_path)
    assert settings.var == tmp_path / "var"
    assert settings.ledger == f"sqlite:///{tmp_path}/var/ledger.sqlite"
    assert settings.listen == ("127.0.0.1", 8000)
    assert (settings.crm, settings.odbc, settings.soap_password) == (None, None, None)
    assert dict(settings.sinks) == {}
    assert SETTINGS["var"].default == "var"
    assert SETTINGS["ledger"].default == "sqlite:///<var>/ledger.sqlite"
    assert SETTINGS["api_listen"].default == "127.0.0.1:8000"


def test_the_file_alone_is_enough(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    (tmp_path / "password.txt").write_text("s3cret\n")
    environ = {"LEDGER_URL": "postgresql://f:pw@db/f", "TMS_TOKEN": "t0ken"}
    settings = read_settings(environ, tmp_path)
    assert settings.crm == "atlas"
    assert settings.soap_wsdl == "https://crm.example.com/?wsdl"
    assert settings.soap_url == "https://crm.example.com/soap"
    assert settings.soap_user == "facade"
    assert settings.soap_password == "s3cret"
    assert settings.odbc == "DSN=crm"
    assert settings.var == tmp_path / "state"
    assert settings.ledger == "postgresql://f:pw@db/f"
    assert settings.listen == ("0.0.0.0", 9000)
    assert settings.sinks["lake"] == SinkSettings(
        "lake", "warehouse", Secret(f"duckdb:///{tmp_path}/lake.duckdb"), None, "ignore"
    )
    assert settings.sink("tms") == SinkSettings(
        name="tms",
        kind="karrio",
        url=Secret("https://tms.example.com"),
        token=Secret("t0ken"),
        on_delete="cancel",
        scope={
            "order": {"status": ["open", "confirmed"], "ordered_on": {"from": "2026-01-01"}},
        },
        entities=("order",),
    )


def test_variables_alone_are_enough(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "FACADE_CRM": "./our-crm",
            "FACADE_SOAP_WSDL": "wsdl/crm.wsdl",
            "FACADE_SOAP_URL": "http://127.0.0.1:1/soap",
            "FACADE_SOAP_USER": "u",
            "FACADE_SOAP_PASSWORD": "p",
            "FACADE_SOAP_CA": "root.pem",
            "FACADE_SOAP_CERTIFICATE": "/etc/facade.pem",
            "FACADE_SOAP_KEY": "key.pem",
            "FACADE_SOAP_PROXY": "http://proxy:3128",
            "FACADE_SOAP_CALLS": "12",
            "FACADE_ODBC": "DSN=x",
            "FACADE_VAR": "/srv/facade",
            "FACADE_LEDGER": "sqlite:///ledger.sqlite",
            "FACADE_API_LISTEN": "[::1]:80",
            "FACADE_WAREHOUSE": "duckdb:///var/w.duckdb",
            "FACADE_TMS": "karrio",
            "FACADE_TMS_URL": "http://127.0.0.1:2",
            "FACADE_TMS_TOKEN": "t",
        },
        tmp_path,
    )
    assert settings.crm == f"{tmp_path}/our-crm"
    assert settings.soap_wsdl == f"{tmp_path}/wsdl/crm.wsdl"
    assert (settings.soap_url, settings.soap_user) == ("http://127.0.0.1:1/soap", "u")
    assert (settings.soap_password, settings.odbc) == ("p", "DSN=x")
    assert settings.soap_ca == f"{tmp_path}/root.pem"
    assert settings.soap_certificate == "/etc/facade.pem"
    assert settings.soap_key == f"{tmp_path}/key.pem"
    assert (settings.soap_proxy, settings.soap_calls) == ("http://proxy:3128", 12)
    assert settings.var == Path("/srv/facade")
    assert settings.ledger == f"sqlite:///{tmp_path}/ledger.sqlite"
    assert settings.listen == ("::1", 80)
    assert dict(settings.sinks) == {
        "warehouse": SinkSettings(
            "warehouse", "warehouse", Secret(f"duckdb:///{tmp_path}/var/w.duckdb")
        ),
        "tms": SinkSettings("tms", "karrio", Secret("http://127.0.0.1:2"), Secret("t")),
    }


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    environ = {
        "FACADE_CRM": "other",
        "FACADE_SOAP_PASSWORD": "direct",
        "FACADE_TMS_TOKEN": "direct",
    }
    settings = read_settings(environ, tmp_path)
    assert settings.crm == "other"
    assert settings.soap_password == "direct"
    assert (settings.sinks["tms"].token, settings.sinks["tms"].on_delete) == ("direct", "cancel")


def test_another_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('[crm]\nname = "atlas"\n')
    write(tmp_path, "this is no TOML")
    assert read_settings({"FACADE_CONFIG": "other.toml"}, tmp_path).crm == "atlas"
    with pytest.raises(SettingError, match=r"none.toml can't be read: No such file"):
        read_settings({"FACADE_CONFIG": "none.toml"}, tmp_path)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """O1: passwords and tokens are in no representation of the settings."""
    environ = {
        "FACADE_SOAP_PASSWORD": "hush-1",
        "FACADE_ODBC": "DSN=x;PWD=hush-2",
        "FACADE_LEDGER": "postgresql://f:hush-3@db/f",
        "FACADE_WAREHOUSE": "postgresql://f:hush-4@db/w",
        "FACADE_TMS": "karrio",
        "FACADE_TMS_TOKEN": "hush-5",
        "FACADE_SOAP_PROXY": "http://door:hush-6",
    }
    settings = read_settings(environ, tmp_path)
    given = [settings.soap_password, settings.odbc, settings.ledger, settings.sinks["tms"].token]
    given.append(settings.soap_proxy)
    assert [value[-1] for value in given] == ["1", "2", "f", "5", "6"]
    assert repr(given) == "['***', '***', '***', '***', '***']"
    for shown in (settings, settings.sinks, dict(settings.sinks), settings.secrets):
        assert "hush" not in repr(shown)
        assert "hush" not in str(shown)


@pytest.mark.parametrize(
    ("environ", "content"),
    [
        ({"FACADE_CRM_CHOICES": "order=invoices, product = parts"}, ""),
        ({}, "[crm.choices]\norder = 'invoices'\nproduct = 'parts'\n"),
        (
            {"FACADE_CRM_CHOICES": "order=invoices,product=parts"},
            "[crm.choices]\norder = 'quotes'\n",
        ),
    ],
)
def test_choices_are_a_table_or_pairs(
    environ: dict[str, str], content: str, tmp_path: Path
) -> None:
    write(tmp_path, content)
    chosen = read_settings(environ, tmp_path).crm_choices
    assert dict(chosen) == {"order": "invoices", "product": "parts"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[crm]\nchoices = 5\n", "must be a table of texts such as { order"),
        ("[crm]\nchoices = { order = 5 }\n", "must be a table of texts such as { order"),
        ("[crm]\nchoices = 'order'\n", "must be a table of texts such as { order"),
        ("[crm]\nchoices = { ordr = 'x' }\n", "Unknown entity in crm.choices"),
    ],
)
def test_choices_of_another_form_are_refused(content: str, told: str, tmp_path: Path) -> None:
    write(tmp_path, content)
    with pytest.raises(SettingError, match=re.escape(told)):
        read_settings({}, tmp_path)


@pytest.mark.parametrize("content", ["0", "-1", "'many'", "true", "1.5", "10000", "''"])
def test_a_number_of_calls_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    write(tmp_path, f"[crm]\nsoap_calls = {content}\n")
    with pytest.raises(SettingError, match=r"crm\.soap_calls .* must be a whole number from 1"):
        read_settings({}, tmp_path)


def test_four_calls_run_at_a_time_unless_said_otherwise(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path).soap_calls == 4
    write(tmp_path, "[crm]\nsoap_calls = 9\n")
    assert read_settings({}, tmp_path).soap_calls == 9


def test_raw_is_kept_for_whole_days(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path).keep_days == 35
    assert read_settings({"FACADE_KEEP_DAYS": "90"}, tmp_path).keep_days == 90
    with pytest.raises(SettingError, match=r"^FACADE_KEEP_DAYS must be a whole number from 1"):
        read_settings({"FACADE_KEEP_DAYS": "a month"}, tmp_path)


def test_the_crm_is_spared_as_the_settings_say(tmp_path: Path) -> None:
    spared = read_settings({}, tmp_path)
    assert (spared.odbc_connections, spared.crm_pause, spared.crm_hours) == (None, 0.0, None)
    assert spared.overlap == 600
    environ = {
        "FACADE_ODBC_CONNECTIONS": "2",
        "FACADE_CRM_PAUSE": "0.25",
        "FACADE_CRM_HOURS": "22:00-05:30 Europe/Zurich",
        "FACADE_CRM_OVERLAP": "1800",
    }
    spared = read_settings(environ, tmp_path)
    assert (spared.odbc_connections, spared.crm_pause, spared.overlap) == (2, 0.25, 1800)
    assert spared.crm_hours == DayHours(dt.time(22), dt.time(5, 30), "Europe/Zurich")
    write(tmp_path, '[crm]\npause = 2\nodbc_connections = 3\nhours = "11:00-13:00 UTC"\n')
    spared = read_settings({}, tmp_path)
    assert (spared.odbc_connections, spared.crm_pause) == (3, 2.0)
    assert spared.crm_hours == DayHours(dt.time(11), dt.time(13), "UTC")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FACADE_ODBC_CONNECTIONS", "1", "another for large results, so it is 2 at least"),
        ("FACADE_ODBC_CONNECTIONS", "many", "must be a whole number from 1 to 9999"),
        ("FACADE_CRM_PAUSE", "-1", "must be seconds from 0 to 999.999, not '-1'"),
        ("FACADE_CRM_PAUSE", "1e3", "must be seconds from 0 to 999.999, not '1e3'"),
        ("FACADE_CRM_HOURS", "22:00-05:00", "which is no hours with a zone"),
        ("FACADE_CRM_HOURS", "24:00-05:00 UTC", "which is no hours with a zone"),
        ("FACADE_CRM_HOURS", "22:00-22:00 UTC", "which begins when it ends"),
        (
            "FACADE_CRM_HOURS",
            "22:00-05:00 Mars/Base",
            "the time zone 'Mars/Base', which is unknown",
        ),
        ("FACADE_CRM_HOURS", "22:00-05:00 ../etc", "the time zone '../etc', which is unknown"),
    ],
)
def test_how_the_crm_is_spared_is_told_where_it_is_wrong(
    variable: str, value: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match=f"^{variable} .*{re.escape(told)}"):
        read_settings({variable: value}, tmp_path)


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = read_settings({"FACADE_TMS": "karrio"}, tmp_path)
    with pytest.raises(FrozenInstanceError):
        settings.crm = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.sinks["tms"] = None  # type: ignore[index]


def told(setting: Setting) -> str:
    return (
        f"{setting.variable} ({setting.key} in facade.toml) is missing."
        f" It is {setting.purpose}; for example: {setting.example}."
    )


@pytest.mark.parametrize(
    "name", ["crm", "soap_wsdl", "soap_url", "soap_user", "soap_password", "odbc"]
)
def test_a_missing_setting_is_named_with_its_purpose_and_an_example(
    name: str, tmp_path: Path
) -> None:
    settings = read_settings({}, tmp_path)
    with pytest.raises(SettingError, match=f"^{re.escape(told(SETTINGS[name]))}$"):
        settings.require(name)


def test_the_text_of_a_missing_setting_reads_well(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refusal:
        read_settings({}, tmp_path).require("soap_url")
    assert str(refusal.value) == (
        "FACADE_SOAP_URL (crm.soap_url in facade.toml) is missing. It is where the CRM's services"
        " are called; for example: https://crm.example.com/services."
    )


@pytest.mark.parametrize(("sink", "key"), [("warehouse", "url"), ("tms", "url"), ("tms", "token")])
def test_a_sink_names_the_variable_of_what_it_misses(sink: str, key: str) -> None:
    with pytest.raises(SettingError, match=re.escape(told(SETTINGS[f"sinks.{sink}.{key}"]))):
        SinkSettings(sink, "karrio").require(key)


def test_what_is_not_needed_is_not_demanded(tmp_path: Path) -> None:
    """Making a key needs the ledger alone, also where other secrets can't be had here."""
    write(tmp_path, WHOLE)
    settings = read_settings({"LEDGER_URL": "sqlite:///l.sqlite"}, tmp_path)
    assert settings.require("ledger") == f"sqlite:///{tmp_path}/l.sqlite"
    assert list(settings.sinks) == ["lake", "tms"]
    with pytest.raises(SettingError, match=r"crm.soap_password .*file .*password.txt.* No such"):
        settings.require("soap_password")
    with pytest.raises(SettingError, match=r"sinks.tms.token .* variable TMS_TOKEN, .* not set"):
        settings.sink("tms")
    assert settings.sink("lake").kind == "warehouse"


def test_an_unknown_sink_is_told_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    with pytest.raises(SettingError, match="no sink 'lago'; configured: lake, tms"):
        read_settings({}, tmp_path).sink("lago")


def test_a_sink_of_the_file_names_what_it_misses(tmp_path: Path) -> None:
    write(tmp_path, '[sinks.other]\nkind = "karrio"\n')
    sink = read_settings({}, tmp_path).sink("other")
    with pytest.raises(SettingError, match=r"^sinks.other.url in facade.toml is missing: where"):
        sink.require("url")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"FACADE_ODCB": "x"}, "Unknown variable: FACADE_ODCB. Known: FACADE_CONFIG, FACADE_CRM"),
        ({"FACADE_ODBC": ""}, "FACADE_ODBC is empty: give it a value or unset it"),
        ({"FACADE_API_LISTEN": "8000"}, "FACADE_API_LISTEN is '8000', which is no address"),
        ({"FACADE_API_LISTEN": "::1:x"}, "FACADE_API_LISTEN is '::1:x', which is no address"),
        ({"FACADE_API_LISTEN": "a:65536"}, "FACADE_API_LISTEN is 'a:65536', which is no address"),
        ({"FACADE_TMS_TOKEN": "t"}, "FACADE_TMS (sinks.tms.kind in facade.toml) is missing"),
    ],
)
def test_a_wrong_variable_is_named(environ: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=f"^{re.escape(message)}"):
        read_settings(environ, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crm", "are no TOML"),
        (
            "colour = 1",
            "Unknown key of .*facade.toml: colour."
            " Known: crm, var, ledger, dask, certificate_key, keep_days, api, sinks",
        ),
        ("[crm]\nnmae = 'x'", r"Unknown key of \[crm\] in .*: nmae. Known: name, soap_wsdl"),
        ("crm = 'atlas'", r"crm in .*facade.toml must be a table, written \[crm\]"),
        ("var = 3", "var in .*facade.toml must be text that isn't empty: the folder of runs"),
        ("[crm]\nodbc = ''", "crm.odbc in .* must be text that isn't empty: the ODBC"),
        ("ledger = { vault = 'x' }", "ledger in .* must be text, { env = "),
        ("ledger = { env = 'A', file = 'b' }", "ledger in .* must be text, { env = "),
        ("[api]\nlisten = 'x'", "api.listen in .*facade.toml is 'x', which is no address"),
        ("[sinks.x]\nurl = 'u'", "sinks.x.kind in .* is missing: warehouse, or a kind of TMS"),
        ("[sinks.'a/b']\nkind = 'u'", "sinks.a/b in .*: a sink's name names its files"),
        ("sinks = 1", r"sinks in .* must be a table, written \[sinks\]"),
        ("[sinks]\nx = 1", r"sinks.x in .* must be a table, written \[sinks.x\]"),
        ("[sinks.x]\nkind = 'k'\nulr = 'u'", r"Unknown key of \[sinks.x\] in .*: ulr. Known: kind"),
        (
            "[sinks.x]\nkind = 'k'\non_delete = 'drop'",
            "sinks.x.on_delete in .* is 'drop'; known: ignore, flag, cancel",
        ),
        ("[sinks.x]\nkind = 'k'\nentities = []", "sinks.x.entities in .* must be a list"),
        (
            "[sinks.x]\nkind = 'k'\nentities = ['oder']",
            "Unknown entity in sinks.x.entities in .*: oder. Known: user, customer",
        ),
        (
            "[sinks.x]\nkind = 'k'\n[sinks.x.scope.oder]\na = 1",
            "Unknown entity in sinks.x.scope in .*: oder. Known: user, customer",
        ),
        (
            "[sinks.x]\nkind = 'k'\n[sinks.x.scope.order]\nstate = 1",
            "Unknown field in sinks.x.scope in .*: order: state. Known: .*status",
        ),
        ("[sinks.x]\nkind = 'k'\nscope.order = 1", "scope in .*: order must hold conditions"),
    ],
)
def test_a_wrong_file_is_refused_with_place_and_way_out(
    text: str, message: str, tmp_path: Path
) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingError, match=message):
        read_settings({}, tmp_path)


def test_a_field_that_was_added_here_may_stand_in_a_scope(tmp_path: Path) -> None:
    write(tmp_path, "[sinks.x]\nkind = 'k'\n[sinks.x.scope.order]\n'custom.lane' = 'north'")
    settings = read_settings({}, tmp_path)
    assert settings.sinks["x"].scope == {"order": {"custom.lane": "north"}}


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, 'ledger = { file = "empty" }')
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SettingError, match=r"ledger in .* refers to the file .*empty, which is em"):
        read_settings({}, tmp_path).require("ledger")
