// Lab 09 as a program: how fast each step makes the same convolution, beside what the machine could do.
#include <fmt/format.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "bench/bandwidth.hpp"
#include "bench/peak.hpp"
#include "fast.hpp"
#include "kernels/convolution.hpp"
#include "kernels/isa.hpp"
#include "plot/figure.hpp"
#include "plot/roofline.hpp"
#include "program/program.hpp"
#include "tensor/cores.hpp"
#include "tensor/random.hpp"

namespace cnn::lab09 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path output = "runs/09-fast";
    double seconds = 0.15;  // for each measurement
};

struct Layer {
    const char* name;
    Shape x;
    Index filters;
    Window window;
};
// The last is the one whose steps are drawn as bars.
const std::vector<Layer> layers{{"LeNet C1", {8, 1, 32, 32}, 6, {.size = 5}},
                                {"LeNet C3", {8, 6, 14, 14}, 16, {.size = 5}},
                                {"ResNet 16", {2, 16, 32, 32}, 16, {.size = 3, .padding = 1}},
                                {"VGG 3→64", {1, 3, 56, 56}, 64, {.size = 3, .padding = 1}},
                                {"ResNet 64", {2, 64, 14, 14}, 64, {.size = 3, .padding = 1}},
                                {"5×5 of 32", {2, 32, 14, 14}, 64, {.size = 5, .padding = 2}}};

// The layer's numbers, and what they cost.
struct Work {
    explicit Work(const Layer& layer)
        : x(random(layer.x, 1)),
          w(random({layer.filters, layer.x[1], layer.window.size, layer.window.size}, 2)),
          b(random({layer.filters}, 3)),
          window(layer.window),
          y(kernels::conv2d_forward(x, w, b, window)) {}

    double giga() const { return 2e-9 * static_cast<double>(y.count() * w.count() / w.size(0)); }
    // FLOP for each byte when everything is moved once.
    double intensity() const { return giga() * 1e9 / (4.0 * static_cast<double>(x.count() + w.count() + y.count())); }

    Tensor x, w, b;
    Window window;
    Tensor y;
};

// The loops of lab 04.
Tensor seven_loops(const Work& work) {
    const auto& [x, w, b, window, result] = work;
    Tensor y(result.shape());
    for (Index n = 0; n < y.size(0); ++n)
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    float sum = b(k);
                    for (Index c = 0; c < w.size(1); ++c)
                        for (Index r = 0; r < w.size(2); ++r)
                            for (Index s = 0; s < w.size(3); ++s) {
                                const Index row = i * window.stride + r - window.padding;
                                const Index column = j * window.stride + s - window.padding;
                                if (row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3)) continue;
                                sum += x(n, c, row, column) * w(k, c, r, s);
                            }
                    y(n, k, i, j) = sum;
                }
    return y;
}

// 9.3 with a product of one's choice.
Tensor as_product(const Work& work, Tensor (*multiply)(const Tensor&, const Tensor&)) {
    Tensor y(work.y.shape());
    const Tensor filters = work.w.reshaped({work.w.size(0), work.w.count() / work.w.size(0)});
    const Index places = y.size(2) * y.size(3);
    for (Index n = 0; n < y.size(0); ++n) {
        const Tensor maps = multiply(filters, im2col(work.x, n, work.window));
        require(maps.shape() == Shape{y.size(1), places}, "the product has shape {}, expected [{}, {}]", maps.shape(),
                y.size(1), places);
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < places; ++i)
                y.data()[n * maps.count() + k * places + i] = work.b.data()[k] + maps.data()[k * places + i];
    }
    return y;
}

struct Step {
    std::string name, short_name;
    std::function<Tensor(const Work&)> run;
    bool own = true;
    bool works = true;
};
std::vector<Step> all_steps() {
    return {
        {"seven loops (lab 04)", "seven loops", seven_loops, false},
        {"im2col + loops in order", "in order", [](const Work& work) { return as_product(work, multiply_ordered); }},
        {"im2col + blocks", "in blocks", [](const Work& work) { return as_product(work, multiply_blocked); }},
        {"im2col + SIMD", "SIMD", [](const Work& work) { return as_product(work, multiply_simd); }},
        {"conv2d_forward (task 9.3)", "conv2d",
         [](const Work& work) { return conv2d_forward(work.x, work.w, work.b, work.window); }},
        {"kernels", "kernels",
         [](const Work& work) { return kernels::conv2d_forward(work.x, work.w, work.b, work.window); }, false}};
}

void require_right(const Tensor& y, const Tensor& expected) {
    require(y.shape() == expected.shape(), "its result has shape {}, expected {} (./lab check 9)", y.shape(),
            expected.shape());
    for (Index i = 0; i < y.count(); ++i)
        require(std::abs(y[i] - expected[i]) < 1e-3f, "its result is wrong (./lab check 9)");
}

// Times a second, on one thread, in processor time: what other programs do meanwhile hardly shows.
double rate_alone(const std::function<void()>& run, const Options& options) {
    tbb::task_arena alone(1);
    double best = 0;
    alone.execute([&] {
        best = bench::rate(run, {.warm_up = 0.1 * options.seconds,
                                 .sample = 0.03 * options.seconds,
                                 .total = options.seconds,
                                 .time = bench::Time::processor})
                   .max;
    });
    return best;
}

// Steps that cannot be shown are named once and then left out.
double measured(Step& step, const Work& work, const Options& options) {
    if (!step.works) return NAN;
    const auto speed = program::attempt(step.name, [&] {
        require_right(step.run(work), work.y);
        return rate_alone([&] { step.run(work); }, options) * work.giga();
    });
    step.works = speed.has_value();
    return speed.value_or(NAN);
}

