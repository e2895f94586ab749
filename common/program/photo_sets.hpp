// Photos to train on and photos to test on, found in a folder that somebody brings.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/image_folder.hpp"

namespace cnn::program {

struct PhotoSets {
    data::ImageFolder training, test;
    std::vector<std::string> remarks;  // what was left out and why, a sentence each
};

// One folder a class, in `folder` or in train and val (valid, validation, test, testing) below it; where there is but
// one set, every fifth photo of a class is kept for testing. A test photo that is trained on as well (the same file or
// the same bytes) is left out. Throws DataError where there are no photos, fewer than two classes, classes of one set
// that the other lacks, or nothing to test on.
PhotoSets open_photo_sets(const std::filesystem::path& folder);

// Classes with their counts, a line each up to twenty, and the remarks.
std::string listing(const PhotoSets& photos);

// The first `count` of the photos when the classes take turns: the list goes class by class, and its beginning would
// lack most of them.
void keep_of_every_class(data::ImageFolder& images, Index count);

}  // namespace cnn::program
