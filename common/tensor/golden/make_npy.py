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
        npy.write_array(file, np.asarray(array), version=version, allow_pickle=True)


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
    cube = np.arange(24).reshape(2, 3, 4)
    save("half", (ramp / 4 - 0.5).astype("<f2"))
    save("big_endian", (cube * 1000 - 7).astype(">f4"))
    save("big_endian_int64", (ramp - 3).astype(">i8"))
    save("fortran", np.asfortranarray(cube.astype("<f4")))
    save("fortran_big_endian", np.asfortranarray(cube.astype(">u2")))
    save("bool", ramp % 2 == 1)
    for name in ("int8", "int16", "uint16", "uint32", "uint64"):
        save(name, (ramp - (0 if name.startswith("u") else 3)).astype(name))
    save("not_finite", np.float64([np.nan, np.inf, -np.inf, -0.0]))
    save("rounded", np.float64([0.1, 0.5, 1e300, -1e300, np.nan, np.inf]))
    save("rounded_int64", np.int64([2**24, 2**24 + 1, -(2**62), 2**63 - 1]))
    # Python 2 wrote an L behind its long integers.
    with open(here / "python2.npy", "wb") as file:
        text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }".ljust(117) + b"\n"
        file.write(b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + ramp.astype("<f4").tobytes())
    np.savez(here / "stored.npz", x=ramp.astype("<f4"), labels=np.int64([3, 1]))
    np.savez_compressed(here / "deflated.npz", x=np.zeros((20, 30), "<f4"), y=np.arange(500.0))
    np.savez(here / "one.npz", only=np.float32([1, 2, 3]))
    # What must be refused.
    save("refused_rank6", np.zeros((1, 1, 1, 1, 1, 2), "<f4"))
    save("refused_complex", ramp.astype("<c8"))
    save("refused_records", np.zeros(2, [("x", "<f4"), ("y", "<i4")]))
    save("refused_objects", np.array([None, 3], object))
    save("refused_text", np.array(["a", "bcd"]))
    save("refused_dates", np.array(["2020-01-01"], "M8[s]"))
    save("refused_raw", np.zeros(2, "V8"))
    save("refused_long_double", np.zeros(2, "<f16"))


if len(sys.argv) > 1:
    array = np.load(sys.argv[1])
    print(array.dtype.str, array.shape, array.ravel().tolist())
else:
    main()
