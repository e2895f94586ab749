// Lab 12 as a program: AlexNet trained on small images or on photos; what a network with imported weights sees in
// photos; what augmentation makes of one.
#include "image/files.hpp"
#include "nn/describe.hpp"
#include "photos.hpp"
#include "pictures.hpp"
#include "program/training.hpp"

namespace cnn::lab12 {
namespace {

namespace fs = std::filesystem;

struct Settings {
    program::TrainingSettings training{.epochs = 0, .photo_side = 0};
    PhotoSettings photos;
    std::string net = "small", augment_photo = std::string(CNN_SOURCE_DIR) + "/datasets/photos/coffee.jpg";
    Index thin = 0;
    float colour = 0;
    bool as_they_are = false;

    bool is_small() const { return net == "small"; }
};

// What was left open. The small network takes small images, the others photos of 224 pixels.
void complete(Settings& settings) {
    if (settings.training.epochs == 0) settings.training.epochs = settings.is_small() ? 5 : 30;
    if (settings.training.photo_side == 0) settings.training.photo_side = settings.is_small() ? 64 : 224;
    if (settings.thin == 0) settings.thin = settings.training.describe ? 1 : 4;
}

nn::Sequential build(const Settings& settings, const Shape& image, Index classes) {
    if (settings.is_small()) return small_alexnet(image, classes);
    if (image != Shape{3, 224, 224})
        fail_data("images of {}; this network takes photos of 224 pixels: --data FOLDER, or --net small", image);
    return settings.net == "2012" ? alexnet_2012(classes, settings.thin) : alexnet(classes, settings.thin);
}

std::string title_of(const Settings& settings) {
    if (settings.is_small()) return "small AlexNet";
    const std::string title = settings.net == "2012" ? "AlexNet (2012)" : "AlexNet (one tower)";
    return settings.thin == 1 ? title : fmt::format("{}, 1/{} of its width", title, settings.thin);
}

program::Subject subject_of(const Settings& settings) {
    program::Subject subject{
        .lab = "12-alexnet",
        .title = title_of(settings),
        .build = [settings](const Shape& image, Index classes) { return build(settings, image, classes); },
        .augmentation = settings.as_they_are
                            ? data::Augmentation{}
                            : data::Augmentation{.mirror = true, .crop_padding = 2, .colour = settings.colour},
        .weights = "alexnet.safetensors"};
    subject.pictures = [](nn::Sequential& network, const program::TrainingImages&, program::Album& album) {
        album.add("filters.png", [&](const fs::path& path) { write_image(path, program::first_filters(network)); });
    };
    return subject;
}

// Of the networks for photos: needs none.
int describe(const Settings& settings) {
    nn::Sequential network = build(settings, {3, 224, 224}, 1000);
    fmt::print("{}", nn::to_string(nn::describe(network, {1, 3, 224, 224})));
    return 0;
}

int augment(const Settings& settings) {
    const Tensor photo = photo_tensor(read_image(settings.augment_photo), 144);
    const fs::path folder =
        settings.training.output.empty() ? fs::path("runs/12-alexnet/augmented") : settings.training.output;
    const auto sheet = program::attempt("sheet of crops", [&] { return augmentation_sheet(photo, 126, 6, 30); });
    const auto crops = program::attempt("ten crops", [&] { return ten_crops_sheet(photo, 126); });
    if (!sheet && !crops) return 1;
    program::make_folder(folder);
    program::Album album(folder);
    if (sheet) album.add("augmentation.png", [&](const fs::path& path) { write_image(path, *sheet); });
    if (crops) album.add("ten-crops.png", [&](const fs::path& path) { write_image(path, *crops); });
    fmt::print("{}\n", album.summary());
    return 0;
}

void add_options(CLI::App& app, Settings& settings) {
    program::add_training_options(app, settings.training);
    app.add_option("--net", settings.net, "small (28 to 64 pixels), 2012 (two groups) or tower (both for photos)")
        ->check(CLI::IsMember({"small", "2012", "tower"}))
        ->capture_default_str();
    app.add_option("--thin", settings.thin, "of 2012 and tower: filters and neurons divided by 1, 2, 4, 8 or 16 (4)")
        ->check(CLI::IsMember({1, 2, 4, 8, 16}));
    app.add_option("--colour", settings.colour,
                   "shift colours along their principal components; the paper's is 0.1 (0)")
        ->check(CLI::Range(0.0f, 10.0f));
    app.add_flag("--as-they-are", settings.as_they_are, "train on the images without crops, mirrors and colours");
}

// What a task that is missing keeps from being shown.
int run_or_say(const CLI::App& app, Settings settings) {
    complete(settings);
    try {
        if (settings.training.describe && !settings.is_small()) return describe(settings);
        return program::train_and_show(app, settings.training, subject_of(settings));
    } catch (const NotStarted& missing) {
        const bool ours = missing.task == "12.5";
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 12 --reference\n",
            missing.task,
            ours ? "it builds the network that is trained here"
                 : "it had passed, but its function is not written any more");
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab12

int main(int argc, char** argv) {
    using namespace cnn;
    lab12::Settings settings;
    CLI::App app("Lab 12: AlexNet. Trains a small one on Fashion-MNIST; classifies photos with imported weights.");
    app.footer(
        "Examples: ./lab run 12 -- --data cifar-10 --epochs 10\n"
        "          ./lab data fetch resnet18-imagenet, then ./lab run 12 -- classify photo.jpg\n"
        "          ./lab run 12 -- classify photo.jpg --model resnet101 --weights resnet101.pth\n"
        "          ./lab run 12 -- evaluate FOLDER --model alexnet --view ten\n"
        "          ./lab run 12 -- augment photo.jpg");
    lab12::add_options(app, settings);
    const lab12::PhotoCommands commands = lab12::add_photo_commands(app, settings.photos);
    CLI::App* augment = app.add_subcommand("augment", "crops, mirror images and colours of one photo, as pictures");
    augment->configurable(false);
    augment->add_option("photo", settings.augment_photo, "the photo (a cup of coffee that comes with the workbook)");
    augment->add_option("--output", settings.training.output, "folder for the pictures (runs/12-alexnet/augmented)");
    return program::run(app, argc, argv, [&] {
        if (commands.classify->parsed()) return lab12::classify(settings.photos);
        if (commands.evaluate->parsed()) return lab12::evaluate(settings.photos);
        if (commands.scores->parsed()) return lab12::scores(settings.photos);
        if (augment->parsed()) return lab12::augment(settings);
        if (!settings.training.resume.empty()) program::add_kept_options(app, argc, argv, settings.training.resume);
        return lab12::run_or_say(app, settings);
    });
}
