// Who won the classification task of ILSVRC, and how deep the network was. From 2012 on, means of several networks.
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
inline constexpr double human_error = 5.1;  // of annotator A1, on 1,500 images

// Where the numbers are from.
struct Source {
    std::string what, where;
};
inline const std::vector<Source>& sources() {
    static const std::vector<Source> all{
        {"2010 to 2014, without outside data",
         "O. Russakovsky et al.: ImageNet large scale visual recognition challenge. IJCV 115 (2015), table 5"},
        {"a person", "the same, section 6.4"},
        {"2015", "K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition. CVPR 2016, table 5"},
        {"2016", "ILSVRC 2016, results, team Trimps-Soushen. image-net.org/challenges/LSVRC/2016/results"},
        {"2017",
         "J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, section 1; ILSVRC 2017, results, team "
         "WMW"},
        {"layers, 2012",
         "A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural networks. "
         "NIPS 2012"},
        {"layers, 2013", "M. Zeiler, R. Fergus: Visualizing and understanding convolutional networks. ECCV 2014"},
        {"layers, 2014", "C. Szegedy et al.: Going deeper with convolutions. CVPR 2015"},
        {"layers, 2015 and 2017", "as their errors"}};
    return all;
}

inline plot::Figure winners_figure() {
    const std::size_t count = winners().size();
    plot::Panel errors{.title = "top-5 error of the winner",
                       .x = {.from = -0.5, .to = static_cast<double>(count) - 0.5},
                       .y = {.from = 0, .to = 30, .unit = " %"}};
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
    plot::Series person{.x = {*errors.x.from, *errors.x.to},
                        .y = {human_error, human_error},
                        .style = plot::Style::dashed,
                        .color = plot::palette(1),
                        .end_label = fmt::format("a person {:.1f} %", human_error)};
    errors.series = {std::move(bars), std::move(person)};
    depths.series = {std::move(layers)};
    // So high that the line passes between the numbers on the bars.
    return {.title = "ILSVRC, classification, 2010 to 2017", .panels = {errors, depths}, .width = 2200, .height = 1150};
}

}  // namespace cnn::lab15
