#!/usr/bin/python3
"""Golden values for lab 11, made by PyTorch and SciPy: run in this folder with /usr/bin/python3 make.py (tried with
PyTorch 1.13 and SciPy 1.10; Debian packages python3-torch, python3-scipy).

Inputs and weights are the project's own random numbers (common/testing/golden.py).
"""
import pathlib
import sys

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "common/testing"))
from golden import Engine, random  # noqa: E402


def save(name, values):
    np.save(name + ".npy", np.ascontiguousarray(values.detach() if torch.is_tensor(values) else values, dtype=np.float32))


def unpooling():
    for name, shape, window in [
        ("halved", (2, 3, 6, 4), (2, 2, 0)),
        ("overlapping", (1, 2, 7, 9), (3, 2, 0)),
        ("left_over", (1, 2, 11, 8), (3, 3, 0)),
        ("padded", (1, 2, 7, 6), (3, 2, 1)),
    ]:
        y, switches = F.max_pool2d(random(shape, 1), *window, return_indices=True)
        x = F.max_unpool2d(y, switches, *window, output_size=shape[2:])
        for part, tensor in [("y", y), ("switches", switches.float()), ("x", x)]:
            save(f"unpool_{name}_{part}", tensor)


def transposed_convolution():
    # y, C, size, stride, padding, and the rows and columns that no window reached
    for name, shape, C, size, stride, padding, extra in [
        ("plain", (2, 3, 4, 5), 2, 3, 1, 0, (0, 0)),
        ("same", (1, 4, 6, 6), 3, 5, 1, 2, (0, 0)),
        ("stride", (1, 2, 3, 4), 2, 3, 2, 1, (0, 0)),
        ("left_over", (1, 2, 3, 4), 2, 3, 2, 1, (1, 0)),
        ("alexnet", (1, 2, 5, 4), 3, 11, 4, 2, (1, 3)),
        ("apart", (1, 1, 3, 3), 1, 2, 3, 0, (2, 1)),
    ]:
        y, w = random(shape, 1), random((shape[1], C, size, size), 2)
        save("transposed_" + name, F.conv_transpose2d(y, w, None, stride, padding, extra))

    # Column p of the matrix is what the convolution makes of an image with a 1 at pixel p.
    for name, size, stride, padding, height, width in [("plain", 3, 1, 0, 4, 5), ("stride", 3, 2, 1, 5, 4)]:
        images = torch.eye(height * width).reshape(-1, 1, height, width)
        maps = F.conv2d(images, random((size, size), 3)[None, None], None, stride, padding)
        save("matrix_" + name, maps.flatten(1).T)


# (K, C, size), (stride, padding), pooling (size, stride)
TWO_STAGES = [((4, 1, 5), (1, 2), (2, 2)), ((5, 4, 3), (1, 1), (2, 2))]
ALEXNET_LIKE = [((4, 3, 5), (2, 1), (3, 2)), ((6, 4, 3), (1, 0), (3, 2))]


