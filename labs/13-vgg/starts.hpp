// How weights start, and what becomes of the signal, the gradient and the training.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "nn/loss.hpp"
#include "nn/optimizer.hpp"
#include "nn/source.hpp"
#include "plot/figure.hpp"
#include "terminal/status_line.hpp"
#include "vgg.hpp"

namespace cnn::lab13 {

struct NamedStart {
    std::string name;
    Start start;
};

// ---- a deep stack ----

inline const std::vector<NamedStart>& deep_starts() {
    static const std::vector<NamedStart> starts{{"normal, 0.01", {Scheme::gaussian, 0.01}},
                                                {"Glorot", {.scheme = Scheme::glorot}},
                                                {"He", {.scheme = Scheme::he}},
                                                {"normal, 0.15", {Scheme::gaussian, 0.15}}};
    return starts;
}

// Variances in a stack of convolutions of 3×3 with ReLU: measured as points, and as growth() foresees them as lines.
inline plot::Figure deep_figure(Index layers, Index channels, std::uint32_t seed) {
    plot::Panel forward{
        .title = "sums before the ReLUs: variance", .x = {.label = "layer", .whole = true}, .y = {.logarithmic = true}};
    plot::Panel backward{.title = "gradients behind the convolutions: variance",
                         .x = {.label = "layer", .whole = true},
                         .y = {.logarithmic = true}};
    const Shape maps{4, channels, 16, 16}, w{channels, channels, 3, 3};
    Engine engine(seed);
    const Tensor x = normal(maps, engine), dy = normal(maps, engine);
    for (const auto& [name, start] : deep_starts()) {
        nn::Sequential network;
        for (Index i = 0; i < layers; ++i)
            network.add(nn::Conv2d(channels, channels, {.size = 3, .padding = 1})).add(nn::ReLU());
        initialize(network, start, seed);
        const Profile profile = measure(network, x, dy);
        const Growth each = growth(w, start);
        plot::Series up{.name = name, .style = plot::Style::points}, back = up;
        plot::Series up_theory{.light = true}, back_theory{.light = true};
        back.name.clear();
        for (Index i = 0; i < layers; ++i) {
            const auto child = static_cast<std::size_t>(2 * i);  // the convolution, not its ReLU
            const auto layer = static_cast<double>(i + 1), last = static_cast<double>(layers);
            up.x.push_back(layer), up.y.push_back(profile.activations.at(child));
            back.x.push_back(layer), back.y.push_back(profile.gradients.at(child));
            // No ReLU lies before the first layer, so that it gets all of the variance; and of what comes back the last
            // ReLU lets half through.
            up_theory.x.push_back(layer), up_theory.y.push_back(2 * std::pow(each.forward, layer));
            back_theory.x.push_back(layer), back_theory.y.push_back(std::pow(each.backward, last - layer) / 2);
        }
        const plot::Color color = plot::palette(forward.series.size() / 2);
        for (plot::Series* series : {&up, &up_theory, &back, &back_theory}) series->color = color;
        forward.series.push_back(std::move(up)), forward.series.push_back(std::move(up_theory));
        backward.series.push_back(std::move(back)), backward.series.push_back(std::move(back_theory));
        const auto end = static_cast<std::size_t>(2 * (layers - 1));
        fmt::print("  {:<14} growth {:.3g} forward   layer 1 {:.2g}, layer {} {:.2g}   gradient at layer 1 {:.2g}\n",
                   name, each.forward, profile.activations.front(), layers, profile.activations.at(end),
                   profile.gradients.front());
    }
    return {.title = fmt::format("{} convolutions of 3×3 with ReLU, {} channels: points measured, lines foreseen",
                                 layers, channels),
            .panels = {forward, backward},
            .width = 1900};
}

// ---- training ----

inline const std::vector<NamedStart>& trained_starts() {
    static const std::vector<NamedStart> starts{{"normal, 0.01", {Scheme::gaussian, 0.01}},
                                                {"Glorot", {.scheme = Scheme::glorot}},
                                                {"He", {.scheme = Scheme::he}},
                                                {"normal, 0.2", {Scheme::gaussian, 0.2}}};
    return starts;
}

// The loss of every batch; ends early where it is no longer a number.
inline std::vector<double> train_losses(nn::Sequential& network, const nn::Source& training, int epochs, double rate,
                                        const std::function<void(double)>& progress) {
    nn::Sgd sgd(network, {.momentum = 0.9f});
    const nn::Loss loss = nn::softmax_cross_entropy();
    std::vector<double> losses;
    network.set_training(true);
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const nn::Source::Epoch batches = training.epoch(epoch);
        for (Index i = 0; i < training.batches(); ++i) {
            nn::Batch batch = batches(i);
            if (batch.labels.empty()) continue;  // photos that cannot be read
            nn::LossResult result = loss(network.forward(std::move(batch.x)), batch.labels);
            if (!std::isfinite(result.loss)) return losses;
            losses.push_back(result.loss);
            network.backward_parameters(std::move(result.gradient));
            sgd.step(rate);
            progress(result.loss);
        }
    }
    return losses;
}

// Means over ten batches, at most 5: what explodes leaves the panel. What is left over at the end belongs to the last
// ten.
inline plot::Series smoothed(const std::vector<double>& losses, const std::string& name) {
    plot::Series series{.name = name};
    constexpr std::size_t width = 10;
    for (std::size_t from = 0; from < losses.size();) {
        const std::size_t to = losses.size() - from < 2 * width ? losses.size() : from + width;
        double sum = 0;
        for (std::size_t i = from; i < to; ++i) sum += losses[i];
        series.x.push_back(static_cast<double>(to));
        series.y.push_back(std::min(sum / static_cast<double>(to - from), 5.0));
        from = to;
    }
    return series;
}

// small_vgg with each of the starts on the same batches.
inline plot::Figure training_figure(const std::function<nn::Sequential()>& build, const nn::Source& training,
                                    const std::string& data, int epochs, double rate, std::uint32_t seed) {
    plot::Panel panel{.x = {.label = "step", .from = 0}, .y = {.label = "loss", .from = 0, .to = 5.5}};
    terminal::StatusLine line(terminal::standard_output());
    for (const auto& [name, start] : trained_starts()) {
        nn::Sequential network = build();
        initialize(network, start, seed);
        int steps = 0;
        const std::vector<double> losses = train_losses(network, training, epochs, rate, [&](double loss) {
            if (++steps % 10 == 0) line.show(fmt::format("  {:<14} step {}   loss {:.3f}", name, steps, loss));
        });
        plot::Series series = smoothed(losses, name);
        const bool ended = std::ssize(losses) < epochs * training.batches();
        line.finish(ended ? fmt::format("  {:<14} loss is no number any more after step {}", name, losses.size())
                          : fmt::format("  {:<14} loss {:.3f}", name, series.y.empty() ? 0 : series.y.back()));
        panel.series.push_back(std::move(series));
    }
    return {.title = fmt::format("small VGG on {}, learning rate {}", data, rate), .panels = {panel}, .width = 1300};
}

}  // namespace cnn::lab13
