// Lab 06 as a program: the activation functions, softmax, and one image's way through a trained LeNet-5.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <optional>

#include "data/batches.hpp"
#include "data/load.hpp"
#include "image/files.hpp"
#include "nn/loan.hpp"
#include "nn/safetensors.hpp"
#include "pictures.hpp"
#include "plot/figure.hpp"
#include "program/album.hpp"
#include "program/program.hpp"

namespace cnn::lab06 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path picture, weights, output = "runs/06-dense", own_operators;
    std::vector<std::string> passed;
    std::vector<float> temperatures{0.5f, 1, 2, 5};
    Index index = 4, images = 500;
};

const data::Normalization of_training_images{{0.2860406f}, {0.3530242f}};  // of Fashion-MNIST, as lab 10 takes them off

// The ten tensors of a modern LeNet-5, told apart by their shapes: the names depend on who built the network.
LeNet read_network(const fs::path& path) {
    auto tensors = nn::read_weights(path).tensors;
    const auto take = [&](const Shape& shape) {
        const auto found = std::ranges::find_if(tensors, [&](const auto& t) { return t.second.shape() == shape; });
        if (found == tensors.end())
            fail_data(
                "{}: holds no tensor {}, so these are not the weights of a modern LeNet-5; ./lab run 10 makes them",
                path.string(), shape);
        return found->second;
    };
    const auto layer = [&](const Shape& w) { return Weights{take(w), take({w[0]})}; };
    return {layer({6, 1, 5, 5}), layer({16, 6, 5, 5}), layer({120, 400}), layer({84, 120}), layer({10, 84})};
}

void show_example(Pieces& pieces, const Options& options) {
    const Tensor maps({1, 2, 2, 2}, {1, 0, 2, 1, 0, 3, 1, -1});
    const Weights layer{Tensor({3, 8}, {1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, -1, 0, -1, 0, 0, 0, 2, 0}),
                        Tensor({3}, {-2, 1, -1})};
    const Tensor row = pieces.flat(maps), logits = pieces.dense(row, layer);
    program::write(options.output, "example.png",
                   example_picture(maps, row, layer, logits, pieces.probabilities(logits)));
}

plot::Series curve(const char* name, const Tensor& x, const Tensor& y) {
    plot::Series series{.name = name};
    series.x.assign(x.values().begin(), x.values().end());
    series.y.assign(y.values().begin(), y.values().end());
    return series;
}

void show_activations(Pieces& pieces, const Options& options) {
    Tensor x({401});
    for (Index i = 0; i < x.count(); ++i) x[i] = static_cast<float>(i - 200) / 40;
    const Tensor ones = Tensor::full(x.shape(), 1);
    const Tensor relu = pieces.relu(x), tanh = pieces.tanh(x), scaled = pieces.scaled_tanh(x),
                 sigmoid = pieces.sigmoid(x);
    // Every slope can be written with y itself; that saves backpropagation (lab 08) an exponential.
    const Tensor tanh_slope = kernels::tanh_backward(ones, tanh);
    program::write(
        options.output, "activations.png",
        plot::Figure{
            .title = "Activation functions",
            .panels = {{.title = "y = f(x)",
                        .x = {.label = "x"},
                        .y = {.from = -2, .to = 3},
                        .series = {curve("ReLU", x, relu), curve("tanh", x, tanh),
                                   curve("1.7159 tanh(2x/3)", x, scaled), curve("sigmoid", x, sigmoid)}},
                       {.title = "its slope f'(x)",
                        .x = {.label = "x"},
                        .y = {.from = 0, .to = 1.25},
                        .series = {curve("ReLU", x, kernels::relu_backward(ones, relu)), curve("tanh", x, tanh_slope),
                                   curve("1.7159 tanh(2x/3)", x, kernels::scaled_tanh_backward(ones, scaled)),
                                   curve("sigmoid", x, kernels::sigmoid_backward(ones, sigmoid))}}}});
}

