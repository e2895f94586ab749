#include "data/emnist.hpp"

#include <algorithm>
#include <utility>

#include "data/idx.hpp"

namespace cnn::data {
namespace {

std::vector<std::string> one_each(std::string_view characters) {
    std::vector<std::string> names;
    for (const char c : characters) names.emplace_back(1, c);
    return names;
}

std::vector<std::uint8_t> transposed(const std::vector<std::uint8_t>& pixels, const Shape& image) {
    const auto height = static_cast<std::size_t>(image[1]), width = static_cast<std::size_t>(image[2]);
    std::vector<std::uint8_t> result(pixels.size());
    for (std::size_t begin = 0; begin < pixels.size(); begin += height * width)
        for (std::size_t i = 0; i < height; ++i)
            for (std::size_t j = 0; j < width; ++j) result[begin + j * height + i] = pixels[begin + i * width + j];
    return result;
}

}  // namespace

std::optional<std::vector<std::string>> emnist_classes(std::string_view division) {
    constexpr std::string_view digits = "0123456789", upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const std::string all = std::string(digits) + std::string(upper);
    if (division == "digits" || division == "mnist") return one_each(digits);
    if (division == "letters") return one_each(upper);
    // Small letters that look like large ones share their class.
    if (division == "balanced" || division == "bymerge") return one_each(all + "abdefghnqrt");
    if (division == "byclass") return one_each(all + "abcdefghijklmnopqrstuvwxyz");
    return std::nullopt;
}

Dataset read_emnist(const std::filesystem::path& images, const std::filesystem::path& labels, std::string name,
                    std::string_view division) {
    auto classes = emnist_classes(division);
    require(classes.has_value(), "EMNIST has no division '{}'", division);
    const bool from_one = division == "letters";
    if (from_one) classes->insert(classes->begin(), "none");
    Dataset dataset = read_idx_dataset(images, labels, std::move(name), std::move(*classes));
    if (from_one) {
        if (const auto zero = std::ranges::find(dataset.labels, 0); zero != dataset.labels.end())
            fail_data("{}: label 0 of image {}; EMNIST counts its letters from 1", labels.string(),
                      zero - dataset.labels.begin());
        for (std::int32_t& label : dataset.labels) --label;
        dataset.class_names.erase(dataset.class_names.begin());
    }
    dataset.pixels = transposed(dataset.pixels, dataset.shape);
    dataset.shape = {1, dataset.shape[2], dataset.shape[1]};
    return dataset;
}

}  // namespace cnn::data
