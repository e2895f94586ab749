#include "data/image_folder.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "data/photo_files.hpp"
#include "image/files.hpp"
#include "tensor/text_lines.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* annotations = "val_annotations.txt";

std::string counted(Index count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Why there is nothing to learn from in `folder`, and what would be.
[[noreturn]] void fail_without_photos(const ImageFolder& images, const std::map<std::string, Index>& unreadable) {
    const std::string folder = images.folder.string();
    const PhotoFiles loose = photos_in(images.folder, false);
    if (!loose.photos.empty())
        fail_data("{}: {} in it, but in no folder; there must be a folder for each class, with its photos", folder,
                  counted(static_cast<Index>(loose.photos.size()), "photo"));
    const auto& found = unreadable.empty() ? loose.unreadable : unreadable;
    fail_data("{}: no photos (.jpg, .png, .bmp, .tga, .ppm) in folders of it{}; there must be a folder for each class",
              folder, found.empty() ? "" : ", but " + unreadable_text(found));
}

// What is in a class's folder and is not taken.
std::vector<std::string> left_out_of(const fs::path& folder, const PhotoFiles& found) {
    std::vector<std::string> remarks;
    for (const std::string& closed : found.closed) remarks.push_back(closed + ": may not be opened");
    const std::string unreadable = found.unreadable.empty() ? "" : unreadable_text(found.unreadable);
    if (found.photos.empty())
        remarks.push_back(fmt::format("{}: no photo in it{}{}, so it is no class", folder.string(),
                                      unreadable.empty() ? "" : ", but ", unreadable));
    else if (!unreadable.empty())
        remarks.push_back(fmt::format("{}: {}", folder.string(), unreadable));
    return remarks;
}

// Tiny ImageNet's: "val_0.JPEG<tab>n03444034<tab>0<tab>32<tab>44<tab>62".
ImageFolder open_annotated(const fs::path& folder) {
    std::map<std::string, std::vector<fs::path>> classes;
    Index missing = 0;
    for (const std::string& line : read_lines(folder / annotations)) {
        const std::size_t tab = line.find('\t'), end = line.find('\t', tab + 1);
        if (tab == std::string::npos || tab == 0 || tab + 1 == line.size())
            fail_data("{}: the line \"{}\" should be a photo's name, a tab and its class",
                      (folder / annotations).string(), line.substr(0, 60));
        const fs::path photo = folder / "images" / fs::path(line.substr(0, tab)).filename();
        std::error_code ignored;
        if (fs::is_regular_file(photo, ignored))
            classes[line.substr(tab + 1, end - tab - 1)].push_back(photo);
        else
            ++missing;
    }
    ImageFolder images{.folder = folder, .files = {}, .class_names = {}, .left_out = {}};
    for (auto& [name, photos] : classes) {
        std::ranges::sort(photos);
        for (fs::path& photo : photos)
            images.files.push_back({std::move(photo), static_cast<std::int32_t>(images.class_names.size())});
        images.class_names.push_back(name);
    }
    if (missing > 0)
        images.left_out.push_back(fmt::format("{}: {} of {} {} not there", folder.string(), counted(missing, "photo"),
                                              annotations, missing == 1 ? "is" : "are"));
    if (images.files.empty()) fail_without_photos(images, {});
    return images;
}

Engine engine_for(std::uint32_t seed, Index epoch, Index image) {
    std::seed_seq words{std::uint32_t{0xf01de5}, seed, static_cast<std::uint32_t>(epoch),
                        static_cast<std::uint32_t>(image), static_cast<std::uint32_t>(image >> 32)};
    return Engine(words);
}

}  // namespace

ImageFolder open_image_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) fail_data("{}: there is no such folder", folder.string());
    if (fs::exists(folder / annotations, error)) return open_annotated(folder);
    ImageFolder images{.folder = folder, .files = {}, .class_names = {}, .left_out = {}};
    std::map<std::string, Index> unreadable;
    std::map<fs::path, std::string> names;  // of the folders that links lead to
    for (const fs::path& part : folders_in(folder)) {
        const std::string name = part.filename().string();
        const auto [same, is_new] = names.emplace(fs::canonical(part, error), name);
        if (!is_new)
            fail_data("{}: {} and {} are the same folder, which cannot be two classes", folder.string(), same->second,
                      name);
        PhotoFiles found = photos_in(part);
        for (const auto& [kind, count] : found.unreadable) unreadable[kind] += count;
        for (std::string& remark : left_out_of(part, found)) images.left_out.push_back(std::move(remark));
        if (found.photos.empty()) continue;
        const auto label = static_cast<std::int32_t>(images.class_names.size());
        for (fs::path& photo : found.photos) images.files.push_back({std::move(photo), label});
        images.class_names.push_back(name);
    }
    if (images.files.empty()) fail_without_photos(images, unreadable);
    return images;
}

