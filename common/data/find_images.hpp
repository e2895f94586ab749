// What somebody means who names a folder or a file as data: the small images whose files are known by their names.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "data/dataset.hpp"

namespace cnn::data {

struct SmallImages {
    std::string title;             // "Fashion-MNIST"
    std::filesystem::path folder;  // where the files are
    std::function<Dataset(Split)> read;
};

// MNIST and its family (IDX files with a dash or a dot in their names, packed or not, each in a folder of its own name
// as Kaggle's archives unpack, EMNIST's divisions), CIFAR-10 and CIFAR-100 in their binary versions: in the folder
// itself, or, where torchvision and archives put them, in folders below it (FashionMNIST/raw, cifar-10-batches-bin). A
// file of them means its folder; of EMNIST's divisions, its division. Nothing for a folder that holds none: it may hold
// photos. Throws DataError, which says what is there and what would serve, for any other file, for an incomplete or
// ambiguous folder, and for the data that is not read (CIFAR as pickles, QMNIST).
std::optional<SmallImages> find_small_images(const std::filesystem::path& given);

// "images.npz is an archive of NumPy arrays (.npz)": the first file directly in the folder that looks like data; empty
// where none does.
std::string other_data_in(const std::filesystem::path& folder);

}  // namespace cnn::data
