// Small images under the names and in the folders in which people have them.
#include "data/find_images.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "data/idx.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::data;
using namespace std::string_literals;
namespace fs = std::filesystem;
namespace bdata = boost::unit_test::data;

namespace {

struct Brought {
    TemporaryFolder temporary;
    fs::path path = temporary.path();

    void write(const fs::path& file, const std::string& bytes) const {
        fs::create_directories((path / file).parent_path());
        replace_file(path / file, bytes);
    }
    // One image of 2×3 pixels for each label, the first with 1 to 6 as its pixels.
    void write_idx(const std::string& start, const std::string& middle, const std::string& labels) const {
        const std::string count{'\0', '\0', '\0', static_cast<char>(labels.size())};
        write(start + "-images" + middle + "idx3-ubyte",
              "\0\0\x8\3"s + count + "\0\0\0\2\0\0\0\3\1\2\3\4\5\6"s + std::string(6 * (labels.size() - 1), '\0'));
        write(start + "-labels" + middle + "idx1-ubyte", "\0\0\x8\1"s + count + labels);
    }
    void write_set(const std::string& folder, const std::string& labels = "\3", const std::string& prefix = "") const {
        write_idx(folder + "/" + prefix + "train", "-", labels);
        write_idx(folder + "/" + prefix + (prefix.empty() ? "t10k" : "test"), "-", labels);
    }
    void write_cifar10(const std::string& folder) const {
        for (const char* file : {"data_batch_1.bin", "test_batch.bin"})
            write(folder + "/" + file, std::string(3073, '\1'));
    }

