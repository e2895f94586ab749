// Lab 05 as a program: a photo through pooling windows, what pooling forgives when a digit moves, and what it saves.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>

#include "data/digits.hpp"
#include "image/drawing.hpp"
#include "image/files.hpp"
#include "kernels/activation.hpp"
#include "kernels/convolution.hpp"
#include "kernels/pooling.hpp"
#include "pictures.hpp"
#include "plot/figure.hpp"
#include "pooling.hpp"
#include "program/photo.hpp"
#include "program/program.hpp"
#include "terminal/text.hpp"

namespace cnn::lab05 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path photo = fs::proximate(CNN_SOURCE_DIR "/datasets/photos/coffee.jpg"), output = "runs/05-pooling";
    Index size = 240, digits = 200;
    int digit = 3;
    std::uint32_t seed = 5;
};

void require_result(const Tensor& y, const Shape& expected, std::string_view task) {
    require(y.shape() == expected, "its result has shape {}, expected {} (./lab check {})", y.shape(), expected, task);
    require(std::ranges::all_of(y.values(), [](float v) { return std::isfinite(v); }),
            "its result holds impossible values (./lab check {})", task);
}

// Tasks 5.2 and 5.3, or the kernels when they give nothing that can be shown.
class Pooling {
public:
    MaxPooled max(const Tensor& x, const Window& window) {
        auto [y, switches] = kernels::max_pool_forward(x, window);
        return own(own_max_, "max_pool_forward", MaxPooled{std::move(y), std::move(switches)},
                   [&](const MaxPooled& lent) {
                       MaxPooled pooled = max_pool_forward(x, window);
                       require_result(pooled.y, lent.y.shape(), "5.2");
                       require_result(pooled.switches, lent.y.shape(), "5.2");
                       return pooled;
                   });
    }
    Tensor average(const Tensor& x, const Window& window) {
        return own(own_average_, "average_pool_forward", kernels::average_pool_forward(x, window),
                   [&](const Tensor& lent) {
                       Tensor y = average_pool_forward(x, window);
                       require_result(y, lent.shape(), "5.3");
                       return y;
                   });
    }

private:
    template <class R, class F>
    static R own(bool& is_own, std::string_view name, R lent, F f) {
        if (!is_own) return lent;
        try {
            return f(lent);
        } catch (...) {
            is_own = false;
            fmt::print("  {} is on loan from the kernels: {}\n", name, program::reason());
            return lent;
        }
    }

    bool own_max_ = true, own_average_ = true;
};

void write(const fs::path& path, const Image& picture) {
    write_image(path, picture);
    fmt::print("  {}\n", path.string());
}

void show_example(Pooling& pool, const Options& options) {
    const Tensor x({1, 1, 4, 4}, {1, 3, 2, 1,   //
                                  4, 2, 1, 5,   //
                                  0, -1, 7, 2,  //
                                  -2, -3, 6, 7});
    const Window window{.size = 2, .stride = 2};
    const auto [y, switches] = pool.max(x, window);
    const Image picture = example_picture(x, {y, switches}, pool.average(x, window), window);
    write(options.output / "example.png", picture);
}

void show_photo(const Image& photo, Pooling& pool, const Options& options) {
    const Tensor x = to_tensor(photo);
    std::vector<Tile> pictures{{photo, fmt::format("photo {}×{}", photo.width, photo.height)}};
    const auto add = [&](const std::string& name, const Tensor& y) {
        pictures.push_back({blocks(rgb_image(y.image(0)), photo.height, photo.width),
                            fmt::format("{}: {}×{}", name, y.size(3), y.size(2))});
    };
    for (const Index size : {2, 4, 8})
        add(fmt::format("max {}/{}", size, size), pool.max(x, {.size = size, .stride = size}).y);
    if (const auto y = program::attempt("overlapping windows", [&] {
            Tensor pooled = overlapping_max_pool(x, 3, 2);
            require_result(pooled, {1, 3, photo.height / 2, photo.width / 2}, "5.4");
            return pooled;
        }))
        add("overlapping 3/2", *y);
    for (const Index size : {2, 4, 8})
        add(fmt::format("mean {}/{}", size, size), pool.average(x, {.size = size, .stride = size}));
    write(options.output / "photo.png", tiles(pictures, {.columns = 4, .gap = 8}));
}

