#!/usr/bin/env python3
"""Golden values for lab 03, made by SciPy, OpenCV and NumPy: python3 make.py writes them beside itself.

Debian packages: python3-opencv, python3-scipy, python3-numpy.
"""
from pathlib import Path

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial.distance import cdist

here = Path(__file__).parent
sigma0, steps, border, contrast, edge_ratio = 1.6, 3, 5, 0.04 / 3, 10


def save(name, array):
    np.save(here / f"{name}.npy", np.ascontiguousarray(array, dtype=np.float32))


def blur(x, sigma):
    return ndimage.gaussian_filter(x, sigma, mode="nearest", truncate=4.0)


# 64 × 80 pixels of a cat's ear and forehead.
photo = cv2.imread(str(here / "../../../datasets/photos/chelsea.jpg"), cv2.IMREAD_GRAYSCALE)
patch8 = photo[16:80, 240:320]
patch = patch8.astype(np.float64) / 255
save("patch", patch)

# Tasks 3.1 and 3.2
save("blurred", blur(patch, 1.6))
large = cv2.resize(patch, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
save("large", large[:24, :30])


def octave(first):
    sigmas = sigma0 * 2 ** (np.arange(steps + 3) / steps)
    levels = [first]
    for before, after in zip(sigmas, sigmas[1:]):
        levels.append(blur(levels[-1], np.sqrt(after ** 2 - before ** 2)))
    return np.stack(levels)


octaves = []
first = blur(large, np.sqrt(sigma0 ** 2 - 1))
while min(first.shape) >= 2 * border + 1:
    octaves.append(octave(first))
    first = octaves[-1][steps][:first.shape[0] // 2 * 2:2, :first.shape[1] // 2 * 2:2]
for number, levels in enumerate(octaves[2:], 2):
    save(f"octave{number}", levels)
gaussians = octaves[1].astype(np.float32)
d = np.diff(gaussians, axis=0)

# Task 3.3: in octave 1, with filters in the place of the lab's loops.
threshold = contrast / 2
greatest = (d > threshold) & (d == ndimage.maximum_filter(d, 3))
least = (d < -threshold) & (d == ndimage.minimum_filter(d, 3))
inside = np.zeros(d.shape, bool)
inside[1:-1, border:-border, border:-border] = True
extrema = np.argwhere((greatest | least) & inside)
save("extrema", extrema)


# Task 3.4: every extremum's peak, or zeros.
def fit(k, i, j):
    cube = d[k - 1:k + 2, i - 1:i + 2, j - 1:j + 2].astype(np.float64)
    gradient = np.array([np.gradient(cube, axis=axis)[1, 1, 1] for axis in range(3)])
    hessian = np.empty((3, 3))
    for a in range(3):
        line = np.moveaxis(cube, a, 0)[:, 1, 1]
        hessian[a, a] = line[0] - 2 * line[1] + line[2]
        for b in range(a):
            plane = np.moveaxis(cube, (a, b), (0, 1))[:, :, 1]
            hessian[a, b] = hessian[b, a] = (plane[2, 2] - plane[0, 2] - plane[2, 0] + plane[0, 0]) / 4
    offset = -np.linalg.solve(hessian, gradient)
    return offset, cube[1, 1, 1] + gradient @ offset / 2, hessian


def refine(k, i, j):
    for _ in range(5):
        if not inside[k, i, j]:
            return None
        offset, value, hessian = fit(k, i, j)
        if np.abs(offset).max() < 0.5:
            trace, determinant = np.trace(hessian[1:, 1:]), np.linalg.det(hessian[1:, 1:])
            if abs(value) < contrast or determinant <= 0 or trace ** 2 / determinant >= (edge_ratio + 1) ** 2 / edge_ratio:
                return None
            return np.append([k, i, j] + offset, value)
        k, i, j = np.array([k, i, j]) + np.floor(offset + 0.5).astype(int)
        if not (0 <= k < d.shape[0] and 0 <= i < d.shape[1] and 0 <= j < d.shape[2]):
            return None
    return None


peaks = [refine(*place) for place in extrema]
save("peaks", [np.zeros(4) if peak is None else peak for peak in peaks])
peaks = [peak for peak in peaks if peak is not None]


# Tasks 3.5 and 3.6: for every peak its histogram of directions, its first angle, its descriptor.
def gradients(level):
    """Magnitude and angle of every pixel, 0 on the rim."""
    gx, gy = np.zeros_like(level), np.zeros_like(level)
    gx[1:-1, 1:-1] = level[1:-1, 2:] - level[1:-1, :-2]
    gy[1:-1, 1:-1] = level[2:, 1:-1] - level[:-2, 1:-1]
    return np.hypot(gx, gy), np.arctan2(gy, gx)


def orientation(peak):
    sigma = sigma0 * 2 ** (peak[0] / steps)
    k, i, j = np.floor(peak[:3] + 0.5).astype(int)
    magnitude, angle = gradients(gaussians[k].astype(np.float64))
    rows, columns = np.ogrid[:magnitude.shape[0], :magnitude.shape[1]]
    near = np.maximum(abs(rows - i), abs(columns - j)) <= int(4.5 * sigma + 0.5)
    weight = magnitude * near * np.exp(-((rows - i) ** 2 + (columns - j) ** 2) / (2 * (1.5 * sigma) ** 2))
    bins = np.rint(np.degrees(angle) / 10).astype(int) % 36
    votes = np.bincount(bins.ravel(), weight.ravel(), 36)
    return ndimage.correlate1d(votes, np.array([1, 4, 6, 4, 1]) / 16, mode="wrap")


def angles(histogram):
    before, after = np.roll(histogram, 1), np.roll(histogram, -1)
    found = (histogram > before) & (histogram > after) & (histogram >= 0.8 * histogram.max())
    top = np.arange(36) + 0.5 * (before - after) / (before - 2 * histogram + after)
    return (top[found] * 2 * np.pi / 36) % (2 * np.pi)


def descriptor(peak, angle):
    cell = 3 * sigma0 * 2 ** (peak[0] / steps)
    magnitude, direction = gradients(gaussians[int(peak[0] + 0.5)].astype(np.float64))
    rows, columns = np.mgrid[:magnitude.shape[0], :magnitude.shape[1]]
    dx, dy = columns - peak[2], rows - peak[1]
    u = (dx * np.cos(angle) + dy * np.sin(angle)) / cell
    v = (dy * np.cos(angle) - dx * np.sin(angle)) / cell
    weight = magnitude * np.exp(-(u ** 2 + v ** 2) / 8)
    eighths = ((direction - angle) * 4 / np.pi) % 8
    centres = np.arange(4) - 1.5
    share_v = np.maximum(1 - abs(v[..., None] - centres), 0)
    share_u = np.maximum(1 - abs(u[..., None] - centres), 0)
    apart = abs(eighths[..., None] - np.arange(8))
    share_d = np.maximum(1 - np.minimum(apart, 8 - apart), 0)
    return np.einsum("ij,ijr,ijc,ijd->rcd", weight, share_v, share_u, share_d)


def normalized(histogram):
    x = histogram.ravel() / np.linalg.norm(histogram)
    x = np.minimum(x, 0.2)
    return x / np.linalg.norm(x)


histograms = [orientation(peak) for peak in peaks]
first_angles = [angles(histogram)[0] for histogram in histograms]
save("orientations", histograms)
save("angles", first_angles)
grids = [descriptor(peak, angle) for peak, angle in zip(peaks, first_angles)]
save("grids", grids)
save("descriptors", [normalized(grid) for grid in grids])

# Everything together: OpenCV's SIFT. It forgets the quarter of a pixel that enlarging shifts by; its angles turn the
# same way as ours, its eighths of a turn the other way; its descriptors are 512 times as long, in whole numbers.
keypoints, rows = cv2.SIFT_create().detectAndCompute(patch8, None)
save("opencv_keypoints", [(p.pt[1] - 0.25, p.pt[0] - 0.25, p.size / 2, np.radians(p.angle)) for p in keypoints])
rows = rows.reshape(-1, 4, 4, 8)[..., -np.arange(8) % 8].reshape(-1, 128)
rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
save("opencv_descriptors", rows)

# Task 3.7: a handful of those, and the same with noise, in another order.
random = np.random.default_rng(3)
a = rows[:20]
b = (rows[:30] + random.normal(0, 0.06, (30, 128)))[random.permutation(30)]
distances = cdist(a, b)
order = np.argsort(distances, axis=1)
nearest, second = (distances[np.arange(20), order[:, place]] for place in (0, 1))
kept = nearest < 0.8 * second
save("match_a", a)
save("match_b", b)
save("matches", np.column_stack([np.arange(20), order[:, 0], nearest])[kept])

# Task 3.8
save("integral", np.pad(patch.cumsum(0).cumsum(1), ((1, 0), (1, 0))))


def box_hessian(size):
    third, half = size // 3, size // 2
    dyy, dxy = np.zeros((size, size)), np.zeros((size, size))
    inner = slice(half - third + 1, half + third)
    dyy[:, inner] = 1
    dyy[third:2 * third, inner] = -2
    near, far = slice(half - third, half), slice(half + 1, half + 1 + third)
    dxy[near, far] = dxy[far, near] = 1
    dxy[near, near] = dxy[far, far] = -1
    xx, yy, xy = (ndimage.correlate(patch, w, mode="constant") / size ** 2 for w in (dyy.T, dyy, dxy))
    return xx * yy - (0.9 * xy) ** 2


save("hessian9", box_hessian(9))
save("hessian27", box_hessian(27)[::2, ::2])


# Task 3.8: wavelets, angles and descriptors after Bay, Ess, Tuytelaars and Van Gool, "Speeded-Up Robust Features
# (SURF)", Computer Vision and Image Understanding 110 (3), 2008, sections 4.1 and 4.2. Without integral image: a wavelet
# gives every pixel of the patch a sign, or 0.
def wavelets(row, column, half):
    """(dx, dy) around the corner nearest to the place, on the picture's own grid: corners lie halfway between pixels."""
    corners = [np.arange(-100, 200) - 0.5] * 2
    away = [abs(line - place) for line, place in zip(corners, (row, column))]
    assert all(np.diff(np.sort(line)[:2]) > 1e-4 for line in away), "two corners are nearly equally near"
    down, right = (line - at[near.argmin()] for line, at, near in
                   zip(np.ogrid[:patch.shape[0], :patch.shape[1]], corners, away))
    covered = (abs(down) < half) & (abs(right) < half)
    return np.array([(patch * covered * np.sign(side)).sum() for side in (right, down)])


def rounded(length):
    return int(np.floor(length + 0.5))


def surf_angle(row, column, s, shift=0.0):
    """The angle, with all windows turned by some degrees."""
    places = [(i, j) for i in range(-6, 7) for j in range(-6, 7) if i * i + j * j < 6 ** 2]
    weights = [np.exp(-(i * i + j * j) / (2 * 2 ** 2)) for i, j in places]  # a bell with sigma 2s
    dx, dy = np.transpose([wavelets(row + i * s, column + j * s, rounded(2 * s)) for i, j in places]) * weights
    degrees = np.degrees(np.arctan2(dy, dx))
    held = [(degrees - begin - shift) % 360 < 60 for begin in range(0, 360, 5)]
    sums = np.array([dx[inside].sum() + 1j * dy[inside].sum() for inside in held])
    longest = abs(sums).argmax()
    others = [abs(total) for total, inside in zip(sums, held) if (inside != held[longest]).any()]
    assert max(others) < 0.999 * abs(sums[longest]), "two windows are nearly equally good"
    return np.angle(sums[longest]) % (2 * np.pi)


def surf_descriptor(row, column, s, angle):
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])  # (x, y)
    numbers = []
    for cell_v in range(4):
        for cell_u in range(4):
            responses = []
            for sample_v in range(5):
                for sample_u in range(5):
                    u, v = 5 * cell_u + sample_u - 9.5, 5 * cell_v + sample_v - 9.5
                    x, y = np.array([column, row]) + s * (u * along + v * across)
                    response = wavelets(y, x, rounded(s)) * np.exp(-(u * u + v * v) / (2 * 3.3 ** 2))
                    responses.append([response @ along, response @ across])
            numbers.append(np.concatenate([np.sum(responses, axis=0), np.abs(responses).sum(axis=0)]))
    return np.concatenate(numbers) / np.linalg.norm(numbers)


