"""The house's rules as functions over one module's syntax tree. Each returns what is wrong, in words."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "kit": 0,
    "accounts": 1,
    "access": 2,
    "organizations": 3,
    "signing": 4,
    "messaging": 5,
    "clients": 6,
    "certifications": 7,
    "materials": 7,
    "supervision": 8,
    "groups": 9,
    "care": 10,
    "outreach": 11,
    "evaluation": 12,
    "portal": 13,
}
MECHANISMS = {"kit", "access", "signing", "messaging"}
PUBLIC_MODULES = {"models", "selectors", "services", "access", "choices", "registry"}
UPWARD_STRING = "organizations.Organization"
LONGEST_FILE = 450
THIN_MODULES = {"views", "admin", "tasks"}
WRITES = {"save", "delete", "update"}
# names of plain dictionaries whose `update` writes no row
DICTIONARIES = {"__dict__", "context", "kwargs", "initial", "extra_context", "attrs", "response", "headers", "defaults"}
# (file, call): why it is no write of a row
THIN_EXCEPTIONS: dict[tuple[str, str], str] = {}
MODEL_REFERENCE = re.compile(r"^(?P<app>[a-z]+)\.[A-Z]\w+$")
MODULE_REFERENCE = re.compile(r"^apps\.(?P<app>[a-z]+)(\.\w+)+$")
TIME_ZONE_SQL = re.compile(r"\bAT\s+TIME\s+ZONE\b", re.IGNORECASE)
NOQA = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?(?P<reason>.*)")
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w, -]+\])?(?P<reason>.*)")


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    @property
    def app(self) -> str | None:
        return self.parts[1] if self.parts[0] == "apps" and len(self.parts) > 2 else None

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def is_thin(self) -> bool:
        return self.app is not None and len(self.parts) > 2 and self.parts[2] in THIN_MODULES

    @cached_property
    def docstrings(self) -> set[int]:
        """The nodes that are documentation, by identity."""
        holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        return {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
        }

    def strings(self) -> Iterator[ast.Constant]:
        """Every string of the code, documentation excepted."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in self.docstrings:
                yield node


def modules(*folders: str) -> list[Module]:
    """Every Python file below the named folders of the repository."""
    return [
        Module(str(path.relative_to(ROOT)), path.read_text())
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def imports(module: Module) -> Iterator[tuple[int, str, list[str]]]:
    """(line, module, names) of each import; `import a.b` has no names."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, []
        elif isinstance(node, ast.ImportFrom):
            base = list(module.parts[: -node.level]) if node.level else []
            yield (
                node.lineno,
                ".".join(base + ([node.module] if node.module else [])),
                [a.name for a in node.names],
            )


def wrong_imports(module: Module, published: dict[str, set[str] | None] | None = None) -> list[str]:
    """Imports that go up, sideways, or past what an app publishes.

    `published` gives a module's `__all__` (None where it has none); by default it is read from the source.
    """
    if module.app is None:
        return []
    found = []
    for line, target, names in imports(module):
        where = f"{module.path}:{line}"
        parts = target.split(".")
        if parts[0] == "peerplatform":
            found.append(f"{where} imports {target}: apps read the settings through django.conf only")
        if parts[0] != "apps" or len(parts) < 2 or parts[1] == module.app:
            continue
        other = parts[1]
        if other not in FLOORS:
            found.append(f"{where} imports {target}: no such app on any floor")
        elif FLOORS[other] >= FLOORS[module.app]:
            found.append(f"{where} imports {target}: {other} is not below {module.app}")
        elif not module.is_migration:
            found += [
                f"{where} imports {path}: {other} does not publish it"
                for path, name in _imported(parts, names)
                if not _is_published(other, path, name, published)
            ]
    return found


def _imported(parts: list[str], names: list[str]) -> Iterator[tuple[str, str | None]]:
    """(module of an app, name in it): `from apps.kit import dates` names a module, not a name in one."""
    if len(parts) == 2:
        yield from ((f"apps.{parts[1]}.{name}", None) for name in names or [""])
    else:
        yield from ((".".join(parts), name) for name in names or [None])


def _is_published(app: str, path: str, name: str | None, published: dict[str, set[str] | None] | None) -> bool:
    if path.split(".")[2] in PUBLIC_MODULES:
        return True
    if app not in MECHANISMS:
        return False
    names = published.get(path) if published is not None else _all_of(path)
    return names is not None and (name is None or name in names)


@cache
def _all_of(path: str) -> set[str] | None:
    """`__all__` of a module of the repository, None where it has none."""
    base = ROOT.joinpath(*path.split("."))
    file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    if not file.exists():
        return None
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["__all__"]:
            return set(ast.literal_eval(node.value))
    return None


def upward_strings(module: Module) -> list[str]:
    """Names of models or modules of this floor or a higher one, given as strings."""
    if module.app is None or module.is_migration:
        return []
    found = []
    for node in module.strings():
        match = MODEL_REFERENCE.match(node.value) or MODULE_REFERENCE.match(node.value)
        if match is None or match["app"] == module.app or node.value == UPWARD_STRING:
            continue
        if match["app"] in FLOORS and FLOORS[match["app"]] >= FLOORS[module.app]:
            found.append(f"{module.path}:{node.lineno} names {node.value!r}, which is not below {module.app}")
    return found


def wrong_size_or_name(module: Module) -> list[str]:
    """Files that grew past a page of thought, and drawers for odds and ends."""
    found = []
    lines = module.text.count("\n")
    if lines > LONGEST_FILE and not module.is_migration:
        found.append(f"{module.path} has {lines} lines: make it a package of the same name")
    if module.parts[-1] in ("utils", "helpers", "misc"):
        found.append(f"{module.path}: name it for what it does")
    return found


def writes_in_thin_modules(module: Module) -> list[str]:
    """Rows written in views, admin or tasks, which only services do."""
    if not module.is_thin:
        return []
    found = []
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        call, holder = node.func.attr, node.func.value
        if call not in WRITES or ast.unparse(holder).rpartition(".")[2] in DICTIONARIES:
            continue
        if (module.path, ast.unparse(node.func)) not in THIN_EXCEPTIONS:
            found.append(f"{module.path}:{node.lineno} calls {ast.unparse(node.func)}(): a service does that")
    return found


def bare_time_zone_sql(module: Module) -> list[str]:
    """PostgreSQL's own resolution of wall time, which differs from ours in the ambiguous hour."""
    if module.app == "kit" or module.parts[0] == "tests" or "zone" not in module.text.lower():
        return []
    return [
        f"{module.path}:{node.lineno} uses AT TIME ZONE: only kit's function resolves wall time"
        for node in module.strings()
        if TIME_ZONE_SQL.search(node.value)
    ]


def exemptions_without_reason(module: Module) -> list[str]:
    """`noqa` and `type: ignore` that name no rule or give no reason."""
    found: list[str] = []
    if not re.search("noqa|type:", module.text):  # reading every token of every file takes longer than all other rules
        return found
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for pattern in (NOQA, TYPE_IGNORE):
            match = pattern.search(token.string)
            if match and (not match["codes"] or len(match["reason"].strip(" #").split()) < 2):
                found.append(f"{module.path}:{token.start[0]} {token.string}: say which rule, and why")
    return found
