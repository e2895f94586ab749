// EMNIST (Cohen et al. 2017): letters and digits in IDX files, as they are downloaded.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace cnn::data {

// The classes of one of its divisions ("letters" of emnist-letters-train-images-idx3-ubyte): balanced, bymerge,
// byclass, digits, mnist, letters; nothing for another name.
std::optional<std::vector<std::string>> emnist_classes(std::string_view division);

// Its files keep the pictures with rows and columns exchanged, and count the labels of `letters` from 1: both is set
// right.
Dataset read_emnist(const std::filesystem::path& images, const std::filesystem::path& labels, std::string name,
                    std::string_view division);

}  // namespace cnn::data
