// Lab 01 as a program: the edges of a photo, and which way each of them faces.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>

#include "image/files.hpp"
#include "pictures.hpp"
#include "program/program.hpp"
#include "sobel.hpp"
#include "tensor/error.hpp"
#include "terminal/text.hpp"

namespace cnn::lab01 {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<fs::path> photos;
    fs::path output = "runs/01-sobel";
    Index size = 800, tile = 400;
    float step = 25;
    bool disc = false;
};

// What the tasks made of one photo.
struct Findings {
    Tensor gray;
    std::optional<Gradient> gradient;
    std::optional<Tensor> magnitude, angle, thinned;
    std::optional<Edges> edges;
    std::vector<std::string> times;
};

bool is_sound(const Tensor& x, const Shape& shape) {
    return x.shape() == shape && std::ranges::all_of(x.values(), [](float value) { return std::isfinite(value); });
}
bool is_sound(const Gradient& gradient, const Shape& shape) {
    return is_sound(gradient.gx, shape) && is_sound(gradient.gy, shape);
}
bool is_sound(const Edges& edges, const Shape& shape) {
    return is_sound(edges.response, shape) && is_sound(edges.direction, shape) &&
           std::ranges::all_of(edges.direction.values(), [](float point) { return point >= 0 && point < 8; });
}

// Runs one task and times it. A task that is not started, throws, or gives nonsense leaves nothing but a remark: what
// it would have shown.
template <class F>
auto attempt(Findings& findings, std::string_view name, std::string_view shows, const Shape& shape, F f)
    -> std::optional<decltype(f())> {
    return program::attempt(shows, [&] {
        const auto start = std::chrono::steady_clock::now();
        auto result = f();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        if (!is_sound(result, shape))
            throw Error(fmt::format("{} does not have the shape {} or holds impossible values", name, shape));
        findings.times.push_back(fmt::format("{} {}", name, terminal::short_duration(taken.count())));
        return result;
    });
}

Findings examine(const Image& photo) {
    Findings found;
    const Shape shape{photo.height, photo.width};
    if (auto gray = attempt(found, "gray levels", "gray levels of yours (the library's are on loan)", shape,
                            [&] { return lab01::to_gray(photo); }))
        found.gray = std::move(*gray);
    else {
        found.gray = to_tensor(cnn::to_gray(photo)).reshaped(shape) *= 255;
    }
    found.gradient =
        attempt(found, "gradient", "pictures of gx and gy, no edge map", shape, [&] { return sobel(found.gray); });
    if (found.gradient) {
        found.magnitude = attempt(found, "magnitude", "edge map", shape, [&] { return magnitude(*found.gradient); });
        found.angle = attempt(found, "angle", "comparison of angle and compass", shape,
                              [&] { return direction(*found.gradient); });
    }
    found.edges = attempt(found, "compass", "compass map, no thin edges", shape, [&] { return compass(found.gray); });
    if (found.edges)
        found.thinned = attempt(found, "thin edges", "thin edges", shape, [&] { return thin(*found.edges); });
    return found;
}

// "12.3 %"
std::string percent(Index part, Index whole) {
    return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(std::max<Index>(whole, 1)));
}

// The pixels whose response is that of a step of `step` gray levels or more.
Index count_edges(const Tensor& response, float step) {
    return std::ranges::count_if(response.values(), [&](float r) { return r >= step * response_to_step; });
}

// How many pixels with an edge have it towards each point of the compass.
std::array<Index, 8> count_points(const Edges& edges, float step) {
    std::array<Index, 8> counts{};
    for (Index i = 0; i < edges.response.count(); ++i)
        if (edges.response[i] >= step * response_to_step) ++counts.at(static_cast<std::size_t>(edges.direction[i]));
    return counts;
}

// Of the pixels with an edge, those whose angle of task 1.4 lies within an eighth of a half turn of their point.
Index count_agreements(const Edges& edges, const Tensor& angle, float step) {
    constexpr float pi = std::numbers::pi_v<float>;
    Index count = 0;
    for (Index i = 0; i < angle.count(); ++i) {
        const float apart = std::remainder(angle[i] - edges.direction[i] * pi / 4, 2 * pi);
        count += edges.response[i] >= step * response_to_step && std::abs(apart) <= pi / 8;
    }
    return count;
}

void print_numbers(const Findings& found, float step) {
    if (found.edges) {
        const Index pixels = found.gray.count(), edges = count_edges(found.edges->response, step);
        fmt::print("  edges       a step of {} gray levels or more on {} of the pixels", step, percent(edges, pixels));
        if (found.thinned) fmt::print(", thinned {}", percent(count_edges(*found.thinned, step), pixels));
        fmt::print("\n");
        if (edges > 0) {
            const auto points = count_points(*found.edges, step);
            const auto most = std::ranges::max_element(points);
            fmt::print("  direction   {} is the most frequent, with {} of the edges",
                       compass_names.at(static_cast<std::size_t>(most - points.begin())), percent(*most, edges));
            if (found.angle)
                fmt::print("; the compass agrees with the angle on {}",
                           percent(count_agreements(*found.edges, *found.angle, step), edges));
            fmt::print("\n");
        }
    }
    if (!found.times.empty()) fmt::print("  time        {}\n", fmt::join(found.times, " · "));
}

