"""The safetensors format in a few lines, for machines without the package: 8 bytes with the length of the header, the
header (JSON: name -> dtype, shape, data_offsets), the numbers."""
import json
import struct

import numpy as np

DTYPES = {"F32": "<f4", "F64": "<f8", "F16": "<f2", "I64": "<i8"}


def write(path, tensors):
    header, parts, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, value in tensors.items():
        dtype = next(key for key, kind in DTYPES.items() if np.dtype(kind) == value.dtype)
        raw = np.ascontiguousarray(value, DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.writelines([struct.pack("<Q", len(text)), text, *parts])


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        raw = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(raw, DTYPES[one["dtype"]], int(np.prod(one["shape"])), one["data_offsets"][0])
            .reshape(one["shape"]).copy() for name, one in header.items()}
