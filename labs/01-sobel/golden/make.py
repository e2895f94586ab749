#!/usr/bin/env python3
"""Golden values for lab 01, made by OpenCV, SciPy and NumPy: python3 make.py writes them beside itself.

Debian packages: python3-opencv, python3-scipy, python3-numpy.
"""
from pathlib import Path

import cv2
import numpy as np
from scipy import ndimage

here = Path(__file__).parent
random = np.random.default_rng(1)


def save(name, array):
    np.save(here / f"{name}.npy", np.ascontiguousarray(array, dtype=np.float32))


# A small colour picture with smooth parts, edges in every direction and full range.
rows, columns = np.mgrid[0:14, 0:19]
disc = (rows - 6) ** 2 + (columns - 8) ** 2 < 20
photo = np.stack([12 * columns + 2 * rows, 255 - 15 * rows, 128 + 9 * (rows - columns) // 2], axis=-1)
photo[disc] = 255 - photo[disc]
photo = np.clip(photo + random.integers(-6, 7, photo.shape), 0, 255).astype(np.uint8)
cv2.imwrite(str(here / "photo.png"), photo[..., ::-1])  # OpenCV keeps blue first

# Task 1.1: in float, because OpenCV rounds the gray levels of bytes.
gray = cv2.cvtColor(photo.astype(np.float32), cv2.COLOR_RGB2GRAY)
save("gray", gray)

# Task 1.2: a mask without any symmetry.
mask = np.array([[1, -2, 3], [-4, 5, -6], [7, -8, 9]], np.float32) / 4
save("mask", mask)
save("correlated", ndimage.correlate(gray, mask, mode="nearest"))

# Task 1.3
gx = cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3, borderType=cv2.BORDER_REPLICATE)
gy = cv2.Sobel(gray, cv2.CV_32F, 0, 1, ksize=3, borderType=cv2.BORDER_REPLICATE)
save("gx", gx)
save("gy", gy)

# Task 1.4
save("magnitude", np.hypot(gx.astype(np.float64), gy))
save("direction", np.arctan2(-gy.astype(np.float64), gx))

# Task 1.5, on whole levels, so that every sum is exact and ties are ties.
levels = np.rint(gray)
save("levels", levels)
masks = np.array([
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],  # E
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],  # NE
    [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],  # N
    [[2, 1, 0], [1, 0, -1], [0, -1, -2]],  # NW
    [[1, 0, -1], [2, 0, -2], [1, 0, -1]],  # W
    [[0, -1, -2], [1, 0, -1], [2, 1, 0]],  # SW
    [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],  # S
    [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],  # SE
], np.float32)
responses = np.stack([ndimage.correlate(levels, m, mode="nearest") for m in masks])
response, direction = responses.max(axis=0), responses.argmax(axis=0)
save("response", response)
save("point", direction)

# Task 1.6, with slices of a padded picture in the place of the lab's loops.
padded = np.pad(response, 1)
thinned = response.copy()
for k, (up, right) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]):
    def neighbour(sign):
        top, left = 1 - sign * up, 1 + sign * right
        return padded[top:top + response.shape[0], left:left + response.shape[1]]
    weaker = ~((response > neighbour(1)) & (response >= neighbour(-1)))
    thinned[(direction == k) & weaker] = 0
save("thinned", thinned)
