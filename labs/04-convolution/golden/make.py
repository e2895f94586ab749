#!/usr/bin/python3
"""Answers of other software for the tests of lab 04: PyTorch's conv2d, SciPy's correlate2d, OpenCV's Sobel.

    /usr/bin/python3 labs/04-convolution/golden/make.py

Everything is computed in double precision and stored as float32, inputs rounded to float32 first.
"""
from pathlib import Path

import cv2
import numpy as np
import scipy.signal
import torch

FOLDER = Path(__file__).parent
RANDOM = np.random.default_rng(4)


def numbers(*shape):
    return RANDOM.uniform(-1, 1, shape).astype(np.float32).astype(np.float64)


def save(name, **tensors):
    for letter, values in tensors.items():
        np.save(FOLDER / f"{name}_{letter}.npy", np.asarray(values, dtype=np.float32))


def correlation(name, x_shape, w_shape):
    x, w = numbers(*x_shape), numbers(*w_shape)
    save(name, x=x, w=w, y=scipy.signal.correlate2d(x, w, mode="valid"))


def convolution(name, x_shape, w_shape, stride, padding):
    x, w, b = (torch.from_numpy(numbers(*shape)) for shape in (x_shape, w_shape, w_shape[:1]))
    save(name, x=x, w=w, b=b, y=torch.nn.functional.conv2d(x, w, b, stride, padding))


def sobel():
    x = numbers(9, 13)
    inner = (slice(1, -1), slice(1, -1))  # the border is a matter of padding
    save("sobel", x=x, gx=cv2.Sobel(x, cv2.CV_64F, 1, 0)[inner], gy=cv2.Sobel(x, cv2.CV_64F, 0, 1)[inner])


def compass():
    """The masks spelled out, from east counter-clockwise; SciPy moves them over an image."""
    masks = [
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
        [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
        [[2, 1, 0], [1, 0, -1], [0, -1, -2]],
        [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
        [[0, -1, -2], [1, 0, -1], [2, 1, 0]],
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    ]
    x = numbers(8, 7)
    save("compass", x=x, y=[scipy.signal.correlate2d(x, np.array(mask), mode="valid") for mask in masks])


correlation("correlate_square", (7, 7), (3, 3))
correlation("correlate_wide", (5, 11), (2, 4))
correlation("correlate_tall", (9, 4), (5, 1))
convolution("conv_plain", (2, 3, 7, 5), (4, 3, 3, 3), 1, 0)
convolution("conv_stride_2", (1, 2, 9, 8), (3, 2, 3, 3), 2, 0)
convolution("conv_padding_2", (2, 1, 4, 7), (2, 1, 5, 5), 1, 2)
convolution("conv_stride_3_padding_1", (1, 3, 11, 6), (5, 3, 4, 4), 3, 1)
convolution("conv_pointwise", (2, 4, 3, 5), (3, 4, 1, 1), 2, 0)
sobel()
compass()
