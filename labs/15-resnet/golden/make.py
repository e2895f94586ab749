#!/usr/bin/python3
"""Golden values for lab 15, made by PyTorch and torchvision: run in this folder with /usr/bin/python3 make.py (Debian's
python3-torch, python3-torchvision; tried with PyTorch 1.13, torchvision 0.14).

Inputs and weights are the project's own random numbers (common/testing/golden.py).
"""
import functools
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import resnet

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "common/testing"))
import golden  # noqa: E402

Engine = functools.partial(golden.Engine, dtype=torch.float64)
random = functools.partial(golden.random, dtype=torch.float64)


def set_weights(network, seed):
    """As set_weights() in common/nn/probe.hpp."""
    engine = Engine(seed)
    for p in network.parameters():
        filter_size = int(np.prod(p.shape[1:])) if p.dim() > 1 else 4
        bound = np.float32(1) / np.sqrt(np.float32(filter_size))
        p.data = engine.uniform(tuple(p.shape), -bound, bound)


def save(name, tensor):
    np.save(name + ".npy", tensor.detach().numpy().astype(np.float32))


def batch_norm():
    for name, shape in (("one", (2, 3, 4, 5)), ("two", (5, 2, 1, 3))):
        x = (2 * random(shape, 1) + 0.5).requires_grad_()
        gamma, beta = random(shape[1:2], 2).requires_grad_(), random(shape[1:2], 3).requires_grad_()
        mean, variance = random(shape[1:2], 4), random(shape[1:2], 5) + 1.5
        save(f"{name}_inference", F.batch_norm(x, mean, variance, gamma, beta, eps=1e-3))
        y = F.batch_norm(x, mean, variance, gamma, beta, training=True, momentum=0.25, eps=1e-3)
        save(f"{name}_y", y)
        save(f"{name}_running_mean", mean)
        save(f"{name}_running_variance", variance)
        y.backward(random(shape, 6))
        for what, tensor in (("dx", x.grad), ("dgamma", gamma.grad), ("dbeta", beta.grad)):
            save(f"{name}_{what}", tensor)


def kept(tensor):
    """Of large tensors, the sum over the first axis."""
    return tensor if tensor.numel() < 500 else tensor.flatten(1).sum(0)


def passes(name, network, x_shape, dy_shape, seeds):
    network = network.double().train()
    set_weights(network, seeds[2])
    x = random(x_shape, seeds[0]).requires_grad_()
    y = network(x)
    y.backward(random(dy_shape, seeds[1]))
    save(f"{name}_y", y)
    save(f"{name}_dx", kept(x.grad))
    gradients = [kept(p.grad).flatten() for p in network.parameters()]
    save(f"{name}_gradients", torch.cat(gradients))
    print(name, sum(p.numel() for p in network.parameters()), "parameters,", len(gradients), "tensors")


class ZeroPaddedBlock(nn.Module):  # He et al. 2015, option A
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters)
        self.stride, self.more = stride, filters - channels

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        before = self.more // 2
        x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, before, self.more - before))
        return F.relu(y + x)


def small(n, width, channels, classes):
    layers, inner = [nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()], width
    for s in range(3):
        for block in range(n):
            layers.append(ZeroPaddedBlock(inner, width << s, 2 if s and not block else 1))
            inner = width << s
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inner, classes))


class Body(nn.Module):  # a bottleneck without its sum
    def __init__(self, block):
        super().__init__()
        self.conv1, self.bn1, self.conv2, self.bn2 = block.conv1, block.bn1, block.conv2, block.bn2
        self.conv3, self.bn3 = block.conv3, block.bn3

    def forward(self, x):
        return self.bn3(self.conv3(F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))))


def photo(block, counts, width, classes):
    """torchvision's blocks as torchvision's ResNet has them, but narrower."""
    stem = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    layers, inner = [], width
    for s, count in enumerate(counts):
        planes = width << s
        for number in range(count):
            stride, out, shortcut = 2 if s and not number else 1, planes * block.expansion, None
            if stride > 1 or inner != out:
                shortcut = nn.Sequential(nn.Conv2d(inner, out, 1, stride, bias=False), nn.BatchNorm2d(out))
            layers.append(block(inner, planes, stride, shortcut))
            inner = out
    return nn.Sequential(*stem, *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inner, classes))


torch.set_num_threads(1)
batch_norm()
passes("bottleneck", Body(resnet.Bottleneck(6, 2, stride=2)), (3, 6, 5, 7), (3, 8, 3, 4), (11, 12, 13))
passes("small", small(2, 4, 1, 5), (3, 1, 12, 12), (3, 5), (21, 22, 23))
passes("photo18", photo(resnet.BasicBlock, [2, 2, 2, 2], 4, 5), (3, 3, 40, 40), (3, 5), (31, 32, 33))
passes("photo50", photo(resnet.Bottleneck, [3, 4, 6, 3], 4, 5), (3, 3, 40, 40), (3, 5), (41, 42, 43))
for layers in (18, 34, 50, 101, 152):
    network = getattr(resnet, f"resnet{layers}")(weights=None)
    print(f"resnet{layers}", sum(p.numel() for p in network.parameters()), "parameters")