def deconvnet(name, image, stages):
    """Zeiler and Fergus, section 2.1: written without a look at ours, with PyTorch's own unpooling."""
    x = random(image, 1)
    weights = [(random((k, c, s, s), 10 + i), random((k,), 20 + i)) for i, ((k, c, s), _, _) in enumerate(stages)]
    for unit in range(stages[-1][0][0]):
        signal, way_back = x, []
        for (w, b), (_, (stride, padding), (size, step)) in zip(weights, stages):
            maps = F.relu(F.conv2d(signal, w, b, stride, padding))
            pooled, switches = F.max_pool2d(maps, size, step, return_indices=True)
            way_back.append((signal.shape, maps.shape, switches))
            signal = pooled
        value, place = signal[0, unit].flatten().max(0)
        reconstruction = torch.zeros_like(signal)
        reconstruction[0, unit].view(-1)[place] = value
        for (w, _), (_, (stride, padding), (size, step)), (below, maps, switches) in zip(
            reversed(weights), reversed(stages), reversed(way_back)
        ):
            reconstruction = F.max_unpool2d(reconstruction, switches, size, step, output_size=maps[2:])
            reconstruction = F.relu(reconstruction)
            extra = [b - ((m - 1) * stride + w.shape[2] - 2 * padding) for b, m in zip(below[2:], maps[2:])]
            reconstruction = F.conv_transpose2d(reconstruction, w, None, stride, padding, extra)
        save(f"{name}_{unit}", reconstruction)
        save(f"{name}_{unit}_place", np.array([int(place) // signal.shape[3], int(place) % signal.shape[3], float(value)]))


class SmallNetwork:
    """As build() of ../probes.hpp, with the weights of set_weights() in common/nn/probe.hpp."""

    def __init__(self, image, seed, smooth=False):
        c, h, w = image
        engine, self.smooth = Engine(seed), smooth

        def draw(*shape):
            bound = np.float32(1) / np.sqrt(np.float32(np.prod(shape[1:]) if len(shape) > 1 else 4))
            return engine.uniform(shape, -bound, bound)

        self.w, self.b = draw(4, c, 3, 3), draw(4)
        self.v, self.a = draw(3, 4 * (h // 2) * (w // 2)), draw(3)

    def __call__(self, x):
        maps = F.conv2d(x, self.w, self.b, padding=1)
        pooled = F.avg_pool2d(torch.tanh(maps), 2) if self.smooth else F.max_pool2d(F.relu(maps), 2)
        return F.linear(pooled.flatten(1), self.v, self.a)


def occlusion():
    image, size, stride, value = (2, 7, 6), 3, 2, 0.25
    x, network = random((1, *image), 1), SmallNetwork(image, 5)
    probability, best = [], []
    for top in range(0, image[1] - size + 1, stride):
        for left in range(0, image[2] - size + 1, stride):
            covered = x.clone()
            covered[:, :, top : top + size, left : left + size] = value
            scores = network(covered)[0]
            probability.append(float(torch.softmax(scores, 0)[1]))
            best.append(int(scores.argmax()))
    shape = ((image[1] - size) // stride + 1, (image[2] - size) // stride + 1)
    save("occlusion_probability", np.reshape(probability, shape))
    save("occlusion_best", np.reshape(best, shape))


def gradient(network, x, unit):
    x = x.clone().requires_grad_()
    score = network(x)[0, unit]
    score.backward()
    return score.detach(), x.grad


def ascent():
    image = (2, 6, 8)
    for name, smooth in [("relu", False), ("smooth", True)]:
        network, start = SmallNetwork(image, 7, smooth), random((1, *image), 3)
        save("gradient_" + name, gradient(network, start, 2)[1])
        x, scores = start, []
        for step in range(1, 8):
            # Autograd takes the penalty's derivative, too: nothing is derived by hand here.
            x = x.clone().requires_grad_()
            score = network(x)[0, 2]
            (score - 0.05 * (x**2).sum()).backward()
            scores.append(float(score))
            x = (x + 0.5 * x.grad).detach()
            if step % 3 == 0:
                x = torch.from_numpy(blur(x.numpy()))
        scores.append(float(network(x)[0, 2]))
        save("ascent_" + name, x)
        save("ascent_" + name + "_scores", scores)
    save("blurred", blur(random((2, 3, 5, 4), 6).numpy()))


def blur(x):
    for axis in (2, 3):
        x = ndimage.correlate1d(x, [0.25, 0.5, 0.25], axis=axis, mode="nearest")
    return x


def saliency():
    image, labels = (3, 8, 6), [2, 0, 0, 1]
    x, network = random((4, *image), 4), SmallNetwork(image, 8)
    maps = [gradient(network, x[n : n + 1], label)[1].abs().amax(1)[0] for n, label in enumerate(labels)]
    save("saliency", torch.stack(maps))


torch.set_num_threads(1)
unpooling()
transposed_convolution()
deconvnet("deconvnet", (1, 1, 14, 14), TWO_STAGES)
deconvnet("deconvnet_strided", (1, 3, 24, 27), ALEXNET_LIKE)
occlusion()
ascent()
saliency()
