#!/usr/bin/python3
"""Answers of scikit-image, OpenCV, PyTorch, torchvision and scikit-learn for the tests of lab 02.

    /usr/bin/python3 labs/02-hog/golden/make.py

Debian packages: python3-skimage, python3-opencv, python3-torch, python3-torchvision, python3-sklearn.
"""
from pathlib import Path

import cv2
import numpy as np
import torch
import torchvision
from skimage import io
from skimage.feature import _hoghistogram, hog
from skimage.feature._hog import _hog_channel_gradient
from sklearn.svm import SVC

FOLDER = Path(__file__).parent
PHOTO = FOLDER.parents[2] / "datasets/photos/coffee.jpg"
RANDOM = np.random.default_rng(2)


def save(name, values):
    np.save(FOLDER / f"{name}.npy", np.ascontiguousarray(values, dtype=np.float32))


# Windows cut from a photo: 64×128 in colour and in gray, and an odd one.
photo = io.imread(PHOTO)
window = photo[120:248, 330:394]
gray = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
odd = photo[150:195, 200:237]
for name, picture in {"window": window, "gray": gray[60:188, 200:264], "odd": odd}.items():
    io.imsave(FOLDER / f"{name}.png", picture, check_contrast=False)
gray = gray[60:188, 200:264]


def strongest(picture):
    """Rows and columns of the strongest channel's gradient, as in skimage.feature.hog."""
    channels = [_hog_channel_gradient(picture[..., c].astype(float)) for c in range(picture.shape[2])]
    g_row, g_col = (np.stack([channel[part] for channel in channels], axis=-1) for part in (0, 1))
    best = np.argmax(np.hypot(g_row, g_col), axis=-1)[..., None]
    return np.take_along_axis(g_row, best, -1)[..., 0], np.take_along_axis(g_col, best, -1)[..., 0]


# Task 2.1
for name, picture in {"window": window, "odd": odd}.items():
    gy, gx = strongest(picture)
    save(f"{name}_gx", gx)
    save(f"{name}_gy", gy)


# Task 2.2, whole votes: scikit-image gives the mean vote of a pixel of the cell.
def whole_votes(gx, gy, cell, bins):
    rows, columns = gx.shape[0] // cell, gx.shape[1] // cell
    histograms = np.zeros((rows, columns, bins))
    _hoghistogram.hog_histograms(gx, gy, cell, cell, gx.shape[1], gx.shape[0], columns, rows, bins, histograms)
    return histograms * cell * cell


gy, gx = strongest(odd)
save("odd_whole", whole_votes(gx, gy, 6, 9))


# Task 2.2, shared votes: by NumPy in double precision, and OpenCV bears it out: in a window that is one single block,
# its histograms are shared like ours. It normalizes them (without a cut here), so they are compared at unit length, and
# its angles are a little off, so they are compared a second time with these.
def exact_angle(gx, gy):
    return np.rad2deg(np.arctan2(gy, gx))


def opencv_angle(gx, gy):
    return cv2.phase(gx.astype(np.float32), gy.astype(np.float32), angleInDegrees=True).astype(float)


def shared_votes(gx, gy, cell, bins, angle_of=exact_angle):
    height, width = gx.shape[0] // cell * cell, gx.shape[1] // cell * cell
    rows, columns = height // cell, width // cell
    gx, gy = gx[:height, :width].astype(float), gy[:height, :width].astype(float)
    vote = np.hypot(gx, gy)
    angle = angle_of(gx, gy) % 180 / (180 / bins) - 0.5
    i, j = np.mgrid[0:height, 0:width]
    row, column = (i + 0.5) / cell - 0.5, (j + 0.5) / cell - 0.5
    padded = np.zeros((rows + 2, columns + 2, bins))  # a margin takes the shares that are lost
    low = [np.floor(position).astype(int) for position in (row, column, angle)]
    for dr in (0, 1):
        for dc in (0, 1):
            for dk in (0, 1):
                share = np.ones_like(vote)
                for position, below, step in zip((row, column, angle), low, (dr, dc, dk)):
                    share *= 1 - np.abs(position - (below + step))
                np.add.at(padded, (low[0] + dr + 1, low[1] + dc + 1, (low[2] + dk) % bins), vote * share)
    return padded[1:-1, 1:-1]


def at_unit_length(values):
    return values / np.linalg.norm(values)


