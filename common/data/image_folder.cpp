#include "data/image_folder.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cctype>
#include <future>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "image/files.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

bool is_photo(const fs::path& path) {
    std::string extension = path.extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::vector<fs::path> sorted_folders(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::vector<fs::path> photos_below(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    for (const auto& entry : fs::recursive_directory_iterator(folder, options, error))
        if (is_photo(entry.path()) && entry.is_regular_file(error)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
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
    ImageFolder images{.folder = folder, .files = {}, .class_names = {}};
    for (const fs::path& part : sorted_folders(folder)) {
        const auto label = static_cast<std::int32_t>(images.class_names.size());
        for (fs::path& photo : photos_below(part)) images.files.push_back({std::move(photo), label});
        images.class_names.push_back(part.filename().string());
    }
    if (images.files.empty())
        fail_data("{}: no photos (.jpg, .jpeg, .png) in folders of it; there must be a folder for each class",
                  folder.string());
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
