// CIFAR-10 and CIFAR-100 in their "binary version" (Krizhevsky 2009): an entry is the label's byte (in CIFAR-100 two,
// of which the second is the class), then 32×32 bytes of red, of green, of blue.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace cnn::data {

// All entries of all files, in order. Throws DataError for a file that is missing, cut short, or has a label without a
// class.
Dataset read_cifar(const std::vector<std::filesystem::path>& files, Index label_bytes, std::string name,
                   std::vector<std::string> class_names);

// The unpacked folder cifar-10-batches-bin. Of the five training files those that are there are read, one at least.
Dataset cifar10(const std::filesystem::path& folder, Split split);
// The unpacked folder cifar-100-binary, with its 100 fine classes, named by fine_label_names.txt.
Dataset cifar100(const std::filesystem::path& folder, Split split);

}  // namespace cnn::data
