// Lab 04 as a program: what filters see in a photo, how large their maps are, and what plain loops cost.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>

#include "convolution.hpp"
#include "filters.hpp"
#include "image/files.hpp"
#include "kernels/convolution.hpp"
#include "pictures.hpp"
#include "program/photo.hpp"
#include "program/program.hpp"
#include "tensor/random.hpp"
#include "terminal/text.hpp"

namespace cnn::lab04 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path photo = fs::proximate(CNN_SOURCE_DIR "/datasets/photos/chelsea.jpg"), output = "runs/04-convolution";
    std::string format = "png";
    Index size = 240, batch = 64;
    std::vector<float> filter;
};

// Task 4.4, or the kernel when that gives nothing that can be shown.
class Convolution {
public:
    Tensor operator()(const Tensor& x, const Tensor& w, const Window& window) {
        const Tensor b({w.size(0)});
        Tensor lent = kernels::conv2d_forward(x, w, b, window);
        if (!is_own_) return lent;
        try {
            Tensor y = conv2d_forward(x, w, b, window);
            require(y.shape() == lent.shape(), "its result has shape {}, expected {} (./lab check 4.4)", y.shape(),
                    lent.shape());
            require(std::ranges::all_of(y.values(), [](float v) { return std::isfinite(v); }),
                    "its result holds impossible values (./lab check 4.4)");
            return y;
        } catch (...) {
            is_own_ = false;
            fmt::print("  conv2d_forward is on loan from the kernels: {}\n", program::reason());
            return lent;
        }
    }
    bool is_own() const { return is_own_; }

private:
    bool is_own_ = true;
};

struct Photo {
    Image image;
    Tensor colour, gray;  // [1, 3, H, W] and [1, 1, H, W], 0 to 1
};

Photo read_photo(const Options& options) {
    constexpr Index largest_filter = 11;  // of the table of sizes
    const Image image =
        to_colour(program::photo_to_work_on(options.photo, read_image(options.photo), options.size, largest_filter));
    return {image, to_tensor(image), to_tensor(to_gray(image))};
}

void write(const std::string& name, const Image& picture, const Options& options) {
    const fs::path path = options.output / (name + "." + options.format);
    write_image(path, picture);
    fmt::print("  {}\n", path.string());
}

// The masks of task 4.6, which is checked for their shape only: a wrong mask makes a picture worth looking at.
std::optional<Bank> masks(std::string_view what, Tensor (*task)(), std::vector<std::string> captions) {
    return program::attempt(what, [&] {
        Bank bank{.w = task(), .captions = std::move(captions)};
        const Shape expected{static_cast<Index>(bank.captions.size()), 1, 3, 3};
        require(bank.w.shape() == expected, "the filters have shape {}, expected {} (./lab check 4.6)", bank.w.shape(),
                expected);
        return bank;
    });
}

std::vector<Bank> all_banks(const Options& options) {
    std::vector<Bank> banks;
    if (auto sobel = masks("gradients", sobel_filters, {"Sobel x", "Sobel y"})) banks.push_back(std::move(*sobel));
    banks.push_back(red_against_green());
    if (auto compass = masks("compass", compass_filters,
                             {"east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast"}))
        banks.push_back(std::move(*compass));
    banks.push_back(everyday_filters());
    banks.push_back(gabor_filters());
    if (!options.filter.empty()) {
        const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(options.filter.size()))));
        banks.push_back({.w = Tensor({1, 1, side, side}, options.filter), .captions = {"yours"}});
    }
    return banks;
}

void show_filters(const Photo& photo, Convolution& convolve, const Options& options) {
    std::vector<Tile> pictures{{photo.image, "the photo"}};
    for (const Bank& bank : all_banks(options)) {
        const Window window{.size = bank.size(), .padding = bank.size() / 2};
        const Tensor maps = convolve(bank.channels() == 3 ? photo.colour : photo.gray, bank.w, window);
        for (Index k = 0; k < bank.w.size(0); ++k)
            pictures.push_back({with_inset(map_picture(maps.plane(0, k), bank.has_signs(k)), bank.w, k),
                                bank.captions[static_cast<std::size_t>(k)]});
    }
    const Index text_scale = options.size < 180 ? 1 : 2;
    write("filters", tiles(pictures, {.columns = 4, .gap = 8, .text_scale = text_scale}), options);
}

std::string size_table(Index length) {
    std::string text = fmt::format("  an axis of {:3} pixels   ignored   filled   zeros for SAME\n", length);
    for (const auto& [filter, stride] : std::vector<std::array<Index, 2>>{{3, 1}, {5, 2}, {4, 3}, {11, 4}}) {
        const Index ignored = output_size(length, filter, stride, 0, Remainder::ignore);
        const Index filled = output_size(length, filter, stride, 0, Remainder::fill);
        const auto [before, after] = same_padding(length, filter, stride);
        text += fmt::format("    filter {:2}, stride {}   {:10}{:9}   {} before, {} after\n", filter, stride, ignored,
                            filled, before, after);
    }
    return text;
}

