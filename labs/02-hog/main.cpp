// Lab 02 as a program: a photo in histograms, clothes told apart by them, and found in scenes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "data/load.hpp"
#include "fashion.hpp"
#include "finding.hpp"
#include "image/files.hpp"
#include "kernels/hog.hpp"
#include "pictures.hpp"
#include "plot/confusion_matrix.hpp"
#include "plot/figure.hpp"
#include "program/photo.hpp"
#include "program/program.hpp"
#include "terminal/text.hpp"

namespace cnn::lab02 {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<fs::path> photos;
    fs::path output = "runs/02-hog";
    std::vector<std::string> parts{"photo", "clothes", "scenes"};
    Settings photo{};
    Index size = 640, tile = 10, images = 60000, epochs = 12, batch = 8, scenes = 10;
    float rate = 1, threshold = 1;
    bool whole_votes = false;
    std::string wanted = "Ankle boot";

    bool has(std::string_view part) const { return std::ranges::find(parts, part) != parts.end(); }
};

void say_written(const fs::path& path, const plot::Problem& problem = {}) {
    fmt::print("  {}\n", problem ? *problem : path.string());
}

// What common/kernels/hog.cpp takes for the same numbers, its table made before.
double seconds_of_library(const Image& photo, const Settings& s) {
    const auto describe = [&] {
        return kernels::hog_blocks(
            kernels::hog_cells({photo.pixels.data(), photo.height, photo.width, photo.channels},
                               {.cell = s.cell, .block = s.block, .bins = s.bins, .shared_votes = s.shared_votes}),
            s.block);
    };
    describe();
    const Stopwatch watch;
    describe();
    return watch.seconds();
}

struct Photo {
    Image image;  // to work on
    bool is_reduced = false;
};

// Each part says whether there was anything to see.
bool show_photo(const fs::path& path, const Photo& to_show, const Options& options) {
    const Image& photo = to_show.image;
    Settings settings = options.photo;
    settings.shared_votes = !options.whole_votes;
    fmt::print("{}: {} × {} pixels{}\n", path.string(), photo.width, photo.height,
               to_show.is_reduced ? " (made smaller: --size)" : "");
    const Stopwatch watch;
    const Tensor cells = cell_histograms(strongest_gradient(photo), settings);
    const Tensor blocks = normalize_blocks(cells, settings.block);
    const double seconds = watch.seconds();
    require(cells.rank() == 3 && cells.size(2) == settings.bins && blocks.rank() == 3 &&
                blocks.shape() == Shape{cells.size(0) - settings.block + 1, cells.size(1) - settings.block + 1,
                                        settings.block * settings.block * settings.bins},
            "cells {} and blocks {} do not fit together: ./lab check 2.3", cells.shape(), blocks.shape());
    const Image stars = glyphs(cells, options.tile), even = glyphs(seen_through_blocks(blocks, settings), options.tile);
    const Image whole = to_colour(crop(photo, 0, 0, cells.size(0) * settings.cell, cells.size(1) * settings.cell));
    const fs::path written = options.output / (path.stem().string() + "-hog.png");
    write_image(written, tiles({{resize(whole, stars.height, stars.width), "the picture"},
                                {stars, "its cells: longer gradients are brighter"},
                                {even, "its blocks: faint parts count as much"}},
                               {.columns = 3, .gap = 8, .text_scale = stars.width >= 600 ? 2 : 1}));
    fmt::print("  {} numbers in {} (the library takes {})\n", terminal::thousands(blocks.count()),
               terminal::short_duration(seconds), terminal::short_duration(seconds_of_library(photo, settings)));
    say_written(written);
    return true;
}

