#!/usr/bin/env python3
"""The way back: weights that were saved here, in torchvision's network. Prints what it says about the numbers of a file.

    python3 import_weights.py resnet50 weights.safetensors
    python3 import_weights.py resnet50 weights.safetensors x.npy logits.npy     scores of images x [N, 3, H, W]

With pip's package safetensors, in three lines:

    import torchvision, safetensors.torch
    network = torchvision.models.resnet50()
    network.load_state_dict(safetensors.torch.load_file("weights.safetensors"))

googlenet here has no auxiliary classifiers: its weights fit torchvision.models.googlenet(aux_logits=False).
"""
import sys

import numpy as np
import safetensors_file
import torch
import torchvision

name, path = sys.argv[1:3]
tensors = {key: torch.from_numpy(value) for key, value in safetensors_file.read(path).items()}
options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
last = [value for value in tensors.values() if value.dim() == 1][-1]
network = getattr(torchvision.models, name)(weights=None, num_classes=len(last), **options)
missing, unexpected = network.load_state_dict(tensors, strict=False)
wrong = [key for key in missing if not key.endswith("num_batches_tracked")] + unexpected
if wrong:
    raise SystemExit(f"{path}: these weights are not {name}'s: {', '.join(wrong[:5])}")
print(f"{name}: {sum(p.numel() for p in network.parameters()):,} parameters loaded from {path}")
if len(sys.argv) == 5:
    with torch.no_grad():
        np.save(sys.argv[4], network.eval()(torch.from_numpy(np.load(sys.argv[3]))).numpy())
