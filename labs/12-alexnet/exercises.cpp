#include "grader/exercise.hpp"

#include <fmt/format.h>

#include "nn/describe.hpp"
#include "probes.hpp"

using namespace cnn::lab12;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "12",
        .topic = "alexnet",
        .title = "AlexNet",
        .part = "Networks",
        .tasks = {
            {"12.1",
             "Local response normalisation",
             3,
             {function(local_response_norm_forward, "local_response_norm_forward(x, norm) -> y"),
              function(local_response_norm_backward, "local_response_norm_backward(dy, x, norm) -> dx")}},
            {"12.2",
             "Dropout",
             2,
             {function(dropout_mask, "dropout_mask(shape, p, seed) -> mask"),
              function(dropout_training, "dropout_training(x, mask, p, form) -> y"),
              function(dropout_testing, "dropout_testing(x, p, form) -> y"),
              function(dropout_backward, "dropout_backward(dy, mask, p, form) -> dx")}},
            {"12.3",
             "Convolution in groups",
             3,
             {function(grouped_conv2d_forward, "grouped_conv2d_forward(x, w, b, window, groups) -> y"),
              function(grouped_conv2d_backward_input,
                       "grouped_conv2d_backward_input(dy, w, x_shape, window, groups) -> dx"),
              function(grouped_conv2d_backward_filters,
                       "grouped_conv2d_backward_filters(x, dy, window, groups) -> gradients"),
              function(grouped_cost, "grouped_cost(image, filters, window, groups) -> cost")}},
            {"12.4",
             "Crops, mirror images, colours",
             3,
             {function(crop, "crop(image, row, column, size, mirrored) -> square"),
              function(random_crop, "random_crop(image, size, seed) -> square"),
              function(ten_crop, "ten_crop(image, size) -> crops"),
              function(ten_crop_probabilities, "ten_crop_probabilities(scores) -> mean"),
              function(colour_covariance, "colour_covariance(images) -> covariance"),
              function(shift_colours, "shift_colours(image, components, alpha) -> shifted")}},
            {"12.5",
             "AlexNet: two groups, one tower, a small one",
             3,
             {function(alexnet_2012_layers, "alexnet_2012_layers(classes, thin) -> network"),
              function(alexnet_2012_parameters, "alexnet_2012_parameters(thin) -> parameters"),
              function(alexnet_2012_pass, "alexnet_2012_pass(x, dy, thin, seed) -> pass"),
              function(alexnet_parameters, "alexnet_parameters(thin) -> parameters"),
              function(alexnet_layers, "alexnet_layers(classes, thin) -> network"),
              function(alexnet_pass, "alexnet_pass(x, dy, thin, seed) -> pass"),
              function(small_alexnet_layers, "small_alexnet_layers(image, classes) -> network"),
              function(small_alexnet_pass, "small_alexnet_pass(x, dy, seed) -> pass")}},
            {"12.6",
             "Top-1 and top-5 error",
             1,
             {function(best_classes, "best_classes(scores, k) -> classes"),
              function(top_k_error, "top_k_error(scores, labels, k) -> error")}},
        }};
    return table;
}

namespace cnn::lab12 {

Description description_of(nn::Layer& network, const Shape& input) {
    Description description{{}, {}, 0};
    Shape shape = input;
    bool fits = true;
    // Child after child: where one does not fit, the lines before it are shown, too, and behind it the layers' names.
    for (auto& [name, child] : network.children()) {
        if (!fits) {
            description.layers.push_back(fmt::format("{} {}", name, child->kind()));
            continue;
        }
        try {
            for (const nn::LayerRow& row : child->rows(name, shape)) {
                description.layers.push_back(fmt::format("{} {} {}{}→ {}", row.name, row.kind, row.details,
                                                         row.details.empty() ? "" : " ", row.output));
                description.parameters += row.parameters;
            }
            shape = child->output_shape(shape);
        } catch (const ShapeError& error) {
            description.layers.push_back(fmt::format("{} {} does not fit: {}", name, child->kind(), error.what()));
            fits = false;
        }
    }
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) description.weights.push_back(name);
    return description;
}

Index alexnet_2012_parameters(Index thin) {
    nn::Sequential network = alexnet_2012(1000, thin);
    return nn::count_parameters(network);
}
Index alexnet_parameters(Index thin) {
    nn::Sequential network = alexnet(1000, thin);
    return nn::count_parameters(network);
}

Description alexnet_2012_layers(Index classes, Index thin) {
    nn::Sequential network = alexnet_2012(classes, thin);
    return description_of(network, {1, 3, 224, 224});
}
Description alexnet_layers(Index classes, Index thin) {
    nn::Sequential network = alexnet(classes, thin);
    return description_of(network, {1, 3, 224, 224});
}
Description small_alexnet_layers(const Shape& image, Index classes) {
    nn::Sequential network = small_alexnet(image, classes);
    return description_of(network, {1, image[0], image[1], image[2]});
}

NetworkPass tested_pass(nn::Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    network.set_training(false);
    return nn::pass_of(network, x, dy, seed);
}

NetworkPass alexnet_2012_pass(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
    nn::Sequential network = alexnet_2012(dy.size(1), thin);
    return tested_pass(network, x, dy, seed);
}
NetworkPass alexnet_pass(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
    nn::Sequential network = alexnet(dy.size(1), thin);
    return tested_pass(network, x, dy, seed);
}
NetworkPass small_alexnet_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = small_alexnet({x.size(1), x.size(2), x.size(3)}, dy.size(1));
    return tested_pass(network, x, dy, seed);
}

}  // namespace cnn::lab12