def opencv_block(picture, cell, bins):
    """One block of the size of the picture: OpenCV counts cells by columns."""
    rows, columns = picture.shape[0] // cell, picture.shape[1] // cell
    size = (columns * cell, rows * cell)
    descriptor = cv2.HOGDescriptor(size, size, (cell, cell), (cell, cell), bins, 1, 1e6, cv2.HOGDESCRIPTOR_L2HYS, 1e6,
                                   False)
    values = descriptor.compute(np.ascontiguousarray(picture[:size[1], :size[0]])).reshape(columns, rows, bins)
    return values.transpose(1, 0, 2)


for name, picture, cell in (("window", window, 8), ("odd", odd[:42, :36], 6)):
    gy, gx = strongest(picture)
    theirs = at_unit_length(opencv_block(picture, cell, 9))
    apart = [np.abs(at_unit_length(shared_votes(gx, gy, cell, 9, angle)) - theirs).max()
             for angle in (exact_angle, opencv_angle)]
    print(f"{name}: shared votes differ from OpenCV's by {apart[0]:.1e}, with OpenCV's angles by {apart[1]:.1e}, "
          f"of up to {theirs.max():.2f}")
    save(f"{name}_shared", shared_votes(gx, gy, cell, 9))

# Task 2.4: descriptors of scikit-image.
settings = dict(block_norm="L2-Hys")
save("window_hog", hog(window, 9, (8, 8), (2, 2), channel_axis=-1, **settings))
save("gray_hog", hog(gray, 9, (8, 8), (2, 2), **settings))
save("odd_hog", hog(odd, 7, (6, 6), (3, 3), channel_axis=-1, **settings))

# Task 2.4: OpenCV's descriptor, whose blocks share no votes with their surroundings, put into our order: it counts
# blocks, and cells in a block, by columns.
descriptor = cv2.HOGDescriptor((64, 128), (16, 16), (8, 8), (8, 8), 9, 1, 1e6, cv2.HOGDESCRIPTOR_L2HYS, 0.2, False)
theirs = descriptor.compute(np.ascontiguousarray(window)).reshape(7, 15, 2, 2, 9)
save("window_opencv", theirs.transpose(1, 0, 3, 2, 4).reshape(-1))

# Task 2.5: loss and gradient by PyTorch.
x = RANDOM.normal(size=(40, 6)).astype(np.float32)
labels = np.where(x @ RANDOM.normal(size=6) + 0.5 * RANDOM.normal(size=40) + 0.3 > 0, 1, -1).astype(np.float32)
w, b, weight = RANDOM.normal(size=6).astype(np.float32), np.float32(0.25), np.float32(0.125)
w_, b_ = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (w, b))
x_, labels_ = (torch.tensor(v, dtype=torch.float64) for v in (x, labels))
loss = weight.item() / 2 * (w_ ** 2).sum() + torch.relu(1 - labels_ * (x_ @ w_ + b_)).mean()
loss.backward()
save("svm_x", x)
save("svm_labels", labels)
save("svm_w", w)
save("svm_answers", np.concatenate([[b, weight, loss.item(), b_.grad.item()], w_.grad.numpy()]))

# Task 2.5: the least loss there is, by LIBSVM (C = 1 / (λ N)).
best = SVC(kernel="linear", C=1 / (weight * len(x)), tol=1e-8).fit(x.astype(float), labels)
w, b = best.coef_[0], best.intercept_[0]
least = weight / 2 * w @ w + np.maximum(0, 1 - labels * (x @ w + b)).mean()
print(f"least loss of the support vector machine: {least:.6f}, w {w}, b {b:.4f}")
save("svm_best", np.concatenate([[least, b], w]))

# Task 2.6: torchvision's overlaps and suppression (which knows corners x1, y1, x2, y2).
row, column = RANDOM.uniform(0, 60, 30), RANDOM.uniform(0, 80, 30)
height, width, score = RANDOM.uniform(10, 40, 30), RANDOM.uniform(10, 40, 30), RANDOM.permutation(30) / 10 - 1
boxes = np.stack([row, column, height, width, score], axis=1).astype(np.float32)
corners = torch.tensor(np.stack([boxes[:, 1], boxes[:, 0], boxes[:, 1] + boxes[:, 3], boxes[:, 0] + boxes[:, 2]], axis=1))
save("boxes", boxes)
save("boxes_overlap", torchvision.ops.box_iou(corners[:1], corners[1:])[0])
save("boxes_staying", torchvision.ops.nms(corners, torch.tensor(boxes[:, 4]), 0.3))