    SmallImages find(const std::string& given) const {
        const auto found = find_small_images(path / given);
        BOOST_REQUIRE(found.has_value());
        return *found;
    }
    std::string refusal(const std::string& given) const {
        try {
            find_small_images(path / given);
        } catch (const DataError& error) {
            std::string text = error.what();
            for (std::size_t at; (at = text.find(path.string())) != text.npos;)
                text.replace(at, path.string().size(), "FOLDER");
            return text;
        }
        return "found";
    }
};

const std::string fashion = "\x9\0\0\3\0\2\7\2\5\5"s, mnist_start = "\5\0\4\1\x9\2\1\3\1\4"s;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(idx_files_as_people_have_them, Brought)

BOOST_AUTO_TEST_CASE(with_a_dot_in_their_names) {
    for (const char* start : {"a/train", "a/t10k"}) write_idx(start, ".", "\3");
    const SmallImages found = find("a");
    BOOST_TEST(found.title == "MNIST");
    for (const Split split : {Split::train, Split::test}) BOOST_TEST(found.read(split).labels.at(0) == 3);
    BOOST_TEST(found.read(Split::train).name == "MNIST, train");
    BOOST_TEST(mnist(path / "a", Split::test).labels.at(0) == 3);
}

BOOST_AUTO_TEST_CASE(each_in_a_folder_of_its_own_name) {
    for (const std::string name : {"train-images", "train-labels", "t10k-images", "t10k-labels"}) {
        write_set("flat");
        const std::string file = name + (name.ends_with("images") ? "-idx3-ubyte" : "-idx1-ubyte");
        fs::create_directories(path / "kaggle" / file);
        fs::rename(path / "flat" / file, path / "kaggle" / file / file);
    }
    BOOST_TEST(find("kaggle").read(Split::test).count() == 1);
    BOOST_TEST(find("kaggle/train-images-idx3-ubyte/train-images-idx3-ubyte").read(Split::train).count() == 1);
    // Half of the archives have a dot inside.
    fs::rename(path / "kaggle/t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte",
               path / "kaggle/t10k-labels-idx1-ubyte/t10k-labels.idx1-ubyte");
    BOOST_TEST(find("kaggle").read(Split::test).count() == 1);
}

BOOST_AUTO_TEST_CASE(in_torchvision_s_root) {
    write_set("root/FashionMNIST/raw", fashion);
    BOOST_TEST(find("root").title == "Fashion-MNIST");
    BOOST_TEST(find("root/FashionMNIST").title == "Fashion-MNIST");
    BOOST_TEST(find("root/FashionMNIST/raw").read(Split::train).class_name(9) == "Ankle boot");
    write_set("root/MNIST/raw", mnist_start);
    BOOST_TEST(
        refusal("root") ==
        "FOLDER/root: several data sets below it: FOLDER/root/FashionMNIST/raw, FOLDER/root/MNIST/raw; name one of "
        "these folders");
    write_set("k/KMNIST/raw", "\1");
    BOOST_TEST(find("k").read(Split::test).class_name(9) == "wo");
}

// The folder's name counts only where the labels say nothing.
BOOST_AUTO_TEST_CASE(are_named_by_their_labels) {
    write_set("mnist", fashion);
    BOOST_TEST(find("mnist").title == "Fashion-MNIST");
    write_set("fashion-mnist", mnist_start);
    BOOST_TEST(find("fashion-mnist").title == "MNIST");
    write_set("FashionMNIST/raw", "\1");
    BOOST_TEST(find("FashionMNIST/raw").title == "Fashion-MNIST");
    write_set("other", "\1");
    BOOST_TEST(find("other").title == "MNIST");
}

BOOST_AUTO_TEST_CASE(must_all_be_there) {
    write_set("a");
    fs::remove(path / "a/t10k-labels-idx1-ubyte");
    BOOST_TEST(refusal("a") == "FOLDER/a: of this data set's four IDX files t10k-labels-idx1-ubyte.gz is missing");
    fs::remove(path / "a/t10k-images-idx3-ubyte");
    BOOST_TEST(refusal("a").ends_with("t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz are missing"));
    write_idx("q/qmnist-train", "-", "\1");
    BOOST_TEST(refusal("q").find("QMNIST's labels are idx2-int files") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_emnist_are_turned_and_counted_from_zero) {
    write_set("gzip", "\1\x1a", "emnist-letters-");
    const SmallImages found = find("gzip");
    BOOST_TEST(found.title == "EMNIST letters");
    const Dataset train = found.read(Split::train);
    BOOST_TEST((train.shape == Shape{1, 3, 2}));
    BOOST_TEST((std::vector<std::uint8_t>(train.pixels.begin(), train.pixels.begin() + 6) ==
                std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6}));
    BOOST_TEST(train.labels == (std::vector<std::int32_t>{0, 25}), boost::test_tools::per_element());
    BOOST_TEST(train.class_name(25) == "Z");
    BOOST_TEST(train.classes() == 26);
    write_set("gzip", "\0\x2e"s, "emnist-balanced-");
    BOOST_TEST(refusal("gzip") ==
               "FOLDER/gzip: several data sets: emnist-balanced-train-images-idx3-ubyte, "
               "emnist-letters-train-images-idx3-ubyte. Name one of these files");
    const Dataset balanced = find("gzip/emnist-balanced-test-labels-idx1-ubyte").read(Split::test);
    BOOST_TEST(balanced.classes() == 47);
    BOOST_TEST(balanced.class_name(46) == "t");
    BOOST_TEST(find("gzip/emnist-letters-train-images-idx3-ubyte").title == "EMNIST letters");
    write_set("zero", "\0"s, "emnist-letters-");
    BOOST_CHECK_THROW(find("zero").read(Split::test), DataError);
    write_set("classes", "\0\x3d"s, "emnist-byclass-");
    BOOST_TEST(find("classes").read(Split::train).class_name(61) == "z");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(cifar_as_people_have_it, Brought)

BOOST_AUTO_TEST_CASE(in_its_folder_or_above) {
    write_cifar10("root/cifar-10-batches-bin");
    for (const char* given : {"root", "root/cifar-10-batches-bin", "root/cifar-10-batches-bin/test_batch.bin"})
        BOOST_TEST(find(given).read(Split::test).class_name(1) == "automobile");
    std::string names;
    for (int i = 0; i < 100; ++i) names += "class" + std::to_string(i) + "\r\n";
    for (const char* file : {"train.bin", "test.bin"}) write("c/cifar-100-binary/"s + file, std::string(3074, '\1'));
    write("c/cifar-100-binary/fine_label_names.txt", names);
    BOOST_TEST(find("c").read(Split::train).class_name(1) == "class1");
}

BOOST_AUTO_TEST_CASE(for_python_is_named) {
    for (const char* file : {"data_batch_1", "test_batch", "batches.meta"})
        write("py/cifar-10-batches-py/"s + file, "\x80\x02}q\1");
    for (const char* given : {"py", "py/cifar-10-batches-py"})
        BOOST_TEST(
            refusal(given) ==
            "FOLDER/py/cifar-10-batches-py: CIFAR-10 for Python (pickles), which is not read here; its binary version "
            "is: ./lab data fetch cifar-10");
    BOOST_TEST(refusal("py/cifar-10-batches-py/data_batch_1").find("a pickle of Python's") != std::string::npos);
    for (const char* file : {"train", "test", "meta"}) write("py100/"s + file, "\x80\x02}q\1");
    BOOST_TEST(refusal("py100").find("./lab data fetch cifar-100") != std::string::npos);
    write("stl/stl10_binary/train_X.bin", "1");
    write("stl/stl10_binary/train_y.bin", "1");
    BOOST_TEST(refusal("stl").starts_with("FOLDER/stl/stl10_binary: STL-10, which is not read here"));
    write("svhn/train_32x32.mat", "MATLAB 5.0");
    BOOST_TEST(refusal("svhn").starts_with("FOLDER/svhn: SVHN for MATLAB"));
    // Beside the binary version that one is read.
    write_cifar10("py/cifar-10-batches-bin");
    BOOST_TEST(find("py").title == "CIFAR-10");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(what_is_no_data, Brought)

BOOST_AUTO_TEST_CASE(is_named_for_what_it_is) {
    for (const auto& [file, bytes, what] : std::vector<std::array<std::string, 3>>{
             {"resnet18.pth", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20", "a file of PyTorch's"},
             {"data.h5", "\x89HDF\r\n\x1a\n", "an HDF5 file (.h5)"},
             {"net.onnx", "\x08\x06\x12\x07pytorch\x1a", "a network in ONNX"},
             {"cifar.tar", "a" + std::string(256, '\0') + "ustar", "a tar archive: unpack it first"},
             {"photos.zip", "PK\3\4", "a ZIP archive: unpack it first"},
             {"mnist.gz", "<!DOCTYPE html>", "a web page"},
             {"x.bin", "version https://git-lfs.github.com", "a Git LFS pointer: git lfs pull"},
             {"notes.txt", "hello", "a file, of no kind that is read as data"}}) {
        write(file, bytes);
        BOOST_TEST(refusal(file).starts_with("FOLDER/" + file + ": " + what), refusal(file));
        BOOST_TEST(refusal(file).find("--data takes a folder") != std::string::npos);
    }
    write("a/photos.zip", "PK\3\4");
    write("a/.hidden.zip", "PK\3\4");
    BOOST_TEST(other_data_in(path / "a") == "photos.zip is a ZIP archive: unpack it first");
    // Not a word about photos.
    write("b/cat/a.jpg", "\xff\xd8");
    BOOST_TEST(!find_small_images(path / "b").has_value());
    BOOST_TEST(other_data_in(path / "b") == "");
}

// A file of the right name that is something else is named when it is read.
BOOST_AUTO_TEST_CASE(under_a_data_set_s_name) {
    write_set("a");
    write("a/train-images-idx3-ubyte", "version https://git-lfs.github.com/spec/v1\n");
    try {
        find("a").read(Split::train);
        BOOST_ERROR("was read");
    } catch (const DataError& error) {
        BOOST_TEST(
            std::string(error.what()).ends_with("it is a Git LFS pointer: git lfs pull fetches the file itself"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
