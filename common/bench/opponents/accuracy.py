"""The small networks of labs 10 to 15, trained in PyTorch as common/program/training trains them: the same data, changes
to the images, schedule, optimiser and number of epochs. The last line is the test accuracy.

    python3 accuracy.py --net lenet5 --data fashion-mnist --epochs 5

Needs Debian's python3-torch. A network for accuracy.py is a function of the image's shape; add it to NETWORKS.
"""
import argparse
import gzip
import math
import os
import pathlib
import time

import numpy as np
import torch
from torch import nn


# ---- the networks

def lenet5(channels, side):
    flat = 16 * (((side + 4 - 4) // 2 - 4) // 2) ** 2  # the first convolution is padded by 2
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(flat, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def small_alexnet(channels, side):
    """Krizhevsky et al. 2012 in small (lab 12): two groups, response normalisation, dropout."""
    def norm():
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)

    left = side
    for _ in range(3):
        left = (left - 3) // 2 + 1  # overlapping pooling
    return nn.Sequential(
        nn.Conv2d(channels, 24, 5, padding=2), nn.ReLU(), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(24, 48, 5, padding=2, groups=2), nn.ReLU(), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(48, 96, 3, padding=1), nn.ReLU(), nn.Conv2d(96, 96, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(96, 64, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(64 * left * left, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(256, 10))


class BasicBlock(nn.Module):
    """He et al. 2015, shortcuts without parameters (option A)."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters)
        self.stride, self.more = stride, filters - channels

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.more:
            before = self.more // 2
            x = nn.functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, before, self.more - before))
        return torch.relu(y + x)


def resnet20(channels, side):
    shapes = ((16, 16, 1), (16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1),
              (64, 64, 1))
    return nn.Sequential(
        nn.Conv2d(channels, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *[BasicBlock(*s) for s in shapes],
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def small_vgg(channels, side):
    layers, depth = [], channels
    for filters in (16, 32, 64):
        for _ in range(2):
            layers += [nn.Conv2d(depth, filters, 3, padding=1), nn.ReLU()]
            depth = filters
        layers.append(nn.MaxPool2d(2))
    network = nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(64 * (side // 8) ** 2, 256), nn.ReLU(), nn.Dropout(), nn.Linear(256, 256),
        nn.ReLU(), nn.Dropout(), nn.Linear(256, 10))
    for p in network.parameters():  # He et al. 2015
        nn.init.kaiming_normal_(p, nonlinearity="relu") if p.dim() > 1 else nn.init.zeros_(p)
    return network


class Inception(nn.Module):
    """Szegedy et al. 2014, figure 2(b)."""

    def __init__(self, channels, one, reduce_three, three, reduce_five, five, pool):
        super().__init__()
        def row(*layers):
            return [layer for i, o, size in layers for layer in (nn.Conv2d(i, o, size, 1, size // 2), nn.ReLU())]
        self.paths = nn.ModuleList([
            nn.Sequential(*row((channels, one, 1))),
            nn.Sequential(*row((channels, reduce_three, 1), (reduce_three, three, 3))),
            nn.Sequential(*row((channels, reduce_five, 1), (reduce_five, five, 5))),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *row((channels, pool, 1)))])

    def forward(self, x):
        return torch.cat([path(x) for path in self.paths], 1)


class SmallGoogLeNet(nn.Module):
    """Lab 14: five inception modules; in training, the predictions of the trunk and of its auxiliary head."""

    def __init__(self, channels, side):
        super().__init__()
        def pool():
            return nn.MaxPool2d(3, 2, ceil_mode=True)
        left = ((side // 4) - 3) // 2 + 1
        self.first = nn.Sequential(
            nn.Conv2d(channels, 24, 3, padding=1), nn.ReLU(), pool(), Inception(24, 16, 16, 24, 4, 8, 8),
            Inception(56, 24, 24, 32, 4, 8, 8), pool(), Inception(72, 32, 32, 64, 8, 16, 16))
        self.last = nn.Sequential(
            Inception(128, 32, 32, 64, 8, 16, 16), pool(), Inception(128, 64, 48, 96, 12, 24, 24),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(208, 10))
        self.head = nn.Sequential(
            nn.AvgPool2d(3, 2), nn.Conv2d(128, 32, 1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * left * left, 64),
            nn.ReLU(), nn.Dropout(0.7), nn.Linear(64, 10))
        for p in self.parameters():  # He et al. 2015
            nn.init.kaiming_normal_(p, nonlinearity="relu") if p.dim() > 1 else nn.init.zeros_(p)

    def forward(self, x):
        x = self.first(x)
        return (self.last(x), self.head(x)) if self.training else self.last(x)


NETWORKS = {"lenet5": lenet5, "resnet20": resnet20, "small_alexnet": small_alexnet, "small_googlenet": SmallGoogLeNet, "small_vgg": small_vgg}


# ---- the data: bytes [N, C, H, W] and labels

def read_idx(path):
    open_it = gzip.open if path.exists() is False else open
    with open_it(path if path.exists() else str(path) + ".gz", "rb") as file:
        raw = file.read()
    rank = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def fashion_mnist(folder):
    def split(name):
        return (read_idx(folder / f"{name}-images-idx3-ubyte")[:, None],
                read_idx(folder / f"{name}-labels-idx1-ubyte").astype(np.int64))
    return split("train"), split("t10k")


def cifar10(folder):
    def split(files):
        raw = np.concatenate([np.fromfile(file, np.uint8).reshape(-1, 3073) for file in files])
        return raw[:, 1:].reshape(-1, 3, 32, 32), raw[:, 0].astype(np.int64)
    return split(sorted(folder.glob("data_batch_*.bin"))), split([folder / "test_batch.bin"])


def load(name):
    if name == "fashion-mnist":
        return fashion_mnist(pathlib.Path("/usr/share/datasets/fashion-mnist"))
    if name == "cifar-10":
        folders = [pathlib.Path(os.environ.get("CNN_DATA", "/nowhere")) / "cifar-10",
                   pathlib.Path.home() / ".cache/sobel-to-resnet/cifar-10"]
        for folder in folders:
            for place in (folder, folder / "cifar-10-batches-bin"):
                if (place / "test_batch.bin").exists():
                    return cifar10(place)
        raise SystemExit("cifar-10 is not on this machine: ./lab data fetch cifar-10")
    return cifar10(pathlib.Path(name))


def changed(images, random, mirror, padding):
    """Mirrored or not, cut out of a frame of zeros, each image by chance."""
    count, _, height, width = images.shape
    framed = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    result = np.empty_like(images)
    rows, columns = random.integers(0, 2 * padding + 1, (2, count))
    mirrors = random.integers(0, 2, count) if mirror else np.zeros(count, int)
    for i in range(count):
        cut = framed[i, :, rows[i]:rows[i] + height, columns[i]:columns[i] + width]
        result[i] = cut[:, :, ::-1] if mirrors[i] else cut
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=sorted(NETWORKS), default="lenet5")
    parser.add_argument("--data", default="fashion-mnist", help="fashion-mnist, cifar-10, or CIFAR-10's folder")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--images", type=int, default=0)
    parser.add_argument("--mirror", action="store_true")
    parser.add_argument("--crop-padding", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    (images, labels), (test_images, test_labels) = load(options.data)
    mean = (images / 255).mean((0, 2, 3), keepdims=True).astype(np.float32)
    deviation = (images / 255).std((0, 2, 3), keepdims=True).astype(np.float32)
    if options.images:
        images, labels = images[:options.images], labels[:options.images]

    def tensor(pixels):
        return torch.from_numpy((pixels.astype(np.float32) / 255 - mean) / deviation)

    network = NETWORKS[options.net](images.shape[1], images.shape[2])
    print(f"{options.net}, {sum(p.numel() for p in network.parameters()):,} parameters, PyTorch {torch.__version__}")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=options.weight_decay)
    criterion = nn.CrossEntropyLoss()
    batches = math.ceil(len(images) / options.batch)

    def rate(epoch):  # half an epoch of warm-up, then half a cosine
        at = max(epoch, 0.5)
        falling = options.learning_rate * (1 + math.cos(math.pi * at / options.epochs)) / 2
        return falling * min(epoch / 0.5, 1)

    for epoch in range(options.epochs):
        network.train()
        start, order, right, loss_sum = time.perf_counter(), random.permutation(len(images)), 0, 0.0
        for number in range(batches):
            chosen = order[number * options.batch:(number + 1) * options.batch]
            pixels = images[chosen]
            if options.mirror or options.crop_padding:
                pixels = changed(pixels, random, options.mirror, options.crop_padding)
            for group in optimizer.param_groups:
                group["lr"] = rate(epoch + number / batches)
            target = torch.from_numpy(labels[chosen])
            optimizer.zero_grad(set_to_none=True)
            logits, *heads = outputs if isinstance(outputs := network(tensor(pixels)), tuple) else (outputs,)
            loss = criterion(logits, target) + sum(0.3 * criterion(head, target) for head in heads)
            loss.backward()
            optimizer.step()
            right += int((logits.argmax(1) == target).sum())
            loss_sum += loss.item() * len(chosen)
        network.eval()
        with torch.inference_mode():
            correct = sum(int((network(tensor(test_images[i:i + 256])).argmax(1).numpy() ==
                               test_labels[i:i + 256]).sum()) for i in range(0, len(test_images), 256))
        print(f"epoch {epoch + 1}/{options.epochs}   loss {loss_sum / len(images):.3f}   accuracy "
              f"{100 * right / len(images):.1f} %   test accuracy {100 * correct / len(test_images):.2f} %   "
              f"{time.perf_counter() - start:.0f} s", flush=True)
    print(f"test accuracy {100 * correct / len(test_images):.2f} %")


if __name__ == "__main__":
    main()
