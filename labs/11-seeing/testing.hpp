// What the tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab11 {

using grader::Tolerance;

// Values made by PyTorch and SciPy: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// Two layers forward or back: rounding in a sum of n products is at most 2(n + 1)u of the terms' magnitude, the longest
// sum here has 150, terms are below 4: 4 · 2 · 2 · 151 · 2^-24 = 1.4e-4 if every rounding fell the same way; they do
// not, and a quarter of that is kept.
inline constexpr Tolerance two_layers{.relative = 4e-5, .absolute = 4e-5};
// exp in single or in double precision, of scores that are rounded as above.
inline constexpr Tolerance of_probabilities{.relative = 4e-5, .absolute = 1e-5};
// Three roundings in each number, and halves and quarters are exact.
inline constexpr Tolerance smoothed{.relative = 1e-6, .absolute = 5e-7};

inline bool is_near(const Tensor& a, const Tensor& b) {
    if (a.shape() != b.shape()) return false;
    for (Index i = 0; i < a.count(); ++i)
        if (!(std::abs(a[i] - b[i]) < 1e-3f)) return false;
    return true;
}

// Σ of the products of the numbers in the same places.
inline double inner_product(const Tensor& a, const Tensor& b) {
    double sum = 0;
    for (Index i = 0; i < a.count(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

}  // namespace cnn::lab11
