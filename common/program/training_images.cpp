#include "program/training_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/load.hpp"
#include "image/files.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::program {
namespace {

namespace fs = std::filesystem;
using data::Dataset;
using data::Split;

bool holds(const fs::path& folder, const char* file) { return fs::exists(data::find_plain_or_gz(folder, file)); }

// A name that the library knows, or the folder with the files of a small data set; nothing for a folder of photos.
std::optional<Dataset> small_images(const std::string& name, Split split) {
    if (!fs::is_directory(name)) return data::load_images(name, split);
    if (holds(name, "train-images-idx3-ubyte"))
        return name.find("fashion") != std::string::npos ? data::fashion_mnist(name, split) : data::mnist(name, split);
    if (holds(name, "test_batch.bin")) return data::cifar10(name, split);
    return std::nullopt;
}

struct Photos {
    data::ImageFolder training, test;
};

// Every fifth photo of a class is for testing.
Photos deal(const data::ImageFolder& all) {
    Photos photos{all, all};
    photos.training.files.clear();
    photos.test.files.clear();
    std::vector<Index> seen(all.class_names.size());
    for (const data::LabelledFile& file : all.files) {
        const bool test = ++seen[static_cast<std::size_t>(file.label)] % 5 == 0;
        (test ? photos.test : photos.training).files.push_back(file);
    }
    return photos;
}

Photos open_photos(const fs::path& folder) {
    const fs::path training = folder / "train";
    if (!fs::is_directory(training)) return deal(data::open_image_folder(folder));
    const fs::path test = folder / (fs::is_directory(folder / "val") ? "val" : "test");
    Photos photos{data::open_image_folder(training), data::open_image_folder(test)};
    if (photos.training.class_names != photos.test.class_names)
        fail_data("{} and {} hold different classes", training.string(), test.string());
    return photos;
}

// The first `count` when the classes take turns: the list goes class by class, and its beginning would lack most of
// them.
void keep_of_every_class(data::ImageFolder& images, Index count) {
    std::vector<Index> seen(images.class_names.size());
    std::vector<std::pair<Index, std::size_t>> turns;  // a photo's place in its class, and in the list
    for (std::size_t i = 0; i < images.files.size(); ++i)
        turns.emplace_back(seen[static_cast<std::size_t>(images.files[i].label)]++, i);
    std::ranges::sort(turns);
    turns.resize(static_cast<std::size_t>(count));
    std::ranges::sort(turns, {}, &std::pair<Index, std::size_t>::second);
    std::vector<data::LabelledFile> kept;
    for (const auto& [turn, i] : turns) kept.push_back(std::move(images.files[i]));
    images.files = std::move(kept);
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
    state->training = small_images(choice.data, Split::train);
    if (state->training) {
        Dataset& training = *state->training;
        if (training.is_fallback) fmt::print("{}\n", training.source);
        state->test = small_images(choice.data, Split::test);
        state->normalization = data::normalization(training);
        if (choice.images > 0 && choice.images < training.count()) training = slice(training, 0, choice.images);
    } else {
        Photos photos = open_photos(choice.data);
        state->training_photos = std::move(photos.training);
        state->test_photos = std::move(photos.test);
        if (state->test_photos.files.empty())
            fail_data("{}: too few photos to keep every fifth of a class for testing", choice.data);
        if (choice.images > 0 && choice.images < state->training_photos.count())
            keep_of_every_class(state->training_photos, choice.images);
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
