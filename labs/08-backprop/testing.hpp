// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "backprop.hpp"
#include "grader/judge.hpp"
#include "numeric.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab08 {

// PyTorch's gradients: golden/make.py made them.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// Differences of a step of 1e-3 in double precision, rounded to float once: the sums are of the order of 1.
inline constexpr grader::Tolerance as_defined{.relative = 1e-5, .absolute = 1e-5};

}  // namespace cnn::lab08
