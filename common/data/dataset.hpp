// Small labelled images, all of one shape.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/image.hpp"
#include "tensor/tensor.hpp"

namespace cnn::data {

// Of a file of images or labels, unpacked, in bytes: more than that was not meant.
inline constexpr std::uint64_t largest_data_file = std::uint64_t{1} << 30;

enum class Split { train, test };

// The numbers stay what they are in the files, one byte each (60,000 images of 28×28 are 47 MB, as floats 188 MB), and
// become floats a batch at a time.
struct Dataset {
    std::string name;                      // "Fashion-MNIST, train"
    std::string source;                    // where it comes from: a sentence to print when `is_fallback`
    bool is_fallback = false;              // other images stand in for the ones asked for
    Shape shape;                           // of one image: [C, H, W]
    std::vector<std::uint8_t> pixels;      // [N, C, H, W]; 0 is the background of digits and clothes
    std::vector<std::int32_t> labels;      // [N], each from 0 to classes() - 1
    std::vector<std::string> class_names;  // "Ankle boot"

    Index count() const { return static_cast<Index>(labels.size()); }
    Index classes() const { return static_cast<Index>(class_names.size()); }
    // One image's bytes, [C, H, W]; ShapeError for an index outside [0, count()).
    std::span<const std::uint8_t> bytes(Index index) const;
    // The same as a picture: gray for one channel, colour for three.
    Image image(Index index) const;
    const std::string& class_name(Index label) const { return class_names.at(static_cast<std::size_t>(label)); }
};

// The images from `begin` to just before `end`; ShapeError unless 0 ≤ begin ≤ end ≤ count().
Dataset slice(const Dataset& dataset, Index begin, Index end);

// Throws DataError when counts, sizes and labels do not fit together; `name` is what the error calls it.
void check(const Dataset& dataset, std::string_view name);

// Mean and standard deviation of each channel, for pixel values from 0 to 1.
struct Normalization {
    std::vector<float> mean, deviation;  // C each
    bool operator==(const Normalization&) const = default;
};
// Measured on all pixels. Take it from the training images and use it for the test images too.
Normalization normalization(const Dataset& dataset);

}  // namespace cnn::data
