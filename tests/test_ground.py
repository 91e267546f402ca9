"""What the project stands on: who imports whom, and what is packaged, locked and committed."""

from __future__ import annotations

import ast
import functools
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "import_table.md"
ARCHITECTURE = ROOT / "../shared/design/architecture.md"
PACKAGES = ("schemas", "legacy_clients", "facade", "fixtures")
OURS = (*PACKAGES, "tests")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Bracketed letters keep this file from matching itself.
FORBIDDEN = re.compile(
    r"(?<![\w.$)}])/(?:wor[k]|roo[t]|op[t]/whee[l]s|op[t]/pyp[i])/"  # folders of one machine
    r"|pyp[i]\.org|pythonhos[t]ed\.org|registry\.npmj[s]\.org|registry\.yarnpk[g]\.com"
)


def rows_of(markdown: str) -> list[tuple[str, str]]:
    """The rows of the table under `| package | may import |`."""
    lines = iter(markdown.splitlines())
    for line in lines:
        if line == "| package | may import |":
            break
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        package, imports = (cell.strip() for cell in line.strip("|").split("|"))
        rows.append((package, imports))
    return rows


def allowed_of(rows: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Package → the packages it may import, itself among them."""
    everything = frozenset(name for packages, _ in rows for name in packages.split(", "))
    allowed = {}
    for packages, imports in rows:
        if imports.startswith("nothing of ours"):
            names: frozenset[str] = frozenset()
        elif imports.startswith("everything"):
            names = everything
        else:
            names = frozenset(
                f"facade{name}" if name.startswith(".") else name for name in imports.split(", ")
            )
        for package in packages.split(", "):
            allowed[package] = names | {package}
    return allowed


def module_name(path: Path) -> str:
    """`facade/api/__init__.py` → "facade.api"."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(module: str) -> str:
    """The package in whose row a module stands: "facade.api.etags" → "facade.api"."""
    parts = module.split(".")
    return ".".join(parts[:2] if parts[0] == "facade" else parts[:1])


def imports_of(source: str, module: str, is_package: bool) -> set[str]:
    """Every module that a source file names in an import, wherever in the file it stands."""
    found = set()
    here = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - (node.level - 1)] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            # What is imported may be a module or a name in one: the longer form covers both.
            found |= {f"{origin}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and _name_called(node) in ("import_module", "__import__"):
            match node.args:
                case [ast.Constant(value=str(name)), *_]:
                    found.add(name)
    return found


def _name_called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def sources(*folders: str) -> Iterator[Path]:
    """Our Python files in these folders, relative to the root."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "__pycache__" not in path.parts:
                yield path.relative_to(ROOT)


@functools.cache
def imports_in(path: Path) -> set[str]:
    source = (ROOT / path).read_text(encoding="utf-8")
    return imports_of(source, module_name(path), path.name == "__init__.py")


ALLOWED = allowed_of(rows_of(TABLE.read_text()))


def test_the_table_is_that_of_the_architecture() -> None:
    if not ARCHITECTURE.exists():
        pytest.skip("the design folder is not beside this checkout")
    assert rows_of(TABLE.read_text()) == rows_of(ARCHITECTURE.read_text())


def test_the_table_is_read_as_it_is_meant() -> None:
    assert ALLOWED["schemas"] == {"schemas"}
    assert ALLOWED["fixtures"] == {"fixtures"}
    assert ALLOWED["facade.writes"] == {
        "facade.writes",
        "schemas",
        "legacy_clients",
        "facade.ledger",
    }
    assert "facade.sync" not in ALLOWED["facade.api"]
    assert "facade.api" not in ALLOWED["facade.sync"]
    assert ALLOWED["facade.app"] >= {"facade.api", "facade.sync", "fixtures"}


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import facade.config
from schemas import ENTITIES
from . import errors
from ..soap.reply import decode
def late():
    from facade.sync import night
    importlib.import_module("facade.cli")
"""
    assert imports_of(source, "legacy_clients.atlas.crm", is_package=False) == {
        "facade.config",
        "schemas.ENTITIES",
        "legacy_clients.atlas.errors",
        "legacy_clients.soap.reply.decode",
        "facade.sync.night",
        "facade.cli",
    }


def test_every_import_is_in_the_table() -> None:
    wrong = []
    for path in sources(*OURS):
        package = package_of(module_name(path))
        if package == "facade":  # facade/__init__.py: run by every import below it
            allowed = frozenset({"facade"})
        elif package in ALLOWED:
            allowed = ALLOWED[package]
        else:
            wrong.append(f"{path} belongs to no row of {TABLE.name}")
            continue
        wrong += [
            f"{path} imports {name}"
            for name in sorted(imports_in(path))
            if name.split(".")[0] in OURS and package_of(name) not in allowed
        ]
    assert wrong == []


def test_no_crm_folder_imports_another() -> None:
    assert strangers(spokes("legacy_clients/*/mapping.toml")) == []


def test_no_sink_imports_another() -> None:
    kinds = [
        module_name(path.relative_to(ROOT)) for path in ROOT.glob("facade/sinks/*/__init__.py")
    ]
    assert strangers(kinds) == []
    assert strangers(spokes("facade/sinks/tms/**/*.toml")) == []


def spokes(tables: str) -> list[str]:
    """The spokes that these tables belong to: a module of the same name, or else the folder."""
    names = set()
    for table in ROOT.glob(tables):
        module = table.with_suffix(".py")
        owner = module if module.exists() else table.parent / "__init__.py"
        names.add(module_name(owner.relative_to(ROOT)))
    return sorted(names)


def test_whoever_connects_through_pyodbc_turns_its_pooling_off() -> None:
    """From 2.3.12 on, unixODBC else hands out dead connections, and others' autocommit."""
    texts = {path: (ROOT / path).read_text() for path in sources(*PACKAGES)}
    connecting = [path for path, text in texts.items() if "pyodbc.connect(" in text]
    assert connecting != []
    assert [path for path in connecting if "\npyodbc.pooling = False" not in texts[path]] == []


def strangers(siblings: list[str]) -> list[str]:
    """The imports by which one of these modules or packages reaches into another of them."""

    def owner(module: str) -> str | None:
        return next((name for name in siblings if f"{module}.".startswith(f"{name}.")), None)

    return [
        f"{path} imports {name}"
        for path in sources(*PACKAGES)
        for name in sorted(imports_in(path))
        if owner(module_name(path)) and owner(name) not in (None, owner(module_name(path)))
    ]


LOADS_EXTRA = {"facade/sync/cluster.py": "dask"}
"""Files that load, where it is asked for, what is in an extra."""


def declared(*groups: str, extra: str | None = None) -> set[str]:
    """The distributions named in pyproject.toml: at run time, in these groups, and in an extra."""
    words = list(PYPROJECT["project"]["dependencies"])
    if extra is not None:
        words += PYPROJECT["project"]["optional-dependencies"][extra]
    for group in groups:
        words += PYPROJECT["dependency-groups"][group]
    return {canonicalize_name(Requirement(word).name) for word in words}


@pytest.mark.parametrize(
    ("folders", "groups"), [(PACKAGES, ()), (("tests",), ("dev",))], ids=["packages", "tests"]
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], groups: tuple[str, ...]) -> None:
    providers = packages_distributions()
    here = {*OURS, *sys.stdlib_module_names, "crm_facade_client"}
    undeclared = []
    for path in sources(*folders):
        known = declared(*groups, extra=LOADS_EXTRA.get(path.as_posix()))
        for top in sorted({name.split(".")[0] for name in imports_in(path)} - here):
            names = {canonicalize_name(name) for name in providers.get(top, [top])}
            if not names & known:
                undeclared.append(f"{path} imports {top}")
    assert undeclared == []


