// Backward against the definition of a derivative, for any layer.
#pragma once
#include <string>

#include "nn/layer.hpp"

namespace cnn::nn {

struct GradientCheck {
    // The largest |backward - numeric| / (|numeric| + root mean square of the tensor's numeric gradient); 0 for a
    // perfect layer, some 1e-4 from rounding, around 1 for a wrong one.
    double worst = 0;
    std::string where;  // "dx[17]: backward says 0.31, the definition 0.62"
};

// Compares dx and the gradients of all learned parameters with central differences (f(a + h) - f(a - h)) / 2h of
// f = Σ dy · forward(x) for a random dy. The layer should be smooth within h of x: keep kinks of ReLU and near ties of
// maxima away. Layers that draw random numbers must be in evaluation mode.
GradientCheck check_gradients(Layer& layer, const Tensor& x, float h = 1e-2f);

}  // namespace cnn::nn
