#!/usr/bin/env python3
"""Golden values of the zoo's networks, made by PyTorch and torchvision (1.13 and 0.14 were used).

  python3 make_zoo.py                writes zoo.safetensors beside itself
  python3 make_zoo.py export NET FILE   writes torchvision's NET with random weights for load_weights() to read

The weights are made by a formula that zoo_test.cpp knows too, so that only what becomes of them is stored: of every
network the logits in evaluation; and of one training step (without dropout) the loss, a few numbers of the gradient of
every parameter, and the running statistics. Computed in double precision: the differences are the library's own.
"""
import json
import os
import struct
import sys
import zlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = 6  # numbers kept of a tensor, at most
torch.manual_seed(1)


def scrambled(name, count):
    """`count` numbers in [-1, 1) that follow from the name alone."""
    x = np.arange(count, dtype=np.uint32) ^ np.uint32(zlib.crc32(name.encode()))
    for shift, factor in ((16, 0x7feb352d), (15, 0x846ca68b)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def weight(name, shape, normalises):
    """With these, almost every channel is wholly above the corner of its ReLU or wholly below it. Elsewhere rounding
    decides here and there on which side a number falls, and single precision finds gradients that differ by percents."""
    values = scrambled(name, int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:  # filters and matrices
        return values * np.float32(np.sqrt(3 / np.prod(shape[1:])))
    if name.endswith("running_var"):
        return np.float32(1) + values * np.float32(0.5)
    if normalises and name.endswith("weight"):
        return np.float32(0.2) + values * np.float32(0.05)
    if normalises and name.endswith("bias"):
        beta = np.copysign(np.float32(1), values) + values * np.float32(0.25)
        two_paths = any(part in name for part in ("bn2", "bn3", "downsample"))  # where they are added
        return np.abs(beta) if two_paths else beta
    return values * np.float32(0.5)


class Block(nn.Module):
    def __init__(self, i, o, s):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.stride, self.more = s, o - i

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.more:  # option A
            before = self.more // 2
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, before, self.more - before))
        return F.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


def torchvisions(name, **options):
    return lambda: getattr(torchvision.models, name)(weights=None, **options)


# network, images, their size
NETWORKS = {
    "resnet20": (ResNet20, 4, 32),
    "resnet18": (torchvisions("resnet18"), 4, 64),
    "resnet50": (torchvisions("resnet50"), 4, 64),
    "alexnet": (torchvisions("alexnet"), 2, 64),
    "vgg11": (torchvisions("vgg11", init_weights=False), 2, 64),
    "vgg13": (torchvisions("vgg13", init_weights=False), 2, 64),
    "vgg16": (torchvisions("vgg16", init_weights=False), 2, 64),
    "vgg19": (torchvisions("vgg19", init_weights=False), 2, 64),
    "googlenet": (torchvisions("googlenet", aux_logits=False, init_weights=False), 4, 64),
}
DTYPES = {"F32": "<f4"}


def write(path, tensors):
    header, parts, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for key, value in tensors.items():
        raw = np.ascontiguousarray(value, dtype="<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(np.shape(value)), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    return flat[::-(-flat.numel() // SAMPLE)].contiguous().numpy()


def states(network):
    return {key: value for key, value in network.state_dict().items() if not key.endswith("num_batches_tracked")}


if len(sys.argv) == 4 and sys.argv[1] == "export":
    make = NETWORKS[sys.argv[2]][0] if sys.argv[2] in NETWORKS else torchvisions(sys.argv[2])
    write(sys.argv[3], {key: value.numpy() for key, value in states(make()).items()})
    sys.exit()

golden = {}
for name, (make, images, size) in NETWORKS.items():
    network = make().double()
    all_states = states(network)
    with torch.no_grad():
        for key, value in all_states.items():
            normalises = key.rsplit(".", 1)[0] + ".running_mean" in all_states
            value.copy_(torch.from_numpy(weight(key, tuple(value.shape), normalises)))
    x = torch.from_numpy(scrambled("x", images * 3 * size * size).reshape(images, 3, size, size)).double()
    labels = torch.arange(images) * 3
    network.eval()
    golden[name + "/logits"] = network(x).detach().numpy()[:, :10]
    network.train()
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    loss = F.cross_entropy(network(x), labels)
    loss.backward()
    golden[name + "/loss"] = loss.detach().numpy().reshape(1)
    for key, parameter in network.named_parameters():
        scale = parameter.grad.square().mean().sqrt()
        golden[f"{name}/gradient/{key}"] = np.append(sample(parameter.grad), scale)
    for key, value in states(network).items():
        if "running" in key:
            golden[f"{name}/state/{key}"] = sample(value)
    print(name, sum(p.numel() for p in network.parameters()), float(loss), golden[name + "/logits"][0, :4])
write(os.path.join(HERE, "zoo.safetensors"), golden)
