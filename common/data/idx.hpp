// IDX, the format of MNIST and its family (LeCun, Cortes, Burges: the MNIST database, "file formats").
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace cnn::data {

// Bytes along one (labels: [N]) or three axes (images: [N, H, W]).
struct IdxFile {
    Shape shape;
    std::vector<std::uint8_t> values;
};
// Plain or packed by gzip, whatever the name. `rank` is 1 for labels, 3 for images. Throws DataError for a file that is
// missing, of another kind, cut short, too long, or larger than 1 GiB.
IdxFile read_idx(const std::filesystem::path& path, int rank);

// Images and their labels. Throws DataError also when the two do not have the same number of entries, or a label has no
// class.
Dataset read_idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels, std::string name,
                         std::vector<std::string> class_names);

// What the labels of a family mean.
struct IdxClasses {
    std::string title;
    std::vector<std::string> names;
};
IdxClasses digit_classes();          // MNIST
IdxClasses fashion_mnist_classes();  // Fashion-MNIST
IdxClasses kuzushiji_classes();      // Kuzushiji-MNIST

// The four files of MNIST or Fashion-MNIST, as they are or with .gz, in one folder.
Dataset mnist(const std::filesystem::path& folder, Split split);
Dataset fashion_mnist(const std::filesystem::path& folder, Split split);

// The file "train-images-idx3-ubyte" as people have it: with a dot before idx3, with .gz, in a folder of its own name;
// the one with .gz when none is in `folder`.
std::filesystem::path find_plain_or_gz(const std::filesystem::path& folder, const std::string& name);

}  // namespace cnn::data
