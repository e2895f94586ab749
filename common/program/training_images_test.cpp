// Which photos of a folder a network is trained on, and how they are cut.
#include "program/training_images.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "image/files.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::program;
namespace fs = std::filesystem;

namespace {

// Three classes of 4, 8 and 8 photos to train on, of 2 to test on; each photo grows brighter to the right.
struct Photos {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    int written = 0;
    Photos() {
        for (const auto& [name, count] : std::map<std::string, int>{{"cat", 4}, {"dog", 8}, {"emu", 8}}) {
            write("train/" + name, count);
            write("val/" + name, 2);
        }
    }

    // No two photos are the same: their last pixels count them.
    void write(const std::string& kind, int count) {
        Image photo(32, 60, 3);
        for (std::size_t i = 0; i < photo.pixels.size(); ++i) photo.pixels[i] = static_cast<std::uint8_t>(i / 3 % 60);
        fs::create_directories(path / kind);
        for (int i = 0; i < count; ++i) {
            photo.pixels.back() = static_cast<std::uint8_t>(written++);
            write_image(path / kind / (std::to_string(i) + ".png"), photo);
        }
    }
};

std::vector<int> of_each_class(const TrainingImages& images) {
    std::vector<int> counts(3);
    const nn::Source source = images.training();
    for (Index i = 0; i < source.batches(); ++i)
        for (const std::int32_t label : source.epoch(0)(i).labels) ++counts[static_cast<std::size_t>(label)];
    return counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(photos_to_train_on)

BOOST_AUTO_TEST_CASE(fewer_of_them_are_of_every_class) {
    const Photos photos;
    const auto counts = [&](Index images) {
        return of_each_class(
            TrainingImages({.data = photos.path.string(), .batch = 4, .images = images, .photo_side = 16}));
    };
    BOOST_TEST(counts(6) == (std::vector<int>{2, 2, 2}), boost::test_tools::per_element());
    BOOST_TEST(counts(7) == (std::vector<int>{3, 2, 2}), boost::test_tools::per_element());
    BOOST_TEST(counts(16) == (std::vector<int>{4, 6, 6}), boost::test_tools::per_element());  // there are but four cats
    BOOST_TEST(counts(99) == (std::vector<int>{4, 8, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(fewer_to_test_on_are_of_every_class_too) {
    const Photos photos;
    const TrainingImages images({.data = photos.path.string(), .test_images = 3});
    BOOST_TEST(images.training_count() == 20);
    BOOST_TEST(images.test_count() == 3);
    const TrainingImages digits({.data = "digits", .images = 70, .test_images = 30});
    BOOST_TEST(digits.training_count() == 70);
    BOOST_TEST(digits.test_count() == 30);
    BOOST_TEST((TrainingImages({.data = "digits", .images = 70}).test_count() > 30));
}

// The photos grow brighter to the right, so that a square's first pixel says where it was cut.
BOOST_AUTO_TEST_CASE(without_augmentation_they_are_cut_in_the_middle) {
    const Photos photos;
    const auto first_pixels = [&](const data::Augmentation& augmentation) {
        const TrainingImages images(
            {.data = photos.path.string(), .batch = 20, .photo_side = 28, .augmentation = augmentation});
        std::set<float> seen;
        const Tensor x = images.training().epoch(0)(0).x;
        for (Index n = 0; n < x.size(0); ++n) seen.insert(x(n, 0, 0, 0));
        const Tensor test = images.test().epoch(0)(0).x;
        return std::pair(seen, test(0, 0, 0, 0));
    };
    const auto [plain, middle] = first_pixels({});
    BOOST_TEST((plain == std::set<float>{middle}));
    BOOST_TEST(first_pixels({.mirror = true}).first.size() > 4u);
    BOOST_TEST(first_pixels({.colour = 0.1f}).first.size() > 4u);
}

BOOST_AUTO_TEST_CASE(a_run_on_augmented_photos_does_not_go_on_without) {
    const Photos photos;
    const auto described = [&](bool mirror) {
        return TrainingImages({.data = photos.path.string(), .augmentation = {.mirror = mirror}})
            .training()
            .description();
    };
    BOOST_TEST(described(true) != described(false));
}

BOOST_AUTO_TEST_SUITE_END()
