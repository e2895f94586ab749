#!/usr/bin/env python3
"""Writes the pictures that camera_test.cpp reads: what cameras and layout programs leave, and what Pillow 9.4.0 sees in it
(Debian's python3-pil, python3-numpy).

exif_ii.jpg and exif_mm.jpg bear orientation 6 in either byte order; the test writes the other seven into them. exif.png
shows the eight as ImageOps.exif_transpose turns them, side by side in squares of 17 pixels. cmyk.jpg has Adobe's marker,
cmyk.png is what Pillow shows of it, with the marker or without; ycck.png, where the marker says that colours were
transformed.
"""
import io
import pathlib
import struct

import numpy as np
from PIL import Image, ImageFile, ImageOps

here = pathlib.Path(__file__).parent
row, column = np.mgrid[0:13, 0:17]
colour = Image.fromarray(np.stack([16 * row, 12 * column, 255 - 8 * (row + column)], axis=-1).astype(np.uint8))


def encoded(picture, **options):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, subsampling=0, **options)
    return file.getvalue()


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def exif(order, orientation):
    """Three entries, of which the orientation is the second; the camera's name lies behind them."""
    short = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    maker = struct.pack(order + "HHII", 0x010F, 2, 8, 8 + 2 + 3 * 12 + 4)
    unit = struct.pack(order + "HHIHH", 0x0128, 3, 1, 2, 0)
    mark = b"II" if order == "<" else b"MM"
    return (b"Exif\0\0" + mark + struct.pack(order + "HIH", 42, 8, 3) + maker + short + unit + struct.pack(order + "I", 0)
            + b"Camera\0\0")


tiles = np.full((17, 8 * 17, 3), 255, np.uint8)
for orientation in range(1, 9):
    for name, order in ("ii", "<"), ("mm", ">"):
        data = encoded(colour, exif=exif(order, orientation))
        if orientation == 6:
            (here / f"exif_{name}.jpg").write_bytes(data)
        seen = np.asarray(ImageOps.exif_transpose(opened(data)))
        height, width = seen.shape[:2]
        tiles[:height, 17 * (orientation - 1):17 * (orientation - 1) + width] = seen
Image.fromarray(tiles).save(here / "exif.png")
colour.save(here / "exif_8.png", exif=exif("<", 8)[6:])
assert np.array_equal(np.asarray(ImageOps.exif_transpose(Image.open(here / "exif_8.png"))),
                      np.asarray(colour.transpose(Image.Transpose.ROTATE_90)))

inks = colour.convert("CMYK")
data = encoded(inks)
marker = data.index(b"\xff\xee")
assert data[marker + 4:marker + 9] == b"Adobe"
(here / "cmyk.jpg").write_bytes(data)
opened(data).convert("RGB").save(here / "cmyk.png")
unmarked = data[:marker] + data[marker + 16:]
assert np.array_equal(np.asarray(opened(unmarked).convert("RGB")), np.asarray(opened(data).convert("RGB")))
for transform in 1, 2:
    transformed = bytearray(data)
    transformed[marker + 15] = transform
    opened(bytes(transformed)).convert("RGB").save(here / "ycck.png")

# Pillow takes a picture without its end for whole only when it is told to; it is the same picture then.
ImageFile.LOAD_TRUNCATED_IMAGES = True
whole = encoded(colour)
assert np.array_equal(np.asarray(opened(whole)), np.asarray(opened(whole[:-2])))
