// A network as papers print it: a table of its layers.
#pragma once
#include "nn/layer.hpp"

namespace cnn::nn {

struct Description {
    std::vector<LayerRow> rows;
    Index parameters = 0;     // learned numbers, all layers
    Index multiply_adds = 0;  // of one forward pass
};

// `input` with its batch axis, usually one image: describe(network, {1, 1, 28, 28}). Throws ShapeError, naming the
// layer, where the input does not fit.
Description describe(Layer& network, const Shape& input);

// The table as text, one line a layer, with a heading and the totals.
std::string to_string(const Description& description);

// Learned numbers of the whole network; needs no input.
Index count_parameters(Layer& network);

}  // namespace cnn::nn