// What a first layer sees of [N, 1, H, W]: eight edge filters of 3×3 (Robinson's masks) and ReLU.
Tensor edge_features(const Tensor& x) {
    static constexpr std::array<std::array<Index, 2>, 8> border{
        {{0, 0}, {0, 1}, {0, 2}, {1, 2}, {2, 2}, {2, 1}, {2, 0}, {1, 0}}};
    static constexpr std::array<float, 8> east{-1, 0, 1, 2, 1, 0, -1, -2};
    Tensor w({8, 1, 3, 3});
    for (std::size_t k = 0; k < 8; ++k)
        for (std::size_t place = 0; place < 8; ++place)
            w(static_cast<Index>(k), 0, border[place][0], border[place][1]) = east[(place + k) % 8];
    return kernels::relu_forward(kernels::conv2d_forward(x, w, Tensor({8}), {.size = 3, .padding = 1}));
}

// The images moved to the right; black comes in from the left.
Tensor moved(const Tensor& x, Index pixels) {
    Tensor y(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index i = 0; i < x.size(2); ++i)
            for (Index j = pixels; j < x.size(3); ++j) y(n, 0, i, j) = x(n, 0, i, j - pixels);
    return y;
}

// |a - b| / |b|, in percent: 0 for the same numbers, 141 for numbers that have nothing in common.
double change(const Tensor& a, const Tensor& b) {
    double difference = 0, size = 0;
    for (Index i = 0; i < a.count(); ++i) {
        difference += std::pow(a[i] - b[i], 2);
        size += std::pow(b[i], 2);
    }
    return 100 * std::sqrt(difference / std::max(size, 1e-12));
}

// Digits on 32×32, so that none leaves the picture when it moves: [N, 1, 32, 32].
Tensor digits(const Options& options) {
    Engine engine(options.seed);
    Tensor x({options.digits, 1, 32, 32});
    for (Index n = 0; n < options.digits; ++n) {
        const Image digit = data::digit_image(n == 0 ? options.digit : static_cast<int>(n % 10), engine);
        for (Index i = 0; i < digit.height; ++i)
            for (Index j = 0; j < digit.width; ++j) x(n, 0, i + 2, j + 2) = static_cast<float>(digit(i, j)) / 255;
    }
    return x;
}

struct View {
    std::string name;
    std::function<Tensor(const Tensor&)> of;
};

std::vector<View> views(Pooling& pool) {
    const auto pooled = [&pool](Index size, Index stride) {
        return [&pool, size, stride](const Tensor& x) {
            return pool.max(edge_features(x), {.size = size, .stride = stride}).y;
        };
    };
    return {
        {"pixels", [](const Tensor& x) { return x; }},
        {"edge features", edge_features},
        {"max 2/2", pooled(2, 2)},
        {"max 3/2", pooled(3, 2)},
        {"max 4/4", pooled(4, 4)},
        {"max 8/8", pooled(8, 8)},
        {"mean 4/4", [&pool](const Tensor& x) { return pool.average(edge_features(x), {.size = 4, .stride = 4}); }}};
}

