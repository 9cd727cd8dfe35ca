"""w³ at w = 2, where the slope is 12: differences that a pencil can follow, and a rounded loss."""

import numpy as np

from rnncourse.records import markdown_table

W, SLOPE = 2.0, 12.0
STEPS = (0.1, 0.05, 0.025)
ROUNDED_STEPS = (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5)


def cube(w: float, digits: int = 16) -> float:
    """w³ as a calculator shows it that keeps so many digits."""
    return float(f"{w**3:.{digits}g}")


def forward(eps: float) -> float:
    return (cube(W + eps) - cube(W)) / eps


def central(eps: float, digits: int = 16) -> float:
    return (cube(W + eps, digits) - cube(W - eps, digits)) / (2 * eps)


def differences_table() -> str:
    """Both differences at three steps, and how far they are from 12, as a Markdown table."""
    rows = []
    for eps in STEPS:
        f, c = forward(eps), central(eps)
        errors = f"{f - SLOPE:.4f}", f"{c - SLOPE:.6f}".rstrip("0")
        rows.append([f"{eps:g}", f"{f:.6g}", errors[0], f"{c:.6g}", errors[1]])
    return markdown_table(["step:", "forward:", "error:", "central:", "error:"], rows)


def rounded_table(digits: int = 4) -> str:
    """Central differences of a cube that is rounded to ``digits`` digits, as a Markdown table."""
    rows = []
    for eps in ROUNDED_STEPS:
        up, down = cube(W + eps, digits), cube(W - eps, digits)
        slope = central(eps, digits)
        cells = f"{eps:.5f}".rstrip("0").rstrip("."), f"{up:#.{digits}g}", f"{down:#.{digits}g}"
        rows.append([*cells, f"{slope:.4g}", f"{round(abs(slope - SLOPE), 6):g}"])
    return markdown_table(["step:", "upper:", "lower:", "slope:", "error:"], rows)


def rounded_errors(digits: int = 4) -> np.ndarray:
    """How far those differences are from 12, by step, shape (6,)."""
    return np.array([abs(central(eps, digits) - SLOPE) for eps in ROUNDED_STEPS])
