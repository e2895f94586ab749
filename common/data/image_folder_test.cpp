#include "data/image_folder.hpp"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "image/files.hpp"
#include "tensor/file.hpp"
#include "tensor/npy.hpp"

using namespace cnn;
using namespace cnn::data;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/data/golden";
const fs::path coffee = fs::path(CNN_SOURCE_DIR) / "datasets/photos/coffee.jpg";

// Two classes, 5 cats (one in a folder of its own) and 3 dogs, and an empty folder emu; the photos are plain, each of a
// gray of its own.
struct Photos {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    Photos() {
        for (const char* part : {"cat/young", "dog", "emu"}) fs::create_directories(path / part);
        for (int i = 0; i < 4; ++i) write("cat/" + std::to_string(i) + ".png", i);
        write("cat/young/4.PNG", 4);
        for (int i = 5; i < 8; ++i) write("dog/" + std::to_string(i) + ".jpg", i);
        std::ofstream(path / "cat/notes.txt") << "no photo";
    }

    void write(const std::string& name, int gray) const {
        const fs::path lower = path / "photo.png", jpeg = path / "photo.jpg";
        const fs::path& file = name.ends_with(".jpg") ? jpeg : lower;
        write_image(file, Image(20, 30, 3, static_cast<std::uint8_t>(10 * gray)));
        fs::rename(file, path / name);
    }
};

const Preparation small{.shorter_side = 12, .crop = 8, .normalization = {{0, 0, 0}, {1, 1, 1}}};

// The gray of every photo of a batch.
std::vector<Index> grays(const Batch& batch) {
    std::vector<Index> result;
    for (Index n = 0; n < batch.x.size(0); ++n)
        result.push_back(static_cast<Index>(batch.x[n * 3 * 8 * 8] * 25.5f + 0.5f));
    return result;
}

