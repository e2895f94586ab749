"""The training step that training.cpp measures, in PyTorch. Prints the same line of JSON."""
import argparse
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--net", choices=["lenet5", "alexnet-cifar"], default="lenet5")
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=3)
parser.add_argument("--processor-time", action="store_true")
options = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(options.threads)  # read when torch is imported

import torch  # noqa: E402
from torch import nn  # noqa: E402

clock = time.process_time if options.processor_time else time.perf_counter
torch.set_num_threads(options.threads)
torch.manual_seed(1)


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), (1, 32, 32)


def alexnet_cifar():
    channels, layers = 3, []
    for filters, pooled in ((64, True), (192, True), (384, False), (256, False), (256, True)):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(True)] + ([nn.MaxPool2d(2)] if pooled else [])
        channels = filters
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(4096, 1024), nn.ReLU(True), nn.Linear(1024, 512), nn.ReLU(True),
        nn.Linear(512, 10)), (3, 32, 32)


network, image = {"lenet5": lenet5, "alexnet-cifar": alexnet_cifar}[options.net]()
network.train()
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
criterion = nn.CrossEntropyLoss()
x = torch.randn(options.batch, *image)
labels = torch.randint(0, 10, (options.batch,))


def steps(count):
    """Seconds that `count` training steps take."""
    start = clock()
    for _ in range(count):
        optimizer.zero_grad(set_to_none=True)
        criterion(network(x), labels).backward()
        optimizer.step()
    return clock() - start


fastest, start = steps(1), clock()
while clock() - start < max(1.0, options.seconds / 4):  # oneDNN builds its kernels
    fastest = min(fastest, steps(1))
count = max(1, int(0.02 / fastest))
rates, start = [], clock()
while len(rates) < 3 or clock() - start < options.seconds:
    rates.append(options.batch * count / steps(count))
print(json.dumps({
    "net": options.net, "batch": options.batch, "threads": options.threads, "torch": torch.__version__,
    "images_per_second": {"median": statistics.median(rates), "min": min(rates), "max": max(rates)},
    "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
