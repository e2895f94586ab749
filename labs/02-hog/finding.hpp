// A detector for one class of clothes, learned from scenes, and how well it finds them in others.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fashion.hpp"
#include "pictures.hpp"
#include "plot/figure.hpp"
#include "scenes.hpp"

namespace cnn::lab02 {

// What the detector learns from: windows, and whether they show what is wanted.
struct Examples {
    std::vector<Image> windows;
    std::vector<float> answers;

    void add(Image window, float answer) {
        windows.push_back(std::move(window));
        answers.push_back(answer);
    }
};

// Windows with the wanted class, with others, and with nothing but a piece of a photo.
inline Examples first_examples(const data::Dataset& items, Index wanted, const std::vector<Image>& photos,
                               Engine& engine) {
    constexpr Index most_wanted = 3000, most_others = 6000, nothing = 6000;
    Examples examples;
    Index have_wanted = 0, have_others = 0;
    const std::vector<Image> ground = grounds(photos);
    for (Index n = 0; n < items.count(); ++n) {
        const bool is_wanted = items.labels[static_cast<std::size_t>(n)] == wanted;
        if ((is_wanted ? have_wanted : have_others)++ < (is_wanted ? most_wanted : most_others))
            examples.add(window_with(items.image(n), ground, engine), is_wanted ? 1.0f : -1.0f);
    }
    for (Index n = 0; n < nothing; ++n) examples.add(any_piece(ground, engine), -1);
    return examples;
}

inline Svm learn_windows(const Examples& examples, const Settings& settings, Engine& engine) {
    const auto count = static_cast<Index>(examples.windows.size());
    const std::vector<Index> order = permutation(engine, count);
    const Index length = hog_size(window_side, window_side, settings);
    Tensor x = Tensor::uninitialized({count, length}), answers({count});
    kernels::parallel(count, much_work / 16, [&](Index n) {
        const auto at = static_cast<std::size_t>(order[static_cast<std::size_t>(n)]);
        const Tensor row = hog(examples.windows[at], settings);
        require(row.count() == length, "a window of {} numbers where hog_size says {}: ./lab check 2.4", row.count(),
                length);
        std::ranges::copy(row.values(), x.data() + n * length);
        answers[n] = examples.answers[at];
    });
    return train_svm(x, answers, {.lambda = 1e-3f, .epochs = 6, .batch = 8, .rate = 0.02f});
}

// Dalal and Triggs, section 4: learn, look for false alarms in pictures that hold nothing wanted, learn again with
// these "hard examples".
inline Detector train_detector(const data::Dataset& items, Index wanted, const std::vector<Image>& photos) {
    hog(Image(window_side, window_side, 3), {.cell = 4});  // where this is not written yet, say so at once
    Engine engine(2);
    Detector detector{.svm = {}, .height = window_side, .width = window_side, .settings = {.cell = 4}};
    Examples examples = first_examples(items, wanted, photos, engine);
    detector.svm = learn_windows(examples, detector.settings, engine);
    for (int round = 1; round <= 3; ++round) {
        std::vector<Scene> scenes;
        for (Index n = 0; n < 16; ++n)
            scenes.push_back(
                compose(photos[static_cast<std::size_t>(n) % photos.size()], items, wanted, -1, 10, engine));
        std::vector<std::vector<Box>> found(scenes.size());
        detector.threshold = -0.5f;  // near misses teach, too
        kernels::parallel(std::ssize(scenes), much_work, [&](Index n) {
            found[static_cast<std::size_t>(n)] = detect(scenes[static_cast<std::size_t>(n)].picture, detector);
        });
        detector.threshold = 0;
        std::size_t alarms = 0, count = 0;
        for (std::size_t n = 0; n < scenes.size(); ++n)
            for (const Box& box : found[n]) {
                const Image& picture = scenes[n].picture;
                const Index row = std::clamp<Index>(std::lround(box.row), 0, picture.height - 1),
                            column = std::clamp<Index>(std::lround(box.column), 0, picture.width - 1);
                const Index height = std::min<Index>(std::lround(box.height), picture.height - row),
                            width = std::min<Index>(std::lround(box.width), picture.width - column);
                examples.add(resize(crop(picture, row, column, height, width), window_side, window_side), -1);
                alarms += box.score > 0, ++count;
            }
        detector.svm = learn_windows(examples, detector.settings, engine);
        fmt::print("  lesson {}: false alarms in {} scenes without any: {}, and {} near misses\n", round, scenes.size(),
                   alarms, count - alarms);
        std::fflush(stdout);
    }
    return detector;
}

// How many windows a scene has on all its levels.
inline Index count_windows(const Image& scene, const Detector& detector) {
    Index count = 0;
    const Index cell = detector.settings.cell;
    for (const Image& level : pyramid(scene, detector.height, detector.width, detector.factor))
        count += (level.height / cell - detector.height / cell + 1) * (level.width / cell - detector.width / cell + 1);
    return count;
}

// What remains of the detections above a threshold.
struct Outcome {
    Index right = 0, false_alarms = 0, wanted = 0;

