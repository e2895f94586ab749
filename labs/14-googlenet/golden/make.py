#!/usr/bin/python3
"""Golden values for lab 14, made by PyTorch and torchvision: run in this folder with /usr/bin/python3 make.py (tried with
python3-torch 1.13 and python3-torchvision 0.14).

Inputs and weights are the project's own random numbers (common/testing/golden.py).
"""
import pathlib
import sys

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "common/testing"))
from golden import Engine, random  # noqa: E402


def set_weights(network, seed):
    """As set_weights() in common/nn/probe.hpp."""
    engine = Engine(seed)
    with torch.no_grad():
        for p in network.parameters():
            filter_size = int(np.prod(p.shape[1:])) if p.dim() > 1 else 4
            bound = np.float32(1) / np.sqrt(np.float32(filter_size))
            p.copy_(engine.uniform(tuple(p.shape), -bound, bound))
    return network


def scrambled(first, count, seed):
    """As scrambled() in exercises.cpp, for i = first, first + 1, …"""
    x = np.arange(first, first + count, dtype=np.uint32) ^ np.uint32(seed * 0x9e3779b9 % 2**32)
    for shift, factor in ((16, 0x7feb352d), (15, 0x846ca68b)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return torch.from_numpy((x >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1))


def set_lively_weights(network, seed):
    """As set_lively_weights() in exercises.cpp."""
    at = 0
    with torch.no_grad():
        for name, p in network.named_parameters():
            bound = np.sqrt(np.float32(6) / np.float32(np.prod(p.shape[1:]))) if p.dim() > 1 else np.float32(0.1)
            value = float(bound) * scrambled(at, p.numel(), seed).reshape(p.shape)
            if ".bn." in name:
                value = torch.full_like(value, 1.0 if name.endswith("weight") else 0.0)
            p.copy_(value)
            at += p.numel()
    return network


def save(name, tensor):
    np.save(name + ".npy", tensor.detach().numpy().astype(np.float32))


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    return flat[:: -(-flat.numel() // 6)]


def save_pass(name, network, x_shape, seed):
    """Outputs, dx, and the gradients of all parameters one behind the other."""
    x = random(x_shape, seed).requires_grad_()
    set_weights(network, seed + 2)
    y = network(x)
    y.backward(random(tuple(y.shape), seed + 1))
    save(name + "_y", y)
    save(name + "_dx", x.grad)
    save(name + "_gradients", torch.cat([p.grad.reshape(-1) for p in network.parameters()]))


def unit(i, o, size, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, size, stride, size // 2), nn.ReLU())


class Inception(nn.Module):
    def __init__(self, i, one, r3, three, r5, five, pool, naive=False):
        super().__init__()
        self.branch1 = unit(i, one, 1)
        pooling = nn.MaxPool2d(3, 1, 1)
        if naive:
            self.branch2, self.branch3 = unit(i, three, 3), unit(i, five, 5)
            self.branch4 = nn.Sequential(pooling)
        else:
            self.branch2 = nn.Sequential(*unit(i, r3, 1), *unit(r3, three, 3))
            self.branch3 = nn.Sequential(*unit(i, r5, 1), *unit(r5, five, 5))
            self.branch4 = nn.Sequential(pooling, *unit(i, pool, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


def head(i, side, classes, size, stride, maps, neurons):
    after = (side - size) // stride + 1
    return nn.Sequential(nn.AvgPool2d(size, stride), *unit(i, maps, 1), nn.Flatten(),
                         nn.Linear(maps * after * after, neurons), nn.ReLU(), nn.Dropout(0.7),
                         nn.Linear(neurons, classes))


def pool():
    return nn.MaxPool2d(3, 2, ceil_mode=True)


TABLE_1 = [(192, 64, 96, 128, 16, 32, 32), (256, 128, 128, 192, 32, 96, 64), (480, 192, 96, 208, 16, 48, 64),
           (512, 160, 112, 224, 24, 64, 64), (512, 128, 128, 256, 24, 64, 64), (512, 112, 144, 288, 32, 64, 64),
           (528, 256, 160, 320, 32, 128, 128), (832, 256, 160, 320, 32, 128, 128), (832, 384, 192, 384, 48, 128, 128)]
SMALL = [(24, 16, 16, 24, 4, 8, 8), (56, 24, 24, 32, 4, 8, 8), (72, 32, 32, 64, 8, 16, 16), (128, 32, 32, 64, 8, 16, 16),
         (128, 64, 48, 96, 12, 24, 24)]


def published(classes=1000):
    m = [Inception(*c) for c in TABLE_1]
    norm = lambda: nn.LocalResponseNorm(5, 1e-4, 0.75, 1.0)
    return nn.Sequential(unit(3, 64, 7, 2), pool(), norm(), unit(64, 64, 1), unit(64, 192, 3), norm(), pool(), *m[:2], pool(),
                         *m[2:7], pool(), *m[7:], nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4),
                         nn.Linear(1024, classes))


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        m = [Inception(*c) for c in SMALL]
        self.first = nn.Sequential(unit(3, 24, 3), pool(), *m[:2], pool(), m[2])
        self.last = nn.Sequential(m[3], pool(), m[4], nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(208, 10))
        self.aux1 = head(128, 8, 10, 3, 2, 32, 64)

    def forward(self, x):
        x = self.first(x)
        return self.last(x), self.aux1(x)


def count(network):
    return sum(p.numel() for p in network.parameters())


torch.set_num_threads(1)

save_pass("naive", Inception(3, 2, 0, 3, 0, 2, 0, naive=True), (2, 3, 5, 6), 11)
save_pass("inception", Inception(4, 2, 3, 4, 2, 3, 2), (2, 4, 5, 6), 21)
save_pass("head", head(6, 14, 5, 5, 3, 4, 7).eval(), (2, 6, 14, 14), 31)

logits = [(3 * random((4, 5), 41 + i)).requires_grad_() for i in range(3)]
losses = [F.cross_entropy(one, torch.tensor([3, 0, 4, 3])) for one in logits]
total = losses[0] + 0.3 * (losses[1] + losses[2])
total.backward()
save("heads_loss", total)
save("heads_loss_gradients", torch.cat([one.grad for one in logits], 1))

x = random((2, 3, 4, 7), 51).requires_grad_()
y = F.adaptive_avg_pool2d(x, 1).flatten(1)
y.backward(random((2, 3), 52))
save("pool_y", y)
save("pool_dx", x.grad)

networks = {"published": published(), "torchvisions": torchvision.models.googlenet(
    weights=None, aux_logits=False, init_weights=False)}
for name, network in networks.items():
    print(name, count(network))
    set_lively_weights(network, 63).eval()
    with torch.no_grad():
        y = network(random((2, 3, 64, 64), 61))
    print("  logits", float(y.abs().max()), "two images differ by", float((y[0] - y[1]).abs().max()))
    save(name + "_logits", y[:, :100])
print("torchvisions, with heads", count(torchvision.models.googlenet(weights=None, init_weights=False)))

small = set_lively_weights(Small(), 73)
for module in small.modules():
    if isinstance(module, nn.Dropout):
        module.eval()
predictions = small(random((4, 3, 32, 32), 71))
labels = torch.tensor([7, 0, 3, 9])
loss = F.cross_entropy(predictions[0], labels) + 0.3 * F.cross_entropy(predictions[1], labels)
loss.backward()
print("small", count(small), [float(p.abs().max()) for p in predictions])
save("small_y", torch.cat(predictions, 1))
save("small_gradients", torch.cat([sample(p.grad) for p in small.parameters()]))
