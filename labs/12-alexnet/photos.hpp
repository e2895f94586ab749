// `classify` and `evaluate`: what a network says about photos.
#pragma once
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "alexnet.hpp"
#include "data/photo_files.hpp"
#include "image/files.hpp"
#include "nn/safetensors.hpp"
#include "tensor/npy.hpp"
#include "tensor/todo.hpp"
#include "terminal/status_line.hpp"
#include "terminal/text.hpp"
#include "zoo/prediction.hpp"
#include "zoo/pretrained.hpp"
#include "zoo/wordnet.hpp"

namespace cnn::lab12 {

struct PhotoSettings {
    std::vector<std::string> photos;     // or folders of photos
    std::string model, view = "centre";  // of no model: the one whose weights are here
    std::string weights, labels;
    std::string images, scores, save;  // of `scores`
    Index best = 5;
};

// The commands beside training.
struct PhotoCommands {
    CLI::App *classify, *evaluate, *scores;
};
inline PhotoCommands add_photo_commands(CLI::App& app, PhotoSettings& settings) {
    const PhotoCommands commands{app.add_subcommand("classify", "what a network sees in photos: its five best classes"),
                                 app.add_subcommand("evaluate", "top-1 and top-5 error on a folder of photos"),
                                 app.add_subcommand("scores", "numbers for other programs: .npy in, .npy out")};
    commands.classify->add_option("photos", settings.photos, "photos, or folders of them")->required();
    commands.evaluate->add_option("folder", settings.photos, "a folder with a folder of photos for each class")
        ->required()
        ->expected(1);
    commands.scores->add_option("images", settings.images, "prepared images [N, 3, H, W] as .npy")->required();
    commands.scores->add_option("scores", settings.scores, "where the scores [N, M] go, .npy")->required();
    commands.scores->add_option("--save", settings.save, "write the weights to this file as well");
    for (CLI::App* command : {commands.classify, commands.evaluate, commands.scores}) {
        command->configurable(false);
        command->add_option("--model", settings.model, "a network of the zoo (the first whose weights are here)")
            ->check(CLI::IsMember(zoo::names()));
        command->add_option(
            "--weights", settings.weights,
            "its weights, .pth of PyTorch or .safetensors (what ./lab data fetch NET-imagenet brought)");
        command->add_option("--labels", settings.labels, "names of the classes, one a line (ImageNet's 1,000)");
        if (command == commands.scores) continue;
        command
            ->add_option("--view", settings.view,
                         "centre: one square; ten: ten squares, averaged; dense: the whole photo and its mirror image")
            ->check(CLI::IsMember({"centre", "ten", "dense"}))
            ->capture_default_str();
    }
    commands.classify->add_option("--best", settings.best, "how many classes to show")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.require_subcommand(0, 1);
    return commands;
}

// The networks of task 12.5 are the learner's where they are written, everything else is the zoo's.
inline zoo::Network network_of(const std::string& name, Index classes) {
    try {
        if (name == "alexnet2012") return {alexnet_2012(classes), {3, 224, 224}, classes};
        if (name == "alexnet") return {alexnet(classes), {3, 224, 224}, classes};
        if (name == "small_alexnet") return {small_alexnet({3, 32, 32}, classes), {3, 32, 32}, classes};
    } catch (const NotStarted& missing) {
        fmt::print("{}: task {} is not started; the library's network serves instead\n", name, missing.task);
    }
    return zoo::build(name, classes);
}

inline zoo::View view_of(const std::string& name) {
    return name == "ten" ? zoo::View::ten : name == "dense" ? zoo::View::dense : zoo::View::centre;
}

// Photos as given, and those in the folders given, in the order of their names.
inline std::vector<std::filesystem::path> all_photos(const std::vector<std::string>& given) {
    namespace fs = std::filesystem;
    std::vector<fs::path> photos;
    for (const std::string& one : given) {
        if (!fs::is_directory(one)) {
            photos.emplace_back(one);
            continue;
        }
        const data::PhotoFiles inside = data::photos_in(one);
        const std::string unreadable = inside.unreadable.empty() ? "" : data::unreadable_text(inside.unreadable);
        if (inside.photos.empty())
            fail_data("{}: no photos (.jpg, .png, .bmp, .tga, .ppm) in this folder{}{}", one,
                      unreadable.empty() ? "" : ", but ", unreadable);
        if (!unreadable.empty()) fmt::print(stderr, "{}: left out: {}\n", one, unreadable);
        photos.insert(photos.end(), inside.photos.begin(), inside.photos.end());
    }
    return photos;
}

// Which network sees, and with which weights. What was not given is chosen by what is here; DataError says what is
// missing and what brings it.
struct Choice {
    std::string model;
    std::filesystem::path path;  // of the weights
    nn::WeightsFile weights;
};

// Of a network whose name or weights were left open.
inline Choice registered_choice(std::string model) {
    if (model.empty()) {
        std::vector<std::string> models = zoo::registered_models();
        const auto is_here = [](const std::string& one) { return !zoo::registered_weights(one).empty(); };
        const auto found = std::ranges::find_if(models, is_here);
        if (found == models.end())
            fail_data(
                "there are no weights here: {} brings those of a small ResNet, {} those of AlexNet; or --weights FILE",
                zoo::fetch_line("resnet18"), zoo::fetch_line("alexnet"));
        model = *found;
        fmt::print("{}, whose weights are here (--model NET for another network)\n", model);
    }
    const std::filesystem::path path = zoo::registered_weights(model);
    const std::string fetch = zoo::fetch_line(model);
    if (path.empty() && !fetch.empty())
        fail_data("{}'s weights are not here: {} brings them; or --weights FILE (.pth, .safetensors)", model, fetch);
    if (path.empty())
        fail_data(
            "{0} needs weights: --weights FILE (.pth of PyTorch, or .safetensors). A network that you trained has its "
            "own, "
            "runs/…/*.safetensors; where torchvision has weights for it, common/zoo/tools/export_weights.py {0} FILE "
            "gets "
            "them",
            model);
    return {model, path, nn::read_weights(path)};
}

inline Choice choose(const PhotoSettings& settings) {
    if (settings.weights.empty()) return registered_choice(settings.model);
    std::error_code ignored;
    if (!std::filesystem::exists(settings.weights, ignored)) {
        const std::string fetch = zoo::fetch_line(settings.model.empty() ? "alexnet" : settings.model);
        fail_data("{}: there is no such file of weights{}", settings.weights,
                  fetch.empty() ? "" : ". " + fetch + " brings some, which are found without --weights");
    }
    Choice choice{settings.model, settings.weights, nn::read_weights(settings.weights)};
    if (!choice.model.empty()) return choice;
    choice.model = zoo::looks_like(choice.weights);
    if (choice.model.empty()) fail_data("{}: which network is it of? Say --model NET", settings.weights);
    fmt::print("{}, going by its weights\n", choice.model);
    return choice;
}

// Network, weights and names, ready to be asked.
struct Oracle {
    std::vector<zoo::ClassName> classes;
    std::string model;
    zoo::Network network;
    zoo::Predictor predictor;