// Trains and tests on one kind of description; the confusion matrix.
template <class Describe>
Tensor learn(const char* name, const data::Dataset& training, const data::Dataset& test, Training how,
             const Describe& describe) {
    Stopwatch watch;
    const Tensor x = describe_all(training, describe), test_x = describe_all(test, describe);
    const double described = watch.seconds();
    watch = {};
    how.rate /= mean_square_length(x);
    const auto machines = one_against_the_rest(x, training.labels, training.classes(), how);
    const double trained = watch.seconds();
    const Tensor counts = confusion(test_x, test.labels, machines);
    fmt::print("  {:<12}{:>6} numbers   {:>6.2f} % right   {} images described in {}, machines trained in {}\n", name,
               terminal::thousands(x.size(1)), 100 * accuracy(counts), terminal::thousands(x.size(0) + test_x.size(0)),
               terminal::short_duration(described), terminal::short_duration(trained));
    std::fflush(stdout);
    return counts;
}

bool show_clothes(const data::Dataset& training, const data::Dataset& test, const Options& options) {
    const data::Dataset some = data::slice(training, 0, std::min(options.images, training.count()));
    fmt::print("{} images of {}, a support vector machine for each class, tested on {}\n",
               terminal::thousands(some.count()), training.name, terminal::thousands(test.count()));
    // C = 0.1 of the usual formula, 1 / (λ N) here, suits both kinds of description.
    const Training how{.lambda = 10 / static_cast<float>(some.count()),
                       .epochs = options.epochs,
                       .batch = options.batch,
                       .rate = options.rate};
    const bool has_raw = program::attempt("machines on raw pixels", [&] {
                             return learn("raw pixels", some, test, how, pixels_of);
                         }).has_value();
    std::optional<Tensor> counts;
    for (const bool shared : {false, true})
        counts = program::attempt("machines on histograms", [&] {
            return learn(shared ? "HOG, shared" : "HOG, whole", some, test, how,
                         [&](const Image& image) { return hog(image, {.cell = 4, .shared_votes = shared}); });
        });
    if (!counts) return has_raw;
    const fs::path written = options.output / "confusion.png";
    say_written(written, plot::draw_confusion_matrix({.counts = *counts, .classes = test.class_names}, written));
    return true;
}

bool show_scenes(const data::Dataset& training, const data::Dataset& test, Index label, const Options& options) {
    fmt::print("Looking for: {}\n", options.wanted);
    std::vector<Image> photos;
    for (const char* name : {"chelsea", "rocket", "coffee"})
        photos.push_back(read_image(fmt::format(CNN_SOURCE_DIR "/datasets/photos/{}.jpg", name)));
    Detector detector = train_detector(training, label, {photos[0], photos[1]});
    detector.threshold = options.threshold;
    const Findings findings = find_all(test, label, photos[2], options.scenes, detector);
    fmt::print("  {} scenes of {} × {} pixels, {} windows each, {} a scene; average precision {:.3f}\n", options.scenes,
               photos[2].width, photos[2].height, terminal::thousands(findings.windows),
               terminal::short_duration(findings.seconds), findings.average_precision());
    for (const float threshold : {options.threshold - 0.5f, options.threshold, options.threshold + 0.5f}) {
        const Outcome outcome = findings.above(threshold);
        fmt::print("  above {:4.1f}   found {} of {} (recall {:.1f} %), false alarms: {} (precision {:.1f} %)\n",
                   threshold, outcome.right, outcome.wanted, 100 * outcome.recall(), outcome.false_alarms,
                   100 * outcome.precision());
    }
    write_image(options.output / "scene.png", findings.picture);
    say_written(options.output / "scene.png");
    say_written(options.output / "precision-recall.png",
                plot::draw(findings.curve(options.wanted, options.threshold), options.output / "precision-recall.png"));
    return true;
}

// One block of cells must fit into it.
Photo read_photo(const fs::path& path, const Options& options) {
    const Image original = read_image(path);
    Image photo = program::photo_to_work_on(path, original, options.size, options.photo.cell * options.photo.block);
    const bool is_reduced = photo.height != original.height || photo.width != original.width;
    return {std::move(photo), is_reduced};
}

