// How the judge looks at networks (nn/probe.hpp): each probe calls your functions and reports what came of it.
#pragma once
#include "nn/probe.hpp"
#include "vgg.hpp"

namespace cnn::lab13 {

// A line of the layer table, with what torchvision calls the layer: "features.0", "Conv2d", "3 → 64, 3×3, padding 1".
struct TableLine {
    std::string name, kind, details;
    std::vector<Index> output;  // for one image
    Index parameters;
};
struct Table {
    std::vector<TableLine> layers;
    std::vector<std::string> weights;  // names of the learned parameters
    Index parameters;                  // of all layers together
};
// Where a layer does not fit what comes before it, it is the last line, with the reason.
Table layer_table(nn::Layer& network, const Shape& image);

// 13.1: built, as a table; and one pass forward and backward. Evaluation mode, so that nothing is dropped; the weights
// are those of nn::set_weights times √6: a variance of 2 / fan_in (task 13.3 says why).
Table vgg_features_table(const std::vector<Line>& lines, const Shape& image);
nn::NetworkPass vgg_features_pass(const std::vector<Line>& lines, const Tensor& x, const Tensor& dy,
                                  std::uint32_t seed);
Table vgg_table(Configuration which, Index classes, Index narrower);
nn::NetworkPass vgg_pass(Configuration which, Index narrower, const Tensor& x, const Tensor& dy, std::uint32_t seed);
nn::NetworkPass evaluated_pass(nn::Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// 13.2: networks of convolutions with 3 filters, each with the activation behind it.
enum class Squash { nothing, tanh, relu };
nn::Sequential small_stack(const std::vector<Window>& layers, Squash squash, Index channels, std::uint32_t seed);
Tensor influence_report(const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed,
                        Index channel, Index row, Index column);

// 13.3: what your initialize() leaves of a network with a convolution (2 → 3, 3×3), one without biases (3 → 4, 1×1)
// and a dense layer (16 → 5), all of whose parameters were 7 before.
nn::Sequential network_of_sevens();
std::vector<Tensor> initialize_report(const Start& start, std::uint32_t seed);
// A stack of convolutions of 3×3, each with a ReLU behind it.
nn::Sequential plain_stack(Index layers, Index channels);
Profile measure_report(Index layers, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// 13.4: a network with vgg()'s children, 3 → 4 filters of 3×3, ReLU, 2×2 pooling; dense 6, 5 and 4. It is in training
// mode when it is handed over.
nn::Sequential small_classifier_network(std::uint32_t seed);
Tensor evaluate_densely_report(const Tensor& x, std::uint32_t seed);

// 13.5
Table small_vgg_table(const Shape& image, Index classes);
nn::NetworkPass small_vgg_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed);

}  // namespace cnn::lab13
