// How the judge looks at your three networks (nn/probe.hpp): each probe calls your builder and reports what came of it.
#pragma once
#include <string>
#include <vector>

#include "alexnet.hpp"
#include "nn/probe.hpp"

namespace cnn::lab12 {

using nn::NetworkPass;

// A network as a list of lines: "conv2 Conv2d 96 → 256, 5×5, padding 2, 2 groups → [1, 256, 27, 27]". Where a layer
// does not fit what comes before it, its line gives the reason, and those behind it have names only.
struct Description {
    std::vector<std::string> layers;
    std::vector<std::string> weights;  // the names of the learned parameters
    Index parameters;
};
Description description_of(nn::Layer& network, const Shape& input);

// The learned numbers of a network for 1000 classes.
Index alexnet_2012_parameters(Index thin);
Index alexnet_parameters(Index thin);

Description alexnet_2012_layers(Index classes, Index thin);
Description alexnet_layers(Index classes, Index thin);
Description small_alexnet_layers(const Shape& image, Index classes);

// Forward and backward, nobody dropped.
NetworkPass tested_pass(nn::Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed);
NetworkPass alexnet_2012_pass(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed);
NetworkPass alexnet_pass(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed);
NetworkPass small_alexnet_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed);

}  // namespace cnn::lab12
