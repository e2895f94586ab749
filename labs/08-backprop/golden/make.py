#!/usr/bin/python3
"""PyTorch's gradients for the tests of lab 08, by its automatic differentiation.

    /usr/bin/python3 labs/08-backprop/golden/make.py

Everything is computed in double precision and stored as float32, inputs rounded to float32 first. The ten images are
the first of each class in Fashion-MNIST's test set (Debian package dataset-fashion-mnist), halved to 14 × 14 pixels.
"""
import gzip
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

FOLDER = Path(__file__).parent
IMAGES = Path("/usr/share/datasets/fashion-mnist")
RANDOM = np.random.default_rng(8)


def numbers(*shape, low=-1.0, high=1.0):
    values = RANDOM.uniform(low, high, shape).astype(np.float32)
    return torch.from_numpy(values.astype(np.float64)).requires_grad_()


def save(name, **tensors):
    for letter, values in tensors.items():
        np.save(FOLDER / f"{name}_{letter}.npy", np.asarray(values.detach(), dtype=np.float32))


def back(y):
    """A random dy, and y's way back with it."""
    dy = numbers(*y.shape)
    y.backward(dy.detach())
    return dy


def single(name, x_shape, w_shape):
    x, w = numbers(*x_shape), numbers(*w_shape)
    dy = back(functional.conv2d(x[None, None], w[None, None])[0, 0])
    save(name, x=x, w=w, dy=dy, dx=x.grad, dw=w.grad)


def convolution(name, x_shape, w_shape, stride, padding):
    x, w, b = numbers(*x_shape), numbers(*w_shape), numbers(w_shape[0])
    dy = back(functional.conv2d(x, w, b, stride, padding))
    save(name, x=x, w=w, dy=dy, dx=x.grad, dw=w.grad, db=b.grad)


def max_pooling(name, x_shape, size, stride, padding):
    x = numbers(*x_shape)
    y, switches = functional.max_pool2d(x, size, stride, padding, return_indices=True)
    save(name, switches=switches, dy=back(y), dx=x.grad)


def average_pooling(name, x_shape, size, stride, padding):
    x = numbers(*x_shape)
    save(name, dy=back(functional.avg_pool2d(x, size, stride, padding)), dx=x.grad)


def dense(name, images, inputs, outputs):
    x, w, b = numbers(images, inputs), numbers(outputs, inputs), numbers(outputs)
    dy = back(functional.linear(x, w, b))
    save(name, x=x, w=w, dy=dy, dx=x.grad, dw=w.grad, db=b.grad)


def activation(name, f):
    x = numbers(3, 17, low=-3, high=3)
    y = f(x)
    save(name, y=y, dy=back(y), dx=x.grad)


def ten_images():
    def bytes_of(name, header):
        with gzip.open(IMAGES / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    labels = bytes_of("t10k-labels-idx1-ubyte.gz", 8)
    pixels = bytes_of("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 14, 2, 14, 2)
    first = [int(np.argmax(labels == label)) for label in range(10)]
    halved = pixels[first].astype(np.float64).mean(axis=(2, 4)) / 255
    return torch.from_numpy(halved.astype(np.float32).astype(np.float64))[:, None], torch.arange(10)


def network(name, x, labels, channels, filters, classes):
    """One pass of the small network, and the step it leads to."""
    x = x.detach().clone().requires_grad_()
    pooled = [(side - 3) // 2 + 1 for side in x.shape[2:]]
    inputs = filters * pooled[0] * pooled[1]
    parameters = {"filters": numbers(filters, channels, 3, 3, low=-1 / 3, high=1 / 3),
                  "bias": numbers(filters, low=-1 / 3, high=1 / 3),
                  "weights": numbers(classes, inputs, low=-inputs**-0.5, high=inputs**-0.5),
                  "offsets": numbers(classes, low=-inputs**-0.5, high=inputs**-0.5)}
    maps = functional.relu(functional.conv2d(x, parameters["filters"], parameters["bias"], padding=1))
    row = functional.max_pool2d(maps, 3, 2).flatten(1)
    logits = functional.linear(row, parameters["weights"], parameters["offsets"])
    loss = functional.cross_entropy(logits, labels)
    loss.backward()
    correct = (logits.argmax(1) == labels).sum()
    save(name, x=x, labels=labels, dx=x.grad, loss=loss, correct=correct, **parameters,
         **{"d" + key: value.grad for key, value in parameters.items()})


single("single_square", (5, 5), (3, 3))
single("single_wide", (4, 9), (2, 5))
single("single_tall", (7, 3), (4, 1))
convolution("conv_plain", (2, 3, 5, 6), (4, 3, 3, 3), 1, 0)
convolution("conv_stride_2", (1, 2, 7, 9), (3, 2, 3, 3), 2, 0)
convolution("conv_padding_2", (2, 2, 4, 5), (2, 2, 5, 5), 1, 2)
convolution("conv_stride_3_padding_1", (2, 2, 9, 8), (3, 2, 4, 4), 3, 1)
max_pooling("max_2_2", (2, 2, 6, 4), 2, 2, 0)
max_pooling("max_3_2", (1, 3, 7, 9), 3, 2, 0)
max_pooling("max_3_1_1", (1, 2, 5, 4), 3, 1, 1)
average_pooling("average_2_2", (2, 2, 6, 4), 2, 2, 0)
average_pooling("average_3_2", (1, 3, 7, 9), 3, 2, 0)
average_pooling("average_3_2_1", (1, 2, 6, 5), 3, 2, 1)
dense("dense", 4, 7, 5)
activation("relu", functional.relu)
activation("tanh", torch.tanh)
activation("sigmoid", torch.sigmoid)
activation("scaled_tanh", lambda x: 1.7159 * torch.tanh(2 * x / 3))
network("small", numbers(3, 2, 7, 9), torch.tensor([2, 0, 3]), 2, 3, 4)
network("ten", *ten_images(), 1, 4, 10)
