#!/usr/bin/python3
"""PyTorch's losses, gradients and steps for the tests of lab 07.

    /usr/bin/python3 labs/07-learning/golden/make.py

Everything is computed in double precision and stored as float32, inputs rounded to float32 first.
"""
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

FOLDER = Path(__file__).parent
RANDOM = np.random.default_rng(7)


def numbers(*shape, size=1.0):
    values = (size * RANDOM.uniform(-1, 1, shape)).astype(np.float32)
    return torch.from_numpy(values.astype(np.float64)).requires_grad_()


def labels(count, classes):
    return torch.from_numpy(RANDOM.integers(0, classes, count))


def save(name, **tensors):
    for letter, values in tensors.items():
        if isinstance(values, torch.Tensor):
            values = values.detach()
        np.save(FOLDER / f"{name}_{letter}.npy", np.asarray(values, dtype=np.float32))


def gradient(loss, y):
    y.grad = None
    loss.backward()
    return y.grad.clone()


def save_loss(name, loss, y):
    save(name, value=[loss.item()], gradient=gradient(loss, y))


def focal(y, label, gamma):
    log_p = functional.log_softmax(y, 1)[torch.arange(len(label)), label]
    return -((1 - log_p.exp()) ** gamma * log_p).mean()


def regression_losses():
    y, target = numbers(3, 4, 5, size=3), numbers(3, 4, 5)
    save("values", y=y, target=target)
    save_loss("mse", functional.mse_loss(y, target), y)
    save_loss("huber", functional.huber_loss(y, target, delta=0.75), y)


def classification_losses():
    for name, rows, classes, size in [("ordinary", 6, 10, 4.0), ("wide", 5, 7, 60.0)]:
        y, label = numbers(rows, classes, size=size), labels(rows, classes)
        save(name, y=y, labels=label)
        save_loss(f"{name}_cross_entropy", functional.cross_entropy(y, label), y)
        save_loss(f"{name}_smoothed", functional.cross_entropy(y, label, label_smoothing=0.2), y)
        save_loss(f"{name}_focal", focal(y, label, 2.0), y)


def steps(name, momentum, decay):
    """Six steps with given gradients: value and velocity after each."""
    value = torch.nn.Parameter(numbers(2, 3).detach())
    optimizer = torch.optim.SGD([value], lr=0.25, momentum=momentum, weight_decay=decay)
    start, gradients, values, velocities = value.detach().clone(), numbers(6, 2, 3).detach(), [], []
    for dvalue in gradients:
        before = value.detach().clone()
        value.grad = dvalue.clone()
        optimizer.step()
        values.append(value.detach().clone())
        velocities.append((before - values[-1]) / 0.25)
    save(name, start=start, gradients=gradients, values=torch.stack(values), velocities=torch.stack(velocities))


def softmax_regression():
    """One pass, then two epochs in three batches of 5, 5 and 3 images."""
    x, label = numbers(13, 6).detach(), labels(13, 4)
    model = torch.nn.Linear(6, 4).double()
    with torch.no_grad():
        model.weight.copy_(numbers(4, 6))
        model.bias.copy_(numbers(4))
    save("regression", x=x, labels=label, w=model.weight, b=model.bias)
    scores = model(x)
    loss = functional.cross_entropy(scores, label)
    loss.backward()
    save("regression", loss=[loss.item()], correct=[(scores.argmax(1) == label).sum().item()], dw=model.weight.grad,
         db=model.bias.grad)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.75, weight_decay=0.125)
    losses, accuracies = [], []
    for _ in range(2):
        loss_sum = correct = 0
        for first, last in [(0, 5), (5, 10), (10, 13)]:
            optimizer.zero_grad()
            scores = model(x[first:last])
            loss = functional.cross_entropy(scores, label[first:last])
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * (last - first)
            correct += (scores.argmax(1) == label[first:last]).sum().item()
        losses.append(loss_sum / 13)
        accuracies.append(correct / 13)
    velocity = [optimizer.state[p]["momentum_buffer"] for p in (model.weight, model.bias)]
    save("trained", w=model.weight, b=model.bias, vw=velocity[0], vb=velocity[1], losses=losses, accuracies=accuracies)


regression_losses()
classification_losses()
steps("plain", 0.0, 0.0)
steps("momentum", 0.9, 0.0)
steps("decay", 0.0, 0.1)
steps("both", 0.9, 0.1)
softmax_regression()
