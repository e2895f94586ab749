// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab15 {

// Values made by PyTorch and torchvision in double precision: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// x̂ = (x - mean) / deviation. Numbers of the tests are below 4, deviations above 0.03 (√ε): the subtraction's rounding,
// 4 · 2^-24, is divided by 0.03 at worst, a few sums add as much again.
inline constexpr grader::Tolerance of_quotients{.relative = 2e-5, .absolute = 2e-5};
// Through layers with weights below 1 and normalisations, which keep errors relative to each channel's own spread:
// measured between float and double 4e-6 for 8 layers, 3e-5 for 50; ten times of this is left for other orders.
inline constexpr grader::Tolerance through_a_network{.relative = 3e-4, .absolute = 3e-4};

// Of large tensors golden/make.py keeps the sum over the first axis.
inline Tensor as_kept(const Tensor& tensor) {
    if (tensor.count() < 500) return tensor;
    Tensor sum({tensor.count() / tensor.size(0)});
    for (Index i = 0; i < tensor.count(); ++i) sum[i % sum.count()] += tensor[i];
    return sum;
}

// All gradients in one row, as golden/make.py keeps them.
inline Tensor in_a_row(const std::vector<Tensor>& gradients) {
    std::vector<float> row;
    for (const Tensor& gradient : gradients) {
        const Tensor kept = as_kept(gradient);
        row.insert(row.end(), kept.values().begin(), kept.values().end());
    }
    return Tensor({static_cast<Index>(row.size())}, row);
}

inline void check_golden_pass(const nn::NetworkPass& pass, const std::string& name) {
    grader::check_same(pass.y, golden(name + "_y"), through_a_network);
    const Tensor dx = as_kept(pass.dx);
    grader::check_same(dx, golden(name + "_dx").reshaped(dx.shape()), through_a_network);
    grader::check_same(in_a_row(pass.gradients), golden(name + "_gradients"), through_a_network);
}

}  // namespace cnn::lab15
