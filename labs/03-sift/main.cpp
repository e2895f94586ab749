// Lab 03 as a program: the keypoints of a photo, and how many of them are found again in eight copies of it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "image/files.hpp"
#include "kernels/sift.hpp"
#include "pictures.hpp"
#include "program/photo.hpp"
#include "program/program.hpp"
#include "terminal/text.hpp"
#include "trials.hpp"

namespace cnn::lab03 {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<fs::path> photos;
    fs::path output = "runs/03-sift", exported;
    Index size = 640, trial = 8, lines = 50;
    float ratio = 0.8f;
    bool all = false, no_surf = false;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_sound(const Features& features, Index length) {
    return features.descriptors.shape() == Shape{std::ssize(features.keypoints), length} &&
           std::ranges::all_of(features.keypoints, [](const Keypoint& k) {
               return std::isfinite(k.row + k.column + k.sigma + k.angle) && k.sigma > 0;
           });
}

Features lent_sift(const Tensor& gray) {
    kernels::Features fast = kernels::sift(gray);
    Features features{{}, std::move(fast.descriptors)};
    for (const auto& [row, column, sigma, angle] : fast.keypoints)
        features.keypoints.push_back({row, column, sigma, angle});
    return features;
}

// Your functions, or the library's in the place of those that are not written yet. What is lent is said once.
class Pieces {
public:
    Features sift(const Tensor& gray) {
        return own_or(
            sift_is_own_, "SIFT is on loan from the kernels", [&] { return checked(lab03::sift(gray), 128, "3.6"); },
            [&] { return lent_sift(gray); });
    }
    std::vector<Match> match(const Features& a, const Features& b, float ratio) {
        return own_or(
            match_is_own_, "matching is on loan from the program",
            [&] {
                auto matches = lab03::match(a.descriptors, b.descriptors, ratio);
                const bool inside = std::ranges::all_of(matches, [&](const Match& m) {
                    return m.first >= 0 && m.second >= 0 && m.first < std::ssize(a.keypoints) &&
                           m.second < std::ssize(b.keypoints);
                });
                require(inside, "a match names a row that does not exist (./lab check 3.7)");
                return matches;
            },
            [&] { return nearest_rows(a.descriptors, b.descriptors, ratio); });
    }
    std::optional<Features> surf(const Tensor& gray) {
        if (surf_is_missing_) return std::nullopt;
        const auto features = program::attempt("SURF", [&] { return checked(lab03::surf(gray), 64, "3.8"); });
        surf_is_missing_ = !features;
        return features;
    }
    bool sift_is_own() const { return sift_is_own_; }

private:
    static Features checked(Features features, Index length, const char* task) {
        require(is_sound(features, length), "its result holds impossible values (./lab check {})", task);
        return features;
    }
    template <class Own, class Lent>
    auto own_or(bool& is_own, const char* loan, const Own& own, const Lent& lent) -> decltype(lent()) {
        if (is_own) try {
                return own();
            } catch (...) {
                is_own = false;
                fmt::print("  {}: {}\n", loan, program::reason());
            }
        return lent();
    }
    static std::vector<Match> nearest_rows(const Tensor& a, const Tensor& b, float ratio) {
        std::vector<Match> matches;
        for (Index n = 0; n < a.size(0); ++n) {
            std::array<float, 2> least{INFINITY, INFINITY};
            Index nearest = 0;
            for (Index m = 0; m < b.size(0); ++m) {
                float squares = 0;
                for (Index k = 0; k < a.size(1); ++k) squares += std::pow(a(n, k) - b(m, k), 2.0f);
                if (squares < least[0])
                    nearest = m, least = {squares, least[0]};
                else
                    least[1] = std::min(least[1], squares);
            }
            if (least[0] < ratio * ratio * least[1] && std::isfinite(least[1]))
                matches.push_back({n, nearest, std::sqrt(least[0])});
        }
        return matches;
    }

