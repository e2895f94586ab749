#!/usr/bin/env python3
"""Writes what torchvision 0.14 makes of a shipped photo, for image_folder_test.cpp."""
import pathlib

import numpy as np
from PIL import Image
from torchvision import transforms

here = pathlib.Path(__file__).parent
photo = Image.open(here / "../../../datasets/photos/coffee.jpg")
normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
resized = transforms.Resize(41)(photo)
as_tensor = transforms.Compose([transforms.ToTensor(), normalize])
np.save(here / "center_crop.npy", as_tensor(transforms.CenterCrop(32)(resized)).numpy())
ten = transforms.TenCrop(8)(resized)
# torchvision: top left, top right, bottom left, bottom right, centre, then their mirror images.
np.save(here / "ten_crop.npy", np.stack([as_tensor(crop).numpy() for crop in ten]))