struct FolderBatches::State {
    ImageFolder images;
    FolderBatchOptions options;
    std::mutex mutex;  // of `reported` and of the function that reports
    std::set<Index> reported;
    Index epoch = -1;  // whose order is kept
    std::vector<Index> order;
    // The batch that is being prepared in the background. Declared last: it is waited for before the rest is destroyed.
    struct Ahead {
        Index epoch, number;
        std::future<Batch> batch;
    };
    std::optional<Ahead> ahead;

    Index batches() const { return (images.count() + options.size - 1) / options.size; }

    std::vector<Index> indices_of(Index of_epoch, Index number) {
        if (of_epoch != epoch) {
            order.resize(images.files.size());
            std::iota(order.begin(), order.end(), Index{0});
            if (options.training) {
                Engine engine = engine_for(options.seed, of_epoch, -1);
                order = permutation(engine, images.count());
            }
            epoch = of_epoch;
        }
        const Index begin = number * options.size, end = std::min(begin + options.size, images.count());
        return {order.begin() + begin, order.begin() + end};
    }

    // Nothing when the photo cannot be read.
    std::optional<Tensor> prepared(Index of_epoch, Index image) {
        try {
            const Image photo = read_image(images.files[static_cast<std::size_t>(image)].path);
            if (!options.training || options.as_they_are) return center_crop(photo, options.preparation);
            Engine engine = engine_for(options.seed, of_epoch, image);
            return random_crop(photo, options.preparation, engine);
        } catch (const DataError& error) {
            const std::scoped_lock lock(mutex);
            if (reported.insert(image).second && options.report) options.report(error.what());
            return std::nullopt;
        }
    }

    void check_any_readable() {
        const std::scoped_lock lock(mutex);
        if (reported.size() == images.files.size())
            fail_data("{}: none of {} photos could be read, among them {}", images.folder.string(), images.count(),
                      images.files.front().path.string());
    }

    Batch prepare(Index of_epoch, const std::vector<Index>& indices) {
        std::vector<std::optional<Tensor>> photos(indices.size());
        tbb::parallel_for(std::size_t{0}, indices.size(),
                          [&](std::size_t i) { photos[i] = prepared(of_epoch, indices[i]); });
        const auto readable = std::ranges::count_if(photos, [](const auto& photo) { return photo.has_value(); });
        if (readable == 0) check_any_readable();
        const Index side = options.preparation.crop;
        Batch batch{.x = Tensor::uninitialized({readable, 3, side, side}), .labels = {}, .indices = {}};
        float* to = batch.x.data();
        for (std::size_t i = 0; i < photos.size(); ++i) {
            if (!photos[i]) continue;
            to = std::copy_n(photos[i]->data(), photos[i]->count(), to);
            batch.indices.push_back(indices[i]);
            batch.labels.push_back(images.files[static_cast<std::size_t>(indices[i])].label);
        }
        return batch;
    }
};

FolderBatches::FolderBatches(ImageFolder images, FolderBatchOptions options) : state_(std::make_shared<State>()) {
    require(options.size >= 1, "batches: a batch of {} photos is too small, 1 is the least", options.size);
    center_crop(Image(1, 1, 3), options.preparation);  // throws what every photo would
    state_->images = std::move(images);
    state_->options = std::move(options);
}

const ImageFolder& FolderBatches::images() const { return state_->images; }
const FolderBatchOptions& FolderBatches::options() const { return state_->options; }
Index FolderBatches::per_epoch() const { return state_->batches(); }

Batch FolderBatches::batch(Index epoch, Index number) const {
    require(number >= 0 && number < per_epoch(), "batch {}: the epoch has {}", number, per_epoch());
    State& state = *state_;
    std::optional<State::Ahead> ahead = std::exchange(state.ahead, std::nullopt);
    Batch batch = ahead && ahead->epoch == epoch && ahead->number == number
                      ? ahead->batch.get()
                      : state.prepare(epoch, state.indices_of(epoch, number));
    if (number + 1 < per_epoch())
        state.ahead = {epoch, number + 1,
                       std::async(std::launch::async, [&state, epoch, next = state.indices_of(epoch, number + 1)] {
                           return state.prepare(epoch, next);
                       })};
    return batch;
}

}  // namespace cnn::data
