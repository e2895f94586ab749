#include "program/training.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>

#include "image/drawing.hpp"
#include "image/files.hpp"
#include "nn/describe.hpp"
#include "nn/layers.hpp"
#include "nn/loan.hpp"
#include "nn/progress.hpp"
#include "nn/run_folder.hpp"
#include "nn/safetensors.hpp"
#include "nn/training_log.hpp"
#include "plot/confusion_matrix.hpp"
#include "plot/curves.hpp"
#include "tensor/file.hpp"
#include "terminal/text.hpp"

namespace cnn::program {
namespace {

namespace fs = std::filesystem;

// The operators a layer of this kind asks for, by how their names begin; a convolution's depend on its groups.
const std::map<std::string, std::vector<std::string>>& operators_of_kinds() {
    static const std::map<std::string, std::vector<std::string>> all{
        {"Linear", {"dense"}},
        {"MaxPool2d", {"max_pool"}},
        {"AvgPool2d", {"average_pool"}},
        {"AdaptiveAvgPool2d", {"adaptive_average_pool"}},
        {"ReLU", {"relu"}},
        {"Tanh", {"tanh"}},
        {"Sigmoid", {"sigmoid"}},
        {"ScaledTanh", {"scaled_tanh"}},
        {"BatchNorm2d", {"batch_norm"}},
        {"LocalResponseNorm", {"local_response_norm"}},
        {"Dropout", {"dropout"}},
        {"Branches", {"concatenate_channels", "split_channels"}},
    };
    return all;
}

void collect_operators(nn::Layer& layer, std::set<std::string>& used) {
    if (const auto found = operators_of_kinds().find(layer.kind()); found != operators_of_kinds().end())
        used.insert(found->second.begin(), found->second.end());
    if (const auto* convolution = dynamic_cast<const nn::Conv2d*>(&layer))
        used.insert(convolution->groups() == 1 ? "conv2d" : "grouped_conv2d");
    for (auto& [name, child] : layer.children()) collect_operators(*child, used);
}

constexpr Index worst_mistakes = 32;  // in mistakes.png

// Seconds in which the network looks at one image, measured on two.
double forward_seconds(nn::Sequential& network, const Shape& image) {
    network.set_training(false);
    const auto start = std::chrono::steady_clock::now();
    network.forward(Tensor({2, image[0], image[1], image[2]}));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 2;
}

void write_log(const std::vector<nn::EpochResult>& epochs, const fs::path& path) {
    std::string text = nn::log_header() + "\n";
    for (const nn::EpochResult& epoch : epochs) text += nn::log_row(epoch) + "\n";
    replace_file(path, text);
}

nn::TrainResult train_network(nn::Sequential& network, const TrainingImages& images, const TrainingSettings& settings,
                              const Subject& subject, const fs::path& folder) {
    if (subject.own_loop) return subject.own_loop(network, images);
    nn::ProgressLine progress(terminal::standard_output());
    return nn::train(network, subject.loss, images.training(), images.test(), train_options(settings, subject, folder),
                     progress);
}

// Everything there is to see once the network is trained.
void show(nn::Sequential& network, const TrainingImages& images, const nn::TrainResult& result, const Subject& subject,
          const fs::path& folder) {
    const nn::Evaluation evaluation =
        result.last_test ? *result.last_test
                         : nn::evaluate(network, subject.loss, images.test(), {.mistakes = worst_mistakes});
    const std::string title = fmt::format("{} on {}", subject.title, images.name());
    const plot::TrainingLog log = log_of(result.epochs, title);
    const terminal::Terminal out = terminal::standard_output();
    if (result.epochs.size() > 1)
        fmt::print("\n{}\n", plot::curves_in_terminal({log}, out));
    else
        fmt::print("One epoch is one point of a curve; two or more draw a line.\n\n");

    Album album(folder);
    album.add("curve.png",
              [&](const fs::path& path) { return plot::draw(plot::curves_figure({log}, {.title = title}), path); });
    album.add("confusion.png", [&](const fs::path& path) {
        return plot::draw_confusion_matrix({.counts = evaluation.confusion, .classes = images.class_names()}, path);
    });
    if (!evaluation.worst.empty())
        album.add("mistakes.png",
                  [&](const fs::path& path) { write_image(path, mistakes_gallery(images, evaluation.worst)); });
    if (subject.pictures) subject.pictures(network, images, album);
    album.add(subject.weights, [&](const fs::path& path) { nn::save_weights(network, path); });
    if (subject.own_loop)
        album.add("log.csv", [&](const fs::path& path) { write_log(result.epochs, path); });
    else
        album.has("log.csv");
    fmt::print("{}\n{}   {}\n", most_confused(evaluation.confusion, images.class_names()),
               out.bold(fmt::format("test accuracy {:.2f} %", 100 * evaluation.accuracy)), album.summary());
    if (const std::string word = if_guessed(evaluation.accuracy, images.classes(), images.test_count()); !word.empty())
        fmt::print("{}\n", word);
}

}  // namespace

void add_training_options(CLI::App& app, TrainingSettings& settings) {
    app.add_option(
           "--data", settings.data,
           "fashion-mnist, cifar-10, mnist, digits or shapes (drawn), or a folder: the files of one of these, or "
           "photos, a folder for each class")
        ->capture_default_str();
    const auto number = [&](const char* name, auto& value, const char* text, auto least, auto most) {
        CLI::Option* option = app.add_option(name, value, text)->check(CLI::Range(least, most));
        return value > 0 ? option->capture_default_str() : option;  // 0: left open by the lab
    };
    number("--epochs", settings.epochs, "passes over the training images", 1, 10000);
    number("--batch", settings.batch, "images a step", 1, 60000);
    number("--learning-rate", settings.learning_rate, "after a short warm-up; it then falls as a cosine", 1e-9, 1e3);
    number("--images", settings.images,
           "train on so many images only: the first, of photos as many of every class (all)", 1, 10'000'000);
    number("--test-images", settings.test_images,
           "test on so many only (all; with --mine as many as --images trains on)", 1, 10'000'000);
    number("--photo-side", settings.photo_side, "pixels to which photos in folders are cut", 16, 512);
    app.add_option("--seed", settings.seed, "of the first weights, the order of the images and their changes")
        ->capture_default_str();
    number("--threads", settings.threads, "how many threads compute (all)", 1, 1024)->configurable(false);
    app.add_option("--output", settings.output, "folder for pictures, log and weights (new: runs/LAB/DATE-N)")
        ->configurable(false);
    app.add_option("--resume", settings.resume, "go on with the run in this folder, with its options")
        ->check(CLI::ExistingDirectory)
        ->configurable(false);
    app.add_flag("--describe", settings.describe, "print the table of layers and end")->configurable(false);
    app.add_option("--own-operators", settings.own_operators, "folder of your labs' libraries (./lab run N --mine)")
        ->configurable(false);
    app.add_option("--passed", settings.passed, "tasks you have passed: 4.4,5.2")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->configurable(false);
}

void say_how_to_go_on(const CLI::App& app, const TrainingSettings& settings, const fs::path& folder) {
    if (folder.empty()) return;
    std::string command = app.get_name();  // "./lab run 13 --reference --"
    if (!settings.own_operators.empty() && command.ends_with(" --")) command.insert(command.size() - 2, "--mine ");
    fmt::print("Go on with: {} --resume {}\n", command, folder.string());
}

int train_and_show(const CLI::App& app, const TrainingSettings& settings, const Subject& subject) {
    const std::shared_ptr<void> limit = limit_threads(settings);
    const TrainingImages images(image_choice(settings, subject));
    nn::Sequential network = subject.build(images.shape(), images.classes());
    const Shape& image = images.shape();
    if (settings.describe) {
        fmt::print("{}", nn::to_string(nn::describe(network, {1, image[0], image[1], image[2]})));
        return 0;
    }
    fmt::print("{}, {} parameters, on {}: {} images to train, {} to test\n", subject.title,
               terminal::thousands(nn::count_parameters(network)), images.name(),
               terminal::thousands(images.training_count()), terminal::thousands(images.test_count()));
    install_own_operators(settings, network);
    Engine engine(settings.seed);
    network.initialize(engine, subject.initialization);
    if (!settings.own_operators.empty() && settings.resume.empty())
        fmt::print("{}", time_to_expect(forward_seconds(network, image), images.training_count(), images.test_count(),
                                        settings.epochs));

    const fs::path folder = run_folder(settings, subject.lab);
    if (settings.resume.empty()) keep_options(app, folder);
    const nn::TrainResult result = train_network(network, images, settings, subject, folder);
    if (result.interrupted) {
        say_how_to_go_on(app, settings, folder);
        return 130;
    }
    show(network, images, result, subject, folder);
    return 0;
}

ImageChoice image_choice(const TrainingSettings& settings, const Subject& subject) {
    return {.data = settings.data,
            .batch = settings.batch,
            .images = settings.images,
            .test_images = settings.test_images > 0         ? settings.test_images
                           : settings.own_operators.empty() ? 0
                                                            : settings.images,
            .photo_side = settings.photo_side,
            .padding = subject.padding,
            .seed = settings.seed,
            .augmentation = subject.augmentation};
}

nn::TrainOptions train_options(const TrainingSettings& settings, const Subject& subject, const fs::path& folder) {
    nn::TrainOptions options{.epochs = settings.epochs,
                             .momentum = subject.momentum,
                             .weight_decay = subject.weight_decay,
                             .folder = folder,
                             .resume = !settings.resume.empty(),
                             .subject = fmt::format("{} on {}", subject.title, settings.data),
                             .mistakes = worst_mistakes};
    options.schedule = nn::warm_up(0.5, nn::cosine(settings.learning_rate, settings.epochs));
    return options;
}

fs::path run_folder(const TrainingSettings& settings, const std::string& lab) {
    if (!settings.resume.empty()) return settings.resume;
    if (!settings.output.empty() && fs::exists(settings.output / "options.ini"))
        fail_data("{0}: holds a run already. Go on with it by --resume {0}, or choose a new folder.",
                  settings.output.string());
    try {
        if (settings.output.empty()) return nn::new_run_folder("runs", lab, nn::today());
        std::error_code error;
        fs::create_directories(settings.output, error);
        if (error) fail_data("{}: the folder cannot be made: {}", settings.output.string(), error.message());
        return settings.output;
    } catch (const DataError& error) {
        fmt::print("{}. The network is trained all the same; nothing is kept.\n", error.what());
        return {};
    }
}

std::shared_ptr<void> limit_threads(const TrainingSettings& settings) {
    if (settings.threads == 0) return {};
    return std::make_shared<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                 static_cast<std::size_t>(settings.threads));
}

