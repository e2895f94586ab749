// A sound file of every kind we read, and how to read it.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cnn::robustness {

struct Sample {
    std::string name;                                        // of the file: "image.png"
    std::string bytes;                                       // of a sound one
    std::size_t header = 32;                                 // how many bytes tell sizes
    bool may_have_more = false;                              // bytes behind the end do no harm
    std::function<void(const std::filesystem::path&)> read;  // throws when it cannot
    bool may_repeat = false;                                 // the same bytes twice are a sound file too
    bool may_be_missing = false;                             // a reader that does without
    std::vector<std::string> also_reads = {};                // endings of files that its reader tells by their contents
};

// Uses `folder` to make them. A new kind of file belongs here: the rest of the test follows.
std::vector<Sample> samples(const std::filesystem::path& folder);

}  // namespace cnn::robustness
