#!/usr/bin/env python3
"""The files of torch.save that torch_file_test.cpp reads (made with PyTorch 1.13; Debian: python3-torch).

state.pth, state_listed.pth    a state_dict, as a ZIP archive and as PyTorch before 1.6 wrote it
kinds.pth, kinds_listed.pth    tensors of all types and strides, of shared and of foreign storages
checkpoint.pth                 what a training script keeps: a state_dict of DataParallel among other things
refused_*.pth                  a whole network, a pickle that runs a program, a TorchScript program
state.safetensors, kinds.safetensors   the same numbers as floats
"""
import argparse
import collections
import os
import sys

import numpy as np
import torch
import torch.nn as nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../zoo/tools"))
import safetensors_file  # noqa: E402


def save(name, value):
    torch.save(value, os.path.join(HERE, name + ".pth"))


def save_both(name, value):
    save(name, value)
    torch.save(value, os.path.join(HERE, name + "_listed.pth"), _use_new_zipfile_serialization=False)
    floats = {key: one.detach().float().contiguous().numpy() for key, one in value.items()
              if torch.is_tensor(one) and not one.is_complex() and one.dim() <= 5}
    safetensors_file.write(os.path.join(HERE, name + ".safetensors"), floats)


class RunsAProgram:
    def __reduce__(self):
        return os.system, ("touch executed",)


torch.manual_seed(3)
network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
network(torch.rand(5, 1, 4, 4))  # running statistics, and one batch tracked
save_both("state", network.state_dict())

ramp = torch.arange(24.0).reshape(2, 3, 4)
kinds = collections.OrderedDict()
for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.int16, torch.int32,
              torch.int64):
    kinds[str(dtype)[6:]] = (ramp[0] - 5).to(dtype)
kinds["uint8"] = (ramp[0] * 20).to(torch.uint8)
kinds["bool"] = ramp[0] > 5
kinds["transposed"] = ramp.permute(2, 0, 1)
kinds["part"] = ramp[1:, 1:, ::2]  # of the same storage, from its middle
kinds["whole"] = ramp
kinds["repeated"] = torch.tensor([[1.0], [2.0]]).expand(2, 3)
kinds["parameter"] = nn.Parameter(torch.tensor([1.5, float("nan"), float("-inf")]))
kinds["scalar"] = torch.tensor(2.5)
kinds["nothing"] = torch.zeros(0, 3)
kinds["complex"] = torch.zeros(2, dtype=torch.complex64)
kinds["six axes"] = torch.zeros(1, 1, 1, 1, 1, 2)
kinds["a number"] = 7
save_both("kinds", kinds)

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
network(torch.rand(5, 1, 4, 4)).sum().backward()
optimizer.step()
save("checkpoint", {"epoch": 3, "arch": "small", "best": torch.tensor(61.5), "loss": np.float64(0.25),
                    "args": argparse.Namespace(lr=0.1), "device": torch.device("cpu"), "when": None,
                    "state_dict": nn.DataParallel(network).state_dict(), "optimizer": optimizer.state_dict()})

save("refused_network", network)
save("refused_program", {"weight": torch.zeros(2), "evil": RunsAProgram()})
torch.jit.script(nn.Linear(2, 1)).save(os.path.join(HERE, "refused_script.pth"))
