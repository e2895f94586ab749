// The gradient by its definition is asked through a probe: functions do not travel to the worker, their names do.
#pragma once
#include <string>

#include "learning.hpp"

namespace cnn::lab07 {

// Known functions of x, for the judge's questions, with a weight of i + 1 for element i so that no two are alike:
//     "line"        Σ (i + 1) · x(i)
//     "cubes"       Σ (i + 1) · x(i)³
//     "neighbors"   Σ x(i) · x(i + 1)
double known_function(const std::string& name, const Tensor& x);

// numeric_gradient of a known function. The function refuses tensors of any other shape than x's.
Tensor numeric_gradient_of(const std::string& f, const Tensor& x, float h);

}  // namespace cnn::lab07
