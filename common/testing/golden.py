"""What the scripts that make golden values share: the project's own random numbers (common/tensor/random.cpp), which come
from the same Mersenne twister as NumPy's, so that only results are kept in files. Tensors are PyTorch's."""
import numpy as np
import torch

assert np.random.RandomState(5489).randint(0, 2**32, dtype=np.uint32) == 3499211612, "not the twister of <random>"


class Engine:
    def __init__(self, seed, dtype=torch.float32):  # of the tensors; the numbers are single precision in any case
        self.state, self.dtype = np.random.RandomState(seed), dtype

    def uniform(self, shape, low=-1.0, high=1.0):
        raw = self.state.randint(0, 2**32, size=int(np.prod(shape)), dtype=np.uint32)
        unit = (raw >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)
        low, high = np.float32(low), np.float32(high)
        return torch.from_numpy((low + (high - low) * unit).reshape(shape)).to(self.dtype)

    def index(self, count):
        limit = 2**32 - 2**32 % count
        while True:
            raw = int(self.state.randint(0, 2**32, dtype=np.uint32))
            if raw < limit:
                return raw % count


def random(shape, seed, dtype=torch.float32):
    return Engine(seed, dtype).uniform(shape)