void install_own_operators(const TrainingSettings& settings, nn::Layer& network) {
    if (settings.own_operators.empty()) return;
    const std::set<std::string> passed(settings.passed.begin(), settings.passed.end());
    const auto loans = nn::install_own_operators(nn::operators(), settings.own_operators, passed);
    std::set<std::string> used{"softmax", "sgd"};
    collect_operators(network, used);
    for (const nn::Loan& loan : loans) {
        if (std::ranges::none_of(used, [&](const std::string& start) { return loan.name.starts_with(start); }))
            continue;
        fmt::print("  {:<32}{:<9}  {}\n", loan.name, loan.own ? "yours" : "on loan", loan.reason);
    }
}

std::string if_guessed(double accuracy, Index classes, Index tested) {
    const double chance = 1 / static_cast<double>(std::max<Index>(classes, 1));
    // Three times as far from it as guesses on so many images usually are.
    const double spread = 3 * std::sqrt(chance * (1 - chance) / static_cast<double>(std::max<Index>(tested, 1)));
    if (accuracy > chance + std::max(spread, 0.005)) return "";
    return fmt::format(
        "{:.2f} % is no better than guessing, which gets 1 of {} classes right ({:.2f} %).\nThe network has learned "
        "nothing yet that helps: more --images, more --epochs, or\nanother --learning-rate may change that.",
        100 * accuracy, classes, 100 * chance);
}

