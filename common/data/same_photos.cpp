#include "data/same_photos.hpp"

#include <sys/stat.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::data {
namespace {

constexpr std::size_t most_compared = 200'000;

using Identity = std::pair<dev_t, ino_t>;

struct Status {
    Identity identity;
    off_t size = 0;
};
std::optional<Status> status_of(const LabelledFile& file) {
    struct stat status {};
    if (::stat(file.path.c_str(), &status) != 0) return std::nullopt;
    return Status{{status.st_dev, status.st_ino}, status.st_size};
}

std::string contents(const LabelledFile& file) {
    try {
        return read_file(file.path);
    } catch (const DataError&) {
        return {};  // told when it is to be decoded
    }
}

// The training photos, to be found by file and by content.
class Known {
public:
    Known(const ImageFolder& training, bool compares) : training_(training) {
        for (std::size_t i = 0; i < training.files.size(); ++i)
            if (const auto status = status_of(training.files[i])) {
                by_identity_.emplace(status->identity, i);
                if (compares && status->size > 0) by_size_[status->size].push_back(i);
            }
    }

    std::optional<std::size_t> find(const LabelledFile& photo) {
        const auto status = status_of(photo);
        if (!status) return std::nullopt;
        if (const auto same = by_identity_.find(status->identity); same != by_identity_.end()) return same->second;
        const auto candidates = by_size_.find(status->size);
        if (candidates == by_size_.end()) return std::nullopt;
        const std::string bytes = contents(photo);
        const std::size_t hash = std::hash<std::string_view>{}(bytes);
        for (const std::size_t i : candidates->second)
            if (!bytes.empty() && hash_of(i) == hash && contents(training_.files[i]) == bytes) return i;
        return std::nullopt;
    }

private:
    std::size_t hash_of(std::size_t i) {
        const auto [entry, is_new] = hashes_.try_emplace(i);
        if (is_new) entry->second = std::hash<std::string>{}(contents(training_.files[i]));
        return entry->second;
    }

    const ImageFolder& training_;
    std::map<Identity, std::size_t> by_identity_;
    std::map<off_t, std::vector<std::size_t>> by_size_;
    std::map<std::size_t, std::size_t> hashes_;
};

}  // namespace

std::vector<SamePhoto> same_photos(const ImageFolder& test, const ImageFolder& training) {
    Known known(training, test.files.size() + training.files.size() <= most_compared);
    std::vector<SamePhoto> same;
    for (std::size_t i = 0; i < test.files.size(); ++i)
        if (const auto found = known.find(test.files[i])) same.push_back({i, *found});
    return same;
}

}  // namespace cnn::data
