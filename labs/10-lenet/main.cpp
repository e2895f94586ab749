// Lab 10 as a program: LeNet-5, of 1998 or of today, trained on small images; its curve, its mistakes, its variants.
#include "image/files.hpp"
#include "layers.hpp"
#include "nn/describe.hpp"
#include "own_loop.hpp"
#include "sweep.hpp"
#include "terminal/text.hpp"

namespace cnn::lab10 {
namespace {

namespace fs = std::filesystem;

// The loss that belongs to the network. In 1998 j is "a positive constant"; 1 leaves penalties above about 4 alone.
nn::Loss loss_of(const Settings& settings) { return settings.is_1998() ? rbf_loss(1) : nn::softmax_cross_entropy(); }

nn::Sequential build(const Settings& settings) {
    nn::Sequential network = settings.is_1998() ? lenet5_1998() : lenet5();
    const Index expected = settings.is_1998() ? 60000 : 61706, got = nn::count_parameters(network);
    if (got != expected)
        fmt::print("This network has {} parameters, LeNet-5 {}: ./lab check {}\n", terminal::thousands(got),
                   terminal::thousands(expected), settings.is_1998() ? "10.4" : "10.5");
    return network;
}

// The layers of lenet5() for images of another size or in colour, or other classes: the first convolution and the first
// and last dense layers are others.
nn::Sequential same_layers_for(const Shape& image, Index classes) {
    nn::Sequential network(nn::Conv2d(image[0], 6, {.size = 5, .padding = 2}), nn::ReLU(),
                           nn::MaxPool2d({.size = 2, .stride = 2}), nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(),
                           nn::MaxPool2d({.size = 2, .stride = 2}), nn::Flatten());
    const Index features = network.output_shape({1, image[0], image[1], image[2]})[1];
    network.add(nn::Dense(features, 120)).add(nn::ReLU()).add(nn::Dense(120, 84)).add(nn::ReLU());
    return std::move(network.add(nn::Dense(84, classes)));
}

// In 1998 the images get a frame of zeros, so that strokes at the border are seen whole.
Index padding_of(const Settings& settings) { return settings.is_1998() ? 2 : 0; }

void check_images(const std::string& data, const Shape& image, Index classes, Index padding) {
    const Index side = 28 + 2 * padding;
    if (image != Shape{1, side, side} || classes != 10)
        fail_data(
            "{}: images of {} in {} classes; the network of 1998 and the sweep are for gray images of 28×28 in 10 "
            "classes",
            data, to_string(Shape{image[0], image[1] - 2 * padding, image[2] - 2 * padding}), classes);
}

program::Subject subject_of(const Settings& settings) {
    program::Subject subject{.lab = "10-lenet",
                             .title = fmt::format("LeNet-5 ({})", settings.net),
                             .build =
                                 [settings](const Shape& image, Index classes) {
                                     if (!settings.is_1998() && (image != Shape{1, 28, 28} || classes != 10))
                                         return same_layers_for(image, classes);
                                     check_images(settings.data, image, classes, padding_of(settings));
                                     return build(settings);
                                 },
                             .loss = loss_of(settings),
                             .padding = padding_of(settings),
                             .weight_decay = settings.is_1998() ? 0 : 5e-4f,
                             .weights = "lenet.safetensors"};
    if (settings.loop == "own")
        subject.own_loop = [settings](nn::Sequential& network, const program::TrainingImages& images) {
            return train_with_own_loop(network, loss_of(settings), images, settings);
        };
    subject.pictures = [](nn::Sequential& network, const program::TrainingImages&, program::Album& album) {
        album.add("filters.png", [&](const fs::path& path) { write_image(path, program::first_filters(network)); });
    };
    return subject;
}

// Needs no images.
int describe(const Settings& settings) {
    nn::Sequential network = build(settings);
    const Index side = settings.is_1998() ? 32 : 28;
    fmt::print("{}", nn::to_string(nn::describe(network, {1, 1, side, side})));
    return 0;
}

int sweep(const Settings& settings) {
    build_lenet({});  // whether 10.7 is started shows before anything is read
    const auto limit = program::limit_threads(settings);
    const program::TrainingImages data({.data = settings.data, .images = settings.images});
    if (!data.training_dataset()) fail_data("{}: photos; the sweep takes small images", settings.data);
    check_images(settings.data, data.shape(), data.classes(), 0);
    SweepData part{first_images(*data.training_dataset(), settings.images, data.normalization()),
                   first_images(*data.test_dataset(), settings.images, data.normalization()),
                   {1, 2, 3},
                   settings.epochs,
                   settings.batch};
    fmt::print("{}: {} images to train, {} to test, {}, {}\n", data.name(),
               terminal::thousands(part.training.x.size(0)), terminal::thousands(part.test.x.size(0)),
               terminal::counted(part.epochs, "epoch"), terminal::counted(std::ssize(part.seeds), "seed"));
    const plot::Figure figure = Sweep(std::move(part), terminal::standard_output()).run(all_hyperparameters());
    program::Album album(program::run_folder(settings, "10-lenet"));
    album.add("sweep.png", [&](const fs::path& path) { return plot::draw(figure, path); });
    fmt::print("{}\n", album.summary());
    return 0;
}

int run(const CLI::App& app, Settings settings) {
    complete(settings);
    if (settings.describe) return describe(settings);
    if (settings.sweep) return sweep(settings);
    return program::train_and_show(app, settings, subject_of(settings));
}

// What a task that is missing keeps from being shown.
std::string waiting_for(const std::string& task) {
    if (task == "10.5") return "lenet5() builds the network that is trained here";
    if (task == "10.6") return "with --loop own, your training loop trains the network";
    if (task == "10.7") return "the sweep asks lenet_sizes() and build_lenet() for its variants";
    if (!task.starts_with("10.")) return "--passed names it, but it is no more what it was when it passed";
    return "the network of 1998 is made of it";
}

// The same, where a task is missing: what it keeps from being shown.
int run_or_say(const CLI::App& app, const Settings& settings) {
    try {
        return run(app, settings);
    } catch (const NotStarted& missing) {
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 10 --reference\n",
            missing.task, waiting_for(missing.task));
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab10

int main(int argc, char** argv) {
    cnn::lab10::Settings settings;
    CLI::App app("Lab 10: LeNet-5 on small images, its curve, its confusion matrix and its worst mistakes.");
    app.footer("Example: ./lab run 10 -- --net 1998 --epochs 4");
    cnn::lab10::add_options(app, settings);
    return cnn::program::run(app, argc, argv, [&] {
        if (!settings.resume.empty()) cnn::program::add_kept_options(app, argc, argv, settings.resume);
        return cnn::lab10::run_or_say(app, settings);
    });
}
