// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab10 {

// Values made by PyTorch: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(std::string(CNN_LAB_DIR "/golden/") + name + ".npy"); }

// Rounding in a sum of n products is at most 2(n + 1)u of the terms' magnitude; through the layers of a network these
// errors pass on and grow with the weights, which are below 1. 400 terms and six layers, against values of about 1:
// 6 · 2 · 401 · 2^-24 = 2.9e-4 if every rounding fell the same way; they do not, and a fifth of that is kept.
inline constexpr grader::Tolerance through_a_network{.relative = 6e-5, .absolute = 6e-5};
// A sum of 84 squares, all positive: 2(84 + 3)u.
inline constexpr grader::Tolerance sum_of_squares{.relative = 1.1e-5, .absolute = 1e-6};
// exp and log in single or in double precision, in one order or another.
inline constexpr grader::Tolerance of_exponentials{.relative = 1e-5, .absolute = 1e-6};

// The gradient as golden/make.py keeps it: of large matrices only the sum over the outputs.
inline Tensor as_kept(const Tensor& gradient) {
    if (gradient.count() < 3000) return gradient;
    Tensor sum({gradient.count() / gradient.size(0)});
    for (Index i = 0; i < gradient.count(); ++i) sum[i % sum.count()] += gradient[i];
    return sum;
}

inline void check_golden_pass(const NetworkPass& pass, const std::string& name, std::size_t parameters) {
    grader::check_same(pass.y, golden(name + "_y"), through_a_network);
    grader::check_same(pass.dx, golden(name + "_dx"), through_a_network);
    grader::check_that(pass.gradients.size() == parameters,
                       fmt::format("{} learned tensors, expected {}", pass.gradients.size(), parameters));
    if (pass.gradients.size() != parameters) return;
    for (std::size_t i = 0; i < parameters; ++i)
        // Sums over up to 120 outputs: their errors add up.
        grader::check_same(as_kept(pass.gradients[i]), golden(fmt::format("{}_gradient_{}", name, i)),
                           {.relative = 3e-4, .absolute = 3e-4});
}

}  // namespace cnn::lab10
