// Putting a lab's skeleton in the place of the learner's file.
#pragma once
#include "cli/labs.hpp"

namespace cnn::cli {

struct Reset {
    bool changed = false;            // false: the file was the skeleton already
    std::filesystem::path backup{};  // where the old file is; empty when there was none
};
Reset reset_file(const Console& console, const Lab& lab);

}  // namespace cnn::cli
