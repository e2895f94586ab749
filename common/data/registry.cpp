#include "data/registry.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::data {
namespace {

using Json = nlohmann::json;

std::string text(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? std::string() : found->get<std::string>();
}

RemoteFile file_of(const Json& json) {
    return {.name = json.at("name"),
            .urls = json.at("urls"),
            .bytes = json.value("bytes", std::uint64_t{0}),
            .sha256 = text(json, "sha256"),
            .unpacked_sha256 = text(json, "unpacked_sha256")};
}

Entry entry_of(const Json& json) {
    Entry entry{.name = json.at("name"),
                .title = json.at("title"),
                .about = text(json, "about"),
                .format = text(json, "format"),
                .homepage = text(json, "homepage"),
                .licence = text(json, "licence"),
                .citation = text(json, "citation"),
                .package = {},
                .package_folder = {},
                .unpacks_into = text(json, "unpacks_into"),
                .files = {}};
    if (const auto debian = json.find("debian"); debian != json.end()) {
        entry.package = text(*debian, "package");
        entry.package_folder = text(*debian, "folder");
    }
    for (const Json& file : json.at("files")) entry.files.push_back(file_of(file));
    return entry;
}

}  // namespace

std::uint64_t Entry::bytes() const {
    std::uint64_t sum = 0;
    for (const RemoteFile& file : files) sum += file.bytes;
    return sum;
}

std::vector<Entry> read_registry(const std::filesystem::path& path) {
    const std::string bytes = read_file(path, 1 << 20);
    try {
        const Json whole = Json::parse(bytes);
        std::vector<Entry> entries;
        for (const Json& json : whole.at("datasets")) entries.push_back(entry_of(json));
        return entries;
    } catch (const Json::exception& error) {
        fail_data("{}: not a registry of data sets: {}", path.string(), error.what());
    }
}

const std::vector<Entry>& registry() {
    static const std::vector<Entry> entries =
        read_registry(std::filesystem::path(CNN_SOURCE_DIR) / "datasets/registry.json");
    return entries;
}

const Entry& registered(std::string_view name) {
    const auto& entries = registry();
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.name == name; });
    if (found != entries.end()) return *found;
    std::string names;
    for (const Entry& entry : entries) names += (names.empty() ? "" : ", ") + entry.name;
    fail_data("there is no data set '{}'; there are {}", name, names);
}

}  // namespace cnn::data
