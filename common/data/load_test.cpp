#include "data/load.hpp"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "data/cifar.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::data;
namespace fs = std::filesystem;

namespace {

// An empty home and data folder for the length of a test.
struct Elsewhere {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    std::string home, data;
    Elsewhere() {
        home = getenv("HOME") ? getenv("HOME") : "";
        data = getenv("CNN_DATA") ? getenv("CNN_DATA") : "";
        setenv("HOME", (path / "home").c_str(), 1);
        setenv("CNN_DATA", (path / "data").c_str(), 1);
    }
    ~Elsewhere() {
        setenv("HOME", home.c_str(), 1);
        setenv("CNN_DATA", data.c_str(), 1);
    }
    void write(const fs::path& file, const std::string& bytes) const {
        fs::create_directories((path / file).parent_path());
        replace_file(path / file, bytes);
    }
};

std::string cifar_entry(std::string labels, char red, char blue) {
    return labels + std::string(1024, red) + std::string(1024, 'g') + std::string(1024, blue);
}

// The little data set of one black image 1×1 of class `label`.
void write_tiny_mnist(const Elsewhere& at, const fs::path& folder, char label) {
    for (const std::string start : {"train", "t10k"}) {
        at.write(folder / (start + "-images-idx3-ubyte"), std::string("\0\0\x8\x3\0\0\0\1\0\0\0\1\0\0\0\1\0", 17));
        at.write(folder / (start + "-labels-idx1-ubyte"), std::string("\0\0\x8\x1\0\0\0\1", 8) + label);
    }
}

std::string refusal(auto action) {
    try {
        action();
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(load, Elsewhere)

BOOST_AUTO_TEST_CASE(stands_in_and_says_so) {
    const Dataset train = load_images("mnist", Split::train), test = load_images("mnist", Split::test);
    BOOST_TEST(train.is_fallback);
    BOOST_TEST(train.count() == 20000);
    BOOST_TEST(test.count() == 4000);
    BOOST_TEST(train.source ==
               "MNIST is not on this machine (./lab data fetch mnist): using 20,000 generated digits instead");
    BOOST_TEST(!std::equal(test.pixels.begin(), test.pixels.end(), train.pixels.begin()));
    BOOST_TEST(!load_images("digits", Split::test).is_fallback);
    BOOST_TEST(load_images("cifar-10", Split::test).name == "generated shapes");
    BOOST_TEST(refusal([] { load_images("cifar-100", Split::test); }).find("./lab data fetch") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(takes_the_first_place) {
    write_tiny_mnist(*this, "home/.cache/sobel-to-resnet/mnist", 3);
    BOOST_TEST(load_images("mnist", Split::test).labels.at(0) == 3);
    write_tiny_mnist(*this, "data/mnist", 7);
    const Dataset dataset = load_images("mnist", Split::train);
    BOOST_TEST(dataset.labels.at(0) == 7);
    BOOST_TEST(!dataset.is_fallback);
    BOOST_TEST(dataset.name == "MNIST, train");
    // A folder with only some of the files does not count.
    fs::remove(path / "data/mnist/t10k-labels-idx1-ubyte");
    BOOST_TEST(load_images("mnist", Split::train).labels.at(0) == 3);
    // Damaged files do: nobody should train on something else without knowing.
    write("home/.cache/sobel-to-resnet/mnist/train-labels-idx1-ubyte", "damaged");
    BOOST_CHECK_THROW(load_images("mnist", Split::train), DataError);
}

BOOST_AUTO_TEST_CASE(unknown_names_are_refused) {
    BOOST_TEST(refusal([] { load_images("imagenet", Split::train); }).find("fashion-mnist, mnist") !=
               std::string::npos);
    BOOST_TEST(refusal([] { data_folders("../../etc"); }).find("not the name") != std::string::npos);
    BOOST_TEST(refusal([] { data_folders(""); }).find("not the name") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(fetched_files_go_where_they_are_found) {
    BOOST_TEST(fetch_folder("mnist") == path / "data/mnist");
    unsetenv("CNN_DATA");
    BOOST_TEST(fetch_folder("mnist") == path / "home/.cache/sobel-to-resnet/mnist");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(cifar, Elsewhere)

BOOST_AUTO_TEST_CASE(reads_entries) {
    write("data/cifar-10/cifar-10-batches-bin/data_batch_1.bin",
          cifar_entry("\2", 'r', 'b') + cifar_entry("\x9", 'R', 'B'));
    write("data/cifar-10/cifar-10-batches-bin/test_batch.bin", cifar_entry("\1", 'r', 'b'));
    const Dataset train = load_images("cifar-10", Split::train);
    BOOST_TEST(train.name == "CIFAR-10, train (1 of 5 files)");
    BOOST_TEST((train.labels == std::vector<std::int32_t>{2, 9}));
    BOOST_TEST(train.image(1)(31, 31, 2) == 'B');
    BOOST_TEST(train.image(0)(0, 0, 0) == 'r');
    BOOST_TEST(train.class_name(9) == "truck");
    BOOST_TEST(load_images("cifar-10", Split::test).count() == 1);
}

BOOST_AUTO_TEST_CASE(reads_fine_labels) {
    std::string names;
    for (int i = 0; i < 100; ++i) names += "class" + std::to_string(i) + "\n";
    write("data/cifar-100/fine_label_names.txt", names);
    write("data/cifar-100/train.bin", cifar_entry("\5\x63", 'r', 'b'));
    write("data/cifar-100/test.bin", cifar_entry("\5\x64", 'r', 'b'));
    const Dataset train = load_images("cifar-100", Split::train);
    BOOST_TEST(train.class_name(train.labels.at(0)) == "class99");
    BOOST_TEST(
        refusal([] { load_images("cifar-100", Split::test); }).ends_with("label 100 of image 0 is not one of 0 to 99"));
}

BOOST_AUTO_TEST_CASE(guesses_the_cause) {
    const auto said = [&](const std::string& bytes) {
        write("test_batch.bin", bytes);
        return refusal([&] { cifar10(path, Split::test); }).substr((path / "test_batch.bin").string().size() + 2);
    };
    BOOST_TEST(said("") == "the file is empty, expected CIFAR images");
    BOOST_TEST(said(cifar_entry("\1", 'r', 'b') + "x") ==
               "3,074 bytes are not a whole number of entries of 3,073: cut short, or not a CIFAR file");
    BOOST_TEST(said(cifar_entry("\xa", 'r', 'b')) == "label 10 of image 0 is not one of 0 to 9");
    BOOST_TEST(said("\x1f\x8b\x8") == "still packed: unpack it with tar -xzf");
    BOOST_CHECK_THROW(cifar10(path, Split::train), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
