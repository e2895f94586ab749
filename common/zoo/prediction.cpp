#include "zoo/prediction.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <optional>

#include "image/drawing.hpp"
#include "image/files.hpp"
#include "kernels/loss.hpp"
#include "nn/operators.hpp"
#include "tensor/error.hpp"

namespace cnn::zoo {
namespace {

// The layers of a network in the order they are called, those inside Sequentials too.
void collect(nn::Layer& layer, std::vector<nn::Layer*>& leaves) {
    if (layer.kind() != "Sequential") return leaves.push_back(&layer);
    for (auto& [name, child] : layer.children()) collect(*child, leaves);
}

// Whether there are means of whole maps anywhere in it: such a network sees photos of any size by itself.
bool averages_maps(nn::Layer& layer) {
    if (layer.kind() == "AdaptiveAvgPool2d" && layer.details() == "to 1×1") return true;
    return std::ranges::any_of(layer.children(), [](const auto& child) { return averages_maps(*child.second); });
}

// The same axes behind a first one of 1.
Tensor as_batch(Tensor x) {
    const Shape shape = x.shape();
    return std::move(x).reshaped({1, shape[0], shape[1], shape[2]});
}

// x [1, C, H, W] with left and right exchanged.
Tensor mirrored(const Tensor& x) {
    Tensor y(x.shape());
    const Index width = x.size(3);
    for (Index row = 0; row < x.count() / width; ++row)
        for (Index j = 0; j < width; ++j) y[row * width + j] = x[row * width + width - 1 - j];
    return y;
}

// [1, M, H, W] → [1, M]: means over the map.
Tensor means_of_maps(const Tensor& x) {
    Tensor mean({1, x.size(1)});
    const Index pixels = x.size(2) * x.size(3);
    for (Index i = 0; i < x.count(); ++i) mean[i / pixels] += x[i] / static_cast<float>(pixels);
    return mean;
}

// [group · N, M] → [N, M]: the mean of each `group` rows.
Tensor means_of_rows(const Tensor& x, Index group) {
    Tensor mean({x.size(0) / group, x.size(1)});
    for (Index row = 0; row < x.size(0); ++row)
        for (Index m = 0; m < x.size(1); ++m) mean(row / group, m) += x(row, m) / static_cast<float>(group);
    return mean;
}

}  // namespace

data::Preparation preparation_of(const std::string& name, const Network& network) {
    if (network.image[0] != 3)
        throw Error(fmt::format("{} takes images of {} channel, not photos in colour", name, network.image[0]));
    data::Preparation preparation{.shorter_side = network.image[1] * 8 / 7, .crop = network.image[1]};
    if (name.starts_with("googlenet") && name != "googlenet2014")
        preparation.normalization = {.mean = {0.5f, 0.5f, 0.5f}, .deviation = {0.5f, 0.5f, 0.5f}};
    return preparation;
}

// A network that takes means of whole maps runs as it is. Of the others, made for a square of `side` pixels: layers
// before the flattening as they are (without the pooling that fits maps to the dense layers), dense layers as
// convolutions: the first one of the size of the maps it was made for, the others of 1 × 1.
struct Predictor::Dense {
    struct Step {
        nn::Layer* layer = nullptr;  // or, where there is none,
        Tensor w, b;                 // a convolution
        Index size = 1;
    };
    std::vector<Step> steps;  // none where the network averages

    Dense(nn::Sequential& network, Index side) {
        if (averages_maps(network)) return;
        std::vector<nn::Layer*> leaves;
        collect(network, leaves);
        Shape shape{1, 3, side, side}, maps;  // what the next layer sees of the square; what a dense layer reads
        for (nn::Layer* layer : leaves) {
            const std::string kind = layer->kind();
            if (kind == "Flatten") maps = shape;
            const bool flat = maps.rank() == 4;
            shape = layer->output_shape(shape);
            if (kind == "AdaptiveAvgPool2d" || kind == "Dropout" || kind == "Flatten") continue;
            if (flat && kind == "Linear") {
                steps.push_back(convolution(*layer, maps));
                maps = {1, shape[1], 1, 1};
            } else {
                steps.push_back({.layer = layer, .w = {}, .b = {}});
            }
        }
    }

    static Step convolution(nn::Layer& linear, const Shape& maps) {
        const auto parameters = linear.parameters();
        const Tensor& w = parameters.at(0).parameter->value;
        return {.layer = nullptr,
                .w = w.reshaped({w.size(0), maps[1], maps[2], maps[3]}),
                .b = parameters.size() > 1 ? parameters[1].parameter->value : Tensor(),
                .size = maps[2]};
    }

