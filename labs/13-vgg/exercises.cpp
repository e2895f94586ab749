#include "grader/exercise.hpp"

#include "nn/dropout.hpp"
#include "probes.hpp"

using namespace cnn::lab13;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "13",
        .topic = "vgg",
        .title = "VGG",
        .part = "Networks",
        .tasks = {
            {"13.1",
             "Six networks from one table",
             4,
             {function(column, "column(which) -> lines"),
              function(vgg_parameters, "vgg_parameters(lines, classes) -> parameters"),
              function(vgg_features_table, "vgg_features_table(lines, image) -> network"),
              function(vgg_features_pass, "vgg_features_pass(lines, x, dy, seed) -> pass"),
              function(vgg_table, "vgg_table(which, classes, narrower) -> network"),
              function(vgg_pass, "vgg_pass(which, narrower, x, dy, seed) -> pass")}},
            {"13.2",
             "Receptive fields",
             3,
             {function(receptive_field, "receptive_field(layers) -> field"),
              function(pixels_seen, "pixels_seen(layers, unit, side) -> pixels"),
              function(stack_cost, "stack_cost(layers, size, channels, side) -> cost"),
              function(influence_report, "influence(layers, squash, x, seed, channel, row, column) -> gradient")}},
            {"13.3",
             "How weights start",
             4,
             {function(fans, "fans(w) -> fans"), function(first_weights, "first_weights(w, start, seed) -> weights"),
              function(initialize_report, "initialize(start, seed) -> parameters"),
              function(growth, "growth(w, start) -> growth"),
              function(measure_report, "measure(layers, x, dy, seed) -> profile")}},
            {"13.4",
             "Dense evaluation",
             3,
             {function(as_filters, "as_filters(w, channels, size) -> filters"),
              function(score_maps, "score_maps(x, classifier, size) -> maps"),
              function(mean_scores, "mean_scores(maps) -> scores"),
              function(evaluate_densely_report, "evaluate_densely(x, seed) -> probabilities")}},
            {"13.5",
             "A VGG for small images",
             1,
             {function(small_vgg_table, "small_vgg_table(image, classes) -> network"),
              function(small_vgg_pass, "small_vgg_pass(x, dy, seed) -> pass")},
             {"13.1"}},
        }};
    return table;
}

namespace cnn::lab13 {
namespace {

// [C, H, W] as a batch of one.
Shape one(const Shape& image) {
    require(image.rank() == 3, "expected an image [C, H, W], got {}", image);
    return {1, image[0], image[1], image[2]};
}

}  // namespace

Table layer_table(nn::Layer& network, const Shape& image) {
    Table table{{}, {}, 0};
    Shape shape = image;
    // Child after child: where one does not fit, the lines before it are shown, too.
    for (auto& [name, child] : network.children()) {
        try {
            for (const nn::LayerRow& row : child->rows(name, shape)) {
                const auto output = row.output.sizes();
                table.layers.push_back(
                    {row.name, row.kind, row.details, {output.begin(), output.end()}, row.parameters});
                table.parameters += row.parameters;
            }
            shape = child->output_shape(shape);
        } catch (const ShapeError& error) {
            table.layers.push_back({name, child->kind(), std::string("does not fit: ") + error.what(), {}, 0});
            break;
        }
    }
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned && parameter->portable) table.weights.push_back(name);
    return table;
}

nn::NetworkPass evaluated_pass(nn::Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    network.set_training(false);
    nn::set_weights(network, seed);
    nn::NetworkPass pass;
    for (auto& [name, parameter] : network.parameters())
        if (parameter->learned && parameter->value.rank() > 1) parameter->value *= 2.4494898f;  // √6
    pass.y = network.forward(x);
    pass.dx = network.backward(dy);
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) pass.gradients.push_back(parameter->gradient);
    return pass;
}

