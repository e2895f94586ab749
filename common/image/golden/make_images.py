#!/usr/bin/env python3
"""Writes the small pictures that image_test.cpp reads (made with Pillow 9.4.0).

Every one shows the same gradients: red 16 × row, green 12 × column, blue 255 - 8 × (row + column), 13 rows of 17
pixels; the gray ones show the red channel.
"""
import pathlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
row, column = np.mgrid[0:13, 0:17]
colour = np.stack([16 * row, 12 * column, 255 - 8 * (row + column)], axis=-1).astype(np.uint8)
gray = colour[..., 0]
alpha = np.dstack([colour, np.full(gray.shape, 128, np.uint8)])

Image.fromarray(colour).save(here / "colour.png")
Image.fromarray(gray).save(here / "gray.png")
Image.fromarray(alpha, "RGBA").save(here / "alpha.png")
Image.merge("LA", [Image.fromarray(gray), Image.fromarray(gray)]).save(here / "gray_alpha.png")
Image.fromarray(gray.astype(np.uint16) * 257).save(here / "gray16.png")
Image.fromarray(gray).convert("P").save(here / "palette.png")
Image.fromarray(colour).save(here / "colour.bmp")
Image.fromarray(colour).save(here / "colour.tga")
Image.fromarray(colour).save(here / "colour.ppm")
Image.fromarray(gray).save(here / "gray.pgm")
Image.fromarray(colour).save(here / "colour.jpg", quality=95, subsampling=0)
Image.fromarray(colour).save(here / "progressive.jpg", quality=95, subsampling=0, progressive=True)
Image.fromarray(gray).save(here / "gray.jpg", quality=95)
Image.fromarray(colour).save(here / "refused.gif")
Image.fromarray(colour).save(here / "refused.tiff")
Image.fromarray(colour).save(here / "refused.webp")

# Bilinear resizing as Pillow does it, for drawing_test.cpp: a picture with sharp edges and noise.
noise = np.random.default_rng(1).integers(0, 256, (13, 17, 3)).astype(np.uint8)
Image.fromarray(noise).save(here / "noise.png")
Image.fromarray(noise).resize((7, 5), Image.Resampling.BILINEAR).save(here / "noise_5x7.png")
Image.fromarray(noise).resize((40, 29), Image.Resampling.BILINEAR).save(here / "noise_29x40.png")
