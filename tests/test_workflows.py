"""The workflows are valid, and run the commands that the README gives."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_follows_the_schema(path):
    if find_spec("check_jsonschema") is None:
        assert "CI" not in os.environ, "the linter of workflows is missing"
        pytest.skip("check-jsonschema is not installed")
    assert not problems(path)


def test_the_linter_finds_a_misspelled_key(tmp_path):
    if find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    wrong = tmp_path / "wrong.yml"
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    wrong.write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")
    assert "run-on" in problems(wrong)


def problems(path: Path) -> str:
    """What the schema that comes with the linter finds; nothing is fetched."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
    ]
    run = subprocess.run([*command, str(path)], capture_output=True, text=True)
    return run.stdout + run.stderr if run.returncode else ""


def jobs() -> dict:
    return yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]


def commands(job: str) -> list[str]:
    return [step["run"] for step in jobs()[job]["steps"] if "run" in step]


def test_windows_gets_the_commands_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("**Windows**")[1].split("```")[1]
    told = [line for line in block.splitlines() if re.search(r"(pip|jupyter-book|pytest) ", line)]
    assert len(told) == 3
    assert set(told) <= set(commands("windows"))


def test_the_others_run_what_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"make (\w+)", "\n".join(commands("make")))
    assert targets == ["book", "test", "portable"]
    assert all(re.search(f"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_oldest_and_newest_python_are_tried():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    first, beyond = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project).groups()
    for job in jobs().values():
        newest = f"3.{int(beyond) - 1}"
        assert job["strategy"]["matrix"]["python"] == [f"3.{first}", newest]
