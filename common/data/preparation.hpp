// From a photo of any size to the tensor a network expects, as the papers do it.
#pragma once
#include "data/dataset.hpp"
#include "tensor/random.hpp"

namespace cnn::data {

// Of the training images of ILSVRC 2012, for values from 0 to 1: what torchvision's networks were trained with.
Normalization imagenet_normalization();

struct Preparation {
    Index shorter_side = 256;  // the photo is resized until this is its shorter side, keeping its proportions
    Index crop = 224;          // the side of the square that is cut out of it
    Normalization normalization = imagenet_normalization();  // a gray photo counts as a colour one
    float colour = 0;  // for random crops: Augmentation's, along imagenet_colours()
};

// Krizhevsky et al. 2012, section 4.1. Each throws ShapeError when the crop is larger than the shorter side, or
// when there are not three means and deviations.
Tensor center_crop(const Image& photo, const Preparation& preparation);  // [3, crop, crop]
// Any square, mirrored or not, both by chance: for training.
Tensor random_crop(const Image& photo, const Preparation& preparation, Engine& engine);  // [3, crop, crop]
// The corners (top left, top right, bottom left, bottom right), the centre, and the same five of the mirrored photo:
// their predictions are averaged in testing.
Tensor ten_crop(const Image& photo, const Preparation& preparation);  // [10, 3, crop, crop]

}  // namespace cnn::data
