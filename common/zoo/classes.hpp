// What the outputs of a network are called.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tensor/shape.hpp"

namespace cnn::zoo {

struct ClassName {
    std::string synset;  // "n02110185", WordNet's; may be empty
    std::string name;    // "Siberian husky"
};

// One class a line, in the order of the outputs: "n02110185 Siberian husky", or the name alone. Throws DataError where
// there is no such file, or nothing in it.
std::vector<ClassName> read_classes(const std::filesystem::path& path);

// The 1,000 classes of ILSVRC 2012, as torchvision names them: datasets/imagenet/classes.txt.
const std::vector<ClassName>& imagenet_classes();

// "class 7" for each of `count` outputs that nobody named.
std::vector<ClassName> numbered_classes(Index count);

// The output that a folder of photos belongs to: named after its synset or its class, with spaces or underscores.
std::optional<Index> class_of_folder(const std::vector<ClassName>& classes, const std::string& folder);

}  // namespace cnn::zoo
