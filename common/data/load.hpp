// The one door to data for trainers and labs.
#pragma once
#include <string_view>

#include "data/dataset.hpp"

namespace cnn::data {

enum class Split { train, test };

// The images called "fashion-mnist", "mnist", "cifar-10", "digits" (generated) or "shapes" (generated), from the first
// place that has them: $CNN_DATA/NAME, datasets/NAME in this repository, ~/.cache/sobel-to-resnet/NAME, the Debian
// package. Where fashion-mnist or mnist is nowhere, generated digits stand in: 20,000 to train, 4,000 to test; for
// cifar-10 generated shapes. `is_fallback` is then set, and `source` is the sentence to print. Throws DataError for
// damaged files and unknown names.
Dataset load_images(std::string_view name, Split split);

}  // namespace cnn::data
