#include "nn/layer.hpp"

#include <atomic>

namespace cnn::nn {
namespace {

std::atomic<int> without_backward = 0;  // how many live

}  // namespace

WithoutBackward::WithoutBackward() { ++without_backward; }
WithoutBackward::~WithoutBackward() { --without_backward; }
bool backward_may_follow() { return without_backward == 0; }

std::vector<LayerRow> Layer::rows(const std::string& name, const Shape& input) {
    Index learned = 0;
    for (const auto& [unused, parameter] : parameters())
        if (parameter->learned) learned += parameter->value.count();
    return {{name, kind(), details(), output_shape(input), learned, multiply_adds(input)}};
}

}  // namespace cnn::nn