# In the middle, at the rim, in a corner, and outside; as float32, which is what the tests read.
places = np.float32([(20.3, 61.1, 1), (31.2, 44.7, 2), (40.9, 12.3, 3), (25.1, 60.8, 7), (1.2, 78.9, 4),
                     (63.4, 0.2, 5), (-2.3, 40.2, 4), (70.8, 20.1, 3)]).astype(np.float64)
save("surf_places", places)
save("surf_wavelets", [wavelets(row, column, int(half)) for row, column, half in places])

# Row, column and sigma; the last two are cut off by the rim.
surf_keypoints = np.float32([(33.64, 51.27, 1.319), (20.33, 33.69, 2.129), (17.91, 61.95, 2.413), (28.43, 33.71, 1.319),
                             (27.42, 24.39, 1.637), (55.95, 33.78, 2.413), (9.73, 9.27, 2.129)]).astype(np.float64)
surf_angles = [surf_angle(*keypoint) for keypoint in surf_keypoints]
for shift in -0.01, 0.01:
    turned = [surf_angle(*keypoint, shift) for keypoint in surf_keypoints]
    assert np.allclose(turned, surf_angles), "a wavelet lies on the end of a window"
surf_angles = np.float32(surf_angles).astype(np.float64)
save("surf_keypoints", np.column_stack([surf_keypoints, surf_angles]))
save("surf_descriptors", [surf_descriptor(*keypoint, angle) for keypoint, angle in zip(surf_keypoints, surf_angles)])

print(f"{len(extrema)} extrema, {len(peaks)} peaks in octave 1; {len(octaves)} octaves; OpenCV: {len(keypoints)} keypoints; "
      f"{kept.sum()} matches of 20")