std::string time_to_expect(double forward, Index training, Index test, int epochs) {
    constexpr double long_enough = 120, a_minute = 60;
    const double seconds = forward * epochs * (3 * static_cast<double>(training) + static_cast<double>(test));
    if (seconds < long_enough) return "";
    // As many to train as to test on, once; two digits are enough.
    auto first_look = static_cast<Index>(std::max(10.0, a_minute / (4 * forward)));
    for (Index unit = 1000000; unit >= 10; unit /= 10)
        if (first_look >= 10 * unit) first_look -= first_look % unit;
    return fmt::format(
        "This takes about {} (an image every {} with your operators).\nA first look, in about a minute: --images {} "
        "--test-images {} --epochs 1\n",
        seconds < 90 * 60 ? fmt::format("{:.0f} minutes", seconds / 60) : terminal::duration(seconds),
        terminal::short_duration(3 * forward), first_look, first_look);
}

void add_kept_options(CLI::App& app, int argc, char** argv, const fs::path& resume) {
    const fs::path options = resume / "options.ini";
    if (!fs::exists(options)) fail_data("{}: no run to resume: there is no options.ini in it", resume.string());
    app.set_config("--options", options.string(), "", true);
    app.parse(argc, argv);
}

void keep_options(const CLI::App& app, const fs::path& folder) {
    if (folder.empty()) return;
    const fs::path path = folder / "options.ini";
    std::ofstream file(path);
    if (!(file << app.config_to_str()).flush())
        fmt::print("{}: cannot be written; give --resume the same options again.\n", path.string());
}

