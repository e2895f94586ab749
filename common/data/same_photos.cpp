#include "data/same_photos.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::data {
namespace {

constexpr std::size_t most_compared = 100'000;

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

// Tells most photos of one size apart: the bytes in the middle.
std::size_t hash_of(const LabelledFile& file, off_t size) {
    constexpr off_t most = 4096;
    std::string bytes(static_cast<std::size_t>(std::min(size, most)), '\0');
    std::ifstream stream(file.path, std::ios::binary);
    stream.seekg((size - std::min(size, most)) / 2);
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return std::hash<std::string>{}(bytes);
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
        if (const auto known = by_identity_.find(status->identity); known != by_identity_.end()) return known->second;
        const auto same_size = by_size_.find(status->size);
        if (same_size == by_size_.end()) return std::nullopt;
        const auto [begin, end] = hashed(*same_size).equal_range(hash_of(photo, status->size));
        const std::string bytes = begin == end ? "" : contents(photo);
        const auto same = std::find_if(begin, end, [&](const auto& candidate) {
            return !bytes.empty() && contents(training_.files[candidate.second]) == bytes;
        });
        return same == end ? std::nullopt : std::optional(same->second);
    }

private:
    using Hashed = std::multimap<std::size_t, std::size_t>;  // hash → place

    // Computed when a photo of that size is asked for.
    const Hashed& hashed(const std::pair<const off_t, std::vector<std::size_t>>& same_size) {
        const auto [entry, is_new] = by_hash_.try_emplace(same_size.first);
        if (is_new)
            for (const std::size_t i : same_size.second)
                entry->second.emplace(hash_of(training_.files[i], same_size.first), i);
        return entry->second;
    }

    const ImageFolder& training_;
    std::map<Identity, std::size_t> by_identity_;
    std::map<off_t, std::vector<std::size_t>> by_size_;
    std::map<off_t, Hashed> by_hash_;
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
