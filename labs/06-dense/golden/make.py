#!/usr/bin/python3
"""Answers of PyTorch for the tests of lab 06.

    /usr/bin/python3 labs/06-dense/golden/make.py [runs/10-lenet/.../lenet.safetensors]

Everything is computed in double precision and stored as float32, inputs rounded to float32 first.

lenet.safetensors, in the folder above, holds the weights of a modern LeNet-5 in half precision. They came from
`./lab run 10 --reference -- --epochs 5` (Fashion-MNIST, all other options as they are); given another such file, the
script takes its weights instead. Both are read without the safetensors package: eight bytes of length, a JSON header,
the numbers.
"""
import gzip
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

FOLDER = Path(__file__).parent
WEIGHTS = FOLDER.parent / "lenet.safetensors"
DATA = Path("/usr/share/datasets/fashion-mnist")  # Debian: dataset-fashion-mnist
MEAN, DEVIATION = np.float32(0.2860406), np.float32(0.3530242)  # of its training images, as lab 10 takes them off
DTYPES = {"F32": "<f4", "F16": "<f2"}
RANDOM = np.random.default_rng(6)


def numbers(*shape, size=1):
    values = RANDOM.uniform(-size, size, shape).astype(np.float32)
    return torch.from_numpy(values.astype(np.float64))


def save(name, **tensors):
    for part, values in tensors.items():
        np.save(FOLDER / f"{name}_{part}.npy", np.asarray(values.detach(), dtype=np.float32))


def dense(name, images, inputs, outputs, has_bias=True):
    x, w, b = numbers(images, inputs), numbers(outputs, inputs), numbers(outputs)
    save(name, x=x, w=w, y=F.linear(x, w, b if has_bias else None))
    if has_bias:
        save(name, b=b)


def activations():
    x = torch.cat([numbers(2, 3, 4, 5, size=8).reshape(-1), numbers(20, size=0.01),
                   torch.tensor([0, 20, -20, 88, -88, 90, -90, 1000, -1000], dtype=torch.float64)])
    scaled_tanh = 1.7159 * torch.tanh(2 / 3 * x)  # LeCun et al. 1998, appendix A
    save("activation", x=x, relu=F.relu(x), tanh=torch.tanh(x), scaled_tanh=scaled_tanh, sigmoid=torch.sigmoid(x))


def softmax():
    ordinary, wide = numbers(4, 10, size=5), numbers(3, 7, size=200).round()
    x = torch.cat([wide, wide + 1000, wide - 1000])
    save("softmax_ordinary", x=ordinary, y=F.softmax(ordinary, dim=1))
    save("softmax_wide", x=x, y=F.softmax(x, dim=1))


def test_images():
    pixels = np.frombuffer(gzip.open(DATA / "t10k-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    labels = np.frombuffer(gzip.open(DATA / "t10k-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    x = (pixels.reshape(-1, 1, 28, 28).astype(np.float32) / np.float32(255) - MEAN) / DEVIATION
    return torch.from_numpy(x), torch.from_numpy(labels.astype(np.int64))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def read(path):
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(np.frombuffer(data[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]])
                                   .reshape(entry["shape"]).astype(np.float32)) for name, entry in header.items()}


def write_halves(weights):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, values in weights.items():
        raw = values.half().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    WEIGHTS.write_bytes(struct.pack("<Q", len(text)) + text + data)


def whole_network():
    network = lenet()
    network.load_state_dict(read(WEIGHTS))
    x, labels = test_images()
    with torch.no_grad():
        accuracy = (network(x).argmax(dim=1) == labels).double().mean()
        x = torch.stack([x[(labels == label).nonzero()[0, 0]] for label in range(4)])  # the first of four classes each
        single, logits = network(x).double(), network.double()(x.double())
    print(f"lenet.safetensors: {accuracy:.2%} of the test images are right")
    print(f"largest logit {logits.abs().max():.2f}; float32 differs from float64 by {(single - logits).abs().max():.1e}")
    save("lenet", x=x, logits=logits)


if __name__ == "__main__":
    dense("dense_ordinary", 3, 7, 5)
    dense("dense_wide", 2, 400, 12)
    dense("dense_no_bias", 4, 6, 3, has_bias=False)
    activations()
    softmax()
    if len(sys.argv) > 1:
        write_halves(read(sys.argv[1]))
    whole_network()
