// The images a lab's network is trained and tested on: small ones in memory, or photos in folders.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "nn/source.hpp"

namespace cnn::program {

struct ImageChoice {
    std::string data = "fashion-mnist";  // see TrainingImages
    Index batch = 64;
    Index images = 0;        // train on the first so many only, of photos on as many of every class; 0: all
    Index test_images = 0;   // test on the first so many only, of photos on as many of every class; 0: all
    Index photo_side = 64;   // what photos are cut to
    Index padding = 0;       // zeros on every side of small images: 2 makes 32×32 of 28×28
    std::uint32_t seed = 1;  // of the order of the images and of the augmentation
    data::Augmentation augmentation = {};  // of photos: any means random crops and mirrors
};

// `data` is a name that data::load_images knows; what data::find_small_images finds in a folder; or a folder of photos
// (program/photo_sets.hpp). Throws DataError where it is none of these. What was found in a folder, classes of photos
// with their counts, and a data set that others stand in for are reported on stdout.
class TrainingImages {
public:
    explicit TrainingImages(const ImageChoice& choice);

    std::string name() const;  // "Fashion-MNIST"
    Shape shape() const;       // of one image as the network sees it: [C, H, W]
    const std::vector<std::string>& class_names() const;
    Index classes() const { return static_cast<Index>(class_names().size()); }
    Index training_count() const;
    Index test_count() const;
    nn::Source training() const;
    nn::Source test() const;            // in order
    Image test_picture(Index i) const;  // as it is shown to people
    // The images in memory; nothing for photos in folders, which are read as they are needed.
    const data::Dataset* training_dataset() const;
    const data::Dataset* test_dataset() const;
    // What was taken from and divided by; empty for photos, which are prepared as ImageNet's.
    const data::Normalization& normalization() const;

private:
    struct State;
    std::shared_ptr<const State> state_;  // sources refer to it
};

}  // namespace cnn::program
