"""Other processors, emulated on this one: environment variables choose the kernels.

    python tests/processors.py claims|perturbed|lessons|tests [PROCESSOR ...] [--json FILE]

runs all claims, the claims from initial weights that differ in the thirteenth digit, all lessons
(compared with their stored outputs) or the package's tests, once under each processor. Without
names it takes all. The exit code is 1 if something failed. What this machine cannot emulate is
skipped by name.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
KNOWN = r"X86_V\d|SSE\w*|SSSE\w*|POPCNT|AVX\w*|FMA\d|F16C|XOP"  # NumPy's names on x86
AVX512 = r"X86_V4|AVX512\w*"
ABOVE_SSE = r"X86_V[34]|AVX\w*|FMA\d|F16C|XOP"
ABOVE_AVX = r"X86_V[34]|AVX2|AVX512\w*|FMA3"


class Processor(NamedTuple):
    """What a processor has, and the names that libraries have for it."""

    title: str
    needs: tuple[str, ...] = ()  # features that this machine must have, in NumPy's words
    without: str = ""  # NumPy's features that it lacks, a regular expression
    blas: str = ""  # OpenBLAS's name of its kernels
    torch: str = ""
    mkl: str = ""
    onednn: str = ""


PROCESSORS = {
    "native": Processor("native"),
    "avx512": Processor(
        "AVX-512 kernels, NumPy without",
        needs=("AVX512F", "AVX512CD", "AVX512BW", "AVX512DQ", "AVX512VL"),
        without=AVX512,
        blas="SkylakeX",
    ),
    "avx2": Processor("AVX2", ("AVX2", "FMA3"), AVX512, "Haswell", "avx2", "AVX2", "AVX2"),
    "avx": Processor("AVX", ("AVX",), ABOVE_AVX, "Sandybridge", "default", "AVX", "AVX"),
    "sse": Processor("SSE", ("SSE42",), ABOVE_SSE, "Nehalem", "default", "SSE4_2", "SSE41"),
}
VARIABLES = (
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "ATEN_CPU_CAPABILITY",
    "MKL_ENABLE_INSTRUCTIONS",
    "ONEDNN_MAX_CPU_ISA",
)

PAGES = ("site",)

# Detection


@cache
def machine() -> tuple[frozenset[str], tuple[str, ...]]:
    """This machine's features, and those for which NumPy has kernels of their own.

    Asked of a fresh process, for in this one they may be switched off.
    """
    code = (
        "import json, numpy._core._multiarray_umath as u;"
        "print(json.dumps([[k for k, v in u.__cpu_features__.items() if v], u.__cpu_dispatch__]))"
    )
    environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    features, dispatched = json.loads(run.stdout)
    return frozenset(features), tuple(dispatched)


def obstacle(name: str) -> str:
    """Why this machine cannot emulate the processor; empty if it can."""
    needs = PROCESSORS[name].needs
    if needs and platform.machine().lower() not in ("x86_64", "amd64"):
        return f"{PROCESSORS[name].title}: not on {platform.machine()}"
    missing = [feature for feature in needs if feature not in machine()[0]]
    return f"{PROCESSORS[name].title}: this machine lacks {', '.join(missing)}" if missing else ""


def variables(name: str) -> dict[str, str]:
    """The environment variables that make this machine compute like the processor."""
    processor = PROCESSORS[name]
    if not processor.needs:
        return {}
    unknown = [each for each in machine()[1] if not re.fullmatch(KNOWN, each)]
    if unknown:
        raise ValueError(f"NumPy has kernels for {', '.join(unknown)}; sort them into {__file__}")
    off = [each for each in machine()[1] if re.fullmatch(processor.without, each)]
    values = (processor.blas, " ".join(off), processor.torch, processor.mkl, processor.onednn)
    return {key: value for key, value in zip(VARIABLES, values, strict=True) if value}


def environment(name: str) -> dict[str, str]:
    """The whole environment of a process under the processor, with one thread."""
    kept = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    return kept | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"} | variables(name)


# What runs under them


class Outcome(NamedTuple):
    """What came out under one processor."""

    passed: bool
    summary: str
    details: list[str]
    ratios: dict[str, float]  # error over tolerance by claim


def python(name: str, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *arguments]
    run = subprocess.run(command, cwd=ROOT, env=environment(name), capture_output=True, text=True)
    return run


def claims(name: str, *command: str) -> Outcome:
    """All claims: how many hold, and the one that is nearest to its tolerance."""
    run = python(name, *(command or ("-m", "rnncourse", "claims", "--json")))
    try:
        rows = json.loads(run.stdout)
    except ValueError:
        return Outcome(False, "no claims were measured", run.stderr.splitlines()[-5:], {})
    ratios = {row["id"]: float(row["error"]) / row["tolerance"] for row in rows}
    failed = [row["id"] for row in rows if not row["passed"]]
    worst = max(ratios, key=ratios.get)
    summary = f"{len(rows) - len(failed)} of {len(rows)} hold, worst {ratios[worst]:.3g} {worst}"
    details = [f"{id}: error over tolerance {ratios[id]:.3g}" for id in failed]
    return Outcome(not failed, summary, details, ratios)


def perturbed(name: str) -> Outcome:
    """The same from initial weights that differ by a relative 1e-13."""
    return claims(name, str(ROOT / "tests" / "perturbed.py"))


def lessons(name: str) -> Outcome:
    """All lessons against the outputs that they were committed with."""
    return tested(name, "--nbval", "--nbval-current-env", "notebooks")


def tests(name: str) -> Outcome:
    """The package's tests; the pages' tests need a built book and a browser."""
    return tested(name, "tests", *(f"--ignore=tests/{pages}" for pages in PAGES))


def tested(name: str, *arguments: str) -> Outcome:
    """What pytest says of them, on two cores."""
    options = ("-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile")
    run = python(name, "-m", "pytest", *options, *arguments)
    lines = run.stdout.splitlines() or run.stderr.splitlines() or [""]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return Outcome(run.returncode == 0, lines[-1].strip("= "), failed, {})


RUNS = {"claims": claims, "perturbed": perturbed, "lessons": lessons, "tests": tests}


# The command


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=RUNS)
    parser.add_argument("processor", nargs="*", help=f"any of {', '.join(PROCESSORS)}; default all")
    parser.add_argument("--json", type=Path, help="write claims × processors, error over tolerance")
    options = parser.parse_args()
    if unknown := set(options.processor) - set(PROCESSORS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PROCESSORS)}")
    outcomes = table(options.what, options.processor or list(PROCESSORS))
    if options.json:
        options.json.write_text(json.dumps(by_claim(outcomes), indent=1) + "\n", encoding="utf-8")
    return 0 if all(outcome.passed for outcome in outcomes.values()) else 1


def table(what: str, names: list[str]) -> dict[str, Outcome]:
    """One line a processor as its run ends, and below it what failed."""
    able = [name for name in names if not obstacle(name)]
    for name in names:
        if name not in able:
            print(f"skipped  {obstacle(name)}", flush=True)
    outcomes = {}
    # pytest takes both cores itself; claims run in one process.
    with ThreadPoolExecutor(1 if RUNS[what] in (lessons, tests) else 2) as pool:
        for name, outcome in zip(able, pool.map(RUNS[what], able), strict=True):
            outcomes[name] = outcome
            sign = "✓" if outcome.passed else "✗"
            print(f"{sign} {PROCESSORS[name].title:<32} {what}: {outcome.summary}", flush=True)
            for line in outcome.details:
                print(f"    {line}", flush=True)
    return outcomes


def by_claim(outcomes: dict[str, Outcome]) -> dict[str, dict[str, float]]:
    """Error over tolerance by claim and processor, the largest of each claim beside them."""
    ids = {id: None for outcome in outcomes.values() for id in outcome.ratios}
    found = {}
    for id in ids:
        row = {name: outcome.ratios[id] for name, outcome in outcomes.items()}
        found[id] = row | {"largest": max(row.values())}
    return dict(sorted(found.items(), key=lambda item: -item[1]["largest"]))


if __name__ == "__main__":
    sys.exit(main())
