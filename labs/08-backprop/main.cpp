// Lab 08 as a program: where an error goes on its way back, whether the gradients are right, and ten images learned by
// heart.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>

#include "backprop.hpp"
#include "data/batches.hpp"
#include "data/load.hpp"
#include "gradient_table.hpp"
#include "image/files.hpp"
#include "pictures.hpp"
#include "plot/figure.hpp"
#include "program/program.hpp"
#include "tensor/todo.hpp"
#include "terminal/text.hpp"

namespace cnn::lab08 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path output = "runs/08-backprop";
    std::string data = "fashion-mnist";
    Index filters = 8, steps = 150, batch = 64;
    float rate = 0.1f;
    std::uint32_t seed = 1;
};

// f(), or a remark when a task that it needs is missing or fails.
void attempt(std::string_view what, const std::function<void()>& f) {
    try {
        f();
    } catch (const NotStarted& missing) {
        fmt::print("  no {}: task {} is not started\n", what, missing.task);
    } catch (const DataError&) {
        throw;  // a file is missing or damaged: nothing a task could change
    } catch (const std::exception& error) {
        fmt::print("  no {}: {}\n", what, error.what());
    }
}

void write(const std::string& name, const Image& picture, const Options& options) {
    const fs::path path = options.output / name;
    write_image(path, picture);
    fmt::print("  {}\n", path.string());
}

// The first image of each of the first ten classes.
data::Batch ten_images(const data::Dataset& images) {
    std::vector<Index> numbers;
    for (Index label = 0; label < std::min<Index>(images.classes(), 10); ++label) {
        const auto found = std::ranges::find(images.labels, static_cast<std::int32_t>(label));
        if (found != images.labels.end()) numbers.push_back(found - images.labels.begin());
    }
    return data::Batches(images).gather(numbers);
}

void show_example(const Options& options) {
    const Tensor x({3, 3}, {1, 2, 0, 0, 1, 3, 2, 1, 1}), w({2, 2}, {1, -1, 2, 0}), dy({2, 2}, {1, 2, -1, 3});
    const Tensor y = nn::operators()
                         .conv2d_forward(x.reshaped({1, 1, 3, 3}), w.reshaped({1, 1, 2, 2}), Tensor({1}), {.size = 2})
                         .reshaped({2, 2});
    const Tensor dw = correlate2d_backward_filter(x, dy), dx = correlate2d_backward_input(dy, w);
    write("example.png", example_picture(x, w, y, dy, dw, dx), options);
}

void show_flow(const data::Batch& ten, const Options& options) {
    // Bright above dark: an upper edge, not symmetric, so that a forgotten rotation would be seen.
    const Tensor filter({1, 1, 5, 5}, {-1, -2, -2, -1, 0,  //
                                       -2, -3, -3, -1, 0,  //
                                       0,  0,  0,  0,  0,  //
                                       1,  3,  3,  2,  1,  //
                                       0,  1,  2,  1,  1});
    const Shape one{1, 1, ten.x.size(2), ten.x.size(3)};
    const Index boot = ten.x.size(0) - 1;
    const ConstView image = ten.x.plane(boot, 0);
    write(
        "flow.png",
        flow_picture(Tensor(one, std::span<const float>(image.data(), static_cast<std::size_t>(one.count()))), filter),
        options);
}

void show_gradients() {
    fmt::print("  gradient             numbers   worst at          yours   definition   difference\n");
    for (const GradientRow& row : gradient_rows()) {
        attempt(row.name, [&] {
            const Tensor yours = row.analytic();
            require(yours.shape() == row.numeric.shape(), "its shape is {}, expected {} (./lab check {})",
                    yours.shape(), row.numeric.shape(), row.task);
            const auto [at, difference] = worst_entry(yours, row.numeric);
            fmt::print("  {}{:8}   {}{:9.4f}{:13.4f}{:13.1g}{}\n", terminal::pad_right(row.name, 20), yours.count(),
                       terminal::pad_right(index_text(yours.shape(), at), 14), yours[at] + 0.0f, row.numeric[at] + 0.0f,
                       difference, difference < 1e-4 ? "" : "   wrong: ./lab check " + row.task);
        });
    }
}

SmallNetwork random_network(const Shape& image, Index classes, const Options& options) {
    Engine engine(options.seed);
    const auto pooled = [](Index side) { return (side - pooling_window.size) / pooling_window.stride + 1; };
    const Index inputs = options.filters * pooled(image[2]) * pooled(image[3]);
    const auto layer = [&](const Shape& shape, Index fan_in) {
        const float bound = 1 / std::sqrt(static_cast<float>(fan_in));
        return uniform(shape, engine, -bound, bound);
    };
    return {layer({options.filters, image[1], 3, 3}, image[1] * 9), layer({options.filters}, image[1] * 9),
            layer({classes, inputs}, inputs), layer({classes}, inputs)};
}

void draw_overfitting(const std::vector<double>& losses, const std::vector<double>& correct, const Options& options) {
    const plot::Figure figure{
        .title = "Ten images learned by heart",
        .panels = {{.title = "loss", .x = {.label = "step"}, .y = {.logarithmic = true}, .series = {{.y = losses}}},
                   {.title = "right, of ten",
                    .x = {.label = "step"},
                    .y = {.from = 0, .to = 10},
                    .series = {{.y = correct}}}}};
    const fs::path path = options.output / "overfitting.png";
    if (const plot::Problem problem = draw(figure, path))
        fmt::print("  no overfitting.png: {}\n", *problem);
    else
        fmt::print("  {}\n", path.string());
}

