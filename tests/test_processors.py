"""Other processors are emulated where they can be, and skipped by name where not."""

import json
import platform
import subprocess
import sys

import processors
import pytest
from processors import PROCESSORS

from rnncourse.training import provenance

NEWER = ("X86_V3", "X86_V4", "AVX512_ICL", "AVX512_SPR")  # what NumPy 2.4 has kernels for
OLDER = ("SSE41", "SSE42", "AVX", "F16C", "FMA3", "AVX2", "AVX512F", "AVX512_SKX")  # NumPy 2.0
X86 = frozenset(feature for each in PROCESSORS.values() for feature in each.needs)
KERNELS = "from rnncourse.training import provenance; print(provenance()['kernels'])"
SIMD = "import json, numpy as np; print(json.dumps(np.show_config('dicts')['SIMD Extensions']))"


@pytest.fixture
def on(monkeypatch):
    """Pretend to be on another machine."""

    def pretend(features=X86, kernels=NEWER, architecture="x86_64"):
        monkeypatch.setattr(processors, "machine", lambda: (features, kernels))
        monkeypatch.setattr(platform, "machine", lambda: architecture)

    return pretend


def printed(name: str, code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=processors.environment(name),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("name", PROCESSORS)
def test_a_process_under_it_has_its_kernels(name):
    if problem := processors.obstacle(name):
        pytest.skip(problem)
    processor = PROCESSORS[name]
    said = dict(part.split(" ") for part in printed(name, KERNELS).split(", "))
    assert not processor.blas or said["OpenBLAS"] == processor.blas or sys.platform == "win32"
    assert not processor.torch or said["torch"] == processor.torch.upper()
    off = processors.variables(name).get("NPY_DISABLE_CPU_FEATURES", "").split()
    simd = json.loads(printed(name, SIMD))
    assert not set(off) & set(simd.get("found", ()))
    assert processor.without == "" or off


def test_the_processors_are_those_of_the_design(on):
    on()
    off = {name: processors.variables(name).get("NPY_DISABLE_CPU_FEATURES") for name in PROCESSORS}
    wide = "X86_V4 AVX512_ICL AVX512_SPR"
    all_but_sse = f"X86_V3 {wide}"
    assert list(off.values()) == [None, wide, wide, all_but_sse, all_but_sse]
    assert processors.variables("native") == {}
    assert processors.variables("avx2") == {
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": wide,
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
    }


def test_another_numpy_has_other_names_for_the_same(on):
    on(kernels=OLDER)
    off = {name: processors.variables(name).get("NPY_DISABLE_CPU_FEATURES") for name in PROCESSORS}
    assert off["avx2"] == "AVX512F AVX512_SKX"
    assert off["avx"] == "FMA3 AVX2 AVX512F AVX512_SKX"
    assert off["sse"] == "AVX F16C FMA3 AVX2 AVX512F AVX512_SKX"


def test_a_name_that_nobody_has_sorted_is_an_error_and_no_silent_pass(on):
    on(kernels=(*NEWER, "X99_NEW"))
    with pytest.raises(ValueError, match="NumPy has kernels for X99_NEW; sort them into"):
        processors.variables("sse")


def test_what_a_machine_lacks_is_told_by_name(on):
    on(features=X86 - {"AVX512F", "AVX512CD", "AVX2"})
    told = {name: processors.obstacle(name) for name in PROCESSORS}
    assert told["avx512"].endswith("NumPy without: this machine lacks AVX512F, AVX512CD")
    assert told["avx2"] == "AVX2: this machine lacks AVX2"
    assert told["native"] == told["avx"] == told["sse"] == ""


def test_elsewhere_only_the_native_one_runs(on):
    on(features=frozenset({"NEON", "ASIMD"}), kernels=("ASIMDHP",), architecture="arm64")
    told = {name: processors.obstacle(name) for name in PROCESSORS}
    assert told.pop("native") == ""
    assert all(problem.endswith(": not on arm64") for problem in told.values())
    assert processors.variables("native") == {}


def test_the_table_names_what_fails_and_what_was_skipped(on, monkeypatch, capsys):
    on(features=X86 - {"AVX512F"})

    def outcome(name):
        return processors.Outcome(name != "sse", "2 of 3", ["that one"] * (name == "sse"), {"a": 1})

    monkeypatch.setitem(processors.RUNS, "claims", outcome)
    outcomes = processors.table("claims", ["avx512", "native", "sse"])
    assert not all(each.passed for each in outcomes.values())
    assert processors.by_claim(outcomes) == {"a": {"native": 1, "sse": 1, "largest": 1}}
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["skipped", "✓", "✗", "that"]


def test_a_record_names_the_processor_and_the_kernels():
    made = provenance()
    assert made["processor"]
    assert made["kernels"].split()[::2] == ["NumPy", "OpenBLAS", "torch"]