plot::Machine measured_machine() {
    return {.gflops = bench::peak_gflops(1, bench::Time::processor).max,
            .gigabytes = bench::bandwidth_gigabytes(1, bench::Time::processor).max};
}

void write(const plot::Figure& figure, const fs::path& picture) {
    if (const plot::Problem problem = plot::draw(figure, picture))
        fmt::print("  not drawn: {}\n", *problem);
    else
        fmt::print("  {}\n", picture.string());
}

std::string cell(double value, int decimals) {
    return std::isnan(value) ? fmt::format("{:>9}", "–") : fmt::format("{:>9.{}f}", value, decimals);
}

plot::Figure bars(const std::vector<Step>& steps, const std::vector<double>& speeds, const plot::Machine& machine) {
    plot::Panel panel{.title = "64 filters of 5×5 on 32 channels, 14×14", .y = {.label = "GFLOP/s, one thread"}};
    plot::Series series{.style = plot::Style::bars};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        panel.x.names.push_back(steps[i].short_name);
        series.y.push_back(speeds[i]);
        series.labels.push_back(std::isnan(speeds[i]) ? "" : fmt::format("{:.3g}", speeds[i]));
    }
    panel.x.names.push_back("peak");
    series.y.push_back(machine.gflops);
    series.labels.push_back(fmt::format("{:.3g}", machine.gflops));
    panel.series.push_back(std::move(series));
    return {.panels = {std::move(panel)}, .width = 1500, .height = 700};
}

// How much of the kernels' speed the ways back have.
void show_ways_back(const Layer& layer, const Options& options) {
    const auto& [x, w, b, window, dy] = Work(layer);
    program::attempt("the ways back", [&] {
        const auto share = [&](const std::function<void()>& own, const std::function<void()>& kernels) {
            return 100 * rate_alone(own, options) / rate_alone(kernels, options);
        };
        const double input = share([&] { conv2d_backward_input(dy, w, x.shape(), window); },
                                   [&] { kernels::conv2d_backward_input(dy, w, x.shape(), window); });
        const double filters = share([&] { conv2d_backward_filters(x, dy, window); },
                                     [&] { kernels::conv2d_backward_filters(x, dy, window); });
        fmt::print("  The ways back: conv2d_backward_input has {:.0f} %, conv2d_backward_filters {:.0f} %.\n", input,
                   filters);
        return 0;
    });
}

// The wall's clock, with all the machine has: 9.4.
void show_cores(const Layer& layer, const Options& options) {
    Layer many = layer;
    many.x = Shape{64, layer.x[1], layer.x[2], layer.x[3]};
    const Work work(many);
    program::attempt("times on all cores", [&] {
        const auto run = [&] { conv2d_forward(work.x, work.w, work.b, work.window); };
        const auto images = [&](int threads) {
            tbb::task_arena arena(threads);
            double best = 0;
            arena.execute([&] { best = 64 * bench::rate(run, {.warm_up = 0.05, .total = 2 * options.seconds}).max; });
            return best;
        };
        const int cores = cores_here().usable();
        const double one = images(1), all = images(cores);
        fmt::print(
            "  conv2d_forward, {} images/s on one thread, {} on {} (by the wall's clock): {:.1f} times as fast\n",
            std::lround(one), std::lround(all), cores, all / one);
        return 0;
    });
}

int run(const Options& options) {
    program::make_folder(options.output);
    const plot::Machine machine = measured_machine();
    fmt::print("One thread, {}: {:.0f} GFLOP/s in registers, {:.0f} GB/s from and to memory\n\n",
               kernels::instruction_set(), machine.gflops, machine.gigabytes);
    std::vector<Step> steps = all_steps();
    std::vector<plot::RooflineSeries> series;
    for (const Step& step : steps) series.push_back({step.name, {}});
    std::vector<double> speeds;
    std::string table = fmt::format("  {:<26}", "GFLOP/s");
    for (const Layer& layer : layers) table += fmt::format("  {:>10}", layer.name);
    std::vector<std::string> rows(steps.size());
    for (const Layer& layer : layers) {
        const Work work(layer);
        speeds.clear();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            speeds.push_back(measured(steps[i], work, options));
            rows[i] += "   " + cell(speeds.back(), 1);
            if (!std::isnan(speeds.back())) series[i].points.push_back({work.intensity(), speeds.back(), layer.name});
        }
    }
    fmt::print("{}\n", table);
    for (std::size_t i = 0; i < steps.size(); ++i) fmt::print("  {:<26}{}\n", steps[i].name, rows[i]);
    const double own = *(speeds.end() - 2), kernel = speeds.back();
    if (!std::isnan(own))
        fmt::print(
            "\n  {}: conv2d_forward is {:.0f} times as fast as seven loops, and has {:.0f} % of the kernels' "
            "speed.\n",
            layers.back().name, own / speeds.front(), 100 * own / kernel);
    show_ways_back(layers.back(), options);
    show_cores(layers.back(), options);
    std::erase_if(series, [](const plot::RooflineSeries& one) { return one.points.empty(); });
    write(plot::roofline_figure({"The same convolutions under one roof (one thread)", machine, std::move(series)}),
          options.output / "roofline.png");
    write(bars(steps, speeds, machine), options.output / "steps.png");
    return 0;
}

}  // namespace
}  // namespace cnn::lab09

int main(int argc, char** argv) {
    cnn::lab09::Options options;
    CLI::App app("Lab 09: how fast each step makes the same convolution, beside what the machine could do.");
    app.footer("Example: ./lab run 9 -- --seconds 0.5");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--seconds", options.seconds, "for each measurement")
        ->check(CLI::Range(0.01, 60.0))
        ->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] { return cnn::lab09::run(options); });
}
