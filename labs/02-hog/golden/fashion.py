#!/usr/bin/python3
"""What scikit-image and scikit-learn make of the task of `./lab run 2`: HOG and raw pixels of Fashion-MNIST, each with a
linear support vector machine for every class. Writes nothing; the figures stand in the handout.

    /usr/bin/python3 labs/02-hog/golden/fashion.py [C]

Debian packages: python3-skimage, python3-sklearn, dataset-fashion-mnist. Takes several minutes.
"""
import gzip
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from skimage.feature import hog
from sklearn.svm import LinearSVC

DATA = Path("/usr/share/datasets/fashion-mnist")


def read(name, shape, offset):
    return np.frombuffer(gzip.open(DATA / name).read(), np.uint8, offset=offset).reshape(shape)


def describe(image):
    return hog(image, orientations=9, pixels_per_cell=(4, 4), cells_per_block=(2, 2), block_norm="L2-Hys")


def measure(name, train_x, train_y, test_x, test_y, C):
    start = time.time()
    svm = LinearSVC(loss="hinge", C=C, max_iter=2000, random_state=0).fit(train_x, train_y)
    print(f"{name}: {train_x.shape[1]} numbers, C {C}: {svm.score(test_x, test_y):.2%} of the test images, "
          f"{svm.score(train_x, train_y):.2%} of the training images, trained in {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    C = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    train, test = read("train-images-idx3-ubyte.gz", (-1, 28, 28), 16), read("t10k-images-idx3-ubyte.gz", (-1, 28, 28), 16)
    train_y, test_y = read("train-labels-idx1-ubyte.gz", -1, 8), read("t10k-labels-idx1-ubyte.gz", -1, 8)
    start = time.time()
    with ProcessPoolExecutor() as pool:
        train_x, test_x = (np.array(list(pool.map(describe, images, chunksize=500)), np.float32)
                           for images in (train, test))
    print(f"scikit-image: 70,000 images described in {time.time() - start:.0f} s", flush=True)
    measure("HOG", train_x, train_y, test_x, test_y, C)
    measure("raw pixels", train.reshape(-1, 784) / 255, train_y, test.reshape(-1, 784) / 255, test_y, C)