void show_sizes(const Photo& photo, Convolution& convolve, const Options& options) {
    if (const auto table = program::attempt("table of sizes", [&] { return size_table(photo.image.width); }))
        fmt::print("{}", *table);
    const Tensor blur = wide_blur();
    const Index size = blur.size(2);
    std::vector<Tile> pictures{{to_colour(to_gray(photo.image)), ""}};
    const auto add = [&](const std::string& name, Window window) {
        const Tensor y = convolve(photo.gray, blur, window);
        // In the corner of the photo's own size, so that one sees what is left.
        Canvas canvas(photo.image.height, photo.image.width, colours::light);
        canvas.paste(map_picture(y.plane(0, 0), false), 0, 0);
        pictures.push_back({canvas.image(), fmt::format("{}: {}×{}", name, y.size(3), y.size(2))});
    };
    pictures[0].caption = fmt::format("photo: {}×{}", photo.image.width, photo.image.height);
    if (std::min(photo.image.height, photo.image.width) >= size) add("VALID", {.size = size});
    add("SAME", {.size = size, .padding = size / 2});
    add("stride 2", {.size = size, .stride = 2, .padding = size / 2});
    add("stride 4", {.size = size, .stride = 4, .padding = size / 2});
    write("sizes", tiles(pictures, {.columns = std::ssize(pictures), .gap = 8}), options);
}

void show_example(Convolution& convolve, const Options& options) {
    const Tensor image({6, 6}, {1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0,
                                1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0});
    const Tensor filters({2, 1, 3, 3}, {1, -1, -1, -1, 1, -1, -1, -1, 1, -1, 1, -1, -1, 1, -1, -1, 1, -1});
    const Tensor x = image.reshaped({1, 1, 6, 6});
    const Tensor dense = convolve(x, filters, {.size = 3}), sparse = convolve(x, filters, {.size = 3, .stride = 3});
    write("example", example_picture(image, filters, dense, sparse), options);
}

// The median over at least three runs and a fifth of a second.
double median_seconds(const std::function<void()>& f) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> runs;
    for (const auto start = Clock::now(); runs.size() < 3 || Clock::now() - start < std::chrono::milliseconds(200);) {
        const auto before = Clock::now();
        f();
        runs.push_back(std::chrono::duration<double>(Clock::now() - before).count());
    }
    std::ranges::nth_element(runs, runs.begin() + std::ssize(runs) / 2);
    return runs[runs.size() / 2];
}

void show_times(Convolution& convolve, const Options& options) {
    const Tensor x = random({options.batch, 6, 14, 14}, 1), w = random({16, 6, 5, 5}, 2), b({16});
    const Window window{.size = 5};
    const Tensor y = convolve(x, w, window);
    if (!convolve.is_own()) {
        fmt::print("  no times: they compare your conv2d_forward with the kernels\n");
        return;
    }
    const Tensor fast = kernels::conv2d_forward(x, w, b, window);
    float furthest = 0;
    for (Index i = 0; i < y.count(); ++i) furthest = std::max(furthest, std::abs(y[i] - fast[i]));
    const double plain = median_seconds([&] { conv2d_forward(x, w, b, window); });
    const double kernel = median_seconds([&] { kernels::conv2d_forward(x, w, b, window); });
    fmt::print(
        "  a layer of LeNet, 16 filters of 6×5×5 on {} maps of 14×14: convolution.cpp {}, kernels {}\n"
        "  The kernels are {:.0f} times as fast; lab 09 shows how. The results differ by up to {:.1g}.\n",
        options.batch, terminal::short_duration(plain), terminal::short_duration(kernel), plain / kernel, furthest);
}

int run(const Options& options) {
    const Photo photo = read_photo(options);
    program::make_folder(options.output);
    fmt::print("{}, worked on at {} × {}\n", options.photo.string(), photo.image.width, photo.image.height);
    Convolution convolve;
    show_example(convolve, options);
    show_filters(photo, convolve, options);
    show_sizes(photo, convolve, options);
    show_times(convolve, options);
    return 0;
}

}  // namespace
}  // namespace cnn::lab04

int main(int argc, char** argv) {
    cnn::lab04::Options options;
    CLI::App app("Lab 04: what filters see in a photo, and how large their maps are.");
    app.footer("Example: ./lab run 4 -- holiday.jpg --filter 0,-1,0,-1,4,-1,0,-1,0");
    app.add_option("photo", options.photo, "a PNG, JPEG, BMP, TGA or PNM file (default: datasets/photos/chelsea.jpg)");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--size", options.size, "work on at most so many pixels a side; larger photos are reduced")
        ->check(CLI::Range(32, 4000))
        ->capture_default_str();
    app.add_option("--format", options.format, "png or jpg")
        ->check(CLI::IsMember({"png", "jpg"}))
        ->capture_default_str();
    app.add_option("--filter", options.filter, "one more filter, row by row: 9, 25, … numbers with commas")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--batch", options.batch, "images in the layer that is timed")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] {
        const double side = std::sqrt(static_cast<double>(options.filter.size()));
        if (side != std::floor(side))
            throw CLI::ValidationError("--filter", fmt::format("{} numbers are no square", options.filter.size()));
        return cnn::lab04::run(options);
    });
}
