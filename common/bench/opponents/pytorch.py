"""The training step that training.cpp measures, in PyTorch. Prints the same line of JSON."""
import argparse
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--net", choices=["lenet5", "alexnet32", "resnet20", "resnet56", "resnet18", "resnet50", "alexnet", "vgg16", "googlenet"], default="lenet5")
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=3)
parser.add_argument("--processor-time", action="store_true")
parser.add_argument("--infer", action="store_true")
parser.add_argument("--channels-last", action="store_true")
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


def alexnet32():
    channels, layers = 3, []
    for filters, pooled in ((64, True), (192, True), (384, False), (256, False), (256, True)):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(True)] + ([nn.MaxPool2d(2)] if pooled else [])
        channels = filters
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Dropout(), nn.Linear(4096, 1024), nn.ReLU(True), nn.Dropout(), nn.Linear(1024, 512),
        nn.ReLU(True), nn.Linear(512, 10)), (3, 32, 32)


class Block(nn.Module):  # He et al. 2015, shortcuts without parameters (option A)
    def __init__(self, i, o, s):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.relu, self.stride, self.more = nn.ReLU(True), s, o - i

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.more:
            before = self.more // 2
            x = nn.functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, before, self.more - before))
        return self.relu(y + x)


def small_resnet(n):  # 6n + 2 layers
    blocks = []
    for i, o in ((16, 16), (16, 32), (32, 64)):
        blocks += [Block(i, o, o // i)] + [Block(o, o, 1) for _ in range(n - 1)]
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(True), *blocks, nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(64, 10)), (3, 32, 32)


def torchvisions(name, **how):
    import torchvision
    return getattr(torchvision.models, name)(weights=None, **how), (3, 224, 224)


how = {"googlenet": {"aux_logits": False, "init_weights": False}}.get(options.net, {})
own = {"lenet5": lenet5, "alexnet32": alexnet32, "resnet20": lambda: small_resnet(3),
       "resnet56": lambda: small_resnet(9)}
network, image = own[options.net]() if options.net in own else torchvisions(options.net, **how)
classes = 10 if options.net in own else 1000
network.train(not options.infer)
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
criterion = nn.CrossEntropyLoss()
x = torch.randn(options.batch, *image)
labels = torch.randint(0, classes, (options.batch,))
if options.channels_last:
    network, x = network.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)


def step():
    if options.infer:
        with torch.inference_mode():
            network(x)
        return
    optimizer.zero_grad(set_to_none=True)
    criterion(network(x), labels).backward()
    optimizer.step()


def steps(count):
    """Seconds that `count` steps take."""
    start = clock()
    for _ in range(count):
        step()
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