    explicit Oracle(const PhotoSettings& settings) : Oracle(settings, choose(settings)) {}

private:
    Oracle(const PhotoSettings& settings, Choice choice)
        : classes(settings.labels.empty() ? zoo::imagenet_classes() : zoo::read_classes(settings.labels)),
          model(choice.model),
          network(loaded(std::move(choice), static_cast<Index>(classes.size()))),
          predictor(network.layers, zoo::preparation_of(model, network), view_of(settings.view)) {}

    static zoo::Network loaded(Choice choice, Index classes) {
        zoo::Network network = network_of(choice.model, classes);
        const std::string told =
            zoo::load_weights(choice.model, network, std::move(choice.weights), choice.path.string());
        if (!told.empty()) fmt::print("{}\n", told);
        return network;
    }
};

// "Siberian husky ← sled dog ← working dog ← dog"
inline std::string with_kinds(const zoo::ClassName& name) {
    std::string text = name.name;
    for (const std::string& kind : zoo::hypernyms(name)) text += " ← " + kind;
    return text;
}

// The best classes of each photo, with their kinds. Returns the exit code: 1 where a photo could not be read.
inline int classify(const PhotoSettings& settings) {
    const std::vector<std::filesystem::path> photos = all_photos(settings.photos);
    const Oracle oracle(settings);
    const terminal::Terminal out = terminal::standard_output();
    int unreadable = 0;
    for (const std::filesystem::path& path : photos) {
        try {
            const Tensor probabilities = oracle.predictor.probabilities(read_image(path));
            fmt::print("{}\n", out.bold(path.string()));
            for (const auto& [label, probability] : zoo::best_guesses(probabilities, settings.best))
                fmt::print("  {:>6.2f} %  {}\n", 100 * probability,
                           with_kinds(oracle.classes.at(static_cast<std::size_t>(label))));
        } catch (const DataError& error) {
            fmt::print(stderr, "{}\n", error.what());
            ++unreadable;
        }
    }
    return unreadable == 0 ? 0 : 1;
}

// What common/zoo/tools/compare.sh compares with torchvision.
inline int scores(const PhotoSettings& settings) {
    Oracle oracle(settings);
    const NpyArray images = load_npy(std::filesystem::path(settings.images));
    if (!images.note.empty()) fmt::print(stderr, "{}\n", images.note);
    const nn::WithoutBackward forward_only;
    write_npy(settings.scores, oracle.network.layers.forward(images.tensor));
    if (!settings.save.empty()) nn::save_weights(oracle.network.layers, settings.save);
    return 0;
}

// Top-1 and top-5 error on a folder in ImageNet's layout.
inline int evaluate(const PhotoSettings& settings) {
    const data::ImageFolder images = data::open_image_folder(settings.photos.at(0));
    for (const std::string& remark : images.left_out) fmt::print(stderr, "left out: {}\n", remark);
    const Oracle oracle(settings);
    terminal::StatusLine line(terminal::standard_output());
    const auto progress = [&](const zoo::FolderErrors& so_far) {
        line.show(
            fmt::format("{} of {} photos, top-1 error {:.1f} %", so_far.photos, images.count(), 100 * so_far.top_1()));
    };
    const auto report = [&](const std::string& why) {
        line.clear();
        fmt::print(stderr, "{}\n", why);
    };
    const zoo::FolderErrors errors = zoo::evaluate_folder(oracle.predictor, images, oracle.classes,
                                                          {.batch = 16, .report = report, .progress = progress});
    line.clear();
    fmt::print("{} on {}, {} photos in {} classes{}: top-1 error {:.2f} %, top-5 error {:.2f} %\n", oracle.model,
               images.folder.string(), terminal::thousands(errors.photos), images.class_names.size(),
               errors.unreadable > 0 ? fmt::format(", {} skipped", errors.unreadable) : "", 100 * errors.top_1(),
               100 * errors.top_5());
    return 0;
}

}  // namespace cnn::lab12