    double recall() const { return static_cast<double>(right) / static_cast<double>(std::max<Index>(wanted, 1)); }
    double precision() const {
        return static_cast<double>(right) / static_cast<double>(std::max<Index>(right + false_alarms, 1));
    }
};

struct Findings {
    Image picture;  // of the first scene
    Index windows = 0, wanted = 0;
    double seconds = 0;                         // a scene
    std::vector<std::pair<float, bool>> votes;  // every detection above a low threshold: its score, and is it right?

    Outcome above(float threshold) const {
        Outcome outcome{.wanted = wanted};
        for (const auto& [score, is_right] : votes)
            if (score > threshold) ++(is_right ? outcome.right : outcome.false_alarms);
        return outcome;
    }

    // Precision over recall as the threshold falls.
    plot::Series line() const {
        plot::Series series;
        double good = 0, all = 0;
        for (const auto& [score, is_right] : votes) {
            good += is_right, all += 1;
            series.x.push_back(100 * good / static_cast<double>(std::max<Index>(wanted, 1)));
            series.y.push_back(100 * good / all);
        }
        return series;
    }
    // The area under that line.
    double average_precision() const {
        double good = 0, all = 0, sum = 0;
        for (const auto& [score, is_right] : votes) {
            all += 1;
            if (is_right) sum += ++good / all;
        }
        return sum / static_cast<double>(std::max<Index>(wanted, 1));
    }
    plot::Figure curve(const std::string& name, float threshold) const {
        plot::Series all = line();
        plot::Series here{.name = fmt::format("threshold {}", threshold),
                          .x = {100 * above(threshold).recall()},
                          .y = {100 * above(threshold).precision()},
                          .style = plot::Style::points};
        return {.title = name,
                .panels = {{.x = {.label = "recall", .from = 60, .to = 100, .unit = " %"},
                            .y = {.label = "precision", .from = 0, .to = 100, .unit = " %"},
                            .series = {std::move(all), std::move(here)}}},
                .width = 1000};
    }
};

// The first scene with its boxes: green found, red a false alarm, orange missed.
inline Image draw_findings(const Scene& scene, const std::vector<Box>& found, const std::vector<bool>& is_right) {
    Canvas canvas(scene.picture);
    for (const Box& wanted : scene.wanted) draw_box(canvas, wanted, colours::orange, 1);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Colour colour = is_right[i] ? colours::green : colours::red;
        draw_box(canvas, found[i], colour, 3);
        const std::string score = fmt::format("{:.1f}", found[i].score);
        const Index row = std::lround(found[i].row), column = std::lround(found[i].column);
        canvas.rectangle(row, column, text_height() + 4, text_width(score) + 4, colour);
        canvas.text(row + 2, column + 2, score, colours::white);
    }
    return canvas.image();
}

// Scenes with `wanted` items of the test images among others.
inline Findings find_all(const data::Dataset& items, Index wanted, const Image& photo, Index count,
                         const Detector& detector) {
    Engine engine(5);
    std::vector<Scene> scenes;
    for (Index n = 0; n < count; ++n) scenes.push_back(compose(photo, items, wanted, wanted, 12, engine));
    Detector eager = detector;
    eager.threshold = -1;
    std::vector<std::vector<Box>> found(scenes.size());
    const Stopwatch watch;
    kernels::parallel(count, much_work, [&](Index n) {
        found[static_cast<std::size_t>(n)] = detect(scenes[static_cast<std::size_t>(n)].picture, eager);
    });
    Findings findings;
    findings.seconds = watch.seconds() / static_cast<double>(count);
    findings.windows = count_windows(photo, detector);
    for (std::size_t n = 0; n < scenes.size(); ++n) {
        const std::vector<bool> is_right = judge(found[n], scenes[n]);
        findings.wanted += std::ssize(scenes[n].wanted);
        std::vector<Box> sure;
        for (std::size_t i = 0; i < found[n].size(); ++i) {
            findings.votes.emplace_back(found[n][i].score, is_right[i]);
            if (found[n][i].score > detector.threshold) sure.push_back(found[n][i]);
        }
        if (n == 0) findings.picture = draw_findings(scenes[0], sure, is_right);
    }
    std::ranges::stable_sort(findings.votes, std::ranges::greater(), &std::pair<float, bool>::first);
    return findings;
}

}  // namespace cnn::lab02
