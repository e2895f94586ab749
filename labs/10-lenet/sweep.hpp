// Task 10.7 as an experiment: LeNet-5 with one hyperparameter changed at a time, each trained for a short time.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "data/batches.hpp"
#include "lenet.hpp"
#include "nn/trainer.hpp"
#include "plot/figure.hpp"
#include "settings.hpp"
#include "tensor/todo.hpp"
#include "terminal/status_line.hpp"

namespace cnn::lab10 {

struct Variant {
    std::string name;  // as it stands at the axis
    LenetOptions options;
};
struct Hyperparameter {
    std::string name;
    std::vector<Variant> variants;
};

inline std::vector<Hyperparameter> all_hyperparameters() {
    return {{"number of filters",
             {{"3, 8", {.filters = {3, 8}}},
              {"6, 16", {}},
              {"12, 32", {.filters = {12, 32}}},
              {"24, 64", {.filters = {24, 64}}}}},
            {"size of filters",
             {{"1×1", {.filter_size = 1}}, {"3×3", {.filter_size = 3}}, {"5×5", {}}, {"7×7", {.filter_size = 7}}}},
            {"stride of filters", {{"1", {}}, {"2", {.filter_stride = 2}}}},
            {"pooling: window, stride",
             {{"1, 1", {.pool_size = 1, .pool_stride = 1}},
              {"2, 2", {}},
              {"3, 2", {.pool_size = 3}},
              {"3, 3", {.pool_size = 3, .pool_stride = 3}},
              {"4, 4", {.pool_size = 4, .pool_stride = 4}}}},
            {"hidden dense layers",
             {{"none", {.dense = {}}}, {"84", {.dense = {84}}}, {"120, 84", {}}, {"400, 200", {.dense = {400, 200}}}}}};
}

struct Trial {
    Index parameters = 0;
    double mean = 0, low = 0, high = 0;  // test accuracy in percent, over the seeds
};

struct SweepData {
    Images training, test;
    std::vector<std::int32_t> seeds;
    Index epochs, batch;
};

// The first `count` images with mean 0 and deviation 1.
inline Images first_images(const data::Dataset& dataset, Index count, const data::Normalization& normalization) {
    const data::Dataset part = data::slice(dataset, 0, std::min(count, dataset.count()));
    const data::Batches all(part, {.size = part.count(), .shuffle = false, .normalization = normalization});
    data::Batch batch = all.epoch(0)[0];
    return {std::move(batch.x), std::move(batch.labels)};
}

// The learning rate falls in steps, as in the paper.
inline std::vector<Stage> sweep_schedule(Index epochs) {
    const Index first = (epochs + 1) / 2, second = (epochs - first + 1) / 2;
    return {{first, 0.05}, {second, 0.01}, {epochs, 0.002}};
}

// Test accuracy at the end, from your loop of 10.6.
inline double train_variant(nn::Layer& network, const SweepData& data, std::uint32_t seed) {
    const TrainOptions options{.epochs = data.epochs,
                               .batch_size = data.batch,
                               .schedule = sweep_schedule(data.epochs),
                               .momentum = 0.9f,
                               .seed = seed};
    const auto scores = train(network, nn::softmax_cross_entropy(), data.training, data.test, options);
    if (scores.empty()) throw Error("train() returned no epoch: ./lab check 10.6");
    return scores.back().test.accuracy;
}

// By Ctrl-C: no variant more.
struct Interrupted : Error {
    using Error::Error;
};

// The same from the library's trainer.
inline double train_variant_on_loan(nn::Layer& network, const SweepData& data, std::uint32_t seed) {
    const nn::Source training = nn::from_memory(data.training.x, data.training.labels,
                                                {.batch_size = data.batch, .shuffle = true, .seed = seed});
    const nn::Source test = nn::from_memory(data.test.x, data.test.labels);
    nn::TrainOptions options{.epochs = static_cast<int>(data.epochs)};
    const auto stages = sweep_schedule(data.epochs);
    options.schedule = {[stages](double epoch) {
                            for (const Stage& stage : stages) {
                                if (epoch < static_cast<double>(stage.epochs)) return stage.rate;
                                epoch -= static_cast<double>(stage.epochs);
                            }
                            return stages.back().rate;
                        },
                        "the sweep's stages"};
    const nn::TrainResult result = nn::train(network, nn::softmax_cross_entropy(), training, test, options);
    if (result.interrupted) throw Interrupted("the sweep was interrupted; it keeps nothing");
    return result.epochs.back().test_accuracy;
}

// Tries the variants one after the other. Trials of the same options are made once.
class Sweep {
public:
    Sweep(SweepData data, terminal::Terminal terminal) : data_(std::move(data)), terminal_(terminal), line_(terminal) {}