def test_every_file_of_the_packages_is_packaged(tmp_path: Path) -> None:
    copy, built = tmp_path / "copy", tmp_path / "built"
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=leave_out)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    there = {
        str(path.relative_to(copy))
        for package in PACKAGES
        for path in (copy / package).rglob("*")
        if path.is_file()
    }
    build = ["-c", "import setuptools; setuptools.setup()", "--quiet", "build_py"]
    subprocess.run(
        [sys.executable, *build, "--build-lib", str(built)],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    assert there == {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}


def pins_of(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Distribution → the version locked, and the hashes of its files."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    pins: dict[str, tuple[str, list[str]]] = {}
    for line in text.splitlines():
        words = [word for word in line.split(";")[0].split() if not word.startswith("--hash")]
        name, version = words[0].split("==")
        pins[canonicalize_name(name)] = (version, re.findall(r"--hash=sha256:[0-9a-f]{64}", line))
    return pins


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_carries_hashes(lock: str) -> None:
    pins = pins_of(lock)
    assert len(pins) > 30
    assert [name for name, (_, hashes) in pins.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"https?:|file:|--index|--extra-index|--find-links|^#", text, re.M) == []


@pytest.mark.parametrize(
    ("lock", "groups"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "dev"))], ids=LOCKS
)
def test_a_lock_satisfies_what_is_declared(lock: str, groups: tuple[str, ...]) -> None:
    pins = pins_of(lock)
    words = list(PYPROJECT["project"]["dependencies"])
    for group in groups:
        words += PYPROJECT["dependency-groups"][group]
    unmet = []
    for word in words:
        requirement = Requirement(word)
        version, _ = pins.get(canonicalize_name(requirement.name), ("0", []))
        if version not in requirement.specifier:
            unmet.append(word)
    assert unmet == [], "run `make lock`"


def test_both_locks_hold_the_same_versions_of_what_both_hold() -> None:
    run, dev = (pins_of(lock) for lock in LOCKS)
    assert {name: dev.get(name) for name in run} == run


def committed() -> list[Path]:
    """The files that git keeps, or would keep with the next commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_folder_of_one_machine_or_a_package_registry() -> None:
    wrong = []
    for path in committed():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if found := FORBIDDEN.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {found.group()}")
    assert wrong == []


def test_the_search_for_forbidden_words_finds_them() -> None:
    for parts in (("cd /wor", "k/x"), ("'/roo", "t/.x'"), ("https://pyp", "i.org/simple")):
        assert FORBIDDEN.search("".join(parts))
    assert not FORBIDDEN.search("../work/notes, $HOME/work/x and network/")
