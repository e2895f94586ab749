#include "program/training.hpp"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "image/files.hpp"
#include "nn/layers.hpp"
#include "nn/safetensors.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::program;
namespace fs = std::filesystem;

namespace {

struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();

    // Two classes of plain photos, dark and light.
    void photos(const std::string& below, int count, int first = 0) const {
        for (const int label : {0, 1}) {
            const fs::path place = path / below / (label ? "light" : "dark");
            fs::create_directories(place);
            for (int i = 0; i < count; ++i)
                write_image(place / ("photo" + std::to_string(i) + ".png"),
                            Image(24, 30, 3, static_cast<std::uint8_t>((label ? 200 : 20) + i + first)));
        }
    }
};

std::string refusal(auto action) {
    try {
        action();
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

const Subject subject{.lab = "99-test", .title = "one layer", .build = [](const Shape& image, Index classes) {
                          return nn::Sequential(nn::Flatten(), nn::Dense(image.count(), classes));
                      }};

// As a lab's main.cpp does.
int run(std::vector<std::string> words) {
    CLI::App app("A lab.");
    TrainingSettings settings{.data = "digits", .epochs = 2, .learning_rate = 0.02};
    add_training_options(app, settings);
    std::vector<const char*> arguments{"lab99"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const auto argc = static_cast<int>(arguments.size());
    const auto argv = const_cast<char**>(arguments.data());
    return program::run(app, argc, argv, [&] {
        if (!settings.resume.empty()) add_kept_options(app, argc, argv, settings.resume);
        return train_and_show(app, settings, subject);
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(images_to_train_on)

BOOST_AUTO_TEST_CASE(small_ones_in_memory) {
    const TrainingImages images({.data = "digits", .batch = 32, .images = 100, .padding = 2});
    BOOST_TEST((images.shape() == Shape{1, 32, 32}));
    BOOST_TEST(images.classes() == 10);
    BOOST_TEST(images.training_count() == 100);
    BOOST_TEST(images.training().batches() == 4);
    BOOST_TEST(images.test().images() == images.test_count());
    BOOST_TEST(images.test_picture(3).height == 28);
}

BOOST_AUTO_TEST_CASE(every_fifth_photo_is_for_testing) {
    const Folder folder;
    folder.photos("", 10);
    const TrainingImages images({.data = folder.path.string(), .batch = 4, .photo_side = 16});
    BOOST_TEST((images.class_names() == std::vector<std::string>{"dark", "light"}));
    BOOST_TEST((images.shape() == Shape{3, 16, 16}));
    BOOST_TEST(images.training_count() == 16);
    BOOST_TEST(images.test_count() == 4);
    BOOST_TEST(images.test_picture(3).pixels[0] == 209);
    const nn::Batch batch = images.test().epoch(0)(0);
    BOOST_TEST((batch.x.shape() == Shape{4, 3, 16, 16}));
    BOOST_TEST((batch.labels == std::vector<std::int32_t>{0, 0, 1, 1}));
}

BOOST_AUTO_TEST_CASE(train_and_val_stand_apart) {
    const Folder folder;
    folder.photos("train", 6);
    folder.photos("val", 2, 30);
    const TrainingImages images({.data = folder.path.string(), .batch = 4, .images = 3, .photo_side = 16});
    BOOST_TEST(images.training_count() == 3);
    BOOST_TEST(images.test_count() == 4);
    fs::create_directories(folder.path / "val/gray");
    BOOST_TEST(TrainingImages({.data = folder.path.string(), .photo_side = 16}).classes() == 2);
    fs::rename(folder.path / "val/light", folder.path / "val/bright");
    BOOST_TEST(refusal([&] { TrainingImages({.data = folder.path.string()}); }).find("has photos of light") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_trained_on) {
    const Folder folder;
    BOOST_TEST(refusal([&] { TrainingImages({.data = folder.path.string()}); }).find("no photos") != std::string::npos);
    folder.photos("", 2);
    BOOST_TEST(refusal([&] { TrainingImages({.data = folder.path.string()}); }).find("too few photos") !=
               std::string::npos);
    BOOST_TEST(refusal([&] { TrainingImages({.data = "nonsense"}); }).find("nonsense") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(whole_runs)

BOOST_AUTO_TEST_CASE(a_run_leaves_its_files_and_can_be_prolonged) {
    const Folder folder;
    const std::string output = (folder.path / "run").string();
    const std::vector<std::string> options{"--data", "digits", "--images", "500", "--seed", "3"};
    std::vector<std::string> words = options;
    words.insert(words.end(), {"--epochs", "1", "--output", output});
    BOOST_TEST(run(words) == 0);
    for (const char* file : {"log.csv", "weights.safetensors", "options.ini", "mistakes.png"})
        BOOST_TEST(fs::exists(fs::path(output) / file), file);
    BOOST_TEST(run(words) == 1);  // it holds a run already

    // Options of the run are taken over: with another seed the checkpoint would be refused.
    BOOST_TEST(run({"--resume", output, "--epochs", "3"}) == 1);  // the schedule depends on the epochs
    BOOST_TEST(run({"--resume", output}) == 0);
    BOOST_TEST(run({"--resume", output, "--seed", "4"}) == 1);
    BOOST_TEST(run({"--resume", folder.path.string()}) == 1);
}

BOOST_AUTO_TEST_CASE(bad_options) {
    BOOST_TEST(run({"--epochs", "0"}) == 2);
    BOOST_TEST(run({"--learning-rate", "nan"}) == 2);
    BOOST_TEST(run({"--learning-rate", "inf"}) == 2);
    BOOST_TEST(run({"--data", "nonsense"}) == 1);
    BOOST_TEST(run({"--resume", "nowhere"}) == 2);
    BOOST_TEST(run({"--describe"}) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(what_is_most_often_mistaken) {
    Tensor confusion({3, 3});
    confusion(0, 0) = 7, confusion(0, 2) = 3, confusion(1, 0) = 1;
    BOOST_TEST(most_confused(confusion, {"cat", "dog", "emu"}) ==
               "The most frequent mistake: cat taken for emu, 3 of 10.");
    BOOST_TEST(most_confused(Tensor({2, 2}), {"cat", "dog"}) == "No image was taken for another class.");
}

BOOST_AUTO_TEST_CASE(an_accuracy_no_better_than_chance_is_called_so) {
    BOOST_TEST(if_guessed(0.1, 10, 10000).starts_with("10.00 % is no better than guessing, which gets 1 of 10"));
    BOOST_TEST(!if_guessed(0.08, 10, 10000).empty());
    BOOST_TEST(!if_guessed(0.108, 10, 10000).empty());  // as far off as luck goes
    BOOST_TEST(if_guessed(0.12, 10, 10000).empty());
    BOOST_TEST(!if_guessed(0.5, 2, 4).empty());
    BOOST_TEST(if_guessed(0.9, 2, 100).empty());
}

BOOST_AUTO_TEST_CASE(the_time_of_slow_operators_is_told_first) {
    BOOST_TEST(time_to_expect(1e-4, 50000, 10000, 3).empty());
    // 1.2 s × (3 · 50,000 + 10,000) / 100 = 3 epochs of 1600 s.
    const std::string slow = time_to_expect(0.01, 50000, 10000, 3);
    BOOST_TEST(slow ==
               "This takes about 80 minutes (an image every 30 ms with your operators).\n"
               "A first look, in about a minute: --images 1500 --test-images 1500 --epochs 1\n");
    BOOST_TEST(time_to_expect(0.5, 50000, 10000, 3).find("about 2 d") != std::string::npos);
    BOOST_TEST(time_to_expect(60, 50000, 10000, 3).find("--images 10 ") != std::string::npos);
}
