// The experiment that made ResNet (He et al. 2015, figure 6): two plain networks and two residual ones, trained alike.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "data/batches.hpp"
#include "nn/describe.hpp"
#include "nn/progress.hpp"
#include "nn/safetensors.hpp"
#include "plot/figure.hpp"
#include "program/training.hpp"
#include "resnet.hpp"
#include "terminal/text.hpp"

namespace cnn::lab15 {

namespace fs = std::filesystem;
using program::TrainingSettings;

// How large the experiment is.
struct Recipe {
    Index width = 8;                             // maps of the first stage
    bool halved = true;                          // images of half the sides
    Index images = 10'000, test_images = 4'000;  // 0: all
    int epochs = 16;
    Index batch = 32;
    double learning_rate = 0.05;
    bool stand_ins = true;  // drawn images may take the place of a data set that is not on this machine
};
inline constexpr Recipe short_recipe{};
// As in the paper but for the number of epochs, which is about 180 there.
inline constexpr Recipe long_recipe{.width = 16,
                                    .halved = false,
                                    .images = 0,
                                    .test_images = 0,
                                    .epochs = 60,
                                    .batch = 128,
                                    .learning_rate = 0.1,
                                    .stand_ins = false};

// One of the four.
struct Trained {
    Index n;
    bool residual;
    Index layers() const { return 6 * n + 2; }
    std::string name() const { return fmt::format("{}-{}", residual ? "ResNet" : "plain", layers()); }
    std::string folder() const { return fmt::format("{}{}", residual ? "resnet" : "plain", layers()); }
};
inline const std::vector<Trained> the_four{{3, false}, {7, false}, {3, true}, {7, true}};

// Every pixel the mean of four.
inline data::Dataset halved(data::Dataset dataset) {
    const Index C = dataset.shape[0], H = dataset.shape[1] / 2, W = dataset.shape[2] / 2;
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(dataset.count() * C * H * W));
    for (Index n = 0; n < dataset.count(); ++n) {
        const auto image = dataset.bytes(n);
        for (Index c = 0; c < C; ++c)
            for (Index i = 0; i < H; ++i)
                for (Index j = 0; j < W; ++j) {
                    const auto at = [&](Index row, Index column) {
                        return int{image[static_cast<std::size_t>(
                            (c * dataset.shape[1] + 2 * i + row) * dataset.shape[2] + 2 * j + column)]};
                    };
                    pixels.push_back(static_cast<std::uint8_t>((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1) + 2) / 4));
                }
    }
    dataset.shape = {C, H, W};
    dataset.pixels = std::move(pixels);
    return dataset;
}

struct Images {
    data::Dataset training, test;
};

// The small images under a name or in a folder, as many and as large as the recipe has them. Throws DataError for a
// folder of photos, and where others stand in for them though the recipe has no stand-ins.
inline Images read(const TrainingSettings& settings, const Recipe& recipe) {
    const program::TrainingImages all({.data = settings.data, .images = settings.images});
    if (!all.training_dataset())
        fail_data("{}: a folder of photos; the experiment is made with small images, such as --data cifar-10",
                  settings.data);
    Images images{*all.training_dataset(), *all.test_dataset()};
    if (images.training.is_fallback && !recipe.stand_ins)
        fail_data(
            "--long takes a night, and generated images show nothing: ./lab data fetch {}, or --data FOLDER with its "
            "files",
            settings.data);
    if (recipe.test_images > 0 && recipe.test_images < images.test.count())
        images.test = data::slice(images.test, 0, recipe.test_images);
    if (!recipe.halved) return images;
    return {halved(std::move(images.training)), halved(std::move(images.test))};
}

class Degradation {
public:
    Degradation(const TrainingSettings& settings, const Recipe& recipe)
        : settings_(settings), recipe_(recipe), images_(read(settings, recipe)) {}

    // The layers of the four; nothing is trained.
    void describe() const {
        const Shape& image = images_.training.shape;
        const terminal::Terminal out = terminal::standard_output();
        for (const Trained& which : the_four) {
            nn::Sequential network = build(which);
            fmt::print("{}\n{}\n", out.bold(which.name()),
                       nn::to_string(nn::describe(network, {1, image[0], image[1], image[2]})));
        }
    }

    // Trains the four one after the other, each in a folder of its own below `folder`. False when it was interrupted.
    bool run(const fs::path& folder) {
        build(the_four.back());  // a task that is missing shows before anything is trained
        fmt::print("{}: {} images of {}×{} to train, {} to test; {}\n", images_.training.name,
                   terminal::thousands(images_.training.count()), images_.training.shape[1], images_.training.shape[2],
                   terminal::thousands(images_.test.count()), terminal::counted(settings_.epochs, "epoch"));
        for (const Trained& network : the_four)
            if (!train(network, folder)) return false;
        return true;
    }

