// What the tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <string>

#include "grader/judge.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab14 {

// Values made by PyTorch: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(std::string(CNN_LAB_DIR "/golden/") + name + ".npy"); }

// Rounding in a sum of n products is at most 2(n + 1)u of the terms' magnitude, u = 2^-24; here values are about 1,
// sums have up to 200 terms, and a path has two layers: 2 · 2 · 201 · u = 4.8e-5 if every rounding fell the same way.
constexpr grader::Tolerance through_a_module{.relative = 3e-5, .absolute = 3e-5};
// exp and log in single or in double precision, in one order or another.
constexpr grader::Tolerance of_exponentials{.relative = 1e-5, .absolute = 1e-6};
// Gradients are sums over all pixels and images (up to 400) of such numbers.
constexpr grader::Tolerance of_gradients{.relative = 3e-4, .absolute = 3e-4};
// Errors grow through 22 layers: 1e-4 of the largest logit, which is about 10.
constexpr grader::Tolerance of_logits{.relative = 0, .absolute = 1e-3};

// One behind the other.
inline Tensor joined(const std::vector<Tensor>& parts) {
    Index count = 0;
    for (const Tensor& part : parts) count += part.count();
    Tensor all({count});
    Index at = 0;
    for (const Tensor& part : parts)
        for (const float v : part.values()) all[at++] = v;
    return all;
}

inline void check_golden_pass(const NetworkPass& pass, const std::string& name) {
    grader::check_same(pass.y, golden(name + "_y"), through_a_module);
    grader::check_same(pass.dx, golden(name + "_dx"), through_a_module);
    grader::check_same(joined(pass.gradients), golden(name + "_gradients"), of_gradients);
}

}  // namespace cnn::lab14
