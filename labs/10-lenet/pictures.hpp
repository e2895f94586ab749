// What a trained LeNet leaves to look at. Nothing here throws for what the machine lacks: it says so and goes on.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "image/drawing.hpp"
#include "nn/evaluation.hpp"
#include "nn/layer.hpp"
#include "plot/confusion_matrix.hpp"
#include "plot/curves.hpp"

namespace cnn::lab10 {

// The files of one run. Without a folder (none could be made) nothing is written.
class Album {
public:
    explicit Album(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // write(path) makes the file, or returns or throws why not; that is printed.
    template <class Write>
    void add(const std::string& name, const Write& write) {
        if (folder_.empty()) return;
        try {
            if constexpr (std::is_void_v<decltype(write(folder_))>)
                write(folder_ / name);
            else if (const plot::Problem problem = write(folder_ / name)) {
                fmt::print("{}\n", *problem);
                return;
            }
            files_.push_back(name);
        } catch (const std::exception& error) {
            fmt::print("{}\n", error.what());
        }
    }
    void has(const std::string& name) {
        if (!folder_.empty() && std::filesystem::exists(folder_ / name)) files_.push_back(name);
    }
    // "runs/10-lenet/2026-11-22-1/{curve.png, confusion.png}"
    std::string summary() const {
        return files_.empty() ? "" : fmt::format("{}/{{{}}}", folder_.string(), fmt::join(files_, ", "));
    }

private:
    std::filesystem::path folder_;
    std::vector<std::string> files_;
};

// What the trainer returned, for the plots: also where no log could be written.
inline plot::TrainingLog log_of(const std::vector<nn::EpochResult>& epochs, const std::string& name) {
    plot::TrainingLog log;
    log.name = name;
    for (const nn::EpochResult& result : epochs) {
        const auto add = [&](plot::Measure& measure, double value) {
            measure.epoch.push_back(result.epoch);
            measure.value.push_back(value);
        };
        add(log.train_loss, result.train_loss);
        add(log.train_accuracy, result.train_accuracy);
        add(log.test_loss, result.test_loss);
        add(log.test_accuracy, result.test_accuracy);
    }
    return log;
}

// The wrong answers given with most confidence: each image with "Shirt → Coat 97 %", what it is, what it was taken for,
// and how surely.
inline Image mistakes_gallery(const data::Dataset& images, const std::vector<nn::Mistake>& worst, Index columns = 8) {
    std::vector<Tile> pictures;
    for (const nn::Mistake& mistake : worst)
        pictures.push_back({enlarge(images.image(mistake.index), 4),
                            fmt::format("{} → {} {:.0f} %", images.class_name(mistake.label),
                                        images.class_name(mistake.predicted), 100 * mistake.probability)});
    return tiles(pictures, {.columns = columns, .gap = 14});
}

// The filters of the first convolution, [K, 1, R, S]: blue for negative weights, red for positive ones.
inline Image first_filters(nn::Layer& network) {
    std::vector<Tile> pictures;
    for (const auto& [name, parameter] : network.parameters()) {
        const Tensor& w = parameter->value;
        if (w.rank() != 4) continue;
        for (Index k = 0; k < w.size(0); ++k)
            pictures.push_back({enlarge(colour_image(w.plane(k, 0), diverging, Range::symmetric_of(w.plane(k, 0))), 24),
                                fmt::format("{} [{}]", name, k)});
        break;
    }
    return tiles(pictures, {.columns = static_cast<Index>(pictures.size()), .gap = 12});
}

// "Shirt is most often taken for T-shirt/top: 118 of 1,000."
inline std::string most_confused(const Tensor& confusion, const data::Dataset& images) {
    Index label = 0, taken = 0;
    float most = 0;
    for (Index i = 0; i < confusion.size(0); ++i)
        for (Index j = 0; j < confusion.size(1); ++j)
            if (i != j && confusion(i, j) > most) most = confusion(i, j), label = i, taken = j;
    float all = 0;
    for (Index j = 0; j < confusion.size(1); ++j) all += confusion(label, j);
    if (most == 0) return "No image was taken for another class.";
    return fmt::format("The most frequent mistake: {} taken for {}, {:.0f} of {:.0f}.", images.class_name(label),
                       images.class_name(taken), most, all);
}

}  // namespace cnn::lab10