std::string refusal(auto action) {
    try {
        action();
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

float largest_difference(const Tensor& a, const Tensor& b) {
    BOOST_REQUIRE(a.shape() == b.shape());
    float largest = 0;
    for (Index i = 0; i < a.count(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preparation)

// Two levels of 255, after division by the deviation: JPEG decoders and rounding differ by as much.
BOOST_AUTO_TEST_CASE(crops_agree_with_torchvision) {
    const Image photo = read_image(coffee);
    const float allowed = 2.01f / 255 / 0.224f;
    BOOST_TEST(largest_difference(center_crop(photo, {.shorter_side = 41, .crop = 32}),
                                  read_npy(golden / "center_crop.npy")) < allowed);
    BOOST_TEST(largest_difference(ten_crop(photo, {.shorter_side = 41, .crop = 8}), read_npy(golden / "ten_crop.npy")) <
               allowed);
}

BOOST_AUTO_TEST_CASE(random_crops_reach_every_place_and_both_sides) {
    Image photo(3, 3, 1);
    for (Index i = 0; i < 9; ++i) photo.pixels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    const Preparation two{.shorter_side = 3, .crop = 2, .normalization = {{0, 0, 0}, {1, 1, 1}}};
    Engine engine(1);
    std::set<std::pair<int, bool>> seen;
    for (int i = 0; i < 400; ++i) {
        const Tensor x = random_crop(photo, two, engine);
        const int left = static_cast<int>(x[0] * 255 + 0.5f), right = static_cast<int>(x[1] * 255 + 0.5f);
        BOOST_TEST(std::abs(left - right) == 1);
        BOOST_TEST(x[4] == x[0]);  // the same in every colour
        seen.insert({std::min(left, right), left > right});
    }
    BOOST_TEST(seen.size() == 8u);  // four places, two sides
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_refused) {
    const Image photo(10, 20, 3);
    BOOST_CHECK_THROW(center_crop(photo, {.shorter_side = 8, .crop = 9}), ShapeError);
    BOOST_CHECK_THROW(center_crop(photo, {.shorter_side = 8, .crop = 0}), ShapeError);
    BOOST_CHECK_THROW(center_crop(photo, {.shorter_side = 8, .crop = 8, .normalization = {{0}, {1}}}), ShapeError);
    BOOST_CHECK_THROW(center_crop(Image(), {.shorter_side = 8, .crop = 8}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(image_folder)

BOOST_AUTO_TEST_CASE(classes_are_folders_in_the_order_of_their_names) {
    const Photos photos;
    const ImageFolder found = open_image_folder(photos.path);
    BOOST_TEST(found.class_names == (std::vector<std::string>{"cat", "dog"}), boost::test_tools::per_element());
    BOOST_TEST(found.left_out ==
                   std::vector<std::string>{(photos.path / "emu").string() + ": no photo in it, so it is no class"},
               boost::test_tools::per_element());
    BOOST_TEST(found.count() == 8);
    BOOST_TEST(found.files[4].path == photos.path / "cat/young/4.PNG");
    BOOST_TEST(found.files[4].label == 0);
    BOOST_TEST(found.files[5].label == 1);
    BOOST_TEST(refusal([&] { open_image_folder(photos.path / "none"); }).ends_with("none: there is no such folder"));
    BOOST_TEST(refusal([&] { open_image_folder(photos.path / "emu"); }).find("a folder for each class") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(testing_goes_through_the_photos_in_order) {
    const Photos photos;
    const FolderBatches batches(open_image_folder(photos.path), {.size = 3, .preparation = small});
    BOOST_TEST(batches.per_epoch() == 3);
    BOOST_TEST(grays(batches.batch(0, 0)) == (std::vector<Index>{0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(grays(batches.batch(0, 1)) == (std::vector<Index>{3, 4, 5}), boost::test_tools::per_element());
    const Batch last = batches.batch(0, 2);
    BOOST_TEST(grays(last) == (std::vector<Index>{6, 7}), boost::test_tools::per_element());
    BOOST_TEST(last.labels == (std::vector<std::int32_t>{1, 1}), boost::test_tools::per_element());
    BOOST_CHECK_THROW(batches.batch(0, 3), ShapeError);
}

BOOST_AUTO_TEST_CASE(a_batch_depends_on_epoch_and_number_alone) {
    const Photos photos;
    const FolderBatchOptions options{.size = 3, .training = true, .seed = 5, .preparation = small};
    const FolderBatches one(open_image_folder(photos.path), options), other(open_image_folder(photos.path), options);
    std::vector<Index> all;
    for (Index number = 0; number < 3; ++number) {
        const Batch batch = one.batch(2, number);
        for (const Index gray : grays(batch)) all.push_back(gray);
        // Asked out of order, without anything prepared ahead, after another epoch.
        other.batch(1, 0);
        BOOST_TEST(largest_difference(other.batch(2, number).x, batch.x) == 0);
    }
    BOOST_TEST(!std::ranges::is_sorted(all));
    std::ranges::sort(all);
    BOOST_TEST(all == (std::vector<Index>{0, 1, 2, 3, 4, 5, 6, 7}), boost::test_tools::per_element());
    BOOST_TEST(one.batch(0, 0).indices != one.batch(1, 0).indices);
}

BOOST_AUTO_TEST_CASE(as_they_are_training_photos_are_cut_like_test_photos) {
    const Photos photos;
    write_image(photos.path / "cat/0.png", read_image(coffee));
    const ImageFolder images = open_image_folder(photos.path);
    const FolderBatches test(images, {.size = 8, .preparation = small}),
        training(images, {.size = 8, .training = true, .as_they_are = true, .preparation = small});
    const Batch one = test.batch(0, 0), other = training.batch(0, 0);
    BOOST_TEST(one.indices != other.indices);
    const auto photo = [](const Batch& batch, Index n) {
        return batch.x.values().subspan(static_cast<std::size_t>(n) * 3 * 8 * 8, 3 * 8 * 8);
    };
    for (Index n = 0; n < 8; ++n)
        BOOST_TEST(std::ranges::equal(photo(other, n), photo(one, other.indices[static_cast<std::size_t>(n)])));
}

BOOST_AUTO_TEST_CASE(unreadable_photos_are_told_once_and_left_out) {
    const Photos photos;
    std::ofstream(photos.path / "cat/1.png") << "this is no photo";
    fs::resize_file(photos.path / "dog/5.jpg", 100);
    std::vector<std::string> told;
    const auto report = [&](const std::string& why) { told.push_back(why); };
    const FolderBatches batches(open_image_folder(photos.path), {.size = 3, .preparation = small, .report = report});
    for (Index epoch = 0; epoch < 2; ++epoch) {
        BOOST_TEST(grays(batches.batch(epoch, 0)) == (std::vector<Index>{0, 2}), boost::test_tools::per_element());
        BOOST_TEST(grays(batches.batch(epoch, 1)) == (std::vector<Index>{3, 4}), boost::test_tools::per_element());
        batches.batch(epoch, 2);
    }
    BOOST_TEST(told.size() == 2u);
    std::ranges::sort(told);
    BOOST_TEST(told.at(0).find("cat/1.png: not an image") != std::string::npos);
    BOOST_TEST(told.at(1).find("dog/5.jpg: not an image that can be read (") != std::string::npos, told.at(1));
    for (int i = 5; i < 8; ++i) fs::remove(photos.path / ("dog/" + std::to_string(i) + ".jpg"));
    const FolderBatches gone(batches.images(), {.size = 4, .preparation = small});
    gone.batch(0, 0);
    BOOST_TEST(grays(gone.batch(0, 1)) == (std::vector<Index>{4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_without_a_readable_photo_is_empty) {
    const Photos photos;
    for (const char* name : {"cat/1.png", "dog/6.jpg", "dog/7.jpg"}) std::ofstream(photos.path / name) << "no photo";
    const FolderBatches last(open_image_folder(photos.path), {.size = 3, .preparation = small});
    for (Index epoch = 0; epoch < 2; ++epoch) {
        BOOST_TEST(grays(last.batch(epoch, 1)) == (std::vector<Index>{3, 4, 5}), boost::test_tools::per_element());
        const Batch none = last.batch(epoch, 2);
        BOOST_TEST((none.x.shape() == Shape{0, 3, 8, 8}));
        BOOST_TEST((none.labels.empty() && none.indices.empty()));
    }
    const FolderBatches single(last.images(), {.size = 1, .preparation = small});
    std::vector<Index> seen;
    for (Index number = 0; number < single.per_epoch(); ++number)
        for (const Index gray : grays(single.batch(0, number))) seen.push_back(gray);
    BOOST_TEST(seen == (std::vector<Index>{0, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_readable_photo_is_an_error_at_its_end) {
    const Photos photos;
    const ImageFolder images = open_image_folder(photos.path);
    for (const LabelledFile& file : images.files) std::ofstream(file.path) << "no photo";
    const FolderBatches batches(images, {.size = 3, .preparation = small});
    BOOST_TEST(batches.batch(0, 0).labels.empty());
    BOOST_TEST(batches.batch(0, 1).labels.empty());
    const std::string why = refusal([&] { batches.batch(0, 2); });
    BOOST_TEST(why.find(": none of 8 photos could be read, among them ") != std::string::npos, why);
    BOOST_TEST(why.starts_with(photos.path.string()), why);
}

BOOST_AUTO_TEST_SUITE_END()
