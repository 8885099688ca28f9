"""The plan of the house: which room may import which, and what the wheel brings along."""

import ast
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = frozenset({"knowledge", "ingest", "bot", "handoff", "evals", "web"})

MAY_IMPORT: dict[str, frozenset[str]] = {
    "knowledge": frozenset(),
    "ingest": frozenset({"knowledge"}),
    "bot": frozenset({"knowledge"}),
    "handoff": frozenset(),
    "evals": frozenset({"knowledge", "ingest", "bot", "handoff"}),
    "web": ROOMS,
}
ALSO: dict[str, frozenset[str]] = {"handoff": frozenset({"bot.dialogue"})}
"""Single modules of another room that a room may import although the room itself is closed."""


def modules_imported(source: str) -> Iterator[str]:
    """Yield the dotted name of every import in a file, also those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module in ROOMS:  # `from bot import dialogue` names a module, not a value
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def wrong_arrows(room: str, source: str) -> list[str]:
    """List the imports of another room that the plan does not allow."""
    return [
        module
        for module in modules_imported(source)
        if (other := module.split(".")[0]) in ROOMS
        and other != room
        and other not in MAY_IMPORT[room]
        and module not in ALSO.get(room, frozenset())
    ]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_arrows_between_rooms_point_one_way(room: str) -> None:
    wrong = {
        str(file.relative_to(HOUSE)): arrows
        for file in (HOUSE / room).rglob("*.py")
        if (arrows := wrong_arrows(room, file.read_text(encoding="utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("knowledge", "from bot.dialogue import Reply", ["bot.dialogue"]),
        ("handoff", "from bot.dialogue import Reply", []),
        ("handoff", "from bot import dialogue", []),
        ("handoff", "from bot import policy", ["bot.policy"]),
        ("bot", "def f():\n    import handoff.desk", ["handoff.desk"]),
        ("web", "import evals.runner, bot.assistant", []),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_arrow_is_noticed(room: str, source: str, wrong: list[str]) -> None:
    assert wrong_arrows(room, source) == wrong


LOADED_WITH_THE_MODEL = frozenset({"knowledge.bert", "evals.fit_reading"})
"""Modules that are imported inside the function that loads the model, or run by their own command."""


def modules_of(room: str) -> list[str]:
    """Name a room's modules, but migrations (Alembic runs them) and what comes with the model."""
    names = [
        ".".join(file.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((HOUSE / room).rglob("*.py"))
        if "migrations" not in file.parts
    ]
    return [name for name in names if name not in LOADED_WITH_THE_MODEL]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_importing_a_module_does_nothing_heavy(room: str) -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "sklearn")
    code = "\n".join(
        [
            "import importlib, sys",
            f"for name in {modules_of(room)!r}: importlib.import_module(name)",
            f"print(*[m for m in {heavy!r} if m in sys.modules])",
        ]
    )
    seen = run(  # a process of its own: this one may have loaded them already
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    assert seen.stdout.split() == []


def test_the_wheel_brings_exactly_our_rooms(tmp_path: Path) -> None:
    run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path), "."],
        cwd=HOUSE,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == ROOMS
    samples = [n for n in names if n.startswith("knowledge/sample/")]
    assert len([n for n in samples if n.endswith((".md", ".html"))]) >= 60
    assert "bot/reading/weights.safetensors" in names
    # Of the sources alone.
    assert not [n for n in names if n.startswith(("evals/companies/", "evals/reading/"))]


def test_every_dependency_has_its_line_in_the_readme() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (HOUSE / "README.md").read_text(encoding="utf-8").lower()
    names = [
        dependency.split(";")[0].split("[")[0].split(">")[0].split("=")[0].strip().lower()
        for dependency in project["dependencies"]
    ]
    assert [name for name in names if f"`{name}`" not in readme] == []
