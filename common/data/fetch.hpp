// Brings registered data sets to this machine, and checks that they are what they should be.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/registry.hpp"

namespace cnn::data {

// In hexadecimal, by coreutils' sha256sum. DataError when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);
std::string sha256(std::string_view bytes);

enum class FileState {
    verified,  // the registered checksum, or the one recorded when it was fetched
    unknown,   // there, but no checksum is known
    damaged,   // another checksum
    missing,
};
struct FileReport {
    std::string name;
    FileState state;
};
// One report a file of the data set. The registry's checksums count; for files without one, the line in
// folder/CHECKSUMS.
std::vector<FileReport> verify(const Entry& entry, const std::filesystem::path& folder);

struct FetchOptions {
    // Called about ten times a second with the bytes of this file that have arrived and how many it has (0: unknown).
    std::function<void(const RemoteFile& file, std::uint64_t bytes, std::uint64_t total)> progress = {};
};
// Fetches what `folder` lacks, makes it first if need be, and unpacks the archive of a data set that is one.
//
// A file arrives as NAME.part, which a later call continues where an earlier one was interrupted, and gets its name
// once its checksum is right. One with a wrong checksum is kept as NAME.bad. Throws DataError when no address gives
// the file, saying why: no network, not there, no space, wrong checksum.
void fetch(const Entry& entry, const std::filesystem::path& folder, const FetchOptions& options = {});

}  // namespace cnn::data
