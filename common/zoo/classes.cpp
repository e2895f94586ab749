#include "zoo/classes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tensor/error.hpp"
#include "tensor/text_lines.hpp"

namespace cnn::zoo {
namespace {

bool is_synset(const std::string& word) {
    return word.size() == 9 && word[0] == 'n' &&
           std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string with_spaces(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return name;
}

}  // namespace

std::vector<ClassName> read_classes(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) fail_data("{}: there is no such file of class names", path.string());
    std::vector<ClassName> classes;
    for (const std::string& line : read_lines(path)) {
        if (line.empty()) continue;
        const std::size_t space = line.find(' ');
        const std::string first = line.substr(0, space);
        if (is_synset(first))
            classes.push_back({first, space == std::string::npos ? first : line.substr(space + 1)});
        else
            classes.push_back({"", line});
    }
    if (classes.empty()) fail_data("{}: no class names in it; one a line is expected", path.string());
    return classes;
}

const std::vector<ClassName>& imagenet_classes() {
    static const std::vector<ClassName> all =
        read_classes(std::filesystem::path(CNN_SOURCE_DIR) / "datasets/imagenet/classes.txt");
    return all;
}

std::vector<ClassName> numbered_classes(Index count) {
    std::vector<ClassName> classes;
    for (Index i = 0; i < count; ++i) classes.push_back({"", fmt::format("class {}", i)});
    return classes;
}

std::optional<Index> class_of_folder(const std::vector<ClassName>& classes, const std::string& folder) {
    const auto found = std::ranges::find_if(classes, [&](const ClassName& one) {
        return one.synset == folder || with_spaces(one.name) == with_spaces(folder);
    });
    if (found == classes.end()) return std::nullopt;
    return found - classes.begin();
}

}  // namespace cnn::zoo
