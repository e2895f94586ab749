#!/usr/bin/python3
"""Answers of PyTorch for the tests of lab 05: max_pool2d with its indices, avg_pool2d, ceil_mode.

    /usr/bin/python3 labs/05-pooling/golden/make.py

The values of x are multiples of 1/8, so that some windows hold equal maxima and every result is exact in float32.
"""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = Path(__file__).parent
RANDOM = np.random.default_rng(5)


def numbers(*shape):
    return torch.from_numpy(RANDOM.integers(-16, 17, shape) / 8)


def save(name, **tensors):
    for part, values in tensors.items():
        np.save(FOLDER / f"{name}_{part}.npy", np.asarray(values, dtype=np.float32))


def pooling(name, shape, size, stride, padding):
    x = numbers(*shape)
    y, switches = F.max_pool2d(x, size, stride, padding, return_indices=True)
    save(name, x=x, max=y, switches=switches, average=F.avg_pool2d(x, size, stride, padding))


def covering(name, shape, size, stride):
    x = numbers(*shape)
    save(name, x=x, y=F.max_pool2d(x, size, stride, ceil_mode=True))


pooling("halved", (2, 3, 6, 8), 2, 2, 0)
pooling("overlapping", (1, 2, 9, 7), 3, 2, 0)
pooling("left_over", (2, 1, 8, 11), 3, 3, 0)
pooling("padded", (1, 3, 5, 8), 3, 2, 1)
covering("alexnet", (1, 2, 13, 13), 3, 2)
covering("googlenet", (2, 1, 14, 8), 3, 2)
covering("wide_steps", (1, 2, 9, 10), 5, 4)
