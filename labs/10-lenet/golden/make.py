#!/usr/bin/python3
"""Golden values for lab 10, made by PyTorch: run in this folder with /usr/bin/python3 make.py (tried with PyTorch 1.13).

Inputs and weights are the project's own random numbers (common/testing/golden.py).
"""
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "common/testing"))
from golden import Engine, random  # noqa: E402


def weights(shapes, seed):
    """As set_weights() in common/nn/probe.hpp."""
    engine, result = Engine(seed), []
    for shape in shapes:
        filter_size = int(np.prod(shape[1:])) if len(shape) > 1 else 4
        bound = np.float32(1) / np.sqrt(np.float32(filter_size))
        result.append(engine.uniform(shape, -bound, bound).requires_grad_())
    return result


def save(name, tensor):
    np.save(name + ".npy", tensor.detach().numpy().astype(np.float32))


def save_gradients(name, parameters):
    for i, p in enumerate(parameters):
        # Of the large matrices, the sum over outputs is enough.
        gradient = p.grad if p.grad.numel() < 3000 else p.grad.flatten(1).sum(0)
        save(f"{name}_gradient_{i}", gradient)


def connection_table():
    groups = [[(k + i) % 6 for i in range(3)] for k in range(6)]
    groups += [[(k + i) % 6 for i in range(4)] for k in range(6)]
    groups += [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]]
    return [sorted(group) for group in groups]  # within a map in the order of S2


def subsample(x, a, b):
    sums = 4 * F.avg_pool2d(x, 2)
    return a[:, None, None] * sums + b[:, None, None]


def scaled_tanh(x):
    return 1.7159 * torch.tanh(2 / 3 * x)


def rbf(x, codes):
    return ((x[:, None, :] - codes[None]) ** 2).sum(2)


def map_loss(y, labels, j):
    right = y[torch.arange(len(y)), labels]
    rest = torch.logsumexp(torch.cat([torch.full((len(y), 1), -j), -y], 1), 1)
    return (right + rest).mean()


def bitmaps():
    text = "".join(line.strip().strip('",') for line in open("../bitmaps.hpp") if line.strip().startswith('"'))
    return torch.tensor([[1.0 if c == "#" else -1.0 for c in text[i : i + 84]] for i in range(0, 840, 84)])


def layer_goldens():
    x = random((2, 3, 6, 4), 1).requires_grad_()
    a, b = random((3,), 2).requires_grad_(), random((3,), 3).requires_grad_()
    y = subsample(x, a, b)
    y.backward(random(tuple(y.shape), 4))
    for name, tensor in [("y", y), ("dx", x.grad), ("da", a.grad), ("db", b.grad)]:
        save("subsample_" + name, tensor)

    x = random((3, 84), 5).requires_grad_()
    y = rbf(x, bitmaps())
    y.backward(random((3, 10), 6))
    save("rbf_y", y)
    save("rbf_dx", x.grad)

    y = (4 * random((5, 10), 7) + 4).requires_grad_()
    loss = map_loss(y, torch.tensor([3, 0, 9, 3, 5]), 1.5)
    loss.backward()
    save("map_loss", loss)
    save("map_loss_gradient", y.grad)


def lenet5():
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    parameters = list(network.parameters())
    for p, w in zip(parameters, weights([tuple(p.shape) for p in parameters], 13)):
        p.data = w.data
    print("lenet5:", sum(p.numel() for p in parameters), "parameters:", *network.state_dict())
    x = random((2, 1, 28, 28), 11).requires_grad_()
    y = network(x)
    y.backward(random((2, 10), 12))
    save("lenet5_y", y)
    save("lenet5_dx", x.grad)
    save_gradients("lenet5", parameters)


def lenet5_1998():
    shapes = [(6, 1, 5, 5), (6,), (6,), (6,), (60, 5, 5), (16,), (16,), (16,), (120, 16, 5, 5), (120,), (84, 120), (84,)]
    p = weights(shapes, 23)
    print("lenet5_1998:", sum(w.numel() for w in p), "parameters")
    x = random((2, 1, 32, 32), 21).requires_grad_()
    h = scaled_tanh(F.conv2d(x, p[0], p[1]))
    h = scaled_tanh(subsample(h, p[2], p[3]))
    maps, m = [], 0
    for k, group in enumerate(connection_table()):
        maps.append(F.conv2d(h[:, group], p[4][None, m : m + len(group)], p[5][k : k + 1]))
        m += len(group)
    h = scaled_tanh(torch.cat(maps, 1))
    h = scaled_tanh(subsample(h, p[6], p[7]))
    h = scaled_tanh(F.conv2d(h, p[8], p[9])).flatten(1)
    h = scaled_tanh(F.linear(h, p[10], p[11]))
    y = rbf(h, bitmaps())
    y.backward(random((2, 10), 22))
    save("lenet5_1998_y", y)
    save("lenet5_1998_dx", x.grad)
    save_gradients("lenet5_1998", p)


torch.set_num_threads(1)
layer_goldens()
lenet5()
lenet5_1998()
