"""pyproject.toml, constraints.txt and environment.yml tell one story."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pairs = [line.split("==") for line in lines]
    return {canonical(name): Version(version) for name, version in pairs}


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in lines if not line.startswith("rnncourse[")]


def test_every_dependency_has_a_lower_bound_and_a_pin_that_meets_it():
    for requirement in requirements():
        assert any(part.operator == ">=" for part in requirement.specifier), requirement
        assert requirement.specifier.contains(pins()[canonical(requirement.name)]), requirement


def test_the_book_stays_below_version_2():
    book = next(r for r in requirements() if r.name == "jupyter-book")
    assert not book.specifier.contains("2.0.0")


def test_conda_users_get_the_same_pins():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, nested = environment["dependencies"]
    assert python == "python" + PROJECT["requires-python"]
    assert pip == "pip"
    assert nested == {"pip": ["-c constraints.txt", "-e .[dev]"]}


def test_every_pin_takes_the_first_release_of_every_python():
    """Of what this system has installed: some pins are for another one."""
    held = [each for each in distributions() if canonical(each.name) in pins()]
    assert len(held) > len(requirements())
    for each in held:
        wanted = SpecifierSet(each.metadata.get("Requires-Python") or "")
        refused = [v for v in ("3.11.0", "3.12.0", "3.13.0", "3.14.0") if not wanted.contains(v)]
        assert not refused, (each.name, wanted)


def test_the_version_is_told_once():
    import rnncourse

    assert PROJECT["version"] == rnncourse.__version__
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == rnncourse.__version__


def commands(file: str) -> list[str]:
    """The lines of a Markdown file's sh blocks, without comments."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / file).read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.strip().splitlines()]


def test_ci_runs_every_command_of_contributing():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands("CONTRIBUTING.md")
    assert set(commands("CONTRIBUTING.md")) <= set(script)
