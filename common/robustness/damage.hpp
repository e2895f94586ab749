// Ways to break a file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cnn::robustness {

struct BrokenFile {
    std::string damage;  // "cut to 12 bytes"
    std::string bytes;
    bool must_be_refused = true;  // false: perhaps harmless, as a bit flipped among the pixels
};

// Cut at the places where parts of a format end or begin: every byte of the first 40, then at shares of the whole.
std::vector<BrokenFile> cuts(std::string_view whole);
// Single bits of the first bytes, where headers are, and of bytes all over the file.
std::vector<BrokenFile> flips(std::string_view whole);
// The first `header` bytes overwritten, four at a time, by the numbers that programs stumble over.
std::vector<BrokenFile> large_numbers(std::string_view whole, std::size_t header);
// Bytes behind the end: one too many, and the whole file again.
std::vector<BrokenFile> additions(std::string_view whole, bool may_have_more, bool may_repeat);
// What is no file of any kind we read: nothing, zeros, text, noise.
std::vector<BrokenFile> strangers();

std::string gzip(std::string_view bytes);

}  // namespace cnn::robustness
