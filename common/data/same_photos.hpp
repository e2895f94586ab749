// Whether a network would be tested on what it was trained on.
#pragma once
#include <utility>
#include <vector>

#include "data/image_folder.hpp"

namespace cnn::data {

struct SamePhoto {
    std::size_t test, training;  // places in the two lists of files
};
// The test photos that are a training photo as well: the same file, by whatever links, or the same bytes. Contents are
// read only where sizes are equal, and not at all of more than 100,000 photos, as ImageNet's are. In the order of the
// tests.
std::vector<SamePhoto> same_photos(const ImageFolder& test, const ImageFolder& training);

}  // namespace cnn::data
