#include "cli/tree.hpp"

#include "tensor/file.hpp"

namespace cnn::cli {

std::string Tree::shown(const std::filesystem::path& path) const {
    const std::string text = path.lexically_relative(root).string();
    return text.empty() || text.starts_with("..") ? path.string() : text;
}

Tree own_tree() {
    // build/bin/lab: so the presets' build folders (build-asan/bin/lab) find their own.
    return {CNN_SOURCE_DIR, this_program().parent_path().parent_path()};
}

}  // namespace cnn::cli
