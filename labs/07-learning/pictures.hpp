// What the program draws.
#pragma once
#include <fmt/format.h>

#include <cmath>

#include "image/drawing.hpp"
#include "plot/figure.hpp"
#include "training.hpp"

namespace cnn::lab07 {

// What each class looks for: its row of w as a picture, red where light speaks for the class, blue where it speaks
// against it. One scale for all.
inline Image templates(const Tensor& w, const Shape& image, const std::vector<std::string>& names) {
    std::vector<Tile> pictures;
    const Index side = image.count() / image[0];
    // All channels together: a class has one picture.
    Tensor sums({w.size(0), 1, image[1], image[2]});
    for (Index m = 0; m < w.size(0); ++m)
        for (Index d = 0; d < w.size(1); ++d) sums[m * side + d % side] += w(m, d);
    std::vector<float> sizes;
    for (const float value : sums.values()) sizes.push_back(std::abs(value));
    // A few pixels of the border are far larger than all others.
    const auto most = sizes.begin() + static_cast<std::ptrdiff_t>(0.98 * static_cast<double>(sizes.size() - 1));
    std::nth_element(sizes.begin(), most, sizes.end());
    const float largest = std::max(*most, 1e-6f);
    for (Index m = 0; m < w.size(0); ++m)
        pictures.push_back({enlarge(colour_image(sums.plane(m, 0), diverging, {-largest, largest}), 5),
                            names.at(static_cast<std::size_t>(m))});
    return tiles(pictures, {.columns = 5, .gap = 10, .text_scale = 2});
}

// Values and slopes of the losses for scores (z, 0) of two classes, of which the first is right.
inline plot::Figure shapes_figure(const std::vector<NamedLoss>& losses) {
    plot::Panel value{.title = "E", .x = {.label = "lead of the right class"}, .y = {.from = 0, .to = 6}};
    plot::Panel slope{.title = "slope of E", .x = {.label = "lead of the right class"}, .y = {.from = -3, .to = 3}};
    for (const NamedLoss& loss : losses)
        program::attempt(loss.name + " in losses.png", [&] {
            plot::Series values{.name = loss.name}, slopes{.name = loss.name};
            for (int i = -160; i <= 240; ++i) {
                const double z = i / 40.0;
                const auto [e, gradient] = loss.function(Tensor({1, 2}, {static_cast<float>(z), 0}), {0});
                require(gradient.shape() == Shape{1, 2}, "its gradient is {}, expected [1, 2] (./lab check {})",
                        gradient.shape(), loss.task);
                values.x.push_back(z), values.y.push_back(e);
                slopes.x.push_back(z), slopes.y.push_back(double{gradient(0, 0)});
            }
            value.series.push_back(std::move(values));
            slope.series.push_back(std::move(slopes));
            return true;
        });
    return {.title = "Six losses of one image, scores (z, 0), the first class is right", .panels = {value, slope}};
}

// Loss and test accuracy of every learning rate.
struct RateCurve {
    std::string name;  // "rate 0.1, falling"
    Curve curve;
};
inline plot::Figure rates_figure(const std::vector<RateCurve>& curves) {
    plot::Panel loss{.title = "training loss", .x = {.label = "epoch"}, .y = {.logarithmic = true}};
    plot::Panel right{.title = "test accuracy", .x = {.label = "epoch"}, .y = {.from = 40, .to = 90, .unit = " %"}};
    for (const auto& [name, curve] : curves) {
        loss.series.push_back({.name = name, .x = curve.epochs, .y = curve.losses});
        plot::Series percent{.name = name, .x = curve.epochs};
        for (const double accuracy : curve.accuracies) percent.y.push_back(100 * accuracy);
        right.series.push_back(std::move(percent));
    }
    return {.title = "Softmax regression at several learning rates", .panels = {loss, right}};
}

struct LossCurve {
    std::string name;
    std::vector<double> clean, spoiled;  // test accuracy in percent after every epoch
};
inline plot::Figure compared_figure(const std::vector<LossCurve>& curves, double share) {
    plot::Panel clean{.title = "labels as they are",
                      .x = {.label = "epoch", .whole = true},
                      .y = {.label = "test accuracy", .from = 70, .to = 90, .unit = " %"}};
    plot::Panel spoiled = clean;
    spoiled.title = fmt::format("{:.0f} % of the training labels are wrong", 100 * share);
    for (const auto& [name, right, wrong] : curves) {
        const auto series = [&name = name](const std::vector<double>& y) {
            plot::Series one{.name = name, .y = y, .style = plot::Style::line_and_points};
            for (std::size_t i = 0; i < y.size(); ++i) one.x.push_back(static_cast<double>(i + 1));
            return one;
        };
        clean.series.push_back(series(right));
        spoiled.series.push_back(series(wrong));
    }
    return {.title = "The same model with six losses", .panels = {clean, spoiled}};
}

}  // namespace cnn::lab07
