#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include "plot/confusion_matrix.hpp"
#include "plot/curves.hpp"
#include "plot/heat_map.hpp"
#include "tensor/file.hpp"
#include "tensor/random.hpp"
using namespace cnn;
using namespace cnn::plot;
void say(const Problem& p) {
    if (p) fmt::print("PROBLEM {}\n", *p);
}
static std::string log(double rate, double best, int epochs) {
    std::string csv =
        "epoch,learning rate,train loss,train accuracy (0 to 1),test loss,test accuracy (0 to 1),speed (images/s),time "
        "(s)\n";
    for (int e = 1; e <= epochs; ++e) {
        double t = 0.55 * std::exp(-rate * e) + 0.18 + 0.01 * std::sin(7 * e),
               v = 0.45 * std::exp(-rate * e) + best + 0.02 * std::sin(5 * e);
        csv += fmt::format("{},0.05,{:.5f},{:.5f},{:.5f},{:.5f},21400,2.8\n", e, t, 1 - 0.36 * t, v, 1 - 0.36 * v);
    }
    return csv;
}
BOOST_AUTO_TEST_CASE(demo) {
    const std::filesystem::path out = "/tmp/gp/out dir's ä";
    std::filesystem::create_directories(out);
    for (auto [n, r, b, e] :
         {std::tuple{"lenet", 0.3, 0.26, 12}, {"wide_{5×5}", 0.5, 0.24, 12}, {"no momentum", 0.15, 0.3, 9}}) {
        std::filesystem::create_directories(out / n);
        replace_file(out / n / "log.csv", log(r, b, e));
    }
    say(draw_curves({out / "lenet"}, out / "one.png", {.title = "LeNet-5 on Fashion-MNIST"}));
    say(draw_curves({out / "lenet"}, out / "plain.png"));
    say(draw_curves({out / "lenet", out / "wide_{5×5}", out / "no momentum"}, out / "three.png",
                    {.title = "Three runs", .logarithmic_loss = true}));
    auto runs = read_training_logs({out / "lenet", out / "wide_{5×5}", out / "no momentum"});
    fmt::print("{}\n", curves_in_terminal({runs[0]}, {.unicode = true, .width = 80}));
    fmt::print("{}\n", curves_in_terminal(runs, {.colors = true, .unicode = true, .width = 130}));
    fmt::print("{}\n", curves_in_terminal(runs, {.width = 70}));
    Tensor c({10, 10});
    for (Index i = 0; i < 10; ++i)
        for (Index j = 0; j < 10; ++j)
            c(i, j) = i == j ? 850.f + float(12 * i) : float((i * 7 + j * 3) % 11 == 0 ? 90 : (i + j) % 3 == 0 ? 7 : 0);
    say(draw_confusion_matrix({.counts = c,
                               .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                                           "Sneaker", "Bag", "Ankle_boot{}"}},
                              out / "confusion.png"));
    say(draw_confusion_matrix({.counts = c}, out / "digits.png"));
    Tensor k({5, 7});
    for (Index i = 0; i < 35; ++i) k[i] = std::sin(float(i) * 0.7f);
    say(draw_heat_map({.title = "Filter 3 of C1", .values = k, .colors = Colors::diverging, .write_values = true},
                      out / "filter.png"));
    Tensor big({300, 200});
    for (Index i = 0; i < 300; ++i)
        for (Index j = 0; j < 200; ++j) big(i, j) = std::sin(float(i) / 20) * std::cos(float(j) / 30);
    say(draw_heat_map({.title = "Activation", .values = big}, out / "big.png"));
    say(draw({.title = "Hyper-parameters of LeNet-5",
              .panels = {{.title = "Filter size",
                          .x = {.label = "size"},
                          .y = {.label = "test accuracy", .unit = " %"},
                          .series = {{.name = "SGD",
                                      .x = {1, 3, 5, 7, 9},
                                      .y = {82, 89.1, 90.4, 90.2, 89.5},
                                      .style = Style::line_and_points,
                                      .low = {81, 88.5, 90.1, 89.7, 88.9},
                                      .high = {83, 89.6, 90.8, 90.6, 90.2}},
                                     {.name = "with momentum",
                                      .x = {1, 3, 5, 7, 9},
                                      .y = {84, 89.9, 90.9, 90.9, 90.5},
                                      .style = Style::line_and_points}}},
                         {.title = "Pooling",
                          .x = {.names = {"max 2×2", "average 2×2", "max 3×3, stride 2", "none"}},
                          .y = {.unit = " %"},
                          .series = {{.name = "SGD",
                                      .y = {90.4, 89.7, 90.5, 88.2},
                                      .style = Style::bars,
                                      .labels = {"90.4", "89.7", "90.5", "88.2"}},
                                     {.name = "with momentum", .y = {91, 90, 91.1, 89}, .style = Style::bars}}}}},
             out / "sweep.png"));
    std::vector<double> rx, ry;
    for (double v = 0.1; v <= 200; v *= 1.3) {
        rx.push_back(v);
        ry.push_back(std::min(110.0, 18 * v));
    }
    say(draw(
        {.panels = {{.title = "Roofline",
                     .x = {.label = "arithmetic intensity, FLOP/byte", .logarithmic = true},
                     .y = {.label = "GFLOP/s", .logarithmic = true},
                     .series = {{.x = rx, .y = ry, .color = ink, .end_label = "peak 110"},
                                {.name = "naive", .x = {4}, .y = {1.3}, .style = Style::points, .labels = {"naive"}},
                                {.name = "yours", .x = {9}, .y = {31}, .style = Style::points},
                                {.name = "kernels", .x = {12}, .y = {92}, .style = Style::points}},
                     .notes = {{7, 60, "ridge"}}}},
         .width = 1100,
         .height = 800},
        out / "roofline.png"));
    say(draw({.panels = {{.title = "Nothing"}}}, out / "nothing.png"));
}
