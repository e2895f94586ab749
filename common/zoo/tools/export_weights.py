#!/usr/bin/env python3
"""Weights of one of torchvision's networks, for ./lab run 12 -- classify photo.jpg --model NET --weights FILE.

    python3 export_weights.py resnet50 resnet50.safetensors            trained on ImageNet (fetched by torchvision)
    python3 export_weights.py resnet50 resnet50.safetensors --random   first weights by chance: needs no network

Needs torchvision. With pip's package safetensors the same takes three lines:

    import torchvision, safetensors.torch
    network = torchvision.models.resnet50(weights="DEFAULT")
    safetensors.torch.save_file(network.state_dict(), "resnet50.safetensors")

googlenet here has no auxiliary classifiers. torchvision leaves them out with weights="DEFAULT"; without weights it takes
torchvision.models.googlenet(aux_logits=False).
"""
import sys

import safetensors_file
import torchvision

name, path = sys.argv[1:3]
trained = "IMAGENET1K_V1" if len(sys.argv) == 3 else None
options = {"aux_logits": trained is not None, "init_weights": False} if name == "googlenet" else {}
network = getattr(torchvision.models, name)(weights=trained, **options)
states = {key: value for key, value in network.state_dict().items() if not key.startswith("aux")}
safetensors_file.write(path, {key: value.numpy() for key, value in states.items()})