void show_temperatures(Pieces& pieces, const Tensor& logits, const std::vector<std::string>& names,
                       const Options& options) {
    plot::Panel panel{.x = {.names = names}, .y = {.label = "probability", .from = 0, .to = 1}};
    for (const float temperature : options.temperatures) {
        Tensor divided = logits;
        const Tensor y = pieces.probabilities(divided *= 1 / temperature);
        plot::Series bars{.name = fmt::format("T = {}", temperature), .style = plot::Style::bars};
        bars.y.assign(y.values().begin(), y.values().end());
        panel.series.push_back(std::move(bars));
    }
    program::write(options.output, "softmax.png",
                   plot::Figure{.title = "softmax(logits / T)", .panels = {std::move(panel)}, .width = 1800});
}

// A picture as the network saw its training images: 28×28, gray, bright on black, in the middle of a frame.
Tensor as_training_image(const Image& picture) {
    constexpr Index side = 28, margin = 2;
    Image gray = fit(cnn::to_gray(picture), side - 2 * margin, side - 2 * margin);
    Index border = 0, count = 0;
    for (Index i = 0; i < gray.height; ++i)
        for (Index j = 0; j < gray.width; ++j)
            if (i == 0 || j == 0 || i == gray.height - 1 || j == gray.width - 1) border += gray(i, j), ++count;
    const bool is_on_light_ground = border > 127 * count;
    Image framed(side, side, 1);
    const Index top = (side - gray.height) / 2, left = (side - gray.width) / 2;
    for (Index i = 0; i < gray.height; ++i)
        for (Index j = 0; j < gray.width; ++j)
            framed(top + i, left + j) = static_cast<std::uint8_t>(is_on_light_ground ? 255 - gray(i, j) : gray(i, j));
    Tensor x = to_tensor(framed);
    for (float& value : x.values()) value = (value - of_training_images.mean[0]) / of_training_images.deviation[0];
    return x;
}

void show_network(Pieces& pieces, const Tensor& x, const LeNet& net, const std::vector<std::string>& names,
                  const Options& options) {
    const auto steps = pieces.layers(x, net);
    const Tensor logits = pieces.lenet(x, net), probabilities = pieces.probabilities(logits);
    const Prediction guess = pieces.predictions(logits).front();
    fmt::print("  taken for: {}, confidence {:.1f} %\n", names.at(static_cast<std::size_t>(guess.label)),
               100 * guess.confidence);
    program::write(options.output, "lenet.png", network_picture(steps, probabilities.values(), names));
    show_temperatures(pieces, logits, names, options);
}

// The first test images with what they are taken for, mistakes in red; and how far the confidence can be trusted.
void show_predictions(Pieces& pieces, const data::Dataset& dataset, const LeNet& net, const Options& options) {
    std::vector<Index> indices(static_cast<std::size_t>(std::min(options.images, dataset.count())));
    std::iota(indices.begin(), indices.end(), 0);
    const data::Batch batch = data::Batches(dataset, {.normalization = of_training_images}).gather(indices);
    const auto predictions = pieces.predictions(pieces.lenet(batch.x, net));
    std::vector<Tile> pictures;
    Index right = 0;
    double sure_right = 0, sure_wrong = 0;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        const auto& [label, confidence] = predictions[i];
        const bool is_right = label == batch.labels[i];
        right += is_right;
        (is_right ? sure_right : sure_wrong) += static_cast<double>(confidence);
        if (pictures.size() >= 24) continue;
        Canvas canvas(enlarge(dataset.image(static_cast<Index>(i)), 4));
        if (!is_right) canvas.frame(0, 0, 112, 112, colours::red, 4);
        pictures.push_back({canvas.image(), fmt::format("{} {:.0f} %", dataset.class_name(label), 100 * confidence)});
    }
    const auto count = static_cast<double>(predictions.size());
    fmt::print("  of the first {} test images {:.1f} % are right; mean confidence {:.1f} % where right{}\n",
               predictions.size(), 100 * static_cast<double>(right) / count,
               100 * sure_right / std::max(1.0, static_cast<double>(right)),
               right < std::ssize(predictions)
                   ? fmt::format(", {:.1f} % where wrong", 100 * sure_wrong / (count - static_cast<double>(right)))
                   : "");
    program::write(options.output, "predictions.png", tiles(pictures, {.columns = 8, .gap = 8}));
}

