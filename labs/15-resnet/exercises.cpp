#include "grader/exercise.hpp"

#include "layers.hpp"
#include "probes.hpp"

using namespace cnn::lab15;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "15",
        .topic = "resnet",
        .title = "ResNet",
        .part = "Networks",
        .tasks = {
            {"15.1",
             "Batch normalisation",
             3,
             {function(batch_norm_forward, "batch_norm_forward(x, gamma, beta, epsilon) -> normalized"),
              function(update_running, "update_running(running, mean, variance, M, momentum) -> running"),
              function(batch_norm_inference, "batch_norm_inference(x, gamma, beta, mean, variance, epsilon) -> y")}},
            {"15.2",
             "Back through the statistics",
             3,
             {function(batch_norm_backward,
                       "batch_norm_backward(dy, x, gamma, mean, variance, epsilon) -> gradients")}},
            {"15.3",
             "The residual block",
             3,
             {function(residual_pass, "residual_pass(x, dy, projection, seed) -> pass"),
              function(basic_body_table, "basic_body_table(in, out, stride) -> body"),
              function(basic_body_pass, "basic_body_pass(x, dy, stride, seed) -> pass")}},
            {"15.4",
             "Shortcuts A, B and C",
             2,
             {function(zero_padded_forward, "zero_padded_forward(x, out, stride) -> y"),
              function(zero_padded_backward, "zero_padded_backward(dy, x_shape, stride) -> dx"),
              function(make_shortcut_table, "make_shortcut_table(option, in, out, stride) -> shortcut")}},
            {"15.5",
             "The bottleneck",
             1,
             {function(bottleneck_body_table, "bottleneck_body_table(in, inner, stride, place) -> body"),
              function(bottleneck_body_pass, "bottleneck_body_pass(x, dy, stride, place, seed) -> pass")}},
            {"15.6",
             "ResNet-20 to ResNet-152",
             3,
             {function(small_network_table, "small_network_table(options) -> network"),
              function(small_network_pass, "small_network_pass(options, x, dy, seed) -> pass"),
              function(photo_network_table, "photo_network_table(options) -> network"),
              function(photo_network_pass, "photo_network_pass(options, x, dy, seed) -> pass")},
             {"15.3", "15.4", "15.5"}},
            {"15.7",
             "Degradation",
             1,
             {function(identity_filters, "identity_filters(channels) -> w"),
              function(depth_cost, "depth_cost(a, b, last) -> cost")},
             {"15.3", "15.6"}},
        }};
    return table;
}

namespace cnn::lab15 {

nn::Sequential probe_body(Index channels) {
    return nn::Sequential(nn::Conv2d(channels, channels + 1, {.size = 3, .padding = 1}), nn::Tanh(),
                          nn::Conv2d(channels + 1, channels, {.size = 3, .padding = 1}));
}
nn::Sequential probe_shortcut(Index channels, bool projection) {
    return projection ? nn::Sequential(nn::Conv2d(channels, channels, {.size = 1})) : nn::Sequential();
}

NetworkPass residual_pass(const Tensor& x, const Tensor& dy, bool projection, std::uint32_t seed) {
    ResidualBlock block(probe_body(x.size(1)), probe_shortcut(x.size(1), projection));
    nn::pass_of(block, x, dy, seed);
    return nn::pass_of(block, x, dy, seed);
}
NetworkTable basic_body_table(Index in, Index out, Index stride) {
    return table_of_body(basic_body(in, out, stride), in);
}
NetworkPass basic_body_pass(const Tensor& x, const Tensor& dy, Index stride, std::uint32_t seed) {
    return pass_of(basic_body(x.size(1), dy.size(1), stride), x, dy, seed);
}

NetworkTable make_shortcut_table(Shortcut option, Index in, Index out, Index stride) {
    return table_of_body(make_shortcut(option, in, out, stride), in);
}

NetworkTable bottleneck_body_table(Index in, Index inner, Index stride, StrideIn place) {
    return table_of_body(bottleneck_body(in, inner, stride, place), in);
}
NetworkPass bottleneck_body_pass(const Tensor& x, const Tensor& dy, Index stride, StrideIn place, std::uint32_t seed) {
    return pass_of(bottleneck_body(x.size(1), dy.size(1) / 4, stride, place), x, dy, seed);
}

NetworkTable small_network_table(const SmallOptions& options) {
    return table_of_small(small_network(options), options);
}
NetworkPass small_network_pass(const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    return pass_of(small_network(options), x, dy, seed);
}
NetworkTable photo_network_table(const PhotoOptions& options) { return table_of_photo(photo_network(options)); }
NetworkPass photo_network_pass(const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    return pass_of(photo_network(options), x, dy, seed);
}

}  // namespace cnn::lab15
