#!/usr/bin/env python3
"""What OpenCV's SIFT makes of the same pictures as the lab's program: repeatability and correct matches.

    ./lab run 3 --reference -- --all --no-surf --export /tmp/trials
    python3 opencv.py /tmp/trials          writes opencv.csv beside itself
    python3 opencv.py --time PHOTO         milliseconds for one picture, with one thread and with two

Debian packages: python3-opencv, python3-numpy.
"""
import csv
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np

near_enough, ratio = 3, 0.8
sift = cv2.SIFT_create()


def read(path):
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        sys.exit(f"{path}: not a picture that can be read")
    return picture


def places(keypoints):
    return np.array([p.pt for p in keypoints]), np.array([p.size / 2 for p in keypoints])


def moved(points, homography):
    q = np.c_[points, np.ones(len(points))] @ homography.T
    return q[:, :2] / q[:, 2:]


def compare(first, copy, homography):
    """keypoints, matches, correct ones; keypoints whose place is in the copy, those that were found there."""
    (a, rows_a), (b, rows_b) = first, sift.detectAndCompute(copy, None)
    pairs = cv2.BFMatcher().knnMatch(rows_a, rows_b, k=2)
    matches = [near for near, second in pairs if near.distance < ratio * second.distance]
    (at, sizes), (found, found_sizes) = places(a), places(b)
    there = moved(at, homography)
    far = np.hypot(*(there[:, None] - found[None]).transpose(2, 0, 1))
    correct = sum(far[m.queryIdx, m.trainIdx] <= near_enough for m in matches)
    right, left = moved(at + [0.5, 0], homography), moved(at - [0.5, 0], homography)
    below, above = moved(at + [0, 0.5], homography), moved(at - [0, 0.5], homography)
    x, y = right - left, below - above
    sizes = sizes * np.sqrt(abs(x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]))
    visible = (there >= 0).all(axis=1) & (there < copy.shape[::-1]).all(axis=1)
    alike = (found_sizes[None] < 1.5 * sizes[:, None]) & (sizes[:, None] < 1.5 * found_sizes[None])
    repeated = visible & ((far <= near_enough) & alike).any(axis=1)
    return len(a), len(matches), correct, visible.sum(), repeated.sum()


def measure(path):
    picture = read(path)
    for threads in (1, 2):
        cv2.setNumThreads(threads)
        taken = []
        for _ in range(25):
            start = time.perf_counter()
            keypoints, _ = sift.detectAndCompute(picture, None)
            taken.append(1e3 * (time.perf_counter() - start))
        print(f"OpenCV, {threads} thread(s): {statistics.median(taken):.1f} ms, {len(keypoints)} keypoints")


if len(sys.argv) == 3 and sys.argv[1] == "--time":
    measure(sys.argv[2])
elif len(sys.argv) == 2:
    folder = Path(sys.argv[1])
    with open(Path(__file__).parent / "opencv.csv", "w") as file:
        print("photo,trial,width,height,keypoints,matches,correct,visible,repeated", file=file)
        for name, trial, *numbers in csv.reader(open(folder / "trials.csv")):
            photo = read(folder / f"{name}-0.png")
            first = sift.detectAndCompute(photo, None)
            result = compare(first, read(folder / f"{name}-{trial}.png"), np.array(numbers, float).reshape(3, 3))
            print(name, trial, photo.shape[1], photo.shape[0], *result, sep=",", file=file)
else:
    sys.exit(__doc__)
