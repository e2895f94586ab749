#include "grader/exercise.hpp"

#include "nn/layers.hpp"
#include "nn/probe.hpp"
#include "probes.hpp"

using namespace cnn::lab11;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "11",
        .topic = "seeing",
        .title = "Seeing what it learned",
        .part = "Networks",
        .tasks = {
            {"11.1",
             "Filters and feature maps as pictures",
             2,
             {function(signed_picture, "signed_picture(plane, largest) -> picture"),
              function(activation_picture, "activation_picture(plane, largest) -> picture"),
              function(filter_pictures, "filter_pictures(w) -> pictures"),
              function(map_pictures, "map_pictures(maps, scale) -> pictures"),
              function(mosaic, "mosaic(pictures, columns, gap) -> picture")}},
            {"11.2", "Unpooling with switches", 1, {function(unpool, "unpool(y, switches, x_shape) -> x")}},
            {"11.3",
             "Transposed convolution",
             3,
             {function(sizes_before, "sizes_before(output, window) -> sizes"),
              function(convolution_matrix, "convolution_matrix(w, window, height, width) -> matrix"),
              function(conv2d_transposed, "conv2d_transposed(y, w, window, height, width) -> x")}},
            {"11.4",
             "Deconvnet: one activation back to the pixels",
             3,
             {function(forward, "forward(x, stages) -> passes"),
              function(stage_back, "stage_back(pooled, switches, stage, maps_shape, x_shape) -> x"),
              function(project, "project(x, stages, map) -> projection")},
             {"11.2", "11.3"}},
            {"11.5",
             "What must not be hidden",
             2,
             {function(occluded, "occluded(x, cover, value) -> images"),
              function(occlusion_report, "occlusion_map(network, x, label, cover, value) -> map")}},
            {"11.6",
             "Gradient ascent on the input",
             3,
             {function(score_gradient_report, "score_gradient(network, x, unit) -> gradient"),
              function(ascent_step, "ascent_step(x, gradient, rate, decay) -> x"), function(blurred, "blurred(x) -> y"),
              function(maximize_report, "maximize(network, unit, start, options) -> ascent")}},
            {"11.7",
             "Saliency",
             1,
             {function(strongest_channel, "strongest_channel(gradient) -> map"),
              function(saliency_report, "saliency(network, x, labels) -> map")}},
        }};
    return table;
}

namespace cnn::lab11 {
nn::Sequential build(const SmallNetwork& small, const Shape& image) {
    nn::Sequential network;
    network.add(nn::Conv2d(image[1], 4, {.size = 3, .padding = 1})).add(nn::HalfWhileTraining());
    if (small.smooth)
        network.add(nn::Tanh()).add(nn::AveragePool2d({.size = 2, .stride = 2}));
    else
        network.add(nn::ReLU()).add(nn::MaxPool2d({.size = 2, .stride = 2}));
    if (!small.maps) {
        network.add(nn::Flatten());
        network.add(nn::Dense(network.output_shape(image)[1], small_classes));
    }
    nn::set_weights(network, small.seed);
    if (small.undecided) {
        const auto parameters = network.parameters();  // the dense layer's are the last two
        parameters[parameters.size() - 2].parameter->value.fill(0);
        parameters[parameters.size() - 1].parameter->value.fill(0.5f);
    }
    return network;
}

Occlusion occlusion_report(const SmallNetwork& small, const Tensor& x, Index label, const Window& cover, float value) {
    nn::Sequential network = build(small, x.shape());
    return occlusion_map(network, x, label, cover, value);
}
Tensor score_gradient_report(const SmallNetwork& small, const Tensor& x, Index unit) {
    nn::Sequential network = build(small, x.shape());
    return score_gradient(network, x, unit);
}
Ascent maximize_report(const SmallNetwork& small, Index unit, const Tensor& start, const AscentOptions& options) {
    nn::Sequential network = build(small, start.shape());
    return maximize(network, unit, start, options);
}
Tensor saliency_report(const SmallNetwork& small, const Tensor& x, const std::vector<std::int32_t>& labels) {
    nn::Sequential network = build(small, x.shape());
    return saliency(network, x, labels);
}

}  // namespace cnn::lab11
