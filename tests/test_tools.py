"""The scripts that make calls, with stand-ins for the package managers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_missing_system_packages_are_named_with_the_command_that_installs_them(
    tmp_path: Path,
) -> None:
    stub(tmp_path, "dpkg-query", 'echo "unixodbc installed"')
    stub(tmp_path, "apt-get", "exit 1")
    stub(tmp_path, "sudo", "exit 1")
    stub(tmp_path, "id", "echo 1000")
    done = system_packages(tmp_path, "demo")
    assert done.returncode == 1
    assert done.stdout == ""
    assert (
        "    sudo apt-get update && sudo apt-get install -y --no-install-recommends libsqliteodbc\n"
    ) in done.stderr


def test_missing_system_packages_are_installed_by_root_after_an_update_where_needed(
    tmp_path: Path,
) -> None:
    calls = tmp_path / "calls"
    stub(tmp_path, "dpkg-query", 'echo "unixodbc installed"; exit 1')
    stub(
        tmp_path,
        "apt-get",
        f"""echo "$@" >>{calls}
case $2 in
update) touch {tmp_path}/lists ;;
install) [ -e {tmp_path}/lists ] ;;
esac""",
    )
    stub(tmp_path, "id", "echo 0")
    assert system_packages(tmp_path, "demo").returncode == 0
    install = "-qq install -y --no-install-recommends libsqliteodbc"
    assert calls.read_text().splitlines() == [install, "-qq update", install]


def test_nothing_is_done_where_all_system_packages_are_there(tmp_path: Path) -> None:
    stub(
        tmp_path,
        "dpkg-query",
        'for name; do case $name in -*) ;; *) echo "$name installed"; esac; done',
    )
    stub(tmp_path, "apt-get", "exit 9")
    done = system_packages(tmp_path, "demo", "tests", "bench")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_homebrew_is_asked_by_its_own_names(tmp_path: Path) -> None:
    for program in ("awk", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    stub(tmp_path, "brew", '[ "$3" = unixodbc ]')
    done = system_packages(tmp_path, "demo", "bench", path=str(tmp_path))
    assert done.returncode == 1
    assert "    brew install sqliteodbc wrk pgloader\n" in done.stderr


def test_a_python_that_is_too_old_is_named_with_the_way_out(tmp_path: Path) -> None:
    old = stub(tmp_path, "python3.9", "case $2 in *print*) echo 3.9 ;; *) exit 1 ;; esac")
    done = subprocess.run(
        [ROOT / "tools/environment", old, "requirements.lock"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "is Python 3.9, and 3.11 or newer is needed" in done.stderr
    assert "make PYTHON=" in done.stderr


def stub(folder: Path, name: str, script: str) -> str:
    """A program of this name that runs this shell script."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def system_packages(
    folder: Path, *groups: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run tools/system-packages with the programs of this folder before, or instead of, others."""
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools/system-packages"), *groups],
        env={"PATH": path or f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
