// The data sets we know by name: where they come from, how large they are, their checksums.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::data {

struct RemoteFile {
    std::string name;               // here: "train-images-idx3-ubyte.gz"
    std::vector<std::string> urls;  // tried in this order
    std::uint64_t bytes = 0;        // 0: not known
    std::string
        sha256;  // in hexadecimal, perhaps only its first digits: what is not known is recorded at the first download
    std::string unpacked_sha256;  // of the contents of a .gz file, for copies that were packed again; may be empty
};

struct Entry {
    std::string name;   // "fashion-mnist"
    std::string title;  // "Fashion-MNIST"
    std::string about, format, homepage, licence, citation;
    std::string package, package_folder;  // Debian's, where there is one
    std::string unpacks_into;             // the folder in its archive, where it is one
    std::vector<RemoteFile> files;

    std::uint64_t bytes() const;  // of all files
};

// Throws DataError when the file is missing or not a registry.
std::vector<Entry> read_registry(const std::filesystem::path& path);
// datasets/registry.json of this repository.
const std::vector<Entry>& registry();
// Throws DataError for an unknown name, listing the known ones.
const Entry& registered(std::string_view name);

}  // namespace cnn::data