    bool sift_is_own_ = true, match_is_own_ = true, surf_is_missing_ = false;
};

// What OpenCV's SIFT made of the same pictures (golden/opencv.py), by photo and trial.
struct Rival {
    Index width = 0, height = 0;
    Score score;
};
std::map<std::string, std::vector<Rival>> read_rivals() {
    std::map<std::string, std::vector<Rival>> rivals;
    std::ifstream file(CNN_SOURCE_DIR "/labs/03-sift/golden/opencv.csv");
    std::string line;
    std::getline(file, line);  // names of the columns
    while (std::getline(file, line)) {
        std::ranges::replace(line, ',', ' ');
        std::istringstream fields(line);
        std::string photo;
        Index trial = 0;
        Rival r;
        fields >> photo >> trial >> r.width >> r.height >> r.score.keypoints >> r.score.matches >> r.score.correct >>
            r.score.visible >> r.score.repeated;
        rivals[photo].push_back(r);
    }
    return rivals;
}

// "   383  97.9 %  74.1 %", under " match    right   again"
std::string cells(const Score& score) {
    return fmt::format("{:>7}{:>6.1f} %{:>6.1f} %", score.matches, 100 * score.correct_share(),
                       100 * score.repeated_share());
}

void write(const fs::path& path, const Image& picture) {
    write_image(path, picture);
    fmt::print("  {}\n", path.string());
}

// The keypoint whose grid is drawn: large, and whole in the picture.
std::optional<std::size_t> one_to_show(const Features& features, const Image& photo) {
    std::optional<std::size_t> best;
    for (std::size_t n = 0; n < features.keypoints.size(); ++n) {
        const Keypoint& k = features.keypoints[n];
        const float reach = 10 * k.sigma;
        const bool is_inside = k.row > reach && k.column > reach && k.row + reach < static_cast<float>(photo.height) &&
                               k.column + reach < static_cast<float>(photo.width);
        if (is_inside && (!best || k.sigma > features.keypoints[*best].sigma)) best = n;
    }
    return best;
}

void draw_photo(const Image& photo, const Tensor& gray, const Features& features, const fs::path& stem) {
    write(stem.string() + "-keypoints.png",
          keypoint_picture(photo, features, std::max(photo.height, photo.width) <= 480 ? 2 : 1));
    const auto pyramid_of_photo = program::attempt("picture of the pyramid", [&] {
        auto octaves = pyramid(gray);
        octaves.resize(std::min<std::size_t>(octaves.size(), 3));
        std::vector<Tensor> differences;
        for (const Tensor& octave : octaves) {
            require(octave.rank() == 3 && octave.size(0) == steps + 3 && !octave.empty(),
                    "an octave has shape {} (./lab check 3.2)", octave.shape());
            differences.push_back(difference_of_gaussians(octave));
            require(differences.back().shape() == Shape{steps + 2, octave.size(1), octave.size(2)},
                    "differences have shape {} (./lab check 3.2)", differences.back().shape());
        }
        return pyramid_picture(octaves, differences, 150);
    });
    if (pyramid_of_photo) write(stem.string() + "-pyramid.png", *pyramid_of_photo);
    if (const auto n = one_to_show(features, photo))
        write(stem.string() + "-descriptor.png",
              descriptor_picture(photo, features.keypoints[*n], features.descriptors.values().subspan(128 * *n, 128)));
}

// What other programs need to repeat the measurement: the pictures, and where their pixels went.
void export_copy(const fs::path& folder, const std::string& name, Index number, const Copy& copy) {
    write_image(folder / fmt::format("{}-{}.png", name, number), copy.picture);
    std::ofstream list(folder / "trials.csv", std::ios::app);
    list << name << ',' << number;
    for (const double h : copy.map.h) list << ',' << fmt::format("{:.17g}", h);
    list << '\n';
}

struct Photo {
    std::string name;
    Image image;  // gray
};

void show(Pieces& pieces, const Photo& photo, const std::vector<Rival>* rivals, const Options& options) {
    const Tensor gray = levels_of(photo.image);
    auto start = std::chrono::steady_clock::now();
    const Features features = pieces.sift(gray);
    const double own = seconds_since(start);
    start = std::chrono::steady_clock::now();
    lent_sift(gray);
    fmt::print(
        "{}: {} × {} pixels, {} keypoints in {}{}\n", photo.name, photo.image.width, photo.image.height,
        features.keypoints.size(), terminal::short_duration(own),
        pieces.sift_is_own() ? fmt::format(" (the library: {})", terminal::short_duration(seconds_since(start))) : "");
    const fs::path stem = options.output / photo.name;
    draw_photo(photo.image, gray, features, stem);
    const auto surf = options.no_surf ? std::nullopt : pieces.surf(gray);
    if (!options.exported.empty()) write_image(options.exported / (photo.name + "-0.png"), photo.image);

    const bool has_rivals = rivals && !rivals->empty() && rivals->front().width == photo.image.width &&
                            rivals->front().height == photo.image.height && rivals->size() == trials().size() &&
                            options.ratio == 0.8f;
    const std::string_view columns = "  match   right   again";
    fmt::print("\n  {:<36}{:>23}{}{}\n  {:<36}{}{}{}\n", "", pieces.sift_is_own() ? "your SIFT" : "SIFT on loan",
               has_rivals ? fmt::format("  {:>23}", "OpenCV's SIFT") : "",
               surf ? fmt::format("  {:>23}", "your SURF") : "", "", columns,
               has_rivals ? fmt::format("  {}", columns) : "", surf ? fmt::format("  {}", columns) : "");
    Index number = 0;
    for (const Trial& trial : trials()) {
        const Copy copy = copy_of(photo.image, trial);
        const Tensor levels = levels_of(copy.picture);
        const Features found = pieces.sift(levels);
        const auto matches = pieces.match(features, found, options.ratio);
        std::string line =
            fmt::format("  {}", terminal::pad_right(trial.name, 36)) + cells(score(features, found, matches, copy));
        if (has_rivals) line += "  " + cells(rivals->at(static_cast<std::size_t>(number)).score);
        if (const auto surf_found = surf ? pieces.surf(levels) : std::nullopt)
            line += "  " + cells(score(*surf, *surf_found, pieces.match(*surf, *surf_found, options.ratio), copy));
        fmt::print("{}\n", line);
        std::fflush(stdout);
        ++number;
        if (!options.exported.empty()) export_copy(options.exported, photo.name, number, copy);
        if (number == options.trial)
            write_image(stem.string() + "-matches.png",
                        match_picture(photo.image, features, copy, found, matches, options.lines));
    }
    fmt::print("\n  {} ({}; green is right, red is wrong)\n", stem.string() + "-matches.png",
               trials().at(static_cast<std::size_t>(options.trial - 1)).name);
}

int run(const Options& options) {
    // All photos are read before anything is written: a broken one is known at once.
    std::vector<Photo> photos;
    try {
        for (const fs::path& path : options.photos) {
            const Image image = to_gray(read_image(path));
            photos.push_back({path.stem().string(), program::photo_to_work_on(path, image, options.size, 16)});
        }
    } catch (const DataError& error) {
        throw DataError(fmt::format("{}. Nothing was written.", error.what()));
    }
    program::make_folder(options.output);
    if (!options.exported.empty()) {
        program::make_folder(options.exported);
        fs::remove(options.exported / "trials.csv");
    }
    const auto rivals = read_rivals();
    Pieces pieces;
    for (const Photo& photo : photos) {
        const auto known = rivals.find(photo.name);
        show(pieces, photo, known == rivals.end() ? nullptr : &known->second, options);
    }
    fmt::print(
        "  right: a match within {:.0f} pixels of the true place; again: keypoints of the photo that are there in the "
        "copy\n",
        near_enough);
    return 0;
}

}  // namespace
}  // namespace cnn::lab03

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    cnn::lab03::Options options;
    CLI::App app("Lab 03: the keypoints of a photo, and how many of them are found again in eight copies of it.");
    app.footer("Example: ./lab run 3 -- holiday.jpg --trial 1");
    app.add_option("photo", options.photos, "PNG, JPEG, BMP, TGA or PNM files (default: datasets/photos/chelsea.jpg)");
    app.add_flag("--all", options.all, "the three photos of datasets/photos");
    app.add_option("--trial", options.trial, "which of the eight copies the picture of matches shows")
        ->check(CLI::Range(1, 8))
        ->capture_default_str();
    app.add_option("--ratio", options.ratio, "a match must be so much nearer than the second nearest (task 3.7)")
        ->check(CLI::Range(0.1f, 1.0f))
        ->capture_default_str();
    app.add_option("--lines", options.lines, "at most so many matches are drawn")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--size", options.size, "work on photos of at most so many pixels a side; larger ones are reduced")
        ->check(CLI::Range(32, 4000))
        ->capture_default_str();
    app.add_flag("--no-surf", options.no_surf, "leave SURF out");
    app.add_option("--export", options.exported, "also write all copies there, for golden/opencv.py");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    return cnn::program::run(app, argc, argv, [&] {
        const auto shipped = [](const char* name) { return fs::proximate(CNN_SOURCE_DIR "/datasets/photos") / name; };
        if (options.all)
            for (const char* name : {"chelsea.jpg", "coffee.jpg", "rocket.jpg"})
                options.photos.push_back(shipped(name));
        if (options.photos.empty()) options.photos.push_back(shipped("chelsea.jpg"));
        return cnn::lab03::run(options);
    });
}
