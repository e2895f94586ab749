#!/usr/bin/python3
"""Golden values from PyTorch for lab 09: columns (unfold, fold) and a layer's forward and backward pass.

    /usr/bin/python3 labs/09-fast/golden/make.py
"""
from pathlib import Path

import numpy
import torch

folder = Path(__file__).parent
torch.manual_seed(9)


def save(name, tensor):
    numpy.save(folder / f"{name}.npy", tensor.detach().numpy().astype(numpy.float32))


# Not square, stride 2, padding 1, three channels, two images: 3x3 windows on 7x6 pixels.
x = torch.randn(2, 3, 7, 6, requires_grad=True)
w = torch.randn(5, 3, 3, 3, requires_grad=True)
b = torch.randn(5, requires_grad=True)
columns = torch.nn.functional.unfold(x, 3, padding=1, stride=2)
y = torch.nn.functional.conv2d(x, w, b, stride=2, padding=1)
dy = torch.randn_like(y)
y.backward(dy)
folded = torch.nn.functional.fold(columns, (7, 6), 3, padding=1, stride=2)
for name, tensor in {"x": x, "w": w, "b": b, "columns": columns[1], "folded": folded[1], "y": y, "dy": dy,
                     "dx": x.grad, "dw": w.grad, "db": b.grad}.items():
    save(name, tensor)
