// Who won the classification task of ILSVRC, and how deep the network was.
//
// 2010 to 2014: Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV 115 (2015), table 5
// (without outside data); the person: section 6.4, annotator A1 on 1,500 images. 2015: He et al. (2015), table 5. 2016,
// 2017: the challenge's own tables (image-net.org/challenges/LSVRC/2016/results, …/2017/results); 2017 also Hu et al.,
// "Squeeze-and-excitation networks" (2017), section 1. Depths: Krizhevsky et al. (2012), Zeiler and Fergus (2013),
// Szegedy et al. (2014), He et al. (2015), Hu et al. (2017). From 2012 on, means of several networks.
#pragma once
#include <fmt/format.h>

#include "plot/figure.hpp"

namespace cnn::lab15 {

struct Winner {
    int year;
    std::string name;
    double error;  // top 5, percent
    int layers;    // with weights, of the deepest network; 0: none to count
};
inline const std::vector<Winner>& winners() {
    static const std::vector<Winner> all{{2010, "NEC", 28.2, 0},       {2011, "XRCE", 25.8, 0},
                                         {2012, "AlexNet", 16.4, 8},   {2013, "Clarifai", 11.7, 8},
                                         {2014, "GoogLeNet", 6.7, 22}, {2015, "ResNet", 3.57, 152},
                                         {2016, "Trimps", 2.99, 0},    {2017, "SENet", 2.25, 154}};
    return all;
}
inline constexpr double human_error = 5.1;

inline plot::Figure winners_figure() {
    plot::Panel errors{.title = "top-5 error of the winner", .y = {.from = 0, .to = 32, .unit = " %"}};
    plot::Series bars{.style = plot::Style::bars};
    plot::Panel depths{.title = "layers of its network", .y = {.from = 0, .to = 180}};
    plot::Series layers{.style = plot::Style::bars, .color = plot::palette(2)};
    for (const Winner& winner : winners()) {
        errors.x.names.push_back(fmt::format("{} {}", winner.year, winner.name));
        bars.y.push_back(winner.error), bars.labels.push_back(fmt::format("{:.3g}", winner.error));
        if (winner.layers == 0) continue;
        depths.x.names.push_back(fmt::format("{} {}", winner.year, winner.name));
        layers.y.push_back(winner.layers), layers.labels.push_back(fmt::format("{}", winner.layers));
    }
    errors.x.names.push_back("a person");
    bars.y.push_back(human_error), bars.labels.push_back(fmt::format("{:.3g}", human_error));
    errors.series = {std::move(bars)};
    depths.series = {std::move(layers)};
    return {.title = "ILSVRC, classification, 2010 to 2017", .panels = {errors, depths}, .width = 2000, .height = 900};
}

}  // namespace cnn::lab15