    plot::Figure run(const std::vector<Hyperparameter>& all) {
        plot::Figure figure{.title = fmt::format("LeNet-5 with one thing changed: test accuracy after {} of {} "
                                                 "images, {}",
                                                 terminal::counted(data_.epochs, "epoch"),
                                                 terminal::thousands(data_.training.x.size(0)),
                                                 terminal::counted(std::ssize(data_.seeds), "seed")),
                            .width = 2400,
                            .height = 640};
        for (const Hyperparameter& parameter : all) total_ += parameter.variants.size();
        for (const Hyperparameter& parameter : all)
            if (plot::Panel drawn = panel(parameter); !drawn.series[0].y.empty())
                figure.panels.push_back(std::move(drawn));
        if (figure.panels.empty()) throw Error("no variant could be trained; there is nothing to draw");
        set_axes(figure);
        return figure;
    }

private:
    plot::Panel panel(const Hyperparameter& parameter) {
        plot::Panel panel{.title = parameter.name, .y = {.unit = " %"}};
        plot::Series series{.style = plot::Style::line_and_points};
        fmt::print("{}\n", parameter.name);
        for (const Variant& variant : parameter.variants) {
            ++number_;
            const std::optional<Trial> trial = try_out_if_possible(variant);
            if (!trial) continue;
            line_.finish(fmt::format("  {:<10}{:>9} parameters   {:.1f} %  ({:.1f} to {:.1f})", variant.name,
                                     terminal::thousands(trial->parameters), trial->mean, trial->low, trial->high));
            panel.x.names.push_back(variant.name);
            series.x.push_back(static_cast<double>(series.x.size()));
            series.y.push_back(trial->mean);
            series.low.push_back(trial->low);
            series.high.push_back(trial->high);
            series.labels.push_back(fmt::format("{:.1f}", trial->mean));
        }
        panel.series.push_back(std::move(series));
        return panel;
    }

    // One that cannot be built, or fails, is left out of the figure.
    std::optional<Trial> try_out_if_possible(const Variant& variant) {
        try {
            return try_out(variant);
        } catch (const NotStarted&) {
            throw;
        } catch (const Interrupted&) {
            throw;
        } catch (const std::exception& error) {
            line_.finish(fmt::format("  {:<10}is left out: {}", variant.name, error.what()));
            return std::nullopt;
        }
    }

    Trial try_out(const Variant& variant) {
        Trial trial{.parameters = lenet_sizes(variant.options).parameters, .low = 100};
        if (variant.options == LenetOptions{} && default_.parameters > 0) return default_;
        for (const std::int32_t seed : data_.seeds) {
            line_.show(fmt::format("  {:<10}variant {} of {}, seed {}", variant.name, number_, total_, seed));
            nn::Sequential network = build_lenet(variant.options);
            Engine engine(static_cast<std::uint32_t>(seed));
            network.initialize(engine);
            const double accuracy = 100 * accuracy_of(network, static_cast<std::uint32_t>(seed));
            trial.mean += accuracy / static_cast<double>(data_.seeds.size());
            trial.low = std::min(trial.low, accuracy);
            trial.high = std::max(trial.high, accuracy);
        }
        if (variant.options == LenetOptions{}) default_ = trial;
        return trial;
    }

    double accuracy_of(nn::Layer& network, std::uint32_t seed) {
        if (own_loop_) try {
                return train_variant(network, data_, seed);
            } catch (const NotStarted& missing) {
                line_.finish(fmt::format("  your training loop is on loan: task {} is not started", missing.task));
                own_loop_ = false;
            }
        return train_variant_on_loan(network, data_, seed);
    }

    // One scale for all panels, so that heights can be compared.
    static void set_axes(plot::Figure& figure) {
        double low = 100, high = 0;
        for (const plot::Panel& panel : figure.panels)
            for (std::size_t i = 0; i < panel.series[0].y.size(); ++i) {
                low = std::min(low, panel.series[0].low[i]);
                high = std::max(high, panel.series[0].high[i]);
            }
        for (plot::Panel& panel : figure.panels) {
            panel.y.from = std::floor(low - 0.5);
            // The numbers above the points stand below the panel's title.
            panel.y.to = std::ceil(high + 0.5 + 0.15 * (high - low));
        }
    }

    SweepData data_;
    terminal::Terminal terminal_;
    terminal::StatusLine line_;
    Trial default_;
    std::size_t number_ = 0, total_ = 0;
    bool own_loop_ = true;
};

}  // namespace cnn::lab10