Image thin_picture(const Findings& found, float step) {
    return ink_picture(*found.thinned, full_strength(found.edges->response), step / 2);
}

Image draw_figure(const Image& photo, const Findings& found, const Options& options) {
    const Index side = options.tile;
    std::vector<Tile> pictures{{at_size(to_colour(photo), side), "the picture"}};
    const auto add = [&](const Image& picture, const char* caption) {
        pictures.push_back({at_size(to_colour(picture), side), caption});
    };
    if (found.gradient) {
        add(derivative_picture(found.gradient->gx), "gx: right minus left");
        add(derivative_picture(found.gradient->gy), "gy: below minus above");
    }
    if (found.magnitude) add(edge_picture(*found.magnitude), "magnitude of the gradient");
    if (found.edges) add(compass_picture(*found.edges), "which way it grows brighter");
    if (found.thinned) add(thin_picture(found, options.step), "thin edges");
    const Image figure = tiles(pictures, {.columns = 3, .gap = 12, .text_scale = side >= 300 ? 2 : 1});
    return found.edges ? with_wheel(figure) : figure;
}

void write_pictures(const fs::path& folder, const std::string& name, const Image& photo, const Findings& found,
                    const Options& options) {
    const auto write = [&](const char* what, const Image& picture) {
        const fs::path path = folder / (name + "-" + what + ".png");
        write_image(path, picture);
        fmt::print("  {}\n", path.string());
    };
    const Index side = std::max(photo.height, photo.width) < 256 ? 256 : options.size;
    if (found.magnitude) write("edges", at_size(edge_picture(*found.magnitude), side));
    if (found.edges) write("compass", with_wheel(at_size(compass_picture(*found.edges), side)));
    if (found.thinned) write("thin", at_size(thin_picture(found, options.step), side));
    write("figure", draw_figure(photo, found, options));
}

void show(const fs::path& path, const std::string& name, const Image& original, const Options& options) {
    const bool is_large = std::max(original.height, original.width) > options.size;
    const Image photo = is_large ? fit(original, options.size, options.size) : original;
    fmt::print("{}: {} × {} pixels{}\n", path.string(), original.width, original.height,
               is_large ? fmt::format(", worked on at {} × {} (--size)", photo.width, photo.height) : "");
    const Findings found = examine(photo);
    print_numbers(found, options.step);
    if (!found.gradient && !found.edges) {
        fmt::print(
            "  There is nothing to show yet. ./lab start 1 says how to begin, ./lab run 1 --reference what you "
            "will get.\n");
        return;
    }
    write_pictures(options.output, name, photo, found, options);
}

// The file's name without its ending; photos of the same name get a number.
std::string name_of(const fs::path& path, std::map<std::string, int>& used) {
    const std::string name = path.stem().string();
    const int count = ++used[name];
    return count == 1 ? name : fmt::format("{}-{}", name, count);
}

// White on black: an edge towards every point of the compass, and every one of them known beforehand.
Image white_disc() {
    constexpr Index side = 60;
    Image picture(side, side, 1);
    for (Index i = 0; i < side; ++i)
        for (Index j = 0; j < side; ++j) {
            const Index up = 2 * i + 1 - side, right = 2 * j + 1 - side;  // in half pixels from the middle
            if (up * up + right * right < 4 * 20 * 20) picture(i, j) = 255;
        }
    return picture;
}

int run(const Options& options) {
    // All photos are read before anything is written: a broken one is known at once.
    std::vector<Image> images;
    try {
        for (const fs::path& path : options.photos) images.push_back(read_image(path));
    } catch (const DataError& error) {
        throw DataError(fmt::format("{}. Nothing was written.", error.what()));
    }
    program::make_folder(options.output);
    std::map<std::string, int> used;
    if (options.disc) show("disc", name_of("disc", used), white_disc(), options);
    for (std::size_t i = 0; i < images.size(); ++i)
        show(options.photos[i], name_of(options.photos[i], used), images[i], options);
    return 0;
}

}  // namespace
}  // namespace cnn::lab01

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    cnn::lab01::Options options;
    CLI::App app("Lab 01: the edges of a photo, and which way each of them faces.");
    app.footer("Example: ./lab run 1 -- holiday.jpg --output /tmp/edges");
    app.add_option("photo", options.photos, "PNG, JPEG, BMP, TGA or PNM files (default: datasets/photos/coffee.jpg)");
    app.add_flag("--disc", options.disc, "a drawn disc, which has an edge for every point of the compass");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--step", options.step, "an edge is a step of so many gray levels or more")
        ->check(CLI::Range(1.0f, 255.0f))
        ->capture_default_str();
    app.add_option("--size", options.size, "work on photos of at most so many pixels a side; larger ones are reduced")
        ->check(CLI::Range(16, 8000))
        ->capture_default_str();
    app.add_option("--tile", options.tile, "pixels a side of each picture in the figure")
        ->check(CLI::Range(64, 2000))
        ->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] {
        if (options.photos.empty() && !options.disc)
            options.photos = {fs::proximate(CNN_SOURCE_DIR "/datasets/photos/coffee.jpg")};
        return cnn::lab01::run(options);
    });
}