void show_shifts(Pooling& pool, const Options& options) {
    const Tensor x = digits(options);
    plot::Panel panel{.x = {.label = "pixels the digit is moved to the right", .whole = true},
                      .y = {.label = "change of the features", .unit = " %"}};
    fmt::print("  {} digits moved to the right: change of        1        2        3        4 pixels\n",
               options.digits);
    for (const View& view : views(pool)) {
        plot::Series series{.name = view.name, .style = plot::Style::line_and_points};
        std::string row = fmt::format("    {:41}", view.name);
        const Tensor still = view.of(x);
        for (Index pixels = 0; pixels <= 4; ++pixels) {
            series.x.push_back(static_cast<double>(pixels));
            series.y.push_back(change(view.of(moved(x, pixels)), still));
            if (pixels > 0) row += fmt::format("{:7.0f} %", series.y.back());
        }
        fmt::print("{}\n", row);
        panel.series.push_back(series);
    }
    const fs::path path = options.output / "shift.png";
    const auto problem = plot::draw({.title = "Pooling forgives small movements", .panels = {panel}}, path);
    fmt::print("  {}\n", problem ? *problem : path.string());
}

// One digit at four places: its edges, and what pooling leaves of them.
void show_moving_digit(Pooling& pool, const Options& options) {
    const Tensor all = digits(options), x({1, 1, 32, 32}, all.values().first(32 * 32));
    constexpr Index side = 128, east = 0;
    std::vector<Tile> pictures;
    for (const auto& view : {View{"", [](const Tensor& image) { return image; }}, View{"edges", edge_features},
                             View{"max 4/4", [&](const Tensor& image) {
                                      return pool.max(edge_features(image), {.size = 4, .stride = 4}).y;
                                  }}}) {
        const Tensor still = view.of(x);
        for (Index pixels = 0; pixels <= 3; ++pixels) {
            const Tensor y = view.of(moved(x, pixels));
            const std::string caption = view.name.empty() ? fmt::format("moved by {}", pixels)
                                                          : fmt::format("{}: {:.0f} %", view.name, change(y, still));
            pictures.push_back(
                {blocks(gray_image(y.plane(0, east), Range::of(still.plane(0, east))), side, side), caption});
        }
    }
    write(options.output / "moving-digit.png", tiles(pictures, {.columns = 4, .gap = 8}));
}

std::string savings_table() {
    std::string text = "  400 filters of 8×8 on 96×96, then a dense layer with 10 outputs\n";
    for (const Window window : {Window{2, 2}, Window{4, 4}, Window{8, 8}}) {
        const Savings s = pooling_savings(96, 96, 400, 8, window, 10);
        text += fmt::format("    windows of {}×{}: {} → {} values, {} → {} parameters\n", window.size, window.size,
                            terminal::thousands(s.values_without), terminal::thousands(s.values_with),
                            terminal::thousands(s.parameters_without), terminal::thousands(s.parameters_with));
    }
    return text;
}

int run(const Options& options) {
    Image photo = to_colour(program::photo_to_work_on(options.photo, read_image(options.photo), options.size, 16));
    // Whole windows of every size shown.
    photo = crop(photo, 0, 0, photo.height / 8 * 8, photo.width / 8 * 8);
    program::make_folder(options.output);
    fmt::print("{}, worked on at {} × {}\n", options.photo.string(), photo.width, photo.height);
    Pooling pool;
    show_example(pool, options);
    show_photo(photo, pool, options);
    show_moving_digit(pool, options);
    show_shifts(pool, options);
    if (const auto table = program::attempt("savings", savings_table)) fmt::print("{}", *table);
    return 0;
}

}  // namespace
}  // namespace cnn::lab05

int main(int argc, char** argv) {
    cnn::lab05::Options options;
    CLI::App app("Lab 05: a photo through pooling windows, and what pooling forgives when a digit moves.");
    app.footer("Example: ./lab run 5 -- holiday.jpg --digit 7");
    app.add_option("photo", options.photo, "a PNG, JPEG, BMP, TGA or PNM file (default: datasets/photos/coffee.jpg)");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--size", options.size, "work on at most so many pixels a side; larger photos are reduced")
        ->check(CLI::Range(32, 4000))
        ->capture_default_str();
    app.add_option("--digit", options.digit, "the digit that moves")->check(CLI::Range(0, 9))->capture_default_str();
    app.add_option("--digits", options.digits, "how many digits the changes are measured on")
        ->check(CLI::Range(1, 5000))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "of the digits")->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] { return cnn::lab05::run(options); });
}
