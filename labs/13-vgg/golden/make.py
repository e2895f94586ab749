#!/usr/bin/python3
"""Golden values for lab 13, made by PyTorch and torchvision: run in this folder with /usr/bin/python3 make.py (Debian's
python3-torch 1.13 and python3-torchvision 0.14 were used).

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
    for p in network.parameters():
        filter_size = int(np.prod(p.shape[1:])) if p.dim() > 1 else 4
        bound = np.float32(1) / np.sqrt(np.float32(filter_size))
        p.data = engine.uniform(tuple(p.shape), -bound, bound)


def save(name, tensor):
    np.save(name + ".npy", tensor.detach().numpy().astype(np.float32))


TABLE = {  # M: maxpool, L: local response normalisation, negative: 1×1
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "A_LRN": [64, "L", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "C": [64, 64, "M", 128, 128, "M", 256, 256, -256, "M", 512, 512, -512, "M", 512, 512, -512, "M"],
    "D": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
}


def vgg(column, classes, narrower):
    layers, channels = [], 3
    for entry in TABLE[column]:
        if entry == "M":
            layers.append(nn.MaxPool2d(2))
        elif entry == "L":
            layers.append(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2))
        else:
            size, filters = (3, entry) if entry > 0 else (1, -entry)
            layers += [nn.Conv2d(channels, filters // narrower, size, padding=size // 2), nn.ReLU()]
            channels = filters // narrower
    neurons = 4096 // narrower
    return nn.Sequential(
        nn.Sequential(*layers), nn.AdaptiveAvgPool2d(7), nn.Flatten(),
        nn.Sequential(nn.Linear(49 * channels, neurons), nn.ReLU(), nn.Dropout(), nn.Linear(neurons, neurons), nn.ReLU(),
                      nn.Dropout(), nn.Linear(neurons, classes))).eval()


def save_pass(name, network, x_shape, dy_shape, seed):
    set_weights(network, seed)
    for p in network.parameters():
        if p.dim() > 1:
            p.data *= np.float32(2.4494898)  # a variance of 2 / fan_in: otherwise little of the image arrives
    network.double()
    x = random(x_shape, seed + 1).double().requires_grad_()
    y = network(x)
    y.backward(random(dy_shape, seed + 2).double())
    save(name + "_y", y)
    save(name + "_dx", x.grad)
    # Of each gradient the root mean square of its numbers, and their mean.
    save(name + "_gradients", torch.tensor([[p.grad.square().mean().sqrt(), p.grad.mean()] for p in network.parameters()]))


def small_stack(windows, squash, channels, seed):
    layers = []
    for size, stride, padding in windows:
        layers.append(nn.Conv2d(channels, 3, size, stride, padding))
        channels = 3
        if squash:
            layers.append(squash())
    network = nn.Sequential(*layers)
    set_weights(network, seed)
    return network


def influences():
    for name, squash, seed in (("tanh", nn.Tanh, 61), ("relu", nn.ReLU, 62)):
        network = small_stack([(3, 1, 1), (3, 2, 0), (2, 1, 1)], squash, 2, seed)
        x = random((1, 2, 9, 11), seed + 10).requires_grad_()
        network(x)[0, 1, 2, 3].backward()
        save("influence_" + name, x.grad.abs().sum(1)[0])


def profile():
    torch.set_default_dtype(torch.float64)
    layers = []
    for _ in range(4):
        layers += [nn.Conv2d(6, 6, 3, padding=1), nn.ReLU()]
    network = nn.Sequential(*layers)
    set_weights(network, 71)
    network.double()
    y, outputs = random((2, 6, 8, 7), 72).double(), []
    for layer in network:
        y = layer(y)
        y.retain_grad()
        outputs.append(y)
    y.backward(random((2, 6, 8, 7), 73).double())
    save("profile", torch.tensor([[o.var(unbiased=False), o.grad.var(unbiased=False)] for o in outputs]))
    torch.set_default_dtype(torch.float32)


def classifier_network(seed):
    network = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), nn.AdaptiveAvgPool2d(7), nn.Flatten(),
        nn.Sequential(nn.Linear(196, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 5), nn.ReLU(), nn.Dropout(),
                      nn.Linear(5, 4))).eval()
    set_weights(network, seed)
    for p in network.parameters():
        if p.dim() > 1:
            p.data *= 2
    return network


def dense_evaluation():
    # Every window of 7×7 of the maps goes through the dense layers as they are.
    network = classifier_network(81)
    x = random((2, 3, 20, 24), 82)

    def scores(images):
        maps = network[0](images)
        windows = maps.unfold(2, 7, 1).unfold(3, 7, 1)  # N, C, OH, OW, 7, 7
        n, c, h, w = windows.shape[:4]
        flat = windows.permute(0, 2, 3, 1, 4, 5).reshape(n * h * w, c * 49)
        return network[3](flat).reshape(n, h, w, -1).permute(0, 3, 1, 2)

    save("score_maps", scores(x))
    both = [F.softmax(scores(images).mean((2, 3)), 1) for images in (x, x.flip(3))]
    save("dense_evaluation", (both[0] + both[1]) / 2)


def names():
    """torchvision's names and numbers of parameters."""
    with open("torchvision.txt", "w") as file:
        for name in ("vgg11", "vgg13", "vgg16", "vgg19"):
            network = getattr(torchvision.models, name)(weights=None, init_weights=False)
            count = sum(p.numel() for p in network.parameters())
            file.write(f"{name} {count} {' '.join(network.state_dict())}\n")


def fans():
    for shape in ((64, 3, 3, 3), (5, 7), (16, 8, 1, 5)):
        print(shape, nn.init._calculate_fan_in_and_fan_out(torch.empty(shape)))


torch.set_num_threads(1)
save_pass("vgg_a_lrn", vgg("A_LRN", 5, 16), (2, 3, 32, 32), (2, 5), 21)
save_pass("vgg_c", vgg("C", 5, 16), (2, 3, 32, 32), (2, 5), 31)
save_pass("vgg_d", vgg("D", 5, 16), (1, 3, 48, 64), (1, 5), 41)
influences()
profile()
dense_evaluation()
names()
fans()
