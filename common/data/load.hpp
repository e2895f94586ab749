// The one door to data for trainers and labs.
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace cnn::data {

// The images called "fashion-mnist", "mnist", "cifar-10", "cifar-100", "digits" or "shapes" (the last two are drawn),
// from the first folder of data_folders() that has them.
//
// Where fashion-mnist or mnist is nowhere, drawn digits stand in, for cifar-10 drawn shapes: 20,000 to train, 4,000 to
// test. `is_fallback` is then set, and `source` is the sentence to print. Throws DataError for damaged files, for
// unknown names, and where nothing can stand in.
Dataset load_images(std::string_view name, Split split);

// Where the files of a data set may lie, first come, first served: $CNN_DATA/NAME, datasets/NAME in this repository,
// ~/.cache/sobel-to-resnet/NAME, and where its Debian package puts it.
std::vector<std::filesystem::path> data_folders(std::string_view name);
// Where a fetched data set goes: $CNN_DATA/NAME, or ~/.cache/sobel-to-resnet/NAME where that is not set.
std::filesystem::path fetch_folder(std::string_view name);

}  // namespace cnn::data
