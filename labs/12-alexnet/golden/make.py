#!/usr/bin/python3
"""Golden values for lab 12, made by PyTorch, torchvision and NumPy: run in this folder with /usr/bin/python3 make.py
(Debian's python3-torch 1.13, python3-torchvision 0.14).

Inputs and weights are the project's own random numbers (common/tensor/random.cpp), which come from the same Mersenne
twister as NumPy's, so only results are kept in files; of large tensors every 97th number.
"""
import pathlib
import sys

import numpy as np
import torch
import torchvision.transforms.functional as vision
from torch import nn
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "common/testing"))
from golden import Engine, random  # noqa: E402


def picture(shape, seed):
    return Engine(seed).uniform(shape, 0, 1)


def save(name, tensor):
    np.save(name + ".npy", np.asarray(tensor.detach() if torch.is_tensor(tensor) else tensor).astype(np.float32))


def layers():
    x = (100 * random((2, 8, 3, 2), 7)).requires_grad_()
    y = F.local_response_norm(x, 5, alpha=5 * 1e-4, beta=0.75, k=2)  # PyTorch divides alpha by 5
    y.backward(random((2, 8, 3, 2), 8))
    save("norm_y", y)
    save("norm_dx", x.grad)

    x, w, b = (random(s, i + 1).requires_grad_() for i, s in enumerate([(2, 6, 7, 6), (6, 2, 3, 3), (6,)]))
    y = F.conv2d(x, w, b, stride=2, padding=1, groups=3)
    y.backward(random(tuple(y.shape), 4))
    for name, tensor in [("y", y), ("dx", x.grad), ("dw", w.grad), ("db", b.grad)]:
        save("grouped_" + name, tensor)


def images():
    save("ten_crop", torch.stack(vision.ten_crop(picture((3, 11, 15), 1), 7)))
    scores = 4 * random((20, 6), 3)
    save("ten_crop_probabilities", scores.softmax(1).reshape(2, 10, 6).mean(1))
    pixels = picture((2, 3, 6, 7), 6).permute(1, 0, 2, 3).reshape(3, -1).double().numpy()
    save("covariance", np.cov(pixels, bias=True))

    pixels = picture((1, 3, 4, 6), 10).reshape(3, -1).double().numpy()
    values, vectors = np.linalg.eigh(np.cov(pixels, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(3)])
    shift = vectors @ (np.array([0.9, -1.5, 2]) * values)
    save("shifted", picture((3, 4, 5), 9).numpy() + shift[:, None, None])

    engine = Engine(8)
    labels = torch.tensor([engine.index(20) for _ in range(50)])
    best = random((50, 20), 7).topk(5).indices == labels[:, None]
    save("top_k_error", torch.stack([1 - best[:, :k].any(1).float().mean() for k in (1, 5)]))


def norm():
    return nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2)


def pool():
    return nn.MaxPool2d(3, 2)


def alexnet_2012(classes, thin):
    c = [n // thin for n in (96, 256, 384, 384, 256, 4096)]
    return nn.Sequential(
        nn.Conv2d(3, c[0], 11, 4, 2), nn.ReLU(), norm(), pool(), nn.Conv2d(c[0], c[1], 5, 1, 2, groups=2), nn.ReLU(),
        norm(), pool(), nn.Conv2d(c[1], c[2], 3, 1, 1), nn.ReLU(), nn.Conv2d(c[2], c[3], 3, 1, 1, groups=2), nn.ReLU(),
        nn.Conv2d(c[3], c[4], 3, 1, 1, groups=2), nn.ReLU(), pool(), nn.Flatten(), nn.Linear(c[4] * 36, c[5]),
        nn.ReLU(), nn.Dropout(), nn.Linear(c[5], c[5]), nn.ReLU(), nn.Dropout(), nn.Linear(c[5], classes))


def alexnet(classes, thin):
    c = [n // thin for n in (64, 192, 384, 256, 256, 4096)]
    return nn.Sequential(
        nn.Conv2d(3, c[0], 11, 4, 2), nn.ReLU(), pool(), nn.Conv2d(c[0], c[1], 5, 1, 2), nn.ReLU(), pool(),
        nn.Conv2d(c[1], c[2], 3, 1, 1), nn.ReLU(), nn.Conv2d(c[2], c[3], 3, 1, 1), nn.ReLU(),
        nn.Conv2d(c[3], c[4], 3, 1, 1), nn.ReLU(), pool(), nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Dropout(),
        nn.Linear(c[4] * 36, c[5]), nn.ReLU(), nn.Dropout(), nn.Linear(c[5], c[5]), nn.ReLU(),
        nn.Linear(c[5], classes))


def small_alexnet(channels, features, classes):
    return nn.Sequential(
        nn.Conv2d(channels, 24, 5, 1, 2), nn.ReLU(), norm(), pool(), nn.Conv2d(24, 48, 5, 1, 2, groups=2), nn.ReLU(),
        norm(), pool(), nn.Conv2d(48, 96, 3, 1, 1), nn.ReLU(), nn.Conv2d(96, 96, 3, 1, 1, groups=2), nn.ReLU(),
        nn.Conv2d(96, 64, 3, 1, 1, groups=2), nn.ReLU(), pool(), nn.Flatten(), nn.Linear(features, 256), nn.ReLU(),
        nn.Dropout(), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(), nn.Linear(256, classes))


def kept(tensor):
    flat = tensor.detach().reshape(-1)
    return tensor.detach() if flat.numel() < 1000 else flat[::97]


def network_pass(name, network, x_shape, seed):
    parameters = list(network.parameters())
    engine = Engine(seed + 2)  # as set_weights() in common/nn/probe.hpp
    for p in parameters:
        filter_size = int(np.prod(p.shape[1:])) if p.dim() > 1 else 4
        bound = np.float32(1) / np.sqrt(np.float32(filter_size))
        p.data = engine.uniform(tuple(p.shape), -bound, bound)
    print(name, sum(p.numel() for p in parameters), "parameters")
    network.eval()
    x = random(x_shape, seed).requires_grad_()
    y = network(x)
    y.backward(random(tuple(y.shape), seed + 1))
    save(name + "_y", y)
    save(name + "_dx", kept(x.grad))
    save(name + "_gradients", torch.cat([kept(p.grad).reshape(-1) for p in parameters]))


torch.set_num_threads(1)
layers()
images()
print("full size:", *[sum(p.numel() for p in make(1000, 1).parameters()) for make in (alexnet_2012, alexnet)])
network_pass("alexnet_2012", alexnet_2012(10, 16), (1, 3, 224, 224), 21)
network_pass("alexnet", alexnet(10, 16), (1, 3, 224, 224), 31)
network_pass("small_alexnet", small_alexnet(1, 256, 10), (2, 1, 28, 28), 41)