    // Scores [1, M] of one photo [1, 3, H, W].
    Tensor scores(nn::Sequential& network, Tensor x) const {
        const Shape photo = x.shape();
        try {
            if (steps.empty()) return network.forward(std::move(x));
            for (const Step& step : steps)
                x = step.layer ? step.layer->forward(std::move(x))
                               : nn::operators().conv2d_forward(x, step.w, step.b, {.size = step.size});
            return means_of_maps(x);
        } catch (const ShapeError& error) {
            fail_data("a photo of {} × {} pixels does not fit the network: {}", photo[2], photo[3], error.what());
        }
    }
};

Predictor::Predictor(nn::Sequential& network, data::Preparation preparation, View view)
    : network_(network), preparation_(std::move(preparation)), view_(view) {
    network_.set_training(false);
    if (view_ == View::dense) dense_ = std::make_unique<Dense>(network_, preparation_.crop);
}
Predictor::~Predictor() = default;

Tensor Predictor::prepare(const Image& photo) const {
    if (view_ == View::ten) return data::ten_crop(photo, preparation_);
    if (view_ == View::centre) return as_batch(data::center_crop(photo, preparation_));
    // The whole photo: a crop of everything, for which it must be a square; so the parts are put together here.
    const Index shorter = std::min(photo.height, photo.width), side = preparation_.shorter_side;
    require(shorter >= 1, "preparing a photo: it has no pixels");
    const Image resized = to_colour(resize(photo, photo.height * side / shorter, photo.width * side / shorter));
    Tensor x = Tensor::uninitialized({1, 3, resized.height, resized.width});
    const Index pixels = resized.height * resized.width;
    for (Index c = 0; c < 3; ++c) {
        const float mean = preparation_.normalization.mean[static_cast<std::size_t>(c)];
        const float deviation = preparation_.normalization.deviation[static_cast<std::size_t>(c)];
        for (Index i = 0; i < pixels; ++i)
            x[c * pixels + i] =
                (static_cast<float>(resized.pixels[static_cast<std::size_t>(3 * i + c)]) / 255 - mean) / deviation;
    }
    return x;
}

Tensor Predictor::probabilities(const std::vector<Tensor>& prepared) const {
    require(!prepared.empty(), "probabilities: no photos");
    const nn::WithoutBackward forward_only;
    if (view_ == View::dense) {
        std::vector<float> rows;
        for (const Tensor& x : prepared) {
            Tensor mean = kernels::softmax(dense_->scores(network_, x));
            mean += kernels::softmax(dense_->scores(network_, mirrored(x)));
            mean *= 0.5f;
            rows.insert(rows.end(), mean.values().begin(), mean.values().end());
        }
        const auto photos = static_cast<Index>(prepared.size());
        return Tensor({photos, static_cast<Index>(rows.size()) / photos}, rows);
    }
    const Shape one = prepared[0].shape();
    Tensor x = Tensor::uninitialized({static_cast<Index>(prepared.size()) * one[0], one[1], one[2], one[3]});
    float* to = x.data();
    for (const Tensor& photo : prepared) to = std::copy_n(photo.data(), photo.count(), to);
    return means_of_rows(kernels::softmax(network_.forward(std::move(x))), one[0]);
}

Tensor Predictor::probabilities(const Image& photo) const {
    Tensor row = probabilities(std::vector<Tensor>{prepare(photo)});
    const Index classes = row.count();
    return std::move(row).reshaped({classes});
}

std::vector<Guess> best_guesses(const Tensor& probabilities, Index k) {
    std::vector<Index> order(static_cast<std::size_t>(probabilities.count()));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, [&](Index a, Index b) { return probabilities[a] > probabilities[b]; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(k)));
    std::vector<Guess> guesses;
    for (const Index label : order) guesses.push_back({label, probabilities[label]});
    return guesses;
}

namespace {

// The class of each folder.
std::vector<Index> classes_of_folders(const data::ImageFolder& images, const std::vector<ClassName>& classes) {
    std::vector<Index> found;
    std::string unknown;
    for (const std::string& folder : images.class_names) {
        const auto label = class_of_folder(classes, folder);
        if (!label && unknown.empty()) unknown = folder;
        found.push_back(label.value_or(-1));
    }
    if (unknown.empty()) return found;
    const bool none = std::ranges::all_of(found, [](Index label) { return label < 0; });
    if (!none || found.size() != classes.size())
        fail_data("{}: folder {} bears the name of none of the {} classes (a synset as n02110185, or a name)",
                  images.folder.string(), unknown, classes.size());
    std::iota(found.begin(), found.end(), Index{0});
    return found;
}

}  // namespace

FolderErrors evaluate_folder(const Predictor& predictor, const data::ImageFolder& images,
                             const std::vector<ClassName>& classes, const FolderOptions& options) {
    const std::vector<Index> class_of = classes_of_folders(images, classes);
    FolderErrors errors;
    std::mutex reporting;
    for (std::size_t begin = 0; begin < images.files.size(); begin += static_cast<std::size_t>(options.batch)) {
        const std::size_t end = std::min(images.files.size(), begin + static_cast<std::size_t>(options.batch));
        std::vector<std::optional<Tensor>> photos(end - begin);
        tbb::parallel_for(std::size_t{0}, photos.size(), [&](std::size_t i) {
            try {
                photos[i] = predictor.prepare(read_image(images.files[begin + i].path));
            } catch (const DataError& error) {
                const std::scoped_lock lock(reporting);
                if (options.report) options.report(error.what());
            }
        });
        std::vector<Tensor> readable;
        std::vector<Index> labels;
        for (std::size_t i = 0; i < photos.size(); ++i) {
            if (!photos[i]) continue;
            readable.push_back(std::move(*photos[i]));
            labels.push_back(class_of[static_cast<std::size_t>(images.files[begin + i].label)]);
        }
        errors.unreadable += static_cast<Index>(photos.size() - readable.size());
        if (readable.empty()) continue;
        const Tensor all = predictor.probabilities(readable);
        const auto width = static_cast<std::size_t>(all.size(1));
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const auto guesses = best_guesses(Tensor({all.size(1)}, all.values().subspan(i * width, width)), 5);
            const auto right = [&](const Guess& guess) { return guess.label == labels[i]; };
            ++errors.photos;
            errors.wrong_first += !right(guesses[0]);
            errors.wrong_five += std::ranges::none_of(guesses, right);
        }
        if (options.progress) options.progress(errors);
    }
    if (errors.photos == 0) fail_data("{}: none of the photos could be read", images.folder.string());
    return errors;
}

}  // namespace cnn::zoo