int run(const Options& options) {
    // Whatever can be wrong with the input is known before anything is written.
    std::vector<Photo> photos;
    if (options.has("photo"))
        for (const fs::path& path : options.photos) photos.push_back(read_photo(path, options));
    std::optional<data::Dataset> training, test;
    Index label = 0;
    if (options.has("clothes") || options.has("scenes")) {
        training = data::load_images("fashion-mnist", data::Split::train);
        test = data::load_images("fashion-mnist", data::Split::test);
        const auto& names = training->class_names;
        label = std::ranges::find(names, options.wanted) - names.begin();
        if (label == std::ssize(names) && options.has("scenes"))
            fail_data("--class {}: {} knows no such class, only {}", options.wanted, training->name,
                      fmt::join(names, ", "));
        if (training->is_fallback) fmt::print("{}\n", training->source);
    }
    program::make_folder(options.output);
    bool has_shown = false;
    const auto part = [&](const char* what, const auto& show) {
        has_shown |= program::attempt(what, show).value_or(false);
        std::fflush(stdout);
    };
    for (std::size_t i = 0; i < photos.size(); ++i)
        part("picture of its histograms", [&] { return show_photo(options.photos[i], photos[i], options); });
    if (options.has("clothes")) part("comparison of machines", [&] { return show_clothes(*training, *test, options); });
    if (options.has("scenes")) part("detections", [&] { return show_scenes(*training, *test, label, options); });
    if (!has_shown)
        fmt::print(
            "There is nothing to show yet. ./lab start 2 says how to begin, ./lab run 2 --reference what you "
            "will get.\n");
    return 0;
}

}  // namespace
}  // namespace cnn::lab02

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    cnn::lab02::Options options;
    CLI::App app("Lab 02: a photo in histograms of gradients, clothes told apart by them, and found in scenes.");
    app.footer("Example: ./lab run 2 -- me.jpg --parts photo --cell 6");
    app.add_option("photo", options.photos, "PNG, JPEG, BMP, TGA or PNM files (default: datasets/photos/chelsea.jpg)");
    app.add_option("--parts", options.parts, "what is shown: photo, clothes, scenes")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"photo", "clothes", "scenes"}))
        ->capture_default_str();
    app.add_option("--cell", options.photo.cell, "pixels a side of the photo's cells")
        ->check(CLI::Range(2, 64))
        ->capture_default_str();
    app.add_option("--bins", options.photo.bins, "directions of the photo's histograms")
        ->check(CLI::Range(1, 36))
        ->capture_default_str();
    app.add_flag("--whole-votes", options.whole_votes, "the photo's votes are not shared");
    app.add_option("--size", options.size, "work on photos of at most so many pixels a side; larger ones are reduced")
        ->check(CLI::Range(128, 4000))
        ->capture_default_str();
    app.add_option("--tile", options.tile, "pixels a side of the star drawn in each cell")
        ->check(CLI::Range(6, 64))
        ->capture_default_str();
    app.add_option("--images", options.images, "how many images of clothes the machines learn from")
        ->check(CLI::Range(100, 60000))
        ->capture_default_str();
    app.add_option("--epochs", options.epochs, "how often they go through them")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--batch", options.batch, "rows of a step")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--rate", options.rate, "length of the first steps, divided by the mean of |x|²")
        ->check(CLI::Range(1e-6f, 100.0f))
        ->capture_default_str();
    app.add_option("--class", options.wanted, "what to look for in the scenes")->capture_default_str();
    app.add_option("--threshold", options.threshold, "a window is a detection when its score is greater")
        ->check(CLI::Range(-10.0f, 10.0f))
        ->capture_default_str();
    app.add_option("--scenes", options.scenes, "how many scenes to look at")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] {
        if (options.photos.empty()) options.photos = {fs::proximate(CNN_SOURCE_DIR "/datasets/photos/chelsea.jpg")};
        return cnn::lab02::run(options);
    });
}
