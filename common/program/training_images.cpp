#include "program/training_images.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "data/find_images.hpp"
#include "data/load.hpp"
#include "image/files.hpp"
#include "program/photo_sets.hpp"
#include "tensor/error.hpp"

namespace cnn::program {
namespace {

namespace fs = std::filesystem;
using data::Dataset;
using data::Split;

// A name that the library knows, or the files of a small data set; nothing for a folder of photos.
std::optional<data::SmallImages> small_images(const std::string& given) {
    std::error_code ignored;
    if (fs::exists(given, ignored)) return data::find_small_images(given);
    if (given.find('/') != std::string::npos) fail_data("{}: there is no such folder", given);
    return data::SmallImages{given, {}, [given](Split split) { return data::load_images(given, split); }};
}

}  // namespace

struct TrainingImages::State {
    ImageChoice choice;
    std::optional<Dataset> training{}, test{};
    data::Normalization normalization{};
    data::ImageFolder training_photos{}, test_photos{};

    data::BatchOptions options() const {
        return {.size = choice.batch,
                .seed = choice.seed,
                .padding = choice.padding,
                .normalization = normalization,
                .augmentation = choice.augmentation};
    }
    // Cut out of a picture that is a seventh larger, as 224 out of 256.
    data::FolderBatchOptions photo_options(bool is_training) const {
        return {.size = choice.batch,
                .training = is_training,
                .as_they_are = choice.augmentation.is_none(),
                .seed = choice.seed,
                .preparation = {.shorter_side = choice.photo_side * 8 / 7,
                                .crop = choice.photo_side,
                                .colour = choice.augmentation.colour},
                .report = [](const std::string& why) { fmt::print(stderr, "{}\n", why); }};
    }
};

TrainingImages::TrainingImages(const ImageChoice& choice) {
    const auto state = std::make_shared<State>(State{.choice = choice});
    if (const auto small = small_images(choice.data)) {
        state->training = small->read(Split::train);
        Dataset& training = *state->training;
        if (training.is_fallback || !small->folder.empty()) fmt::print("{}\n", training.source);
        state->test = small->read(Split::test);
        state->normalization = data::normalization(training);
        const auto keep_first = [](Dataset& images, Index count) {
            if (count > 0 && count < images.count()) images = slice(images, 0, count);
        };
        keep_first(training, choice.images);
        keep_first(*state->test, choice.test_images);
    } else {
        PhotoSets photos = open_photo_sets(choice.data);
        const auto keep = [](data::ImageFolder& images, Index count) {
            if (count > 0 && count < images.count()) keep_of_every_class(images, count);
        };
        keep(photos.training, choice.images);
        keep(photos.test, choice.test_images);
        fmt::print("{}", listing(photos));
        state->training_photos = std::move(photos.training);
        state->test_photos = std::move(photos.test);
    }
    state_ = state;
}

std::string TrainingImages::name() const {
    if (!state_->training) return state_->choice.data;
    return state_->training->name.substr(0, state_->training->name.find(','));  // without ", train"
}

Shape TrainingImages::shape() const {
    const ImageChoice& choice = state_->choice;
    if (!state_->training) return {3, choice.photo_side, choice.photo_side};
    const Shape& image = state_->training->shape;
    return {image[0], image[1] + 2 * choice.padding, image[2] + 2 * choice.padding};
}

const std::vector<std::string>& TrainingImages::class_names() const {
    return state_->training ? state_->training->class_names : state_->training_photos.class_names;
}

Index TrainingImages::training_count() const {
    return state_->training ? state_->training->count() : state_->training_photos.count();
}
Index TrainingImages::test_count() const { return state_->test ? state_->test->count() : state_->test_photos.count(); }

nn::Source TrainingImages::training() const {
    if (state_->training) return data::Batches(*state_->training, state_->options());
    return data::FolderBatches(state_->training_photos, state_->photo_options(true));
}

nn::Source TrainingImages::test() const {
    if (!state_->test) return data::FolderBatches(state_->test_photos, state_->photo_options(false));
    data::BatchOptions in_order = state_->options();
    in_order.size = 256;
    in_order.shuffle = false;
    in_order.augmentation = {};
    return data::Batches(*state_->test, in_order);
}

Image TrainingImages::test_picture(Index i) const {
    if (state_->test) return state_->test->image(i);
    return read_image(state_->test_photos.files.at(static_cast<std::size_t>(i)).path);
}

const Dataset* TrainingImages::training_dataset() const { return state_->training ? &*state_->training : nullptr; }
const Dataset* TrainingImages::test_dataset() const { return state_->test ? &*state_->test : nullptr; }
const data::Normalization& TrainingImages::normalization() const { return state_->normalization; }

}  // namespace cnn::program
