"""Checkpoints: data that is never executed, whole or not there."""

import json
from pathlib import Path

import torch

CHECKPOINT_FORMAT = 2


def read_checkpoint(path: str | Path) -> tuple[dict, dict]:
    """What a checkpoint tells of its run, and its tensors; ValueError if it is not a whole one."""
    try:
        state = torch.load(path, weights_only=True)
        told = json.loads(state["told"])
        if told["format"] != CHECKPOINT_FORMAT:
            raise ValueError(f"format {told['format']} is not {CHECKPOINT_FORMAT}")
    except Exception as error:  # torch raises many kinds for a damaged file
        kind = type(error).__name__
        raise ValueError(f"{path} is not a whole checkpoint of rnncourse ({kind})") from None
    return told, state
