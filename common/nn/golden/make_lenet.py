#!/usr/bin/env python3
"""Golden values of the modern LeNet-5, made by PyTorch (1.13 was used; Debian: python3-torch).

  python3 make_lenet.py          writes lenet.safetensors and lenet_golden.safetensors beside itself
  python3 make_lenet.py FILE     reads weights that save_weights() wrote and prints the logits they give

lenet.safetensors holds the weights in half precision (PyTorch computes with exactly these values).
lenet_golden.safetensors holds the input x, the labels, and what PyTorch makes of them: logits, loss, the gradients of
all parameters, and the parameters after two steps of SGD on the same batch. Of long tensors every n-th number is kept.
The files are written and read here without the safetensors package, from the description of the format alone.
"""
import json
import os
import struct
import sys

import numpy as np
import torch
import torch.nn as nn

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}
SAMPLE = 500  # numbers kept of a tensor, at most


def write(name, tensors):
    header, parts, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for key, value in tensors.items():
        dtype = next(d for d, code in DTYPES.items() if np.dtype(code) == value.dtype)
        raw = value.tobytes()
        header[key] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def read(path):
    with open(path, "rb") as file:
        bytes_ = file.read()
    (length,) = struct.unpack("<Q", bytes_[:8])
    header, data = json.loads(bytes_[8:8 + length]), bytes_[8 + length:]
    header.pop("__metadata__", None)
    return {key: torch.from_numpy(np.frombuffer(data[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]])
                                  .reshape(entry["shape"]).astype(np.float32)) for key, entry in header.items()}


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    return flat[::-(-flat.numel() // SAMPLE)].contiguous().numpy()


torch.manual_seed(7)
network = lenet()
x = torch.rand(4, 1, 28, 28)
labels = torch.tensor([3, 0, 9, 3])
if len(sys.argv) > 1:
    network.load_state_dict(read(sys.argv[1]))
    print(network(torch.full((1, 1, 28, 28), 0.5)).tolist())
    sys.exit()

halves = {key: value.half() for key, value in network.state_dict().items()}
network.load_state_dict({key: value.float() for key, value in halves.items()})
write("lenet.safetensors", {key: value.numpy() for key, value in halves.items()})

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
golden = {"x": x.numpy(), "labels": labels.numpy()}
for step in range(2):
    optimizer.zero_grad()
    logits = network(x)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    if step == 0:
        golden["logits"] = logits.detach().numpy().copy()
        golden["loss"] = loss.detach().numpy().copy()
        golden.update({"gradient." + key: sample(p.grad).copy() for key, p in network.named_parameters()})
    optimizer.step()
golden.update({"after." + key: sample(p).copy() for key, p in network.named_parameters()})
write("lenet_golden.safetensors", golden)
