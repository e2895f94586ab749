#!/usr/bin/env python3
"""Writes the .npy files that npy_test.cpp reads, with NumPy's own words (made with NumPy 1.24.2).

Run with a file's name, it reads that file with NumPy and prints type, shape and numbers.
"""
import pathlib
import sys

import numpy as np
from numpy.lib import format as npy

here = pathlib.Path(__file__).parent


def save(name, array, version=None):
    with open(here / f"{name}.npy", "wb") as file:
        npy.write_array(file, np.asarray(array), version=version)


def main():
    ramp = np.arange(6).reshape(2, 3)
    save("float32", (ramp / 4 - 0.5).astype("<f4"))
    save("float64", (ramp / 3).astype("<f8"))
    save("int32", (ramp - 3).astype("<i4"))
    save("int64", (ramp * 1000 - 3).astype("<i8"))
    save("uint8", (ramp * 51).astype("u1"))
    save("version2", ramp.astype("<f4"), version=(2, 0))
    save("version3", ramp.astype("<f4"), version=(3, 0))
    save("scalar", np.float32(2.5))
    save("vector", np.float32([1, 2, 3]))
    save("none", np.zeros((0, 3), "<f4"))
    save("rank5", np.arange(32, dtype="<f4").reshape(2, 1, 4, 2, 2))
    # What must be refused.
    save("refused_rank6", np.zeros((1, 1, 1, 1, 1, 2), "<f4"))
    save("refused_half", ramp.astype("<f2"))
    save("refused_big_endian", ramp.astype(">f4"))
    save("refused_fortran", np.asfortranarray(ramp.astype("<f4")))
    save("refused_complex", ramp.astype("<c8"))
    save("refused_records", np.zeros(2, [("x", "<f4"), ("y", "<i4")]))


if len(sys.argv) > 1:
    array = np.load(sys.argv[1])
    print(array.dtype.str, array.shape, array.ravel().tolist())
else:
    main()
