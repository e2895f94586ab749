#include "nn/layer.hpp"

namespace cnn::nn {

std::vector<LayerRow> Layer::rows(const std::string& name, const Shape& input) {
    Index learned = 0;
    for (const auto& [unused, parameter] : parameters())
        if (parameter->learned) learned += parameter->value.count();
    return {{name, kind(), details(), output_shape(input), learned, multiply_adds(input)}};
}

}  // namespace cnn::nn
