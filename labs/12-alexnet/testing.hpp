// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "alexnet.hpp"
#include "grader/judge.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab12 {

// Values made by PyTorch, torchvision and NumPy: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// Uniform in [0, 1): a picture, or several.
inline Tensor picture(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    return uniform(shape, engine, 0, 1);
}

// exp, log and pow in single or in double precision, in one order or another.
inline constexpr grader::Tolerance of_exponentials{.relative = 1e-5, .absolute = 1e-6};

}  // namespace cnn::lab12