plot::TrainingLog log_of(const std::vector<nn::EpochResult>& epochs, const std::string& name) {
    plot::TrainingLog log;
    log.name = name;
    for (const nn::EpochResult& result : epochs) {
        const auto add = [&](plot::Measure& measure, double value) {
            measure.epoch.push_back(result.epoch);
            measure.value.push_back(value);
        };
        add(log.train_loss, result.train_loss);
        add(log.train_accuracy, result.train_accuracy);
        add(log.test_loss, result.test_loss);
        add(log.test_accuracy, result.test_accuracy);
    }
    return log;
}

Image mistakes_gallery(const TrainingImages& images, const std::vector<nn::Mistake>& worst, Index columns) {
    const auto name = [&](std::int32_t label) { return images.class_names().at(static_cast<std::size_t>(label)); };
    std::vector<Tile> pictures;
    for (const nn::Mistake& mistake : worst) {
        const Image picture = images.test_picture(mistake.index);
        const bool small = picture.height <= 56 && picture.width <= 56;
        pictures.push_back(
            {small ? enlarge(picture, 112 / std::max(picture.height, picture.width)) : fit(picture, 112, 112),
             fmt::format("{} → {} {:.0f} %", name(mistake.label), name(mistake.predicted), 100 * mistake.probability)});
    }
    return tiles(pictures, {.columns = columns, .gap = 14});
}

Image first_filters(nn::Layer& network) {
    std::vector<Tile> pictures;
    for (const auto& [unused, parameter] : network.parameters()) {
        const Tensor& w = parameter->value;
        if (w.rank() != 4) continue;
        for (Index k = 0; k < w.size(0); ++k) {
            const Range range = Range::symmetric_of(w.image(k));
            const Image filter =
                w.size(1) == 3 ? rgb_image(w.image(k), range) : colour_image(w.plane(k, 0), diverging, range);
            pictures.push_back({enlarge(filter, std::max<Index>(1, 120 / w.size(2))), fmt::format("filter {}", k)});
        }
        break;
    }
    return tiles(pictures, {.columns = std::min<Index>(static_cast<Index>(pictures.size()), 8), .gap = 12});
}

std::string most_confused(const Tensor& confusion, const std::vector<std::string>& class_names) {
    Index label = 0, taken = 0;
    float most = 0;
    for (Index i = 0; i < confusion.size(0); ++i)
        for (Index j = 0; j < confusion.size(1); ++j)
            if (i != j && confusion(i, j) > most) most = confusion(i, j), label = i, taken = j;
    float all = 0;
    for (Index j = 0; j < confusion.size(1); ++j) all += confusion(label, j);
    if (most == 0) return "No image was taken for another class.";
    return fmt::format("The most frequent mistake: {} taken for {}, {:.0f} of {:.0f}.",
                       class_names.at(static_cast<std::size_t>(label)), class_names.at(static_cast<std::size_t>(taken)),
                       most, all);
}

}  // namespace cnn::program