    // Errors in percent, as figure 6 has them: plain to the left, residual to the right.
    plot::Figure figure() const {
        plot::Figure figure{.title = fmt::format("Error on {}: thin while training, strong on the test images", name()),
                            .width = 1800,
                            .height = 760};
        double most = 0;
        for (const bool residual : {false, true}) {
            plot::Panel panel{.title = residual ? "residual" : "plain",
                              .x = {.label = "epoch", .whole = true},
                              .y = {.label = "error", .unit = " %"}};
            for (std::size_t i = 0; i < curves_.size(); ++i) {
                if (the_four[i].residual != residual) continue;
                const plot::Color color = plot::palette(i % 2);
                for (const auto* errors : {&curves_[i].training, &curves_[i].test}) {
                    const bool test = errors == &curves_[i].test;
                    plot::Series series{.name = test && !residual ? fmt::format("{} layers", curves_[i].layers) : "",
                                        .light = !test,
                                        .color = color};
                    for (std::size_t epoch = 0; epoch < errors->size(); ++epoch) {
                        series.x.push_back(static_cast<double>(epoch + 1));
                        series.y.push_back(100 * (*errors)[epoch]);
                        if (epoch >= errors->size() / 5) most = std::max(most, series.y.back());
                    }
                    if (test) series.end_label = the_four[i].name();
                    panel.series.push_back(std::move(series));
                }
            }
            figure.panels.push_back(std::move(panel));
        }
        for (plot::Panel& panel : figure.panels) panel.y.from = 0, panel.y.to = std::ceil(most / 10) * 10;
        return figure;
    }

    // "plain: 44 layers cost 6.1 points of training error and 4.3 of test error (means of the last 3 epochs)"
    std::string verdict(bool residual) const {
        const std::size_t first = residual ? 2 : 0;
        const Index last = std::clamp<Index>(settings_.epochs / 8, 1, 10);
        const DepthCost cost = depth_cost(curves_.at(first), curves_.at(first + 1), last);
        return fmt::format("{:<9} {} layers instead of {}: {:+.1f} points of training error, {:+.1f} of test error",
                           residual ? "residual:" : "plain:", curves_[first + 1].layers, curves_[first].layers,
                           100 * cost.training, 100 * cost.test);
    }

private:
    std::string name() const { return images_.training.name.substr(0, images_.training.name.find(',')); }

    nn::Sequential build(const Trained& network) const {
        return small_network({.n = network.n,
                              .residual = network.residual,
                              .width = recipe_.width,
                              .channels = images_.training.shape[0],
                              .classes = images_.training.classes()});
    }

    // Section 4.2: a tenth of the rate after a half, and again after three quarters of the epochs.
    nn::TrainOptions options(const Trained& network, const fs::path& folder) const {
        nn::TrainOptions options{.epochs = settings_.epochs,
                                 .momentum = 0.9f,
                                 .weight_decay = 1e-4f,
                                 .folder = folder,
                                 .resume = !folder.empty() && fs::exists(folder / "checkpoint.safetensors"),
                                 .subject = fmt::format("{}, {} maps, on {} of {}×{}", network.name(), recipe_.width,
                                                        name(), images_.training.shape[1], images_.training.shape[2])};
        const double rate = settings_.learning_rate, epochs = settings_.epochs;
        options.schedule = {
            [rate, epochs](double epoch) {
                if (epoch < epochs / 2) return rate;
                return epoch < 3 * epochs / 4 ? rate / 10 : rate / 100;
            },
            fmt::format("{} over {} epochs, a tenth after a half, and after three quarters", rate, epochs)};
        return options;
    }

    bool train(const Trained& which, const fs::path& folder) {
        nn::Sequential network = build(which);
        const terminal::Terminal out = terminal::standard_output();
        fmt::print("\n{}\n", out.bold(fmt::format("{}, {} parameters", which.name(),
                                                  terminal::thousands(nn::count_parameters(network)))));
        Engine engine(settings_.seed);
        network.initialize(engine, nn::Initialization::he);
        const data::Normalization normalization = data::normalization(images_.training);
        const data::Batches batches(images_.training,
                                    {.size = settings_.batch,
                                     .seed = settings_.seed,
                                     .normalization = normalization,
                                     .augmentation = {.mirror = true, .crop_padding = recipe_.halved ? 2 : 4}});
        const data::Batches test(images_.test, {.size = 256, .shuffle = false, .normalization = normalization});
        nn::ProgressLine progress(out);
        const fs::path own = folder.empty() ? folder : folder / which.folder();
        const nn::TrainResult result =
            nn::train(network, nn::softmax_cross_entropy(), batches, test, options(which, own), progress);
        Curve curve{which.layers(), {}, {}};
        for (const nn::EpochResult& epoch : result.epochs) {
            curve.training.push_back(1 - epoch.train_accuracy);
            curve.test.push_back(1 - epoch.test_accuracy);
        }
        curves_.push_back(std::move(curve));
        return !result.interrupted;
    }

    const TrainingSettings& settings_;
    Recipe recipe_;
    Images images_;
    std::vector<Curve> curves_;
};

}  // namespace cnn::lab15