void install_own_operators(const Options& options) {
    if (options.own_operators.empty()) return;
    const auto loans = nn::install_own_operators(nn::operators(), options.own_operators,
                                                 {options.passed.begin(), options.passed.end()});
    for (const nn::Loan& loan : loans)
        if (loan.name == "conv2d_forward" || loan.name == "max_pool_forward")
            fmt::print("  {:<18}{:<9}  {}\n", loan.name, loan.own ? "yours" : "on loan", loan.reason);
}

int run(const Options& options) {
    // What can be wrong with the input is known before anything is written.
    const LeNet net = read_network(options.weights);
    const data::Dataset dataset = data::load_images("fashion-mnist", data::Split::test);
    std::optional<Image> picture;
    if (!options.picture.empty()) picture = read_image(options.picture);
    if (options.index >= dataset.count())
        fail_data("--index {}: the test images are numbered from 0 to {}", options.index, dataset.count() - 1);
    std::error_code error;
    fs::create_directories(options.output, error);
    if (error) fail_data("{}: the folder cannot be made ({})", options.output.string(), error.message());
    if (dataset.is_fallback)
        fmt::print("{}\nThe network has only ever seen clothes: its answers on these images mean nothing.\n",
                   dataset.source);

    Pieces pieces;
    fmt::print("The example with a pencil, and the activation functions\n");
    show_example(pieces, options);
    show_activations(pieces, options);
    const std::vector<Index> index{options.index};
    const Tensor x = picture ? as_training_image(*picture)
                             : data::Batches(dataset, {.normalization = of_training_images}).gather(index).x;
    fmt::print("{}\n", picture
                           ? options.picture.string()
                           : fmt::format("Image {} of {}: {}", options.index, dataset.name,
                                         dataset.class_name(dataset.labels[static_cast<std::size_t>(options.index)])));
    install_own_operators(options);
    show_network(pieces, x, net, dataset.class_names, options);
    show_predictions(pieces, dataset, net, options);
    return 0;
}

}  // namespace
}  // namespace cnn::lab06

int main(int argc, char** argv) {
    cnn::lab06::Options options;
    CLI::App app("Lab 06: activation functions, softmax, and an image's way through a trained LeNet-5.");
    app.footer("Example: ./lab run 6 -- --index 23 --temperatures 0.1,1,10");
    app.add_option("picture", options.picture, "a picture of a piece of clothing instead of a test image");
    app.add_option("--index", options.index, "which test image of Fashion-MNIST")
        ->check(CLI::Range(0, 9999))
        ->capture_default_str();
    app.add_option("--weights", options.weights,
                   "a modern LeNet-5, as ./lab run 10 saves it (default: labs/06-dense/lenet.safetensors)");
    app.add_option("--temperatures", options.temperatures, "logits are divided by each of these before softmax")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(0.001f, 1000.0f))
        ->capture_default_str();
    app.add_option("--images", options.images, "how many test images are predicted")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--own-operators", options.own_operators, "folder of your labs' libraries (./lab run 6 --mine)");
    app.add_option("--passed", options.passed, "tasks you have passed: 4.4,5.2")
        ->delimiter(',')
        ->allow_extra_args(false);
    return cnn::program::run(app, argc, argv, [&] {
        if (options.weights.empty()) options.weights = CNN_SOURCE_DIR "/labs/06-dense/lenet.safetensors";
        return cnn::lab06::run(options);
    });
}
