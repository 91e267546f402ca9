"""The files in deploy/: they parse, are hardened, and name what is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from facade.cli import COMMANDS
from facade.config import SETTINGS, read_settings
from tests.commands import command_of

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())
HELP = (command_of(["sync"]).help or "") + " 130 stopped by Ctrl-C"

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
OBJECTS: dict[str, Any] = {
    made["kind"]: made for made in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
}


def directives(unit: str) -> dict[str, list[str]]:
    """What a unit says, by word; a word may be said more than once."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / unit).read_text("utf-8").splitlines():
        word, mark, value = line.partition("=")
        if mark and not line.startswith("#"):
            found.setdefault(word, []).append(value)
    return found


def pods() -> Iterator[dict[str, Any]]:
    yield OBJECTS["Deployment"]["spec"]["template"]["spec"]
    yield OBJECTS["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_a_host_of_others_or_holds_a_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    hosts = set(re.findall(r"https?://([^/\s\"]+)", text))
    assert hosts <= {"crm.example.com", "127.0.0.1:8000"}
    # An image without a host in its name comes from where the machine is set up to find images.
    images = re.findall(r"(?:image: |PYTHON_IMAGE=)(\S+)", text)
    assert [image for image in images if "/" in image] == []
    assert "index" not in re.sub("--no-index", "", text)
    assert not re.search(r"(?i)(password|token|key|odbc) *[=:] *[\"'][^\"'{]*[:@=;]", text)


@pytest.mark.parametrize("unit", ["crm-facade.service", "crm-facade-night.service"])
def test_a_service_writes_to_its_folder_alone_and_has_no_rights(unit: str) -> None:
    said = directives(unit)
    expected = {
        "User": ["facade"],
        "DynamicUser": ["no"],
        "ProtectSystem": ["strict"],
        "ReadWritePaths": ["/var/lib/crm-facade"],
        "NoNewPrivileges": ["yes"],
        "CapabilityBoundingSet": [""],
        "PrivateTmp": ["yes"],
        "ProtectHome": ["yes"],
        "OnFailure": ["crm-facade-alarm@%n.service"],
    }
    assert {word: said[word] for word in expected} == expected


def test_a_night_that_found_new_refusals_is_no_failure_and_a_guard_waits_for_a_person() -> None:
    """N7, in the words of systemd."""
    said = directives("crm-facade-night.service")
    assert said["SuccessExitStatus"] == ["3"]
    assert said["RestartPreventExitStatus"] == ["2 5 9"]
    assert said["Restart"] == ["on-failure"]


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """The units with a command that is there on this machine, as it will be on the other."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/crm-facade/bin/facade", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("/usr/bin/logger", sys.executable))
    return [str(tmp_path / unit.name) for unit in UNITS]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_understands_its_units(installed: list[str], tmp_path: Path) -> None:
    judged = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *installed],
        capture_output=True,
        text=True,
        timeout=60,
    )
    ours = [line for line in judged.stderr.splitlines() if "crm-facade" in line]
    assert ours == []
    assert judged.returncode == 0
    wrong = tmp_path / "wrong.service"
    wrong.write_text("[Service]\nExecStart=/no/such/command\n")
    assert subprocess.run(
        ["systemd-analyze", "verify", str(wrong)], capture_output=True, timeout=60
    ).returncode


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize("unit", ["crm-facade.service", "crm-facade-night.service"])
def test_systemd_calls_a_service_hardly_exposed(unit: str) -> None:
    unit_file = DEPLOY / "systemd" / unit
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit_file)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert judged.returncode == 0, judged.stdout[-300:]


@pytest.mark.parametrize("service", ["api", "night"])
def test_a_container_has_a_root_that_is_read_only(service: str) -> None:
    said = COMPOSE["services"][service]
    assert said["read_only"] is True
    assert said["user"] == "10001:10001"
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in said["tmpfs"]] == ["/tmp"]
    written = [mount for mount in said["volumes"] if not mount.endswith(":ro")]
    assert written == ["var:/var/lib/crm-facade"]
    assert set(said["secrets"]) <= set(COMPOSE["secrets"])
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    assert "environment" not in said


def test_the_api_is_published_on_this_machine_alone_and_asked_whether_it_is_ready() -> None:
    said = COMPOSE["services"]["api"]
    assert said["ports"] == ["127.0.0.1:8000:8000"]
    assert said["healthcheck"]["test"] == ["CMD", "ready"]
    assert COMPOSE["services"]["night"]["restart"] == "no"


def test_each_pod_runs_as_nobody_in_particular_on_a_root_that_is_read_only() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        written = [m["name"] for m in container["volumeMounts"] if not m.get("readOnly")]
        assert written == ["var", "tmp"]
        assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
        claim = volumes["var"]["persistentVolumeClaim"]["claimName"]
        assert claim == OBJECTS["PersistentVolumeClaim"]["metadata"]["name"]
        assert "limits" in container["resources"]


def test_one_night_at_a_time_and_only_what_may_pass_is_tried_again() -> None:
    """N6, N7, in the words of Kubernetes."""
    night = OBJECTS["CronJob"]["spec"]
    job = night["jobTemplate"]["spec"]
    assert night["concurrencyPolicy"] == "Forbid"
    assert job["activeDeadlineSeconds"] == 6 * 3600
    assert job["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"] == [2, 5, 9]
    assert job["podFailurePolicy"]["rules"][0]["action"] == "FailJob"
    # Without it Kubernetes takes no podFailurePolicy.
    assert job["template"]["spec"]["restartPolicy"] == "Never"


def test_the_probes_ask_what_is_there() -> None:
    (container,) = OBJECTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["exec"]["command"] == ["ready"]


@pytest.mark.parametrize("settings", ["deploy", "kubernetes"])
def test_the_settings_are_settings_and_hold_no_secret(tmp_path: Path, settings: str) -> None:
    text = {
        "deploy": (DEPLOY / "facade.toml").read_text("utf-8"),
        "kubernetes": OBJECTS["ConfigMap"]["data"]["facade.toml"],
    }[settings]
    (tmp_path / "facade.toml").write_text(text)
    (tmp_path / "contract").mkdir()
    read = read_settings({"FACADE_VAR": "/var/lib/crm-facade"}, tmp_path)
    assert read.crm == "atlas"
    assert list(read.sinks) == ["warehouse"]
    named = re.findall(r'file = "/run/secrets/(\w+)"', text)
    known = COMPOSE["secrets"] if settings == "deploy" else (DEPLOY / "README.md").read_text()
    assert len(named) == 3
    assert [name for name in named if name not in known] == []
    assert tomllib.loads(text)["crm"]["odbc"] == {"file": "/run/secrets/crm_odbc"}


def test_the_image_is_built_in_two_stages_and_runs_as_a_user_without_rights() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^FROM \S+ AS (\w+)", text, flags=re.M) == ["build", "run"]
    last = text.rpartition("FROM ")[2]
    assert re.findall(r"^USER (\S+)", last, flags=re.M) == ["10001:10001"]
    assert "--require-hashes" in text
    assert re.findall(r"^VOLUME (\S+)", last, flags=re.M) == ["/var/lib/crm-facade"]
    for driver in ("unixodbc", "libsqliteodbc", "odbc-mariadb", "odbc-postgresql"):
        assert driver in last
    listed = (ROOT / "tools" / "system-packages.txt").read_text("utf-8")
    assert all(driver in listed for driver in ("unixodbc", "libsqliteodbc", "odbc-mariadb"))


def test_what_is_copied_into_the_image_is_there_and_let_through() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [
        source
        for line in re.findall(r"^COPY (.*)$", text, flags=re.M)
        if "--from" not in line
        for source in re.sub(r"--\S+ ", "", line).split()[:-1]
    ]
    (lock,) = re.findall(r"^ARG LOCK=(\S+)", text, flags=re.M)
    copied[copied.index("${LOCK}")] = lock
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {"facade", "schemas", "legacy_clients", "requirements.lock"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists()
        assert [line for line in let_through if fnmatch(f"!{source}", line)]


def test_every_command_and_setting_is_one_of_ours() -> None:
    commands, settings = set(), set()
    for path in FILES:
        text = path.read_text("utf-8")
        commands |= set(re.findall(r"bin/facade (\w+)", text))
        commands |= set(re.findall(r"`facade (\w+)", text))
        commands |= set(re.findall(r"^facade (\w+)", text, flags=re.M))
        commands |= set(re.findall(r"--entrypoint facade night (\w+)", text))
        settings |= set(re.findall(r"FACADE_\w+", text))
    commands |= {COMPOSE["services"]["api"]["command"][0]}
    assert commands == {"serve", "sync", "wsdl", "verify", "keys", "plan"}
    assert commands <= set(COMMANDS)
    assert settings == {"FACADE_VAR", "FACADE_CRM_HOURS"}
    assert settings <= {setting.variable for setting in SETTINGS.values()}


def test_every_status_that_is_told_of_is_a_status_of_a_night() -> None:
    told = (DEPLOY / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \|", told, flags=re.M)
    numbers = {int(number) for row in rows for number in row.split(",")}
    known = {int(number) for number in re.findall(r"\b(\d+) [a-zA-Z]", HELP)}
    assert numbers == known - {130}


def test_every_file_that_is_named_is_there() -> None:
    told = (DEPLOY / "README.md").read_text("utf-8")
    named = set(re.findall(r"`(deploy/[\w./-]+)`", told)) - {"deploy/contract"}
    assert len(named) >= 7
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert [path.name for path in FILES if not (path.parent / path.name).is_file()] == []


def nightly(tmp_path: Path, status: int) -> subprocess.CompletedProcess[str]:
    """`night` with a `facade` that ends with this status."""
    facade = tmp_path / "facade"
    facade.write_text(f'#!/bin/sh\necho "$@" "$TMPDIR"\nexit {status}\n')
    facade.chmod(0o755)
    return subprocess.run(
        [DEPLOY / "night", "--json"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "FACADE_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("status", "told"), [(0, 0), (3, 0), (2, 2), (4, 4), (5, 5), (6, 6), (9, 9), (130, 130)]
)
def test_a_scheduler_is_told_of_failures_alone(tmp_path: Path, status: int, told: int) -> None:
    ended = nightly(tmp_path, status)
    assert ended.returncode == told
    assert ended.stdout == f"sync --json {tmp_path}/tmp\n"
    assert ("want a look" in ended.stderr) == (status == 3)


class Asked(BaseHTTPRequestHandler):
    """Says 200 to the key `good`, and 503 to others, with a reason."""

    def do_GET(self) -> None:
        good = self.headers["Authorization"] == "Bearer good" and self.path == "/health/ready"
        self.send_response(200 if good else 503)
        self.end_headers()
        self.wfile.write(b"{}" if good else b"the database cannot be used")

    def log_message(self, *said: Any) -> None:
        """Nothing: the test's output is not the place."""


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [("good\n", 0, ""), ("bad", 1, "503: the database cannot be used\n"), (None, 1, "cannot be")],
)
def test_the_probe_asks_with_its_key(
    tmp_path: Path, key: str | None, status: int, said: str
) -> None:
    file = tmp_path / "probe_key"
    if key is not None:
        file.write_text(key)
    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ended = subprocess.run(
            [sys.executable, DEPLOY / "ready"],
            env={
                "READY_KEY_FILE": str(file),
                "READY_URL": f"http://127.0.0.1:{server.server_port}/health/ready",
                "http_proxy": "http://127.0.0.1:9",
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        server.shutdown()
    assert ended.returncode == status
    assert said in ended.stderr
    assert status or ended.stderr == ""


@pytest.mark.long
def test_what_is_copied_into_the_image_is_all_that_the_commands_need(tmp_path: Path) -> None:
    """The build stage's own steps, without the image: no file of fixtures or tests is wanted."""
    source, place = tmp_path / "source", tmp_path / "place"
    source.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("schemas", "legacy_clients", "facade"):
        shutil.copytree(ROOT / name, source / name)
    quietly = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *quietly, "--target", place, source],
        check=True,
        timeout=300,
    )
    script = "import facade.app, facade.cli; print(facade.cli.__file__); facade.cli.main()"
    told = subprocess.run(
        [sys.executable, "-P", "-c", script, "sync", "--help"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(place), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stdout.startswith(str(place))
    assert "Exit status" in told.stdout
    assert (place / "legacy_clients" / "atlas" / "mapping.toml").exists()
