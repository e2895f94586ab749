#include "zoo/prediction.hpp"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>

#include "data/shapes.hpp"
#include "image/drawing.hpp"
#include "image/files.hpp"
#include "kernels/loss.hpp"
#include "nn/probe.hpp"
#include "tensor/file.hpp"
#include "zoo/parts.hpp"
#include "zoo/wordnet.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

const fs::path photos = fs::path(CNN_SOURCE_DIR) / "datasets/photos";

std::string refusal(auto action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

double largest_difference(const Tensor& a, const Tensor& b) {
    BOOST_REQUIRE(a.shape() == b.shape());
    double largest = 0;
    for (Index i = 0; i < a.count(); ++i) largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
    return largest;
}

Image mirrored(const Image& photo) {
    Image other = photo;
    for (Index row = 0; row < photo.height; ++row)
        for (Index j = 0; j < photo.width; ++j)
            for (Index c = 0; c < photo.channels; ++c) other(row, j, c) = photo(row, photo.width - 1 - j, c);
    return other;
}

// AlexNet's parts in small, for squares of 16 pixels: maps of 8 × 8, then 4 × 4 by pooling, a dense layer for these.
nn::Sequential small_network() {
    nn::Sequential features(nn::Conv2d(3, 4, {.size = 2, .stride = 2}), nn::ReLU(),
                            nn::MaxPool2d({.size = 2, .stride = 2}));
    nn::Sequential classifier(nn::Dropout(0.5f), nn::Dense(4 * 4 * 4, 8), nn::ReLU(), nn::Dense(8, 6));
    nn::Sequential network = zoo::assemble(std::move(features), 4, std::move(classifier));
    nn::set_weights(network, 3);
    return network;
}
const data::Preparation small{.shorter_side = 18, .crop = 16};

// A folder of photos for each of three classes.
struct Folders {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    Folders() {
        Engine engine(1);
        for (int label = 0; label < 3; ++label) {
            const fs::path folder = path / ("class " + std::to_string(label));
            fs::create_directories(folder);
            for (int i = 0; i < 4; ++i)
                write_image(folder / (std::to_string(i) + ".png"), data::shape_image(label, engine));
        }
        fs::copy(photos / "chelsea.jpg", path / "class 0");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(classes)

BOOST_AUTO_TEST_CASE(a_thousand_of_imagenet) {
    const auto& all = zoo::imagenet_classes();
    BOOST_TEST_REQUIRE(all.size() == 1000u);
    BOOST_TEST(all[0].synset == "n01440764");
    BOOST_TEST(all[0].name == "tench");
    BOOST_TEST(all[250].name == "Siberian husky");
    BOOST_TEST(all[999].synset == "n15075141");
    BOOST_TEST(std::ranges::is_sorted(all, {}, &zoo::ClassName::synset));
    BOOST_TEST((zoo::class_of_folder(all, "n02110185") == Index{250}));
    BOOST_TEST((zoo::class_of_folder(all, "great_white_shark") == Index{2}));
    BOOST_TEST(!zoo::class_of_folder(all, "shark attack"));
}

BOOST_AUTO_TEST_CASE(files_of_names) {
    const Folders folders;
    std::ofstream(folders.path / "names.txt") << "n00000001 a thing\r\n\nshirt\nn1 b\n";
    const auto names = zoo::read_classes(folders.path / "names.txt");
    BOOST_TEST_REQUIRE(names.size() == 3u);
    BOOST_TEST(names[0].synset == "n00000001");
    BOOST_TEST(names[0].name == "a thing");
    BOOST_TEST(names[1].name == "shirt");
    BOOST_TEST(names[2].name == "n1 b");
    // As Windows and old Macs write them.
    for (const char* text : {"\xef\xbb\xbfn00000001 a thing\nshirt\n", "n00000001 a thing\rshirt\r\r"}) {
        std::ofstream(folders.path / "names.txt", std::ios::trunc) << text;
        const auto same = zoo::read_classes(folders.path / "names.txt");
        BOOST_TEST_REQUIRE(same.size() == 2u);
        BOOST_TEST(same[0].synset == "n00000001");
        BOOST_TEST(same[1].name == "shirt");
    }
    BOOST_TEST(refusal([] { zoo::read_classes("/none.txt"); }) == "/none.txt: there is no such file of class names");
    std::ofstream(folders.path / "names.txt", std::ios::trunc);
    BOOST_TEST(refusal([&] { zoo::read_classes(folders.path / "names.txt"); }).find("no class names") !=
               std::string::npos);
}

// As `wn "Siberian husky" -hypen -o` and `wn crane -hypen -o` print it.
constexpr std::string_view husky = R"(
Synonyms/Hypernyms (Ordered by Estimated Frequency) of noun siberian_husky

1 sense of siberian husky

Sense 1
{02110185} Siberian husky
       => {02109811} sled dog, sledge dog
           => {02103406} working dog
               => {02084071} dog, domestic dog, Canis familiaris
                   => {02083346} canine, canid
                       => {02075296} carnivore
                   => {01317541} domestic animal, domesticated animal
)";
constexpr std::string_view crane = R"(
Sense 1
{10914447} Crane, Stephen Crane
       INSTANCE OF=> {10794014} writer, author

Sense 5
{02012849} crane
       => {02007558} wading bird, wader
           => {02000954} aquatic bird

Sense 6
{00000001} crane
       => {00000002} other
)";

BOOST_AUTO_TEST_CASE(what_is_above_a_class) {
    BOOST_TEST(zoo::hypernyms_in(husky, "n02110185", 9) ==
                   (std::vector<std::string>{"sled dog", "working dog", "dog", "canine", "carnivore"}),
               boost::test_tools::per_element());
    BOOST_TEST(zoo::hypernyms_in(husky, "n02110185", 2).size() == 2u);
    BOOST_TEST(zoo::hypernyms_in(husky, "", 1) == std::vector<std::string>{"sled dog"},
               boost::test_tools::per_element());
    BOOST_TEST(zoo::hypernyms_in(crane, "n02012849", 9) == (std::vector<std::string>{"wading bird", "aquatic bird"}),
               boost::test_tools::per_element());
    BOOST_TEST(zoo::hypernyms_in(crane, "n09999999", 9).empty());
    BOOST_TEST(zoo::hypernyms_in("", "n02110185", 9).empty());
    BOOST_TEST(zoo::hypernyms({"", "-version"}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(prediction)

BOOST_AUTO_TEST_CASE(one_crop_and_ten) {
    nn::Sequential network = small_network();
    const Image photo = read_image(photos / "coffee.jpg");
    const zoo::Predictor centre(network, small, zoo::View::centre), ten(network, small, zoo::View::ten);
    const Tensor crop = data::center_crop(photo, small);
    const Tensor alone = kernels::softmax(network.forward(crop.reshaped({1, 3, 16, 16})));
    BOOST_TEST(largest_difference(centre.probabilities(photo), alone.reshaped({6})) < 1e-6);
    const Tensor each = kernels::softmax(network.forward(data::ten_crop(photo, small)));
    Tensor mean({6});
    for (Index i = 0; i < each.count(); ++i) mean[i % 6] += each[i] / 10;
    BOOST_TEST(largest_difference(ten.probabilities(photo), mean) < 1e-6);
    const Tensor both = ten.probabilities({ten.prepare(photo), ten.prepare(read_image(photos / "rocket.jpg"))});
    BOOST_TEST((both.shape() == Shape{2, 6}));
    BOOST_TEST(std::abs(both(0, 2) - mean[2]) < 1e-6f);
}

// Without padding, the network at each place of the map is the network on the square that begins there.
BOOST_AUTO_TEST_CASE(dense_evaluation_is_the_mean_over_all_squares) {
    nn::Sequential network = small_network();
    const Image photo = resize(read_image(photos / "rocket.jpg"), 24, 32);
    const data::Preparation whole{.shorter_side = 24, .crop = 16};
    const zoo::Predictor dense(network, whole, zoo::View::dense);
    const Tensor x = dense.prepare(photo);
    BOOST_TEST_REQUIRE((x.shape() == Shape{1, 3, 24, 32}));
    Tensor expected({6});
    for (const bool mirrored : {false, true}) {
        Tensor scores({1, 6});
        for (Index top = 0; top <= 8; top += 4)
            for (Index left = 0; left <= 16; left += 4) {
                Tensor square({1, 3, 16, 16});
                for (Index c = 0; c < 3; ++c)
                    for (Index i = 0; i < 16; ++i)
                        for (Index j = 0; j < 16; ++j)
                            square(0, c, i, j) = x(0, c, top + i, mirrored ? 31 - left - j : left + j);
                scores += network.forward(square);
            }
        scores *= 1.0f / 15;
        const Tensor shares = kernels::softmax(scores);
        for (Index m = 0; m < 6; ++m) expected[m] += shares[m] / 2;
    }
    BOOST_TEST(largest_difference(dense.probabilities(photo), expected) < 1e-5);
}

// On a square of its own size, a network sees with the dense view what it sees anyway.
BOOST_AUTO_TEST_CASE(on_its_own_square_dense_evaluation_is_one_view) {
    for (const char* name : {"small_alexnet", "resnet20", "resnet18", "googlenet"}) {
        zoo::Network network = zoo::build(name);
        Engine engine(1);
        network.layers.initialize(engine);
        const Index side = network.image[1];
        const data::Preparation whole{.shorter_side = side, .crop = side};
        const Image square = resize(read_image(photos / "rocket.jpg"), side, side);
        const zoo::Predictor dense(network.layers, whole, zoo::View::dense);
        Tensor expected({network.classes});
        for (const Image& photo : {square, mirrored(square)})
            expected += zoo::Predictor(network.layers, whole, zoo::View::centre).probabilities(photo);
        BOOST_TEST(largest_difference(dense.probabilities(square), expected *= 0.5f) < 1e-6, name);
    }
}

bool is_too_large(const std::string& name) {
    for (const char* one : {"vgg13", "vgg16", "vgg19", "resnet50", "resnet101", "resnet152", "resnet110"})
        if (name == one) return true;
    return false;
}

BOOST_AUTO_TEST_CASE(every_network_sees_a_photo_that_is_no_square) {
    const Image photo = resize(read_image(photos / "coffee.jpg"), 24, 26);
    for (const std::string& name : zoo::names()) {
        zoo::Network network = zoo::build(name);
        if (network.image[0] != 3 || is_too_large(name)) continue;
        Engine engine(1);
        network.layers.initialize(engine);
        const Index side = network.image[1];
        const zoo::Predictor dense(network.layers, {.shorter_side = side, .crop = side}, zoo::View::dense);
        const Tensor probabilities = dense.probabilities(photo);
        BOOST_TEST_REQUIRE(probabilities.count() == network.classes, name);
        double sum = 0;
        for (const float p : probabilities.values()) sum += p;
        BOOST_TEST(std::abs(sum - 1) < 1e-4, name << ": probabilities sum to " << sum);  // not where one is not finite
    }
}

BOOST_AUTO_TEST_CASE(a_photo_too_small_for_a_network_is_refused) {
    for (const auto& [name, pixels, why] :
         {std::tuple("alexnet", 48, "max_pool"), std::tuple("googlenet2014", 4, "max_pool"),
          std::tuple("small_alexnet", 20, "conv2d"), std::tuple("resnet20", 0, "conv2d")}) {
        zoo::Network network = zoo::build(name);
        const zoo::Predictor dense(network.layers, {.crop = network.image[1]}, zoo::View::dense);
        const std::string said = refusal([&] { dense.probabilities({Tensor({1, 3, pixels, 60})}); });
        BOOST_TEST(said.starts_with("a photo of " + std::to_string(pixels) + " × 60 pixels does not fit the network"),
                   name << ": " << said);
        BOOST_TEST(said.find(why) != std::string::npos, name << ": " << said);
        BOOST_TEST(said.find('\n') == std::string::npos);
    }
    // A square that the network was not made for.
    zoo::Network network = zoo::build("alexnet32");
    BOOST_TEST(refusal([&] {
                   zoo::Predictor(network.layers, {.shorter_side = 64, .crop = 64}, zoo::View::dense);
               }).find("Linear: got [1, 16384]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_best_first) {
    const auto guesses = zoo::best_guesses(Tensor({4}, {0.1f, 0.4f, 0.4f, 0.1f}), 3);
    BOOST_TEST_REQUIRE(guesses.size() == 3u);
    BOOST_TEST(guesses[0].label == 1);
    BOOST_TEST(guesses[1].label == 2);
    BOOST_TEST(guesses[2].label == 0);
    BOOST_TEST(zoo::best_guesses(Tensor({2}, {1, 0}), 5).size() == 2u);
}

BOOST_AUTO_TEST_CASE(squares_as_each_network_wants_them) {
    const auto prepared = [](const char* name) { return zoo::preparation_of(name, zoo::build(name)); };
    BOOST_TEST(prepared("resnet20").shorter_side == 36);
    BOOST_TEST(prepared("resnet18").shorter_side == 256);
    BOOST_TEST(prepared("resnet18").crop == 224);
    BOOST_TEST(prepared("googlenet").normalization.mean[0] == 0.5f);
    BOOST_TEST(refusal([&] { prepared("lenet5"); }) == "lenet5 takes images of 1 channel, not photos in colour");
}

BOOST_AUTO_TEST_CASE(errors_on_a_folder) {
    const Folders folders;
    std::ofstream(folders.path / "class 1/broken.jpg") << "no photo";
    nn::Sequential network = small_network();
    std::vector<std::string> told;
    const data::ImageFolder images = data::open_image_folder(folders.path);
    for (const zoo::View view : {zoo::View::centre, zoo::View::ten, zoo::View::dense}) {
        const zoo::Predictor predictor(network, small, view);
        const auto report = [&](const std::string& why) { told.push_back(why); };
        const zoo::FolderErrors errors =
            zoo::evaluate_folder(predictor, images, zoo::numbered_classes(6), {.batch = 5, .report = report});
        BOOST_TEST(errors.photos == 13);
        BOOST_TEST(errors.unreadable == 1);
        Index wrong = 0, wrong_five = 0;
        for (const data::LabelledFile& file : images.files) {
            if (file.path.filename() == "broken.jpg") continue;
            const Tensor p = predictor.probabilities(read_image(file.path));
            Index before = 0;
            for (Index m = 0; m < 6; ++m) before += p[m] > p[file.label];
            wrong += before >= 1, wrong_five += before >= 5;
        }
        BOOST_TEST(errors.wrong_first == wrong);
        BOOST_TEST(errors.wrong_five == wrong_five);
        BOOST_TEST(errors.top_1() == static_cast<double>(wrong) / 13);
    }
    BOOST_TEST_REQUIRE(told.size() == 3u);
    BOOST_TEST(told[0].find("broken.jpg") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(folders_without_a_class_are_refused) {
    const Folders folders;
    nn::Sequential network = small_network();
    const zoo::Predictor predictor(network, small, zoo::View::centre);
    const data::ImageFolder images = data::open_image_folder(folders.path);
    const auto evaluate = [&](std::vector<zoo::ClassName> classes) {
        return zoo::evaluate_folder(predictor, images, classes, {}).photos;
    };
    BOOST_TEST(refusal([&] {
                   evaluate(zoo::imagenet_classes());
               }).find("folder class 0 bears the name of none of the 1000 classes") != std::string::npos);
    BOOST_TEST(refusal([&] {
                   evaluate({{"", "class 0"}, {"", "b"}, {"", "c"}});
               }).find("folder class 1") != std::string::npos);
    BOOST_TEST(evaluate({{"", "a"}, {"", "b"}, {"", "c"}}) == 13);  // in their order
}

BOOST_AUTO_TEST_SUITE_END()