void show_overfitting(const data::Batch& ten, Index classes, const Options& options) {
    SmallNetwork network = random_network(ten.x.shape(), classes, options);
    std::vector<double> losses, correct;
    Index from = 0;  // the step after the last one with a mistake
    for (Index step = 0; step <= options.steps; ++step) {
        Step result = training_step(ten.x, ten.labels, network, options.rate);
        require(std::isfinite(result.loss), "the loss of step {} is not a number (./lab check 8.6)", step);
        losses.push_back(result.loss), correct.push_back(static_cast<double>(result.correct));
        if (result.correct < std::ssize(ten.labels)) from = step + 1;
        if (step % std::max<Index>(options.steps / 6, 1) == 0)
            fmt::print("  step {:4}   loss {:.4f}   {} of {} right\n", step, result.loss, result.correct,
                       ten.labels.size());
        network = std::move(result.network);
    }
    fmt::print("  {}\n", from > options.steps ? "not all of them are right: more --steps, or ./lab check 8.6"
                                              : fmt::format("all of them right from step {} on", from));
    draw_overfitting(losses, correct, options);
}

// The least of at least three runs and a fifth of a second: what else the machine does only makes it slower.
double least_seconds(const std::function<void()>& f) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> runs;
    for (const auto start = Clock::now(); runs.size() < 3 || Clock::now() - start < std::chrono::milliseconds(200);) {
        const auto before = Clock::now();
        f();
        runs.push_back(std::chrono::duration<double>(Clock::now() - before).count());
    }
    return *std::ranges::min_element(runs);
}

void show_times(const Options& options) {
    const Tensor x = random({options.batch, 6, 14, 14}, 1), w = random({16, 6, 5, 5}, 2);
    const Tensor dy = random({options.batch, 16, 10, 10}, 3), dpooled = random({options.batch, 16, 5, 5}, 4);
    const Tensor flat = random({options.batch, 400}, 5), weights = random({120, 400}, 6);
    const Tensor dflat = random({options.batch, 120}, 7);
    const Window window{.size = 5}, half{.size = 2, .stride = 2};
    const Tensor switches = kernels::max_pool_forward(dy, half).switches;
    fmt::print("  the layers of LeNet, {} images       backprop.cpp    kernels   times as fast\n", options.batch);
    const auto row = [](std::string_view name, const std::function<void()>& yours, const std::function<void()>& fast) {
        attempt(name, [&] {
            const double plain = least_seconds(yours), kernel = least_seconds(fast);
            fmt::print("    {}{}{}{:15.0f}\n", terminal::pad_right(name, 34),
                       terminal::pad_left(terminal::short_duration(plain), 13),
                       terminal::pad_left(terminal::short_duration(kernel), 11), plain / kernel);
        });
    };
    row(
        "conv2d_backward_input", [&] { conv2d_backward_input(dy, w, x.shape(), window); },
        [&] { kernels::conv2d_backward_input(dy, w, x.shape(), window); });
    row(
        "conv2d_backward_filters", [&] { conv2d_backward_filters(x, dy, window); },
        [&] { kernels::conv2d_backward_filters(x, dy, window); });
    row(
        "max_pool_backward", [&] { max_pool_backward(dpooled, switches, dy.shape()); },
        [&] { kernels::max_pool_backward(dpooled, switches, dy.shape()); });
    row(
        "average_pool_backward", [&] { average_pool_backward(dpooled, dy.shape(), half); },
        [&] { kernels::average_pool_backward(dpooled, dy.shape(), half); });
    row(
        "dense_backward_input", [&] { dense_backward_input(dflat, weights); },
        [&] { kernels::dense_backward_input(dflat, weights); });
    row(
        "dense_backward_weights", [&] { dense_backward_weights(flat, dflat); },
        [&] { kernels::dense_backward_weights(flat, dflat); });
    row(
        "relu_backward", [&] { relu_backward(dy, dy); }, [&] { kernels::relu_backward(dy, dy); });
}

int run(const Options& options) {
    const data::Dataset images = data::load_images(options.data, data::Split::train);
    if (images.is_fallback) fmt::print("{}\n", images.source);
    const data::Batch ten = ten_images(images);
    std::error_code error;
    fs::create_directories(options.output, error);
    if (error) fail_data("{}: the folder cannot be made ({})", options.output.string(), error.message());
    fmt::print("Where the error goes\n");
    attempt("example.png", [&] { show_example(options); });
    attempt("flow.png", [&] { show_flow(ten, options); });
    fmt::print("\nYour gradients and the definition, (E(a + h) - E(a - h)) / 2h\n");
    show_gradients();
    fmt::print("\nTen images of {}, one of each class\n", images.name);
    attempt("overfitting.png", [&] { show_overfitting(ten, images.classes(), options); });
    fmt::print("\nTime\n");
    show_times(options);
    return 0;
}

}  // namespace
}  // namespace cnn::lab08

int main(int argc, char** argv) {
    cnn::lab08::Options options;
    CLI::App app("Lab 08: where an error goes on its way back, and ten images learned by heart.");
    app.footer("Example: ./lab run 8 -- --steps 300 --rate 0.5");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--data", options.data, "fashion-mnist, mnist, digits, cifar-10, …")->capture_default_str();
    app.add_option("--filters", options.filters, "of the small network")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_option("--steps", options.steps, "of gradient descent on the same ten images")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--rate", options.rate, "how far a step goes: parameter - rate · gradient")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "of the network's first weights")->capture_default_str();
    app.add_option("--batch", options.batch, "images in the layers that are timed")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] { return cnn::lab08::run(options); });
}