Table vgg_features_table(const std::vector<Line>& lines, const Shape& image) {
    nn::Sequential features = vgg_features(lines, image[0]);
    return layer_table(features, one(image));
}
nn::NetworkPass vgg_features_pass(const std::vector<Line>& lines, const Tensor& x, const Tensor& dy,
                                  std::uint32_t seed) {
    nn::Sequential features = vgg_features(lines, x.size(1));
    return evaluated_pass(features, x, dy, seed);
}
Table vgg_table(Configuration which, Index classes, Index narrower) {
    nn::Sequential network = vgg(which, classes, narrower);
    return layer_table(network, {1, 3, 224, 224});
}
nn::NetworkPass vgg_pass(Configuration which, Index narrower, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = vgg(which, dy.size(1), narrower);
    return evaluated_pass(network, x, dy, seed);
}

nn::Sequential small_stack(const std::vector<Window>& layers, Squash squash, Index channels, std::uint32_t seed) {
    nn::Sequential network;
    for (const Window& window : layers) {
        network.add(nn::Conv2d(channels, 3, window));
        channels = 3;
        if (squash == Squash::tanh) network.add(nn::Tanh());
        if (squash == Squash::relu) network.add(nn::ReLU());
    }
    nn::set_weights(network, seed);
    return network;
}
Tensor influence_report(const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed,
                        Index channel, Index row, Index column) {
    nn::Sequential network = small_stack(layers, squash, x.rank() > 1 ? x.size(1) : 1, seed);
    return influence(network, x, channel, row, column);
}

nn::Sequential network_of_sevens() {
    nn::Sequential inner(nn::Conv2d(2, 3, {.size = 3}), nn::ReLU(), nn::Conv2d(3, 4, {.size = 1}, false));
    nn::Sequential network(std::move(inner), nn::ReLU(), nn::Flatten(), nn::Dense(16, 5), nn::Dropout(0.5f, 3));
    for (auto& [name, parameter] : network.parameters()) parameter->value.fill(7);
    return network;
}
std::vector<Tensor> initialize_report(const Start& start, std::uint32_t seed) {
    nn::Sequential network = network_of_sevens();
    initialize(network, start, seed);
    return nn::weights_of(network);
}
nn::Sequential plain_stack(Index layers, Index channels) {
    nn::Sequential network;
    for (Index i = 0; i < layers; ++i)
        network.add(nn::Conv2d(channels, channels, {.size = 3, .padding = 1})).add(nn::ReLU());
    return network;
}
Profile measure_report(Index layers, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = plain_stack(layers, x.size(1));
    nn::set_weights(network, seed);
    return measure(network, x, dy);
}

nn::Sequential small_classifier_network(std::uint32_t seed) {
    nn::Sequential network;
    network.add("features", nn::Sequential(nn::Conv2d(3, 4, {.size = 3, .padding = 1}), nn::ReLU(),
                                           nn::MaxPool2d({.size = 2, .stride = 2}), nn::Dropout(0.5f, 3)));
    network.add("avgpool", nn::AdaptiveAvgPool2d(7)).add("flatten", nn::Flatten());
    network.add("classifier", nn::Sequential(nn::Dense(4 * 49, 6), nn::ReLU(), nn::Dropout(0.5f, 1), nn::Dense(6, 5),
                                             nn::ReLU(), nn::Dropout(0.5f, 2), nn::Dense(5, 4)));
    nn::set_weights(network, seed);
    for (auto& [name, parameter] : network.parameters())  // scores of some size, so that softmax is far from linear
        if (parameter->learned && parameter->value.rank() > 1) parameter->value *= 2;
    return network;
}
Tensor evaluate_densely_report(const Tensor& x, std::uint32_t seed) {
    nn::Sequential network = small_classifier_network(seed);
    return evaluate_densely(network, x);
}

Table small_vgg_table(const Shape& image, Index classes) {
    nn::Sequential network = small_vgg(image, classes);
    return layer_table(network, one(image));
}
nn::NetworkPass small_vgg_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = small_vgg({x.size(1), x.size(2), x.size(3)}, dy.size(1));
    return evaluated_pass(network, x, dy, seed);
}

}  // namespace cnn::lab13
