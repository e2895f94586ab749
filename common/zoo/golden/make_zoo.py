#!/usr/bin/env python3
"""Golden values of the zoo's networks, made by PyTorch and torchvision (1.13 and 0.14 were used).

  python3 make_zoo.py                writes zoo.safetensors beside itself
  python3 make_zoo.py add NET …      makes these anew and keeps the others
  python3 make_zoo.py export NET FILE   writes torchvision's NET with random weights for load_weights() to read

The weights are made by a formula that zoo_test.cpp knows too, so that only what becomes of them is stored:

  NET/logits     in evaluation
  NET/dense      where maps are averaged: probabilities of one photo that is no square, the mean with its mirror image's
  NET/loss       of one training step without dropout
  NET/gradients  after it, a few numbers and the root mean square of every parameter's, in the order of their names
  NET/states     after it, a few numbers of all running statistics, in the order of their names

Names are not stored: each weight follows from its name, so that one under another name changes all of these. Computed
in double precision: the differences are the library's own.
"""
import collections
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


def weight(name, shape, normalises, plain):
    """With these, almost every channel is wholly above the corner of its ReLU or wholly below it. Elsewhere rounding
    decides here and there on which side a number falls, and single precision finds gradients that differ by percents.
    Where nothing is normalised (`plain`), smaller filters and larger biases see to it."""
    values = scrambled(name, int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:  # filters and matrices
        return values * np.float32(np.sqrt(3 / np.prod(shape[1:]))) * np.float32(0.75 if plain else 1)
    if plain:
        return np.copysign(np.float32(1), values) + values * np.float32(0.25)
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


class Inception(nn.Module):
    """Szegedy et al. 2014, figure 2(b)."""
    def __init__(self, i, one, r3, three, r5, five, pool):
        super().__init__()
        def row(*layers):
            return [x for i, o, k in layers for x in (nn.Conv2d(i, o, k, 1, k // 2), nn.ReLU())]
        self.branch1 = nn.Sequential(*row((i, one, 1)))
        self.branch2 = nn.Sequential(*row((i, r3, 1), (r3, three, 3)))
        self.branch3 = nn.Sequential(*row((i, r5, 1), (r5, five, 5)))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), *row((i, pool, 1)))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


def googlenet_2014():
    """As published, the values of its normalisation from the published Caffe model."""
    def conv(i, o, size, stride=1):
        return nn.Sequential(nn.Conv2d(i, o, size, stride, size // 2), nn.ReLU())
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)
    def norm():
        return nn.LocalResponseNorm(5, 1e-4, 0.75, 1.0)
    layers = [("conv1", conv(3, 64, 7, 2)), ("pool1", pool()), ("norm1", norm()), ("conv2_reduce", conv(64, 64, 1)),
              ("conv2", conv(64, 192, 3)), ("norm2", norm()), ("pool2", pool())]
    table_1 = {"3a": (192, 64, 96, 128, 16, 32, 32), "3b": (256, 128, 128, 192, 32, 96, 64),
               "4a": (480, 192, 96, 208, 16, 48, 64), "4b": (512, 160, 112, 224, 24, 64, 64),
               "4c": (512, 128, 128, 256, 24, 64, 64), "4d": (512, 112, 144, 288, 32, 64, 64),
               "4e": (528, 256, 160, 320, 32, 128, 128), "5a": (832, 256, 160, 320, 32, 128, 128),
               "5b": (832, 384, 192, 384, 48, 128, 128)}
    for name, channels in table_1.items():
        if name in ("4a", "5a"):
            layers.append(("pool" + ("3" if name == "4a" else "4"), pool()))
        layers.append(("inception" + name, Inception(*channels)))
    layers += [("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("dropout", nn.Dropout(0.4)),
               ("fc", nn.Linear(1024, 1000))]
    return nn.Sequential(collections.OrderedDict(layers))


def torchvisions(name, **options):
    return lambda: getattr(torchvision.models, name)(weights=None, **options)


# network, images, their size
NETWORKS = {
    "resnet20": (ResNet20, 4, 32),
    "resnet18": (torchvisions("resnet18"), 4, 64),
    "resnet34": (torchvisions("resnet34"), 4, 64),
    "resnet50": (torchvisions("resnet50"), 4, 64),
    "resnet101": (torchvisions("resnet101"), 4, 64),
    "resnet152": (torchvisions("resnet152"), 4, 64),
    "alexnet": (torchvisions("alexnet"), 2, 64),
    "vgg11": (torchvisions("vgg11", init_weights=False), 1, 32),
    "vgg13": (torchvisions("vgg13", init_weights=False), 1, 32),
    "vgg16": (torchvisions("vgg16", init_weights=False), 1, 32),
    "vgg19": (torchvisions("vgg19", init_weights=False), 1, 32),
    "googlenet": (torchvisions("googlenet", aux_logits=False, init_weights=False), 4, 64),
    "googlenet_with_heads": (torchvisions("googlenet", init_weights=False), 4, 64),
    "googlenet2014": (googlenet_2014, 4, 64),
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


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__")
    return {key: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
            for key, entry in header.items()}


def loss_of(outputs, labels):
    """Auxiliary classifiers count 0.3: Szegedy et al. 2014, section 5."""
    if isinstance(outputs, torch.Tensor):
        return F.cross_entropy(outputs, labels)
    heads = F.cross_entropy(outputs.aux_logits1, labels) + F.cross_entropy(outputs.aux_logits2, labels)
    return F.cross_entropy(outputs.logits, labels) + 0.3 * heads


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    return flat[::-(-flat.numel() // SAMPLE)].contiguous().numpy()


def dense(network, size):
    """What the dense view says of a photo of size × 11/8 size, for the first ten classes."""
    width = size * 11 // 8
    photo = torch.from_numpy(scrambled("photo", 3 * size * width).reshape(1, 3, size, width)).double()
    return torch.stack([F.softmax(network(x), 1)[0, :10] for x in (photo, photo.flip(3))]).mean(0)


def states(network):
    return {key: value for key, value in network.state_dict().items() if not key.endswith("num_batches_tracked")}


if len(sys.argv) == 4 and sys.argv[1] == "export":
    make = NETWORKS[sys.argv[2]][0] if sys.argv[2] in NETWORKS else torchvisions(sys.argv[2])
    write(sys.argv[3], {key: value.numpy() for key, value in states(make()).items()})
    sys.exit()

path = os.path.join(HERE, "zoo.safetensors")
wanted = sys.argv[2:] if sys.argv[1:2] == ["add"] else list(NETWORKS)
golden = read(path) if wanted != list(NETWORKS) else {}
golden = {key: value for key, value in golden.items() if key.split("/")[0] not in wanted}
for name in wanted:
    make, images, size = NETWORKS[name]
    network = make().double()
    all_states = states(network)
    with torch.no_grad():
        for key, value in all_states.items():
            normalises = key.rsplit(".", 1)[0] + ".running_mean" in all_states
            value.copy_(torch.from_numpy(weight(key, tuple(value.shape), normalises, name.startswith("vgg"))))
    x = torch.from_numpy(scrambled("x", images * 3 * size * size).reshape(images, 3, size, size)).double()
    labels = torch.arange(images) * 3
    network.eval()
    golden[name + "/logits"] = network(x).detach().numpy()[:, :10]
    if not name.startswith(("alexnet", "vgg")):  # these have dense layers for maps of one size
        golden[name + "/dense"] = dense(network, size).detach().numpy()
    network.train()
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    loss = loss_of(network(x), labels)
    loss.backward()
    golden[name + "/loss"] = loss.detach().numpy().reshape(1)
    golden[name + "/gradients"] = np.concatenate(
        [np.append(sample(parameter.grad), parameter.grad.square().mean().sqrt())
         for key, parameter in sorted(network.named_parameters())])
    running = [sample(value) for key, value in sorted(states(network).items()) if "running" in key]
    if running:
        golden[name + "/states"] = np.concatenate(running)
    print(name, sum(p.numel() for p in network.parameters()), float(loss), golden[name + "/logits"][0, :4])
write(path, golden)
